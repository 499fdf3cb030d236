"""My rooms: the rooms somebody is on duty for, today's first, each with its next act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.seating.models import ExamSession, RoomRun
from exam_server.seating.service import duties_of


@dataclass(frozen=True)
class DutyRow:
    """A room to watch: its next act is ``wait``, ``start``, ``watch`` or ``sign``."""

    exam_session: ExamSession
    room_run: RoomRun
    is_chief: bool

    @property
    def next_act(self) -> str:
        """Return what comes next in the room."""
        if self.room_run.closed_at is not None:
            return "sign"
        if self.room_run.started_at is not None:
            return "watch"
        return "wait" if self.exam_session.state == "planned" else "start"


@dataclass(frozen=True)
class DutyDay:
    """The rooms of one day."""

    day: date
    is_today: bool
    is_past: bool
    rows: Sequence[DutyRow]


def duties_by_day(db: Session, actor: Actor, *, now: datetime, zone: tzinfo) -> list[DutyDay]:
    """Return somebody's rooms by day: today, the days to come, then the past, newest first."""
    today = now.astimezone(zone).date()
    days: dict[date, list[DutyRow]] = {}
    for facts in duties_of(db, actor):
        day = facts.exam_session.planned_start.astimezone(zone).date()
        if is_open(facts.room_run):
            day = today
        row = DutyRow(facts.exam_session, facts.room_run, facts.is_chief)
        days.setdefault(day, []).append(row)
    found = [
        DutyDay(
            day,
            day == today,
            day < today,
            sorted(rows, key=lambda row: (row.exam_session.planned_start, row.room_run.id)),
        )
        for day, rows in days.items()
    ]
    to_come = sorted((day for day in found if not day.is_past), key=lambda day: day.day)
    past = sorted((day for day in found if day.is_past), key=lambda day: day.day, reverse=True)
    return [*to_come, *past]


def is_open(room_run: RoomRun) -> bool:
    """Say whether the room has started and not closed: it stands under today, past midnight too."""
    return room_run.started_at is not None and room_run.closed_at is None
