"""A candidate away from the seat: breaks that stop the clock, and going out while it runs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from exam_server.delivery.service import announce_clock
from exam_server.errors import ConflictError
from exam_server.seating.breaks import lasting_breaks
from exam_server.seating.clock_facts import clock_facts
from exam_server.seating.models import SeatBreak, Sitting
from proctor.clock import is_paused
from proctor.sitting_states import LIVE, next_state


@dataclass(frozen=True)
class Leave:
    """How somebody leaves: a break, or out while time runs; minutes put on the allowance."""

    kind: str
    added_min: int = 0
    reason: str = ""
    by: int | None = None


def start_break(db: Session, sitting: Sitting, leave: Leave, *, now: datetime) -> SeatBreak:
    """Let somebody go; a break stops the clock while its allowance lasts.

    Raises ConflictError: ``not_running``, ``away_already``.
    """
    if sitting.id in lasting_breaks(db, [sitting.id]):
        raise ConflictError("away_already")
    if sitting.status != "running":
        raise ConflictError("not_running")
    row = SeatBreak(
        sitting_id=sitting.id,
        kind=leave.kind,
        left_at=now,
        added_min=leave.added_min,
        reason=leave.reason,
        person_id=leave.by,
    )
    db.add(row)
    if leave.kind == "break":
        sitting.status = next_state(sitting.status, "pause") or sitting.status
    _tell(db, sitting, "break_started" if leave.kind == "break" else "gone_out", now=now)
    return row


def extend_break(db: Session, sitting: Sitting, minutes: int, *, now: datetime) -> SeatBreak:
    """Put minutes on the allowance of the break that lasts; raises ConflictError: ``no_break``."""
    row = lasting_breaks(db, [sitting.id]).get(sitting.id)
    if row is None or row.kind != "break" or sitting.status not in LIVE:
        raise ConflictError("no_break")
    row.added_min += minutes
    _tell(db, sitting, "break_extended", now=now)
    return row


def end_break(db: Session, sitting: Sitting, *, now: datetime) -> SeatBreak:
    """Note that somebody is back: time runs on unless the room is paused.

    Raises ConflictError: ``not_away``.
    """
    row = lasting_breaks(db, [sitting.id]).get(sitting.id)
    if row is None:
        raise ConflictError("not_away")
    row.returned_at = now
    db.flush()
    if sitting.status == "paused" and not is_paused(clock_facts(db, sitting)):
        sitting.status = next_state(sitting.status, "resume") or sitting.status
    _tell(db, sitting, "break_ended" if row.kind == "break" else "come_back", now=now)
    return row


def _tell(db: Session, sitting: Sitting, reason: str, *, now: datetime) -> None:
    sitting.clock_number += 1
    db.flush()
    announce_clock(db, sitting, reason=reason, now=now)
