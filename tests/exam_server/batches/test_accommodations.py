"""Accommodations: granted once to a person, superseded and never edited, the reason kept apart."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.audit import AuditEntry
from exam_server.batches.models import Accommodation
from exam_server.db import Database
from exam_server.programmes.models import Organization
from tests.factories import make_batch, make_registration
from tests.staff import desk_of


@pytest.fixture
def page(client: FlaskClient, sqlite_database: Database) -> str:
    office = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        batch = make_batch(db, db.get_one(Organization, office.organization_id))
        registration = make_registration(db, batch)
        return f"/batches/{batch.uid}/candidates/{registration.uid}"


def test_what_is_granted_supersedes_what_was_and_the_audit_record_holds_no_reason(
    client: FlaskClient, page: str, sqlite_database: Database
) -> None:
    form = f"{page}/accommodation"
    first = {"extra_percent": "25", "reason": "诊断书 7 号"}
    assert client.post(form, data=first).status_code == 302
    second = {**first, "extra_minutes": "", "break_minutes": "20", "is_large_text": "1"}
    assert client.post(form, data=second).status_code == 302
    with sqlite_database.reading() as db:
        rows = db.scalars(select(Accommodation).order_by(Accommodation.id)).all()
        standing = [(row.extra_percent, row.break_minutes, row.ended_at is None) for row in rows]
        entries = db.scalars(select(AuditEntry).where(AuditEntry.act == "grant_accommodation"))
        told = [entry.detail for entry in entries]
    assert standing == [(25, 0, False), (25, 20, True)]
    assert told[1]["was"] == {"extra_percent": 25}
    assert "诊断书" not in str(told)
    shown = client.get(page).text
    assert "25%" in shown
    assert "诊断书" not in shown
    assert "诊断书" in client.get(form).text
    assert client.post(f"{form}/withdraw").status_code == 302
    assert client.post(f"{form}/withdraw").status_code == 409


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"reason": "文件", "note": ""}, "extra_percent"),
        ({"extra_percent": "25", "reason": ""}, "reason"),
        ({"extra_percent": "-1", "reason": "文件"}, "extra_percent"),
        (
            {
                "extra_percent": "25",
                "reason": "文件",
                "valid_from": "2026-06-02",
                "valid_to": "2026-06-01",
            },
            "valid_to",
        ),
    ],
)
def test_a_wrong_grant_is_named_at_its_field_and_changes_nothing(
    client: FlaskClient, page: str, sqlite_database: Database, sent: dict[str, str], where: str
) -> None:
    answer = client.post(
        f"{page}/accommodation", data={"note": "靠窗", "valid_from": "2026-01-02", **sent}
    )
    assert answer.status_code == 422
    assert f'id="{where}-error"' in answer.text
    assert sent.get("valid_from", "2026-01-02") in answer.text
    with sqlite_database.reading() as db:
        assert db.scalar(select(Accommodation)) is None
