"""Acts on whole rooms: starting and closing them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.delivery.closing import close_rooms
from exam_server.delivery.service import start_sittings
from exam_server.errors import ConflictError
from exam_server.proctoring.service import Acting, record_act
from exam_server.seating.models import RoomRun, Sitting
from proctor.sitting_states import LIVE


def start(db: Session, actings: list[Acting]) -> list[Sitting]:
    """Start rooms: every ready seat gets its key; return who works now. Repeating is safe.

    Raises ConflictError: ``papers_not_released``, ``room_closed``.
    """
    rooms = [acting.room_run for acting in actings]
    start_sittings(db, rooms, now=actings[0].now)
    for acting in actings:
        record_act(db, acting, "start_room", None)
    at_work = select(Sitting).where(
        Sitting.room_run_id.in_([room.id for room in rooms]), Sitting.status == "running"
    )
    return list(db.scalars(at_work.execution_options(populate_existing=True)))


def close(db: Session, acting: Acting) -> None:
    """Close a room in which nobody works any more, before the absent's time is over.

    Raises ConflictError: ``not_started``, ``room_closed``, ``still_working``.
    """
    room_run: RoomRun = acting.room_run
    db.refresh(room_run, with_for_update=True)
    if room_run.started_at is None:
        raise ConflictError("not_started")
    if room_run.closed_at is not None:
        raise ConflictError("room_closed")
    at_work = db.scalars(
        select(Sitting.id).where(
            Sitting.room_run_id == room_run.id, Sitting.status.in_({*LIVE, "held"})
        )
    ).all()
    if at_work:
        raise ConflictError("still_working", count=len(at_work))
    close_rooms(db, [room_run.id], now=acting.now)
    record_act(db, acting, "close_room", None)
