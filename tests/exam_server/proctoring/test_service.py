"""The proctor's acts that touch no clock, and what consoles are told."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.announcements import Announcement
from exam_server.audit import AuditEntry
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.service import start_sittings
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.proctoring import room_acts, service
from exam_server.proctoring.models import Attendance
from exam_server.proctoring.seats import incidents_of, seats_told
from exam_server.proctoring.service import Noted
from exam_server.programmes.models import Organization
from exam_server.seating.models import Sitting
from exam_server.seating.service import room_run_for, watched_room_for
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_exam_session,
    make_organization,
    make_person,
    make_sitting,
)
from tests.rooms import LATER, running_room


def told_names(db: Session, to: str) -> list[str]:
    chosen = select(Announcement.name).where(Announcement.to == to)
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


def test_a_room_closes_by_hand_only_when_nobody_works(db: Session) -> None:
    room = running_room(db, 2)
    with pytest.raises(ConflictError, match="still_working"):
        room_acts.close(db, room.acting)
    for sitting in room.sittings:
        sitting.status = "handed_in"
    make_sitting(db, room.room_run.exam_session)
    room_acts.close(db, room.acting)
    assert room.room_run.closed_at == LATER
    assert room.room_run.exam_session.state == "closed"
    with pytest.raises(ConflictError, match="room_closed"):
        room_acts.close(db, room.acting)


def test_a_message_to_one_seat_reaches_that_seat_only(db: Session) -> None:
    room = running_room(db)
    one, other, _ = room.sittings
    ((sitting, message),) = service.send_message(db, room.acting, one.uid, text="calm")
    assert sitting.id == one.id
    assert told_names(db, f"sitting:{one.uid}") == ["message_sent"]
    assert told_names(db, f"sitting:{other.uid}") == []
    told = seats_told(db, LiveFacts(), [one.id, other.id], now=LATER)
    assert [seat["unread"] for seat in told] == [[message.uid], []]
    message.acked_at = LATER
    db.flush()
    (told_again,) = seats_told(db, LiveFacts(), [one.id], now=LATER)
    assert told_again["unread"] == []


def test_nobody_writes_to_a_seat_that_is_over(db: Session) -> None:
    room = running_room(db)
    room.sittings[0].status = "handed_in"
    with pytest.raises(ConflictError, match="sitting_closed"):
        service.send_message(db, room.acting, room.sittings[0].uid, text="calm")


def test_the_record_keeps_when_a_hand_was_raised_and_with_which_words(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    one.called_at, one.call_text = NOW, "鼠标坏了"
    service.answer_call(db, room.acting, one.uid)
    service.answer_call(db, room.acting, one.uid)
    assert one.called_at is None
    chosen = select(AuditEntry.detail).where(AuditEntry.act == "answer_call")
    assert db.scalars(chosen).all() == [
        {"called_at": "2026-06-01T01:00:00.000Z", "text": "鼠标坏了"}
    ]


def test_a_seat_of_another_room_cannot_be_named(db: Session) -> None:
    room, other = running_room(db), running_room(db)
    with pytest.raises(NotFoundError, match="no_such_sitting"):
        service.answer_call(db, room.acting, other.sittings[0].uid)


def test_nobody_enters_a_room_without_duty_there(db: Session) -> None:
    room, other = running_room(db), running_room(db)
    own = (room.room_run.exam_session.uid, room.room_run.room.uid)
    assert room_run_for(db, room.acting.actor, *own).id == room.room_run.id
    foreign = (other.room_run.exam_session.uid, other.room_run.room.uid)
    with pytest.raises(NotFoundError, match="no_such_room"):
        room_run_for(db, room.acting.actor, *foreign)
    with pytest.raises(NotFoundError, match="no_such_room"):
        watched_room_for(db, room.acting.actor, *foreign)


def test_a_supervisor_looks_at_the_rooms_of_the_own_organization_and_acts_in_none(
    db: Session,
) -> None:
    room = running_room(db)
    address = (room.room_run.exam_session.uid, room.room_run.room.uid)
    organization = db.get_one(Organization, room.room_run.exam_session.organization_id)
    watcher = actor_of(make_person(db, "quality_supervisor", organization=organization))
    foreign = actor_of(make_person(db, "quality_supervisor"))
    found, may_act = watched_room_for(db, watcher, *address)
    assert (found.id, may_act) == (room.room_run.id, False)
    assert watched_room_for(db, room.acting.actor, *address)[1] is True
    with pytest.raises(NotFoundError, match="no_such_room"):
        watched_room_for(db, foreign, *address)
    with pytest.raises(NotFoundError, match="no_such_room"):
        room_run_for(db, watcher, *address)


def test_an_incident_needs_a_known_category_and_a_note_and_has_happened(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0].uid
    with pytest.raises(InvalidInputError, match="no_such_category"):
        service.report_incident(db, room.acting, one, Noted("x", "n"))
    with pytest.raises(InvalidInputError, match="note_missing"):
        service.report_incident(db, room.acting, one, Noted("power", ""))
    with pytest.raises(InvalidInputError, match="not_yet"):
        service.report_incident(
            db, room.acting, one, Noted("power", "dark", LATER + timedelta(minutes=1))
        )
    assert service.report_incident(db, room.acting, None, Noted("power", "dark")).sitting_id is None


def test_incidents_stand_in_the_order_in_which_they_happened(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    service.report_incident(db, room.acting, one.uid, Noted("machine", "mouse"))
    service.report_incident(db, room.acting, None, Noted("power", "dark", NOW))
    rows = incidents_of(db, room.room_run)
    assert [(row.incident.category, row.seat) for row in rows] == [
        ("power", None),
        ("machine", one.seat.number),
    ]
    assert {row.by for row in rows} == {room.person.name}


def test_a_mark_of_attendance_is_replaced_and_taken_away(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    service.mark_attendance(db, room.acting, one.uid, mark="present")
    service.mark_attendance(db, room.acting, one.uid, mark="checked")
    assert db.get_one(Attendance, one.id).mark == "checked"
    service.mark_attendance(db, room.acting, one.uid, mark=None)
    db.flush()
    assert db.get(Attendance, one.id) is None
    with pytest.raises(InvalidInputError, match="no_such_mark"):
        service.mark_attendance(db, room.acting, one.uid, mark="late")
    assert told_names(db, f"sitting:{one.uid}") == []
    assert told_names(db, f"seat:{one.uid}") == ["seat_noted"] * 3


def needs_told(db: Session, sitting: Sitting) -> list[str]:
    (told,) = seats_told(db, LiveFacts(), [sitting.id], now=LATER)
    return [need["need"] for need in told["needs"]]


def test_what_a_proctor_has_seen_is_put_aside_and_what_waits_for_a_person_is_not(
    db: Session,
) -> None:
    room = running_room(db)
    one = room.sittings[0]
    one.last_contact_at, one.called_at = NOW, NOW
    db.flush()
    assert needs_told(db, one) == ["called", "lost"]
    service.mark_seen(db, room.acting, one.uid, need="lost", minutes=None)
    assert needs_told(db, one) == ["called"]
    with pytest.raises(InvalidInputError, match="cannot_be_put_aside"):
        service.mark_seen(db, room.acting, one.uid, need="called", minutes=5)


def test_consoles_are_told_facts_and_never_answers(db: Session) -> None:
    room = running_room(db)
    one = room.sittings[0]
    (told,) = seats_told(db, LiveFacts(), [one.id], now=LATER)
    assert (told["status"], told["clock_confirmed"], told["left_s"]) == ("running", False, 3000)
    assert not {"answers", "answer", "key"} & set(told)


def test_a_message_to_the_room_is_for_those_who_have_come(db: Session) -> None:
    room = running_room(db, 1)
    make_sitting(db, room.room_run.exam_session)
    assert len(service.send_message(db, room.acting, None, text="calm")) == 1
    room.sittings[0].status = "assigned"
    with pytest.raises(ConflictError, match="nobody_there"):
        service.send_message(db, room.acting, None, text="calm")
