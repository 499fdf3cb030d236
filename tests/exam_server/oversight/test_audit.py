"""The audit record as auditors read it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.clock import TestClock
from exam_server.db import Database
from exam_server.marking.models import MarkingRun
from exam_server.oversight.service import OWNERS, Sought, entries_for
from tests.catalogues import entries
from tests.factories import (
    NOW,
    actor_of,
    add,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_item,
    make_organization,
    make_person,
    make_room,
    make_sitting,
)
from tests.source import python_files
from tests.staff import desk_of

ACT = re.compile(
    r"""(?:audit\.record|record_about|record_act)\(\s*(?:\w+\.)?\w+,(?: \w+,)?\s*"([a-z_]+)\""""
)
KIND = re.compile(r"""f"([a-z_]+):\{""")


def test_every_kind_of_object_says_whose_it_is() -> None:
    """An object named in the record must lead to its organization, or auditors miss its entries."""
    named = set()
    for path in python_files("exam_server"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"\bof(, detail)? ?=", line):
                named |= set(KIND.findall(line))
    assert named - {*OWNERS, "person", "table"} == set()
    assert {"batch", "item", "sitting", "room_run"} <= named


def test_every_act_has_words() -> None:
    sources = [path.read_text(encoding="utf-8") for path in python_files("exam_server")]
    acts = {act for text in sources for act in ACT.findall(text)}
    assert {"sign_in", "grant_time", "import_items", "close_account"} <= acts
    for language in ("zh_Hans_CN", "en"):
        worded = entries(language)
        assert {act for act in acts if ("act", act) not in worded} == set()


def test_entries_belong_where_their_object_does(db: Session) -> None:
    here, elsewhere = make_organization(db), make_organization(db)
    auditor = actor_of(make_person(db, "auditor", organization=here))
    both = make_person(db, "exam_officer", organization=here)
    make_person(db)  # of nowhere
    for place, act in ((here, "seen"), (elsewhere, "hidden")):
        blueprint = make_blueprint(db, place)
        item = make_item(db, blueprint.areas[0].points[0]).item
        exam_session = make_exam_session(db, make_batch(db, place), room=make_room(db, place))
        sitting = make_sitting(db, exam_session)
        staff = make_person(db, "proctor", organization=place)
        marking = add(db, MarkingRun(exam_session_id=exam_session.id, marked_at=NOW))
        for of in (
            f"organization:{place.uid}",
            f"blueprint:{blueprint.uid}",
            f"item:{item.uid}",
            f"batch:{exam_session.batch.uid}",
            f"exam_session:{exam_session.uid}",
            f"sitting:{sitting.uid}",
            f"room_run:{exam_session.rooms[0].id}",
            f"marking_run:{marking.uid}",
            f"person:{staff.uid}",
        ):
            audit.record(db, act, by=both.id, of=of)
    db.flush()
    told, has_more = entries_for(db, auditor, Sought())
    assert {each.entry.act for each in told} == {"seen"}
    assert len(told) == 9
    assert not has_more


def test_what_has_no_owner_belongs_to_who_did_it(db: Session) -> None:
    here = make_organization(db)
    auditor = actor_of(make_person(db, "auditor", organization=here))
    mine = make_person(db, "exam_officer", organization=here)
    other = make_person(db, "exam_officer", organization=make_organization(db))
    for person in (mine, other):
        audit.record(db, "export_table", by=person.id, of="table:people")
    db.flush()
    told, _ = entries_for(db, auditor, Sought())
    assert [each.by for each in told] == [mine]


def test_entries_are_sought_by_person_act_and_time(db: Session, clock: TestClock) -> None:
    here = make_organization(db)
    auditor = actor_of(make_person(db, "auditor", organization=here))
    people = [
        make_person(db, "exam_officer", organization=here, name=name) for name in ("陈立", "孟洁")
    ]
    for person in people:
        for act in ("create_batch", "decide"):
            audit.record(db, act, by=person.id, of=f"person:{person.uid}")
            clock.advance(hours=1)
    db.flush()

    def found(**wanted: object) -> list[tuple[str, str]]:
        told, _ = entries_for(db, auditor, Sought(**wanted))  # type: ignore[arg-type]
        return [(each.by.name if each.by else "", each.entry.act) for each in told]

    assert found(person="陈") == [("陈立", "decide"), ("陈立", "create_batch")]
    assert found(act="decide") == [("孟洁", "decide"), ("陈立", "decide")]
    assert found(start=NOW + timedelta(hours=2)) == [("孟洁", "decide"), ("孟洁", "create_batch")]
    assert found(end=NOW + timedelta(hours=1)) == [("陈立", "create_batch")]


def test_pages_follow_one_another_without_gap(db: Session) -> None:
    here = make_organization(db)
    person = make_person(db, "auditor", organization=here)
    for number in range(7):
        audit.record(db, f"act_{number}", by=person.id, of=f"person:{person.uid}")
    db.flush()
    auditor = actor_of(person)
    seen: list[str] = []
    before = None
    for expected_more in (True, True, False):
        told, has_more = entries_for(db, auditor, Sought(before=before), limit=3)
        seen += [each.entry.act for each in told]
        before = told[-1].entry.id
        assert has_more is expected_more
    assert seen == [f"act_{number}" for number in range(6, -1, -1)]


def test_the_page_shows_words_and_goes_out_as_a_table(
    client: FlaskClient, sqlite_database: Database
) -> None:
    desk = desk_of(client, sqlite_database, "auditor")
    with sqlite_database.writing() as db:
        audit.record(
            db, "grant_role", by=desk.person_id, of="table:x", detail={"role": "=examiner"}
        )
    page = client.get("/oversight/audit")
    assert "授予角色" in page.text
    rows = list(csv.reader(io.StringIO(client.get("/oversight/audit?format=csv").text)))
    assert rows[1][4] == "grant_role"
    assert "export_table" in client.get("/oversight/audit?act=export_table").text


@pytest.mark.parametrize("query", ["start=soon", "end=2026-13-01"])
def test_a_day_that_is_none_is_refused(
    client: FlaskClient, sqlite_database: Database, query: str
) -> None:
    desk_of(client, sqlite_database, "auditor")
    assert client.get(f"/oversight/audit?{query}").status_code == 422
