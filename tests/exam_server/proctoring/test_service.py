"""The proctor's acts on clocks: every change gives every touched sitting its next number."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.announcements import Announcement
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.service import start_sittings
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.proctoring import service
from exam_server.proctoring.seats import seats_told
from exam_server.seating.clock_facts import clock_facts
from exam_server.seating.models import RoomRun, Sitting
from exam_server.seating.service import room_run_for
from proctor.clock import ends_at
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_duty,
    make_exam_session,
    make_organization,
    make_person,
    make_sitting,
)

LATER = NOW + timedelta(minutes=10)


def running_room(db: Session, n_seats: int = 3) -> tuple[Actor, RoomRun, list[Sitting]]:
    organization = make_organization(db)
    exam_session = make_exam_session(db, make_batch(db, organization), state="released")
    room_run = exam_session.rooms[0]
    person = make_person(db, "proctor", organization=organization)
    make_duty(db, exam_session, person, room=room_run.room)
    sittings = [make_sitting(db, exam_session, status="ready") for _ in range(n_seats)]
    start_sittings(db, [room_run], now=NOW)
    for sitting in sittings:
        db.refresh(sitting)
    return actor_of(person), room_run, sittings


def end_of(db: Session, sitting: Sitting) -> float:
    end = ends_at(clock_facts(db, sitting), LATER)
    assert end is not None
    return (end - NOW).total_seconds() / 60


def told_names(db: Session, sitting: Sitting) -> list[str]:
    chosen = select(Announcement.name).where(Announcement.to == f"sitting:{sitting.uid}")
    return list(db.scalars(chosen.order_by(Announcement.id)))


def test_starting_runs_the_ready_and_nobody_else(db: Session) -> None:
    organization = make_organization(db)
    exam_session = make_exam_session(db, make_batch(db, organization), state="released")
    ready = make_sitting(db, exam_session, status="ready")
    away = make_sitting(db, exam_session)
    assert start_sittings(db, exam_session.rooms, now=NOW) == 1
    assert start_sittings(db, exam_session.rooms, now=LATER) == 0
    db.refresh(ready)
    db.refresh(away)
    assert (ready.status, away.status) == ("running", "assigned")
    assert exam_session.rooms[0].started_at == NOW


def test_nothing_starts_before_the_papers_are_released(db: Session) -> None:
    exam_session = make_exam_session(db, make_batch(db, make_organization(db)))
    with pytest.raises(ConflictError, match="papers_not_released"):
        start_sittings(db, exam_session.rooms, now=NOW)


def test_time_for_one_seat_reaches_that_seat_only(db: Session) -> None:
    proctor, room_run, (one, other, _) = running_room(db)
    number = one.clock_number
    service.grant_time(
        db, proctor, room_run, one.uid, minutes=Decimal(5), reason="restart", now=LATER
    )
    assert (end_of(db, one), end_of(db, other)) == (65, 60)
    assert (one.clock_number, other.clock_number) == (number + 1, number)
    assert told_names(db, one) == ["clock_changed"]
    assert told_names(db, other) == []


def test_time_for_the_room_reaches_everybody(db: Session) -> None:
    proctor, room_run, sittings = running_room(db)
    reached = service.grant_time(
        db, proctor, room_run, None, minutes=Decimal("2.5"), reason="bell", now=LATER
    )
    assert reached == 3
    assert {end_of(db, sitting) for sitting in sittings} == {62.5}


def test_a_pause_and_what_it_cost_are_given_back(db: Session) -> None:
    proctor, room_run, (one, _, _) = running_room(db)
    service.pause(db, proctor, room_run, one.uid, reason="fire alarm", now=NOW)
    assert one.status == "paused"
    with pytest.raises(ConflictError, match="not_running"):
        service.pause(db, proctor, room_run, one.uid, reason="again", now=NOW)
    service.resume(db, proctor, room_run, one.uid, now=LATER)
    assert (one.status, end_of(db, one)) == ("running", 70)
    with pytest.raises(ConflictError, match="not_paused"):
        service.resume(db, proctor, room_run, one.uid, now=LATER)


def test_a_seat_paused_for_itself_stays_paused_when_the_room_goes_on(db: Session) -> None:
    proctor, room_run, (one, other, _) = running_room(db)
    service.pause(db, proctor, room_run, one.uid, reason="ill", now=NOW)
    service.pause(db, proctor, room_run, None, reason="alarm", now=NOW)
    service.resume(db, proctor, room_run, None, now=LATER)
    assert (one.status, other.status) == ("paused", "running")


def test_a_held_sitting_goes_on_when_it_gets_time(db: Session) -> None:
    proctor, room_run, (one, _, _) = running_room(db)
    one.status = "held"
    after = NOW + timedelta(minutes=70)
    service.grant_time(
        db, proctor, room_run, one.uid, minutes=Decimal(5), reason="outage", now=after
    )
    assert one.status == "held"
    service.grant_time(
        db, proctor, room_run, one.uid, minutes=Decimal(20), reason="outage", now=after
    )
    assert one.status == "running"


def test_time_for_a_closed_sitting_is_refused(db: Session) -> None:
    proctor, room_run, (one, _, _) = running_room(db)
    one.status = "handed_in"
    with pytest.raises(ConflictError, match="sitting_closed"):
        service.grant_time(
            db, proctor, room_run, one.uid, minutes=Decimal(5), reason="x", now=LATER
        )


def test_a_seat_of_another_room_cannot_be_named(db: Session) -> None:
    proctor, room_run, _ = running_room(db)
    _, _, (foreign, _, _) = running_room(db)
    with pytest.raises(NotFoundError, match="no_such_sitting"):
        service.pause(db, proctor, room_run, foreign.uid, reason="x", now=LATER)


def test_nobody_enters_a_room_without_duty_there(db: Session) -> None:
    proctor, room_run, _ = running_room(db)
    _, other_run, _ = running_room(db)
    own = (room_run.exam_session.uid, room_run.room.uid)
    assert room_run_for(db, proctor, *own).id == room_run.id
    with pytest.raises(NotFoundError, match="no_such_room"):
        room_run_for(db, proctor, other_run.exam_session.uid, other_run.room.uid)


def test_an_incident_needs_a_known_category_and_a_note(db: Session) -> None:
    proctor, room_run, (one, _, _) = running_room(db)
    with pytest.raises(InvalidInputError, match="no_such_category"):
        service.report_incident(db, proctor, room_run, one.uid, category="x", note="n", now=LATER)
    with pytest.raises(InvalidInputError, match="note_missing"):
        service.report_incident(
            db, proctor, room_run, one.uid, category="power", note="", now=LATER
        )
    incident = service.report_incident(
        db, proctor, room_run, None, category="power", note="dark", now=LATER
    )
    assert incident.sitting_id is None


def test_consoles_are_told_facts_and_never_answers(db: Session) -> None:
    proctor, room_run, (one, _, _) = running_room(db)
    service.send_message(db, proctor, room_run, None, text="ten minutes", now=LATER)
    (told,) = seats_told(db, LiveFacts(), [one.id], now=LATER)
    assert (told["status"], told["message_unread"], told["clock_confirmed"]) == (
        "running",
        1,
        False,
    )
    assert not {"answers", "answer", "key"} & set(told)
