"""Pages of results and item analysis: what works, what is refused, and for whom."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.audit import AuditEntry
from exam_server.db import Database
from exam_server.marking.models import ComponentMark
from exam_server.programmes.models import Organization
from tests.factories import (
    NOW,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_person,
    make_sitting,
)
from tests.staff import Desk, desk_of, sign_in


@dataclass(frozen=True)
class Batch:
    """A batch of three at an officer's desk: two have handed in, one never came."""

    desk: Desk
    uid: str
    exam_session: str
    tickets: tuple[str, ...]
    candidates: tuple[str, ...]

    def get(self, path: str = "") -> str:
        answer = self.desk.client.get(f"/results/{self.uid}{path}")
        assert answer.status_code == 200
        return answer.text

    def post(self, path: str, **fields: Any) -> tuple[int, str]:
        address = f"/results/{self.uid}{path}"
        answer = self.desk.client.post(address, data=fields, follow_redirects=True)
        return answer.status_code, answer.text

    def send(self, *lines: str) -> tuple[int, str]:
        text = "\n".join(("准考证号,技能操作,工作业绩", *lines))
        return self.post("/marks", file=(io.BytesIO(text.encode()), "marks.csv"))

    def acts(self) -> list[str]:
        with self.desk.database.reading() as db:
            return list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))

    def change_to(self, *roles: str) -> None:
        """Sign a colleague in at the same browser."""
        with self.desk.database.writing() as db:
            organization = db.get_one(Organization, self.desk.organization_id)
            person = make_person(db, *roles, organization=organization)
        sign_in(self.desk.client, person)


@pytest.fixture
def batch(client: FlaskClient, sqlite_database: Database) -> Batch:
    desk = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, desk.organization_id)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1)
        exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
        form = run.forms[0]
        sittings = [
            make_sitting(db, exam_session, form=form, status="handed_in", started_at=NOW)
            for _ in range(2)
        ]
        for sitting, answers in zip(sittings, ("AAAA", "AB--"), strict=True):
            make_answers(db, sitting, *answers)
        sittings.append(make_sitting(db, exam_session, form=form))
        sittings[2].registration.candidate.name = "=SUM(A1)"
        exam_session.rooms[0].closed_at = NOW
        registrations = [sitting.registration for sitting in sittings]
        return Batch(
            desk,
            exam_session.batch.uid,
            exam_session.uid,
            tuple(each.ticket for each in registrations),
            tuple(each.uid for each in registrations),
        )


def test_a_batch_is_marked_entered_decided_and_exported(batch: Batch) -> None:
    assert batch.post("/mark")[0] == 200
    assert batch.send(*(f"{ticket},80,90.5" for ticket in batch.tickets))[0] == 200
    _, page = batch.post("/decide")
    assert "100.0 × 40 % + 80 × 50 % + 90.5 × 10 % = 89.05 → 89.1" in page
    assert "3 人中 1 人合格" in page
    status, text = batch.post("/decisions.csv")
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert status == 200
    assert [(row[5], row[6]) for row in rows[1:]] == [
        ("89.1", "pass"),
        ("59.1", "fail"),
        ("", "absent"),
    ]
    assert rows[3][1] == "'=SUM(A1)"
    assert batch.acts() == ["mark", "enter_marks", "decide", "export_decisions"]


def test_a_mark_of_101_is_refused_with_its_row_and_column(batch: Batch) -> None:
    status, page = batch.send(f"{batch.tickets[0]},80,90", f"{batch.tickets[1]},101,")
    assert status == 422
    assert "3 practical" in page
    with batch.desk.database.reading() as db:
        assert db.scalars(select(ComponentMark)).all() == []


@pytest.mark.parametrize(
    ("file", "status"),
    [
        (None, 422),
        ((b"", "marks.csv"), 422),
        ((b"\xff\xfe\x00", "marks.xlsx"), 422),
        ("姓名,成绩\n甲,80".encode(), 422),
    ],
)
def test_a_file_that_is_no_mark_list_is_refused(
    batch: Batch, file: tuple[bytes, str] | bytes | None, status: int
) -> None:
    body, name = file if isinstance(file, tuple) else (file, "marks.csv")
    fields = {} if body is None else {"file": (io.BytesIO(body), name)}
    assert batch.post("/marks", **fields)[0] == status


def test_a_mark_by_hand_is_kept_with_the_one_it_replaced(batch: Batch) -> None:
    path = f"/candidates/{batch.candidates[0]}"
    batch.post(path, practical="70", performance="")
    _, page = batch.post(path, practical="71.5", performance="")
    assert "71.5" in page
    assert ">70<" in page
    status, page = batch.post(path, practical="101", performance="88")
    assert status == 422
    assert 'value="88"' in page


def test_a_decision_that_no_longer_holds_says_so(batch: Batch) -> None:
    batch.post("/mark")
    assert "重新作出结论" not in batch.post("/decide")[1]
    batch.send(f"{batch.tickets[0]},80,90")
    assert "1 名考生的结论会不同" in batch.get()


def test_nothing_is_decided_or_exported_before_its_time(
    batch: Batch, sqlite_database: Database
) -> None:
    assert batch.post("/decisions.csv")[0] == 404
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, batch.desk.organization_id)
        empty = make_batch(db, organization).uid
    client = batch.desk.client
    assert client.post(f"/results/{empty}/mark").status_code == 409
    assert client.post(f"/results/{empty}/decide").status_code == 409
    assert client.get("/results/").status_code == 200


def test_an_examiner_enters_marks_and_sees_neither_theory_nor_decisions(batch: Batch) -> None:
    batch.post("/mark")
    batch.post("/decide")
    batch.change_to("examiner")
    page = batch.get()
    assert "× 40 %" not in page
    assert "理论" not in page.split("<main", 1)[1].split("2. ", 1)[0]
    assert batch.send(f"{batch.tickets[0]},80,90")[0] == 200
    status, text = batch.post("/marks.csv")
    assert status == 200
    assert f"{batch.tickets[0]},80,90" in text
    assert batch.acts()[-2:] == ["enter_marks", "export_marks"]
    for path in ("/mark", "/decide", "/decisions.csv"):
        assert batch.post(path)[0] == 403
    assert batch.desk.client.get(f"/analysis/{batch.exam_session}").status_code == 403


def test_another_organization_finds_no_batch_candidate_or_analysis(batch: Batch) -> None:
    desk_of(batch.desk.client, batch.desk.database, "exam_officer", "examiner")
    client = batch.desk.client
    for path in ("", f"/candidates/{batch.candidates[0]}"):
        assert client.get(f"/results/{batch.uid}{path}").status_code == 404
    for path in ("/mark", "/marks", "/marks.csv", "/decide", "/decisions.csv"):
        assert batch.post(path)[0] == 404
    assert batch.post(f"/candidates/{batch.candidates[0]}", practical="1")[0] == 404
    assert client.get(f"/analysis/{batch.exam_session}").status_code == 404


def test_item_figures_are_shown_with_a_dash_where_they_are_undefined(batch: Batch) -> None:
    address = f"/analysis/{batch.exam_session}"
    assert "n</th>" not in batch.desk.client.get(address).text
    batch.post("/mark")
    page = batch.desk.client.get(address).text
    assert "1.00" in page
    assert "—" in page
    assert "本卷只有 2 名考生" in page
