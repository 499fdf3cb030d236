"""The proctor's acts on clocks: every change gives every touched sitting its next number."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.announcements import Announcement
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.models import ContactLoss
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.proctoring import clock_acts
from exam_server.proctoring.seats import seats_told
from exam_server.seating.clock_facts import clock_facts, room_clocks_of
from exam_server.seating.models import Sitting
from proctor.clock import ends_at
from tests.factories import NOW
from tests.rooms import LATER, running_room


def end_of(db: Session, sitting: Sitting) -> float:
    end = ends_at(clock_facts(db, sitting), LATER)
    assert end is not None
    return (end - NOW).total_seconds() / 60


def told_names(db: Session, sitting: Sitting) -> list[str]:
    chosen = select(Announcement.name).where(Announcement.to == f"sitting:{sitting.uid}")
    return list(db.scalars(chosen.order_by(Announcement.id)))


def lose(db: Session, sitting: Sitting, start: float, stop: float | None) -> ContactLoss:
    loss = ContactLoss(
        sitting_id=sitting.id,
        lost_at=NOW + timedelta(minutes=start),
        regained_at=None if stop is None else NOW + timedelta(minutes=stop),
    )
    db.add(loss)
    db.flush()
    return loss


def test_time_for_one_seat_reaches_that_seat_only(db: Session) -> None:
    room = running_room(db)
    one, other, _ = room.sittings
    number = one.clock_number
    clock_acts.grant_time(db, room.acting, one.uid, minutes=Decimal(5), reason="restart")
    assert (end_of(db, one), end_of(db, other)) == (65, 60)
    assert (one.clock_number, other.clock_number) == (number + 1, number)
    assert told_names(db, one) == ["clock_changed"]
    assert told_names(db, other) == []


def test_time_for_the_room_reaches_everybody_and_is_the_rooms(db: Session) -> None:
    room = running_room(db)
    reached = clock_acts.grant_time(db, room.acting, None, minutes=Decimal("2.5"), reason="bell")
    assert len(reached) == 3
    assert {end_of(db, sitting) for sitting in room.sittings} == {62.5}
    of_room = room_clocks_of(db, [room.room_run.id])[room.room_run.id]
    assert ends_at(of_room, LATER) == NOW + timedelta(minutes=62.5)


def test_a_pause_and_what_it_cost_are_given_back(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    clock_acts.pause(db, room.at(0), one.uid, reason="fire alarm")
    assert one.status == "paused"
    with pytest.raises(ConflictError, match="not_running"):
        clock_acts.pause(db, room.at(0), one.uid, reason="again")
    clock_acts.resume(db, room.at(10), one.uid)
    assert (one.status, end_of(db, one)) == ("running", 70)
    with pytest.raises(ConflictError, match="not_paused"):
        clock_acts.resume(db, room.at(10), one.uid)


def test_a_seat_paused_for_itself_stays_paused_when_the_room_goes_on(db: Session) -> None:
    room = running_room(db)
    one, other, _ = room.sittings
    clock_acts.pause(db, room.at(0), one.uid, reason="ill")
    clock_acts.pause(db, room.at(0), None, reason="alarm")
    clock_acts.resume(db, room.at(10), None)
    assert (one.status, other.status) == ("paused", "running")


def test_a_held_sitting_goes_on_when_it_gets_time(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    one.status = "held"
    clock_acts.grant_time(db, room.at(70), one.uid, minutes=Decimal(5), reason="outage")
    assert one.status == "held"
    clock_acts.grant_time(db, room.at(70), one.uid, minutes=Decimal(20), reason="outage")
    assert one.status == "running"


def test_time_for_a_closed_sitting_is_refused(db: Session) -> None:
    room = running_room(db)
    room.sittings[0].status = "handed_in"
    with pytest.raises(ConflictError, match="sitting_closed"):
        clock_acts.grant_time(db, room.acting, room.sittings[0].uid, minutes=Decimal(5), reason="x")


def test_a_seat_of_another_room_cannot_be_named(db: Session) -> None:
    room, other = running_room(db), running_room(db)
    with pytest.raises(NotFoundError, match="no_such_sitting"):
        clock_acts.pause(db, room.acting, other.sittings[0].uid, reason="x")


def test_time_given_by_mistake_is_taken_back(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    clock_acts.grant_time(db, room.acting, one.uid, minutes=Decimal(10), reason="typo")
    number = one.clock_number
    clock_acts.take_back_time(db, room.acting, one.uid, minutes=Decimal(5), reason="5, not 10")
    assert (end_of(db, one), one.clock_number) == (65, number + 1)
    chosen = select(Announcement.payload).where(Announcement.to == f"sitting:{one.uid}")
    told = db.scalars(chosen.order_by(Announcement.id.desc()).limit(1)).one()
    assert (told["reason"], told["minutes_taken"]) == ("time_taken_back", "5")
    with pytest.raises(ConflictError, match="nothing_to_take_back"):
        clock_acts.take_back_time(db, room.acting, one.uid, minutes=Decimal(6), reason="x")


def test_no_time_is_taken_back_that_has_been_used(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    clock_acts.grant_time(db, room.acting, one.uid, minutes=Decimal(10), reason="typo")
    with pytest.raises(ConflictError, match="too_little_left"):
        clock_acts.take_back_time(db, room.at(64.5), one.uid, minutes=Decimal(5), reason="x")
    with pytest.raises(InvalidInputError, match="correction_not_positive"):
        clock_acts.take_back_time(db, room.acting, one.uid, minutes=Decimal(0), reason="x")


def test_lost_time_is_measured_and_given_back_once(db: Session) -> None:
    room = running_room(db)
    one, other, _ = room.sittings
    lose(db, one, 1, 3.5)
    lose(db, one, 5, 6)
    (told,) = seats_told(db, LiveFacts(), [one.id], now=LATER)
    assert told["lost_minutes"] == 4
    clock_acts.grant_lost_time(db, room.acting, one.uid, reason="restart")
    assert end_of(db, one) == 64
    with pytest.raises(ConflictError, match="nothing_lost"):
        clock_acts.grant_lost_time(db, room.acting, one.uid, reason="restart")
    with pytest.raises(ConflictError, match="nothing_lost"):
        clock_acts.grant_lost_time(db, room.acting, other.uid, reason="restart")
    lose(db, one, 8, 9)
    clock_acts.grant_lost_time(db, room.acting, one.uid, reason="again")
    assert end_of(db, one) == 65


def test_a_loss_that_lasts_is_given_back_when_the_seat_is_there_again(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    loss = lose(db, one, 2, None)
    with pytest.raises(ConflictError, match="nothing_lost"):
        clock_acts.grant_lost_time(db, room.acting, one.uid, reason="restart")
    loss.regained_at = LATER
    db.flush()
    clock_acts.grant_lost_time(db, room.acting, one.uid, reason="restart")
    assert end_of(db, one) == 68
