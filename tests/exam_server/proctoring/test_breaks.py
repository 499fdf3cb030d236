"""Breaks at the console: the clock stands still while the allowance lasts, then runs by itself."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from exam_server.delivery import away, closing, service
from exam_server.delivery.away import Leave
from exam_server.delivery.live_facts import LiveFacts
from exam_server.errors import ConflictError
from exam_server.proctoring import clock_acts
from exam_server.proctoring.seats import seats_told
from exam_server.seating.clock_facts import clock_facts
from exam_server.seating.models import Sitting, SittingAccommodation
from proctor.clock import ends_at
from tests.factories import NOW
from tests.rooms import RoomAtWork, running_room

BREAK, OUT = Leave("break"), Leave("out")


@pytest.fixture
def room(db: Session) -> RoomAtWork:
    return running_room(db)


def at(minute: float) -> timedelta:
    return timedelta(minutes=minute)


def allow(db: Session, sitting: Sitting, break_min: int) -> None:
    row = SittingAccommodation(
        sitting_id=sitting.id,
        extra_min=0,
        break_min=break_min,
        is_large_text=False,
        wants_own_room=False,
        helper="",
        note="",
    )
    db.add(row)
    db.flush()


def end_of(db: Session, sitting: Sitting, minute: float) -> float:
    end = ends_at(clock_facts(db, sitting), NOW + at(minute))
    assert end is not None
    return (end - NOW) / at(1)


def needs_of(db: Session, sitting: Sitting, minute: float) -> list[str]:
    now = NOW + at(minute)
    (told,) = seats_told(db, LiveFacts(), [sitting.id], now=now)
    shown = [each for each in told["needs"] if each["shows_at"] <= now.isoformat()]
    return [each["need"] for each in shown if each["need"] not in {"lost", "clock_late"}]


def test_a_break_stops_the_clock_and_its_end_starts_it_again(db: Session, room: RoomAtWork) -> None:
    one, number = room.sittings[0], room.sittings[0].clock_number
    allow(db, one, 10)
    away.start_break(db, one, BREAK, now=NOW + at(10))
    assert (one.status, one.clock_number) == ("paused", number + 1)
    away.end_break(db, one, now=NOW + at(14))
    assert (one.status, one.clock_number) == ("running", number + 2)
    assert end_of(db, one, 30) == 64
    away.start_break(db, one, BREAK, now=NOW + at(30))
    away.end_break(db, one, now=NOW + at(50))
    assert end_of(db, one, 50) == 70


def test_over_its_allowance_time_runs_and_runs_out_with_nobody_acting(
    db: Session, room: RoomAtWork
) -> None:
    one = room.sittings[0]
    allow(db, one, 10)
    away.start_break(db, one, BREAK, now=NOW + at(20))
    assert needs_of(db, one, 29) == []
    assert needs_of(db, one, 31) == ["break_over"]
    grace = at(1)
    assert one.id not in closing.due_sittings(db, now=NOW + at(70))
    assert one.id in closing.due_sittings(db, now=NOW + at(70) + grace)


def test_minutes_given_in_a_break_stop_the_clock_for_longer(db: Session, room: RoomAtWork) -> None:
    one = room.sittings[0]
    away.start_break(db, one, Leave("break", 5, "医务室"), now=NOW + at(20))
    away.extend_break(db, one, 3, now=NOW + at(24))
    assert end_of(db, one, 40) == 68
    away.end_break(db, one, now=NOW + at(40))
    with pytest.raises(ConflictError, match="no_break"):
        away.extend_break(db, one, 3, now=NOW + at(41))


def test_who_is_out_has_a_running_clock(db: Session, room: RoomAtWork) -> None:
    one = room.sittings[0]
    allow(db, one, 10)
    away.start_break(db, one, OUT, now=NOW + at(20))
    assert (one.status, end_of(db, one, 30)) == ("running", 60)
    (told,) = seats_told(db, LiveFacts(), [one.id], now=NOW + at(25))
    assert told["away"]["kind"] == "out"
    assert told["break_left_s"] == 600
    with pytest.raises(ConflictError, match="away_already"):
        away.start_break(db, one, BREAK, now=NOW + at(26))
    away.end_break(db, one, now=NOW + at(30))
    with pytest.raises(ConflictError, match="not_away"):
        away.end_break(db, one, now=NOW + at(31))


def test_a_pause_of_the_room_in_a_break_uses_nothing_of_it_up(
    db: Session, room: RoomAtWork
) -> None:
    one = room.sittings[0]
    allow(db, one, 10)
    away.start_break(db, one, BREAK, now=NOW + at(20))
    clock_acts.pause(db, room.at(25), None, reason="alarm")
    clock_acts.resume(db, room.at(45), None)
    assert (one.status, room.sittings[1].status) == ("paused", "running")
    assert end_of(db, one, 60) == 90
    away.end_break(db, one, now=NOW + at(60))
    assert one.status == "running"


def test_a_call_for_a_break_is_told_as_such(db: Session, room: RoomAtWork) -> None:
    one = room.sittings[0]
    service.call_proctor(one, "", kind="break", now=NOW)
    (told,) = seats_told(db, LiveFacts(), [one.id], now=NOW)
    assert told["asks_for_break"] is True
