"""Which rooms are taken when: an exam session has its rooms from start to end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.errors import ConflictError
from exam_server.seating.models import ExamSession, Room, RoomRun


def end_of(exam_session: ExamSession) -> datetime:
    """Return when an exam session is planned to end."""
    return exam_session.planned_start + timedelta(minutes=exam_session.minutes)


def taken_rooms(
    db: Session, start: datetime, minutes: int, *, but: ExamSession | None = None
) -> Mapping[int, str]:
    """Return the rooms that other exam sessions have in a stretch of time, with whose they are."""
    end = start + timedelta(minutes=minutes)
    chosen = (
        select(RoomRun.room_id, ExamSession)
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .where(ExamSession.state != "closed", ExamSession.planned_start < end)
    )
    return {
        room_id: other.name
        for room_id, other in db.execute(chosen)
        if other is not but and end_of(other) > start
    }


def refuse_taken(
    db: Session,
    rooms: Sequence[Room],
    start: datetime,
    minutes: int,
    *,
    but: ExamSession | None = None,
) -> None:
    """Raise ConflictError ``room_taken`` when another exam session has one of the rooms then."""
    taken = taken_rooms(db, start, minutes, but=but)
    for room in rooms:
        if room.id in taken:
            raise ConflictError("room_taken", room=room.name, name=taken[room.id])
