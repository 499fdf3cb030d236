"""Clock facts of sittings, read from the rows: one query each for pauses, breaks and credits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.seating.models import (
    ExamSession,
    Pause,
    RoomRun,
    SeatBreak,
    Sitting,
    SittingAccommodation,
    TimeCredit,
)
from proctor.clock import ClockFacts


def clock_facts(db: Session, sitting: Sitting) -> ClockFacts:
    """Return the clock facts of one sitting."""
    return clock_facts_of(db, [sitting.id])[sitting.id]


def clock_facts_of(db: Session, sitting_ids: Iterable[int]) -> Mapping[int, ClockFacts]:
    """Return the clock facts of many sittings by id."""
    rows = db.execute(
        select(
            Sitting.id,
            Sitting.room_run_id,
            RoomRun.started_at,
            ExamSession.minutes,
            ExamSession.hard_end,
            SittingAccommodation.extra_min,
            SittingAccommodation.break_min,
        )
        .join(RoomRun, Sitting.room_run_id == RoomRun.id)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .outerjoin(SittingAccommodation, SittingAccommodation.sitting_id == Sitting.id)
        .where(Sitting.id.in_(list(sitting_ids)))
    ).all()
    breaks = _breaks(db, [row.id for row in rows])
    room_ids = {row.room_run_id for row in rows}
    pauses = _pauses(db, room_ids)
    credits_ = _credits(db, room_ids)
    return {
        row.id: ClockFacts(
            started_at=row.started_at,
            allowed=timedelta(minutes=row.minutes + (row.extra_min or 0)),
            pauses=(*pauses[row.room_run_id, None], *pauses[row.room_run_id, row.id]),
            credits=(*credits_[row.room_run_id, None], *credits_[row.room_run_id, row.id]),
            hard_end=row.hard_end,
            breaks=tuple((each.left_at, each.returned_at) for each in breaks[row.id]),
            break_allowance=timedelta(
                minutes=(row.break_min or 0) + sum(each.added_min for each in breaks[row.id])
            ),
        )
        for row in rows
    }


def room_clocks_of(db: Session, room_run_ids: Iterable[int]) -> Mapping[int, ClockFacts]:
    """Return the clock facts of rooms by id: what holds for a seat with nothing of its own."""
    rows = db.execute(
        select(RoomRun.id, RoomRun.started_at, ExamSession.minutes, ExamSession.hard_end)
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .where(RoomRun.id.in_(list(room_run_ids)))
    ).all()
    room_ids = {row.id for row in rows}
    pauses = _pauses(db, room_ids)
    credits_ = _credits(db, room_ids)
    return {
        row.id: ClockFacts(
            started_at=row.started_at,
            allowed=timedelta(minutes=row.minutes),
            pauses=tuple(pauses[row.id, None]),
            credits=tuple(credits_[row.id, None]),
            hard_end=row.hard_end,
        )
        for row in rows
    }


def _breaks(db: Session, sitting_ids: list[int]) -> defaultdict[int, list[Any]]:
    """Return the breaks that stop clocks, by sitting."""
    found = defaultdict(list)
    chosen = select(
        SeatBreak.sitting_id, SeatBreak.left_at, SeatBreak.returned_at, SeatBreak.added_min
    ).where(SeatBreak.sitting_id.in_(sitting_ids), SeatBreak.kind == "break")
    for row in db.execute(chosen.order_by(SeatBreak.id)):
        found[row.sitting_id].append(row)
    return found


def _pauses(
    db: Session, room_ids: set[int]
) -> defaultdict[tuple[int, int | None], list[tuple[datetime, datetime | None]]]:
    found = defaultdict(list)
    chosen = select(Pause.room_run_id, Pause.sitting_id, Pause.paused_at, Pause.resumed_at)
    for row in db.execute(chosen.where(Pause.room_run_id.in_(room_ids)).order_by(Pause.id)):
        found[row.room_run_id, row.sitting_id].append((row.paused_at, row.resumed_at))
    return found


def _credits(
    db: Session, room_ids: set[int]
) -> defaultdict[tuple[int, int | None], list[timedelta]]:
    found = defaultdict(list)
    chosen = select(TimeCredit.room_run_id, TimeCredit.sitting_id, TimeCredit.minutes)
    for row in db.execute(
        chosen.where(TimeCredit.room_run_id.in_(room_ids)).order_by(TimeCredit.id)
    ):
        found[row.room_run_id, row.sitting_id].append(timedelta(minutes=float(row.minutes)))
    return found
