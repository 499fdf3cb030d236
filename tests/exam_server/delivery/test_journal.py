"""The answer journal's transaction, on both stores."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exam_server.clock import rfc3339
from exam_server.db import Database
from exam_server.delivery.entries import Close, HandIn, SaveAnswers, SendLateWork
from exam_server.delivery.journal_facts import Known
from exam_server.delivery.journal_writing import open_batch
from exam_server.delivery.messages import Parsed, parse_event, parse_events
from exam_server.delivery.models import AnswerEvent, LateWork, Receipt
from exam_server.delivery.receipts import chain_hash, hash_of
from exam_server.seating.models import ExamSession, Sitting, TimeCredit
from tests.factories import NOW, make_batch, make_exam_session, make_organization, make_rule_set
from tests.factories import make_sitting as add_sitting

N_POSITIONS = 10


def make_sitting(database: Database, *, count: int = 1, **values: Any) -> list[int]:
    """Add running sittings of one room, started at NOW, 60 minutes."""
    with database.writing() as db:
        organization = make_organization(db)
        rules = make_rule_set(db, organization, hand_in_after_min=30)
        exam_session = make_exam_session(db, make_batch(db, organization, rule_set=rules))
        exam_session.rooms[0].started_at = NOW
        return [
            add_sitting(db, exam_session, **{"status": "running", "lease_number": 1, **values}).id
            for _ in range(count)
        ]


def event(seq: int, answer: Any = "A", *, position: int = 1, **more: Any) -> dict[str, Any]:
    return {"seq": seq, "position": position, "answer": answer, "at": rfc3339(NOW), **more}


def parsed(*events: dict[str, Any]) -> Parsed:
    found = parse_events({"events": list(events)}, N_POSITIONS)
    assert isinstance(found, Parsed)
    return found


def save(sitting_id: int, *events: dict[str, Any], minute: float = 1, lease: int = 1) -> Any:
    return SaveAnswers(sitting_id, lease, parsed(*events), NOW + timedelta(minutes=minute))


def write(
    database: Database, *entries: Any, known: dict[int, Known] | None = None
) -> list[dict[str, Any]]:
    with database.writing() as db:
        batch = open_batch(db, entries, known)
        replies = [entry.write(batch) for entry in entries]
        batch.flush()
    return replies


def stored(database: Database, sitting_id: int) -> dict[int, str | None]:
    with database.reading() as db:
        chosen = select(AnswerEvent.seq, AnswerEvent.answer)
        rows = db.execute(chosen.where(AnswerEvent.sitting_id == sitting_id))
        return {row.seq: row.answer for row in rows}


def late(database: Database) -> list[tuple[int, str]]:
    with database.reading() as db:
        chosen = select(LateWork.seq, LateWork.cause).order_by(LateWork.seq)
        return [(row[0], row[1]) for row in db.execute(chosen)]


def test_an_answer_is_stored_and_acknowledged(database: Database) -> None:
    (sitting,) = make_sitting(database)
    (reply,) = write(database, save(sitting, event(1, "B"), event(2, ["A", "C"])))
    assert reply == {"ok": True, "acked_seq": 2, "refused": []}
    assert stored(database, sitting) == {1: '"B"', 2: '["A","C"]'}


def test_a_repeat_is_acknowledged_again_and_stored_once(database: Database) -> None:
    (sitting,) = make_sitting(database)
    write(database, save(sitting, event(1)))
    (reply,) = write(database, save(sitting, event(1), event(2)))
    assert reply["acked_seq"] == 2
    assert len(stored(database, sitting)) == 2


def test_a_repeat_after_the_end_is_still_acknowledged(database: Database) -> None:
    (sitting,) = make_sitting(database)
    write(database, save(sitting, event(1)))
    (reply,) = write(database, save(sitting, event(1), minute=90))
    assert reply["acked_seq"] == 1
    assert late(database) == []


def test_another_event_under_a_used_number_overwrites_nothing(database: Database) -> None:
    (sitting,) = make_sitting(database)
    write(database, save(sitting, event(1, "A")))
    (reply,) = write(database, save(sitting, event(1, "B")))
    assert reply["refused"] == [{"seq": 1, "code": "seq_conflict"}]
    assert stored(database, sitting) == {1: '"A"'}


def test_acknowledgement_stops_before_a_gap_and_goes_on_when_it_closes(database: Database) -> None:
    (sitting,) = make_sitting(database)
    (first,) = write(database, save(sitting, event(1), event(3)))
    assert first["acked_seq"] == 1
    (second,) = write(database, save(sitting, event(2)))
    assert second["acked_seq"] == 3


def test_one_bad_event_harms_no_other_and_consumes_its_number(database: Database) -> None:
    (sitting,) = make_sitting(database)
    bad = event(2, {"x": 1})
    (reply,) = write(database, save(sitting, event(1), bad, event(3, position=99), event(4)))
    assert reply["acked_seq"] == 4
    assert reply["refused"] == [
        {"seq": 2, "code": "malformed_answer"},
        {"seq": 3, "code": "no_such_position"},
    ]


@pytest.mark.parametrize(
    ("minute", "is_in_time"), [(60, True), (60 + 3 / 60, True), (60 + 3.1 / 60, False)]
)
def test_in_time_means_received_by_end_and_grace(
    database: Database, *, minute: float, is_in_time: bool
) -> None:
    (sitting,) = make_sitting(database)
    (reply,) = write(database, save(sitting, event(1), minute=minute))
    assert reply["ok"] is is_in_time
    assert late(database) == ([] if is_in_time else [(1, "time_over")])


def test_an_ended_lease_changes_nothing_and_its_work_is_kept(database: Database) -> None:
    (sitting,) = make_sitting(database, lease_number=2)
    (reply,) = write(database, save(sitting, event(1), lease=1))
    assert (reply["ok"], reply["code"]) == (False, "lease_ended")
    assert stored(database, sitting) == {}
    assert late(database) == [(1, "lease_ended")]


@pytest.mark.parametrize("status", ["ready", "paused"])
def test_nothing_counts_before_the_start_or_in_a_pause(database: Database, status: str) -> None:
    (sitting,) = make_sitting(database, status=status)
    (reply,) = write(database, save(sitting, event(1)))
    assert reply["ok"] is False
    assert (stored(database, sitting), late(database)) == ({}, [])


def test_many_seats_are_written_together(database: Database) -> None:
    sittings = make_sitting(database, count=5)
    replies = write(database, *(save(each, event(1), event(2)) for each in sittings))
    assert [reply["acked_seq"] for reply in replies] == [2] * 5


def test_two_messages_of_one_seat_in_one_batch_are_both_settled(database: Database) -> None:
    (sitting,) = make_sitting(database)
    replies = write(database, save(sitting, event(1)), save(sitting, event(1), event(2)))
    assert [reply["acked_seq"] for reply in replies] == [1, 2]


def test_hand_in_waits_for_every_event_the_seat_has_made(database: Database) -> None:
    (sitting,) = make_sitting(database)
    at = NOW + timedelta(minutes=40)
    (refused,) = write(database, HandIn(sitting, 1, 2, at))
    assert refused["code"] == "events_missing"
    done = write(database, save(sitting, event(1), event(2)), HandIn(sitting, 1, 2, at))[1]
    assert done["receipt"]["count"] == 2
    (again,) = write(database, HandIn(sitting, 1, 2, at + timedelta(seconds=5)))
    assert again["receipt"] == done["receipt"]


def test_hand_in_before_its_minute_is_refused(database: Database) -> None:
    (sitting,) = make_sitting(database)
    (reply,) = write(database, HandIn(sitting, 1, 0, NOW + timedelta(minutes=29)))
    assert reply["code"] == "too_early"


def test_work_received_before_a_closing_in_the_same_batch_counts(database: Database) -> None:
    (sitting,) = make_sitting(database)
    end = NOW + timedelta(minutes=60, seconds=4)
    entries = (
        save(sitting, event(1), minute=60),
        Close(sitting, "time_over", end),
        save(sitting, event(2), minute=60),
    )
    saved, closed, after = write(database, *entries)
    assert saved["ok"]
    assert closed["receipt"]["count"] == 1
    assert after["code"] == "sitting_closed"
    assert late(database) == [(2, "sitting_closed")]


def test_late_work_is_kept_once_with_its_evidence(database: Database) -> None:
    (sitting,) = make_sitting(database, status="handed_in")
    sent = SendLateWork(sitting, 1, parsed(event(1), event(2)), NOW + timedelta(hours=2))
    assert write(database, sent)[0]["kept"] == 2
    write(database, sent)
    assert late(database) == [(1, "sent_late"), (2, "sent_late")]


def test_receipts_are_linked_into_a_chain(database: Database) -> None:
    sittings = make_sitting(database, count=3)
    at = NOW + timedelta(minutes=45)
    write(database, *(HandIn(each, 1, 0, at) for each in sittings))
    with database.reading() as db:
        receipts = db.scalars(select(Receipt).order_by(Receipt.link)).all()
        uids = {row.id: row.uid for row in db.scalars(select(Sitting))}
    head = ""
    for link, receipt in enumerate(receipts, start=1):
        assert (receipt.link, receipt.previous) == (link, head)
        head = chain_hash(head, uids[receipt.sitting_id], receipt.hash, link)
        assert receipt.chain == head


def change(database: Database, sitting: int, **values: Any) -> None:
    with database.writing() as db:
        for name, value in values.items():
            setattr(db.get_one(Sitting, sitting), name, value)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"status": "paused"}, "sitting_paused"),
        ({"status": "held"}, "sitting_held"),
        ({"lease_number": 2}, "lease_ended"),
    ],
)
def test_what_the_journal_remembers_never_outweighs_the_row(
    database: Database, *, changed: dict[str, Any], code: str
) -> None:
    (sitting,) = make_sitting(database)
    known: dict[int, Known] = {}
    assert write(database, save(sitting, event(1)), known=known)[0]["ok"]
    change(database, sitting, **changed)
    assert write(database, save(sitting, event(2)), known=known)[0]["code"] == code


def test_time_added_by_another_process_counts_at_once(database: Database) -> None:
    (sitting,) = make_sitting(database)
    known: dict[int, Known] = {}
    (late_one,) = write(database, save(sitting, event(1), minute=61), known=known)
    assert late_one["code"] == "time_over"
    with database.writing() as db:
        row = db.get_one(Sitting, sitting)
        row.clock_number += 1
        credit = {"room_run_id": row.room_run_id, "sitting_id": sitting, "minutes": Decimal(5)}
        db.add(TimeCredit(**credit, reason="x", granted_at=NOW, granted_by=None))
    (in_time,) = write(database, save(sitting, event(1), minute=61), known=known)
    assert in_time["ok"]


def test_a_shorter_exam_session_ends_for_what_is_remembered_too(database: Database) -> None:
    (sitting,) = make_sitting(database)
    known: dict[int, Known] = {}
    assert write(database, save(sitting, event(1)), known=known)[0]["ok"]
    with database.writing() as db:
        exam_session = db.get_one(Sitting, sitting).exam_session
        exam_session.hard_end = NOW + timedelta(minutes=10)
        assert isinstance(exam_session, ExamSession)
    (reply,) = write(database, save(sitting, event(2), minute=20), known=known)
    assert reply["code"] == "time_over"


ANSWERS = st.recursive(
    st.one_of(st.text(max_size=20), st.integers(-(2**53) + 1, 2**53 - 1), st.floats(-1e9, 1e9)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None, max_examples=60)
@given(answers=st.lists(st.one_of(st.none(), ANSWERS, st.dictionaries(st.text(), st.text()))))
def test_the_hash_is_over_the_canonical_json_of_the_events(answers: list[Any]) -> None:
    sent = [event(seq, answer, kind="answer") for seq, answer in enumerate(answers, start=1)]
    events = [parse_event(each, each["seq"], N_POSITIONS) for each in sent]
    canonical = [
        {
            "seq": each.seq,
            "kind": each.kind,
            "position": each.position,
            "answer": None if each.answer is None else json.loads(each.answer),
            "at": each.at,
            **({"refused": each.refused_code} if each.refused_code else {}),
        }
        for each in events
    ]
    assert hash_of(events) == hashlib.sha256(rfc8785.dumps(canonical)).hexdigest()
