"""What waits for proctors: rooms to run, late work and requests to make sittings void."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.delivery.models import LateWork
from exam_server.proctoring.late_waiting import is_waiting
from exam_server.proctoring.models import VoidRequest
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, Sitting
from exam_server.todo import SOON, Todo, Urgency, urgency_by

PROCTORS = frozenset({"proctor", "chief_proctor"})
LOOKING_BACK = timedelta(days=1)


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return the rooms to be run, the late work to decide, the requests of other people."""
    found = _void_requests(db, actor)
    if not PROCTORS.isdisjoint(actor.roles):
        found += [*_rooms(db, actor, now=now), *_late_work(db, actor)]
    return found


def _rooms(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    chosen = (
        select(ExamSession, Room, RoomRun.started_at, func.count(Sitting.id))
        .join(RoomRun, RoomRun.exam_session_id == ExamSession.id)
        .join(Room, RoomRun.room_id == Room.id)
        .outerjoin(Sitting, Sitting.room_run_id == RoomRun.id)
        .where(
            _on_duty(actor),
            RoomRun.closed_at.is_(None),
            ExamSession.planned_start.between(now - LOOKING_BACK, now + SOON),
        )
        .group_by(ExamSession.id, Room.id, RoomRun.id)
        .order_by(ExamSession.planned_start, Room.id)
    )
    return [
        Todo(
            "room_to_run" if started_at is None else "room_running",
            seats,
            "proctoring.console",
            {"exam_session": each.uid, "room": room.uid},
            urgency_by(each.planned_start, now),
            {"name": each.name, "room": room.name},
            each.planned_start,
        )
        for each, room, started_at, seats in db.execute(chosen)
    ]


def _late_work(db: Session, actor: Actor) -> list[Todo]:
    """Return the late work of closed sittings, by room."""
    chosen = (
        select(ExamSession, Room, func.count(Sitting.id.distinct()), func.min(LateWork.received_at))
        .join(RoomRun, RoomRun.exam_session_id == ExamSession.id)
        .join(Room, RoomRun.room_id == Room.id)
        .join(Sitting, Sitting.room_run_id == RoomRun.id)
        .join(LateWork, LateWork.sitting_id == Sitting.id)
        .where(_on_duty(actor), Sitting.status == "handed_in", *is_waiting())
        .group_by(ExamSession.id, Room.id)
    )
    return [
        Todo(
            "late_work_to_decide",
            seats,
            "proctoring.record",
            {"exam_session": each.uid, "room": room.uid},
            Urgency.TODAY,
            {"name": each.name, "room": room.name, "count": seats},
            since=since,
        )
        for each, room, seats, since in db.execute(chosen)
    ]


def _void_requests(db: Session, actor: Actor) -> list[Todo]:
    """Return the requests this person may decide: of others, as officer or chief proctor."""
    leads = select(Duty.id).where(
        Duty.exam_session_id == ExamSession.id,
        Duty.person_id == actor.id,
        Duty.room_id.is_(None),
    )
    decides = or_(
        ExamSession.organization_id.in_(actor.organizations("exam_officer")),
        ExamSession.organization_id.in_(actor.organizations("chief_proctor")) & leads.exists(),
    )
    chosen = (
        select(ExamSession, func.count(), func.min(VoidRequest.asked_at))
        .join(Sitting, Sitting.exam_session_id == ExamSession.id)
        .join(VoidRequest, VoidRequest.sitting_id == Sitting.id)
        .where(VoidRequest.outcome.is_(None), VoidRequest.asked_by != actor.id, decides)
        .group_by(ExamSession.id)
    )
    return [
        Todo(
            "void_to_decide",
            count,
            "proctoring.voids.to_decide",
            {"exam_session": each.uid},
            Urgency.TODAY,
            {"name": each.name, "count": count},
            since=since,
        )
        for each, count, since in db.execute(chosen)
    ]


def _on_duty(actor: Actor) -> ColumnElement[bool]:
    on_duty = select(Duty.id).where(
        Duty.person_id == actor.id,
        Duty.exam_session_id == RoomRun.exam_session_id,
        or_(Duty.room_id.is_(None), Duty.room_id == RoomRun.room_id),
    )
    return on_duty.exists()
