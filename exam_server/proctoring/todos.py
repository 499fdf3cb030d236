"""The rooms a proctor is on duty for, today and in the coming week."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, Sitting
from exam_server.todo import SOON, Todo, urgency_by

PROCTORS = frozenset({"proctor", "chief_proctor"})
LOOKING_BACK = timedelta(days=1)


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return the rooms to be run that are not closed yet, by planned start."""
    if PROCTORS.isdisjoint(actor.roles):
        return []
    on_duty = select(Duty.id).where(
        Duty.person_id == actor.id,
        Duty.exam_session_id == RoomRun.exam_session_id,
        or_(Duty.room_id.is_(None), Duty.room_id == RoomRun.room_id),
    )
    chosen = (
        select(ExamSession, Room, RoomRun.started_at, func.count(Sitting.id))
        .join(RoomRun, RoomRun.exam_session_id == ExamSession.id)
        .join(Room, RoomRun.room_id == Room.id)
        .outerjoin(Sitting, Sitting.room_run_id == RoomRun.id)
        .where(
            on_duty.exists(),
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
