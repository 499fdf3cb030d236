"""Whether the wall clock can be right: it must not stand before what has already been stored.

A computer whose clock battery is flat starts in the past. Its sittings would go on for hours, or
end at once when somebody sets the clock. So they are held until an operator confirms the time.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.delivery.closing import THE_BEAT
from exam_server.delivery.models import AnswerEvent, Receipt, ServerBeat
from exam_server.delivery.service import announce_clock
from exam_server.errors import ConflictError
from exam_server.seating.models import Sitting
from proctor.sitting_states import LIVE

TOLERANCE = timedelta(seconds=1)


def newest_stored(db: Session) -> datetime | None:
    """Return the newest instant at which something is known to have been stored."""
    at_work = select(Sitting.id).where(Sitting.status.in_({*LIVE, "held"}))
    instants = [
        db.scalar(select(ServerBeat.at).where(ServerBeat.id == THE_BEAT)),
        db.scalar(
            select(func.max(AnswerEvent.received_at)).where(AnswerEvent.sitting_id.in_(at_work))
        ),
        db.scalar(select(func.max(Receipt.handed_in_at))),
    ]
    return max((each for each in instants if each is not None), default=None)


def is_doubted(db: Session) -> bool:
    """Say whether an operator must confirm the time."""
    beat = db.get(ServerBeat, THE_BEAT)
    return beat is not None and beat.time_doubted_at is not None


def look(db: Session, *, now: datetime) -> bool:
    """Doubt the time when it stands before what is stored; say whether it is doubted."""
    beat = db.get(ServerBeat, THE_BEAT, with_for_update=True, populate_existing=True)
    if beat is None:
        return False
    newest = newest_stored(db)
    if beat.time_doubted_at is None and newest is not None and now < newest - TOLERANCE:
        beat.time_doubted_at = now
    return beat.time_doubted_at is not None


def hold_all(db: Session, *, now: datetime) -> int:
    """Hold every running sitting; return how many."""
    running = db.scalars(select(Sitting).where(Sitting.status == "running")).all()
    for sitting in running:
        sitting.status = "held"
        sitting.clock_number += 1
        announce_clock(db, sitting, reason="held", now=now)
    return len(running)


def confirm(db: Session, *, now: datetime, is_forced: bool = False) -> None:
    """Take the time as right: proctors may now resume what was held.

    Raises ConflictError: ``time_not_doubted``, ``time_still_behind`` (unless forced).
    """
    beat = db.get(ServerBeat, THE_BEAT, with_for_update=True)
    if beat is None or beat.time_doubted_at is None:
        raise ConflictError("time_not_doubted")
    newest = newest_stored(db)
    if newest is not None and now < newest - TOLERANCE and not is_forced:
        raise ConflictError("time_still_behind", newest=newest)
    beat.at, beat.time_doubted_at = now, None
