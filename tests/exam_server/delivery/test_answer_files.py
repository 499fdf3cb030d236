"""Answer files: sealed at a seat, read for whom they are, counted or kept for the proctor."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exam_server.clock import rfc3339
from exam_server.db import Database
from exam_server.delivery.answer_files import AnswerFile, Taken, read_answer_file, take_answer_file
from exam_server.delivery.answer_sealing import Head, answer_file_key, read_document, seal_answers
from exam_server.delivery.journal import Journal
from exam_server.delivery.models import AnswerEvent, LateWork
from exam_server.errors import RefusedError
from exam_server.seating.models import Sitting
from tests.factories import (
    NOW,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_sitting,
)

SECRET, OTHER_SECRET = b"s" * 32, b"o" * 32
SOON = NOW + timedelta(minutes=5)
AFTER_THE_END = NOW + timedelta(hours=3)


def event(seq: int, answer: Any = "A", position: int = 1) -> dict[str, Any]:
    at = rfc3339(NOW)
    return {"seq": seq, "kind": "answer", "position": position, "answer": answer, "at": at}


def file_of(
    sitting_uid: str, *events: dict[str, Any], lease: int = 1, secret: bytes = SECRET
) -> bytes:
    head = Head(sitting_uid, "T0001", lease, rfc3339(NOW), len(events))
    return seal_answers(head, events, answer_file_key(secret, sitting_uid, lease))


@pytest.fixture
def sitting_uid(database: Database) -> str:
    """Add a running sitting of 60 minutes from NOW whose form has three items."""
    with database.writing() as db:
        organization = make_organization(db)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=3)
        exam_session = make_exam_session(db, make_batch(db, organization))
        exam_session.rooms[0].started_at = NOW
        facts = {"status": "running", "lease_number": 1, "form_id": run.forms[0].id}
        return make_sitting(db, exam_session, **facts).uid


@contextmanager
def running(database: Database) -> Iterator[Journal]:
    journal = Journal(database, lambda _batch: None)
    writer = gevent.spawn(journal.run)
    yield journal
    journal.stop()
    writer.join(5)


def read(database: Database, file: bytes) -> AnswerFile:
    with database.reading() as db:
        return read_answer_file(db, file, secret=SECRET)


def take(database: Database, file: bytes, *, received_at: datetime = SOON) -> Taken:
    with running(database) as journal:
        return take_answer_file(journal, read(database, file), received_at=received_at)


def change(database: Database, uid: str, **values: Any) -> None:
    with database.writing() as db:
        sitting = db.scalars(select(Sitting).where(Sitting.uid == uid)).one()
        for name, value in values.items():
            setattr(sitting, name, value)


def stored(database: Database) -> list[tuple[int, str | None]]:
    with database.reading() as db:
        chosen = select(AnswerEvent.seq, AnswerEvent.answer).order_by(AnswerEvent.seq)
        return [(row.seq, row.answer) for row in db.execute(chosen)]


def late(database: Database) -> list[tuple[int, int, str, str | None]]:
    with database.reading() as db:
        rows = db.scalars(select(LateWork).order_by(LateWork.lease_number, LateWork.seq))
        return [(row.lease_number, row.seq, row.cause, row.answer) for row in rows]


def code_of(database: Database, file: bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        read(database, file)
    return refused.value.code


def test_a_file_says_whose_it_is_and_what_it_brings(database: Database, sitting_uid: str) -> None:
    found = read(database, file_of(sitting_uid, event(4, "C"), event(3, {"1": "安培"})))
    assert (found.sitting.uid, found.lease_number, found.ticket) == (sitting_uid, 1, "T0001")
    assert found.saved_at == NOW
    assert [(each.seq, each.answer) for each in found.events] == [(3, '{"1":"安培"}'), (4, '"C"')]


def test_in_time_and_under_the_lease_the_answers_count(
    database: Database, sitting_uid: str
) -> None:
    bad = event(3, position=99)
    taken = take(database, file_of(sitting_uid, event(1), event(2, "B"), bad))
    assert taken == Taken(counted=2, refused=1)
    assert stored(database) == [(1, '"A"'), (2, '"B"'), (3, None)]
    assert late(database) == []


def test_a_file_taken_in_again_changes_nothing(database: Database, sitting_uid: str) -> None:
    file = file_of(sitting_uid, event(1), event(2))
    take(database, file)
    assert take(database, file, received_at=AFTER_THE_END) == Taken(known=2)
    longer = file_of(sitting_uid, event(1), event(2), event(3))
    assert take(database, longer, received_at=AFTER_THE_END) == Taken(late=1, known=2)
    assert take(database, longer, received_at=AFTER_THE_END) == Taken(known=3)
    assert late(database) == [(1, 3, "answer_file", '"A"')]


def test_otherwise_they_are_late_work_under_their_lease(
    database: Database, sitting_uid: str
) -> None:
    usual = {"status": "running", "lease_number": 1}
    cases: list[tuple[dict[str, Any], datetime]] = [
        ({}, AFTER_THE_END),
        ({"status": "handed_in"}, SOON),
        ({"status": "held"}, SOON),
        ({"status": "paused"}, SOON),
        ({"lease_number": 2}, SOON),
    ]
    for seq, (facts, received_at) in enumerate(cases, start=1):
        change(database, sitting_uid, **{**usual, **facts})
        taken = take(database, file_of(sitting_uid, event(seq)), received_at=received_at)
        assert taken == Taken(late=1), facts
    assert stored(database) == []
    assert late(database) == [(1, seq, "answer_file", '"A"') for seq in range(1, 6)]


def test_another_change_under_a_used_number_is_looked_at_by_a_person(
    database: Database, sitting_uid: str
) -> None:
    take(database, file_of(sitting_uid, event(1)))
    assert take(database, file_of(sitting_uid, event(1, "D"))) == Taken(late=1)
    assert stored(database) == [(1, '"A"')]
    assert late(database) == [(1, 1, "answer_file", '"D"')]


def test_more_than_one_message_may_hold(database: Database, sitting_uid: str) -> None:
    events = [event(seq, "ABCD"[seq % 4]) for seq in range(1, 251)]
    assert take(database, file_of(sitting_uid, *events)) == Taken(counted=250)
    assert len(stored(database)) == 250


def test_what_is_no_file_of_this_server_is_refused_by_its_reason(
    database: Database, sitting_uid: str
) -> None:
    file = file_of(sitting_uid, event(1))
    changed_head = json.loads(file) | {}
    changed_head["head"] = {**changed_head["head"], "lease_number": 2}
    newer = json.loads(file)
    newer["head"]["format"] = 2
    unknown = "00000000-0000-4000-8000-000000000000"
    refused = {
        "a picture": (b"\x89PNG\r\n", "not_an_answer_file"),
        "nothing": (b"", "not_an_answer_file"),
        "other JSON": (b'{"answers": []}', "not_an_answer_file"),
        "cut short": (file[:-40], "answer_file_damaged"),
        "changed head": (json.dumps(changed_head).encode(), "answer_file_damaged"),
        "newer": (json.dumps(newer).encode(), "answer_file_too_new"),
        "unknown": (file_of(unknown, event(1)), "answer_file_of_unknown_sitting"),
        "other": (
            file_of(sitting_uid, event(1), secret=OTHER_SECRET),
            "answer_file_of_other_server",
        ),
    }
    found = {name: code_of(database, bad) for name, (bad, _) in refused.items()}
    assert found == {name: code for name, (_, code) in refused.items()}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_change_of_a_byte_gets_through(data: st.DataObject) -> None:
    head = Head("b5f1c9b2-0000-4000-8000-000000000000", "T0001", 1, rfc3339(NOW), 1)
    file = seal_answers(head, [event(1, "答案")], b"k" * 32)
    place = data.draw(st.integers(0, len(file) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != file[place]))
    found = read_document(file[:place] + bytes([byte]) + file[place + 1 :])
    whole = read_document(file)
    assert isinstance(found, str) or found == whole  # the same bytes in another base64
