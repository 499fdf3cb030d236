"""All rooms of exam sessions at a glance: counts and what needs a person, from the rows alone.

Seats of other rooms may be held by other processes, so no process's own lines are asked.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from exam_server.actors import Actor
from exam_server.clock import rfc3339
from exam_server.proctoring.needs import records_of, seat_needs
from exam_server.seating.clock_facts import clock_facts_of, room_clocks_of
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, Sitting
from proctor.clock import ends_at, is_paused

# An exam session stays in the overview this long before and after its day's work.
SHOWN_BEFORE = timedelta(hours=24)
SHOWN_AFTER = timedelta(hours=12)
PRESENT = frozenset({"checked_in", "ready", "running", "paused", "held", "handed_in", "void"})


def exam_sessions_seen(db: Session, actor: Actor, *, now: datetime) -> Sequence[ExamSession]:
    """Return the exam sessions of these days that somebody leads or supervises."""
    led = select(Duty.exam_session_id).where(Duty.person_id == actor.id, Duty.room_id.is_(None))
    chief_at = ExamSession.organization_id.in_(actor.organizations("chief_proctor"))
    supervised = ExamSession.organization_id.in_(actor.organizations("quality_supervisor"))
    is_near = ExamSession.planned_start.between(now - SHOWN_AFTER, now + SHOWN_BEFORE)
    open_room = select(RoomRun.exam_session_id).where(
        RoomRun.started_at.isnot(None), RoomRun.closed_at.is_(None)
    )
    chosen = (
        select(ExamSession)
        .where(or_(supervised, chief_at & ExamSession.id.in_(led)))
        .where(or_(is_near, ExamSession.id.in_(open_room)))
        .options(selectinload(ExamSession.rooms).selectinload(RoomRun.room).joinedload(Room.site))
    )
    return db.scalars(chosen.order_by(ExamSession.planned_start, ExamSession.id)).all()


def rooms_told(db: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """Return exam sessions with the counts of each room, and whether this person leads them."""
    exam_sessions = exam_sessions_seen(db, actor, now=now)
    led = set(
        db.scalars(
            select(Duty.exam_session_id).where(Duty.person_id == actor.id, Duty.room_id.is_(None))
        )
    )
    room_ids = [run.id for each in exam_sessions for run in each.rooms]
    counts, clocks = _counts_of(db, room_ids, now=now), room_clocks_of(db, room_ids)
    return [
        {
            "id": each.uid,
            "name": each.name,
            "state": each.state,
            "planned_start": rfc3339(each.planned_start),
            "minutes": each.minutes,
            "may_start": each.id in led
            and actor.may("chief_proctor", organization_id=each.organization_id),
            "rooms": [
                {
                    "id": run.room.uid,
                    "name": run.room.name,
                    "site": run.room.site.name,
                    "started_at": _text(run.started_at),
                    "closed_at": _text(run.closed_at),
                    "ends_at": _text(ends_at(clocks[run.id], now)),
                    "is_paused": is_paused(clocks[run.id]),
                    **_told(counts[run.id]),
                }
                for run in each.rooms
            ],
        }
        for each in exam_sessions
    ]


def _counts_of(
    db: Session, room_run_ids: list[int], *, now: datetime
) -> defaultdict[int, Counter[str]]:
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    sittings = db.scalars(select(Sitting).where(Sitting.room_run_id.in_(room_run_ids))).all()
    records = records_of(db, sittings)
    clocks = clock_facts_of(db, [sitting.id for sitting in sittings])
    for sitting in sittings:
        count = counts[sitting.room_run_id]
        count["due"] += 1
        count[sitting.status] += 1
        count["present"] += sitting.status in PRESENT or sitting.id in records.attendance
        needs = seat_needs(sitting, clocks[sitting.id], records, None, now=now)
        shown = {need.kind for need in needs if need.shows_at <= now}
        count["needs"] += bool(shown)
        count["lost"] += "lost" in shown
    return counts


def _told(count: Counter[str]) -> dict[str, int]:
    return {
        "due": count["due"],
        "present": count["present"],
        "ready": count["ready"],
        "working": count["running"],
        "handed_in": count["handed_in"],
        "absent": count["due"] - count["present"],
        "needs": count["needs"],
        "lost": count["lost"],
    }


def _text(instant: datetime | None) -> str | None:
    return rfc3339(instant) if instant else None
