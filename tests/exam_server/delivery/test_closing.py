"""Rooms and sittings end on time, whoever is absent, and never against time just granted."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from exam_server.announcements import Announcement
from exam_server.db import Database
from exam_server.delivery import closing
from exam_server.delivery.entries import Close
from exam_server.delivery.journal_writing import open_batch
from exam_server.delivery.models import ServerBeat
from exam_server.seating.models import ExamSession, Pause, RoomRun, Sitting, TimeCredit
from tests.factories import (
    NOW,
    make_batch,
    make_exam_session,
    make_organization,
    make_rule_set,
    make_sitting,
)


def at(minute: float) -> datetime:
    return NOW + timedelta(minutes=minute)


def make_room(database: Database, *states: str) -> list[int]:
    """Add a room started at NOW for 60 minutes with sittings in these states."""
    with database.writing() as db:
        organization = make_organization(db)
        rules = make_rule_set(db, organization)
        exam_session = make_exam_session(
            db, make_batch(db, organization, rule_set=rules), state="released"
        )
        exam_session.rooms[0].started_at = NOW
        return [make_sitting(db, exam_session, status=state).id for state in states]


def grant(database: Database, minutes: int, *, sitting_id: int | None = None) -> None:
    with database.writing() as db:
        credit = TimeCredit(
            room_run_id=db.query(RoomRun).one().id,
            sitting_id=sitting_id,
            minutes=Decimal(minutes),
            reason="late bell",
            granted_at=NOW,
        )
        db.add(credit)


def due(database: Database, minute: float) -> list[int]:
    with database.reading() as db:
        return closing.due_sittings(db, now=at(minute))


def close_what_can(database: Database, minute: float) -> str:
    """Close rooms as the server does each second; return the exam session's state."""
    with database.writing() as db:
        closing.close_rooms(db, closing.rooms_to_close(db, now=at(minute)), now=at(minute))
    with database.reading() as db:
        return db.query(ExamSession).one().state


def hold(database: Database, *, silent_from: float, until: float) -> list[str]:
    with database.writing() as db:
        db.add(ServerBeat(id=closing.THE_BEAT, at=at(silent_from)))
        db.flush()
        closing.hold_after_outage(db, now=at(until))
    with database.reading() as db:
        return [sitting.status for sitting in db.query(Sitting).order_by(Sitting.id)]


def test_live_sittings_are_due_after_their_grace_and_no_others(database: Database) -> None:
    running, paused, *_ = make_room(database, "running", "paused", "handed_in", "held", "assigned")
    assert due(database, 60 + 3 / 60) == []
    assert due(database, 60 + 4 / 60) == [running, paused]


def test_a_sitting_with_more_time_is_due_later(database: Database) -> None:
    first, second = make_room(database, "running", "running")
    grant(database, 10, sitting_id=second)
    assert due(database, 65) == [first]
    assert due(database, 71) == [first, second]


def test_a_lasting_pause_keeps_a_room_from_its_end(database: Database) -> None:
    make_room(database, "paused")
    with database.writing() as db:
        room_run_id = db.query(RoomRun).one().id
        db.add(Pause(room_run_id=room_run_id, paused_at=at(10), reason="fire alarm"))
    assert due(database, 500) == []


def test_a_closing_decided_before_time_was_granted_does_not_close(database: Database) -> None:
    (sitting_id,) = make_room(database, "running")
    assert due(database, 61) == [sitting_id]
    entry = Close(sitting_id, "time_over", at(61))
    grant(database, 10)
    with database.writing() as db:
        reply = entry.write(open_batch(db, [entry]))
    assert reply == {"ok": False, "code": "time_left"}
    with database.reading() as db:
        assert db.query(Sitting).one().status == "running"


def test_a_room_of_finished_candidates_closes_and_its_exam_session_with_it(
    database: Database,
) -> None:
    make_room(database, "handed_in", "void")
    assert close_what_can(database, 40) == "closed"


@pytest.mark.parametrize("absent", ["assigned", "checked_in", "ready"])
def test_an_absent_candidate_keeps_a_room_open_to_its_end_and_no_longer(
    database: Database, absent: str
) -> None:
    make_room(database, "handed_in", absent)
    grant(database, 5)
    assert close_what_can(database, 64) == "released"
    assert close_what_can(database, 66) == "closed"


@pytest.mark.parametrize("at_work", ["running", "paused", "held"])
def test_a_room_stays_open_while_somebody_works_or_waits_for_a_decision(
    database: Database, at_work: str
) -> None:
    make_room(database, "handed_in", at_work)
    assert close_what_can(database, 500) == "released"


def test_an_exam_session_waits_for_its_other_rooms_with_candidates_only(
    database: Database,
) -> None:
    make_room(database, "handed_in")
    with database.writing() as db:
        exam_session = db.query(ExamSession).one()
        first = exam_session.rooms[0]
        second = make_exam_session(db, exam_session.batch).rooms[0]
        db.add(RoomRun(exam_session=exam_session, room=second.room))
        db.delete(second.exam_session)
        db.delete(second)
        db.flush()
        assert len(exam_session.rooms) == 2
        assert first.closed_at is None
    assert close_what_can(database, 40) == "closed"


def test_an_end_inside_an_outage_holds_and_an_end_before_it_does_not(database: Database) -> None:
    make_room(database, "running", "running")
    with database.reading() as db:
        second = max(sitting.id for sitting in db.query(Sitting))
    grant(database, 20, sitting_id=second)
    assert hold(database, silent_from=70, until=90) == ["running", "held"]


def test_an_end_in_the_last_second_of_an_outage_holds(database: Database) -> None:
    make_room(database, "running", "paused")
    assert hold(database, silent_from=50, until=60 + 1 / 60) == ["held", "held"]


def test_a_short_silence_holds_nothing(database: Database) -> None:
    make_room(database, "running")
    assert hold(database, silent_from=60, until=60 + 9 / 60) == ["running"]


def test_a_store_that_was_away_across_the_end_holds_and_never_closes(database: Database) -> None:
    """The process lived on: it is the store that could not be told."""
    running, handed_in = make_room(database, "running", "handed_in")
    with database.writing() as db:
        closing.beat(db, now=at(59))
    with database.reading() as db:
        assert not closing.was_away(db, now=at(59.1))
        assert closing.was_away(db, now=at(61))
    with database.writing() as db:
        assert closing.live_on(db, now=at(61)) == 1
    with database.writing() as db:
        assert not closing.was_away(db, now=at(61))
        assert closing.live_on(db, now=at(61)) == 0, "once"
        states = {each.id: each.status for each in db.query(Sitting)}
        assert states == {running: "held", handed_in: "handed_in"}
        told = db.query(Announcement).one()
        assert (told.name, told.payload["status"]) == ("clock_changed", "held")
        late = Close(running, "time_over", at(61))
        batch = open_batch(db, [late])
        assert late.write(batch)["code"] == "sitting_held"
