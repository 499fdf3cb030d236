"""The end of time: sittings close on time with no client alive, or are held after an outage."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.announcements import announce
from exam_server.batches.models import Batch
from exam_server.delivery.models import ServerBeat
from exam_server.programmes.models import RuleSet
from exam_server.seating.clock_facts import clock_facts_of
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from proctor.clock import is_over

LONGEST_SILENCE = timedelta(seconds=10)
THE_BEAT = 1
IS_OPEN = (RoomRun.started_at.isnot(None), RoomRun.closed_at.is_(None))


def due_sittings(db: Session, *, now: datetime, status: tuple[str, ...]) -> list[int]:
    """Return the sittings in these states whose time and grace have run out."""
    chosen = (
        select(Sitting.id, RuleSet.grace_s)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .join(Batch, ExamSession.batch_id == Batch.id)
        .join(RuleSet, Batch.rule_set_id == RuleSet.id)
        .where(Sitting.status.in_(status))
    )
    graces = {row.id: timedelta(seconds=row.grace_s) for row in db.execute(chosen)}
    if not graces:
        return []
    facts = clock_facts_of(db, graces)
    return sorted(each for each, grace in graces.items() if is_over(facts[each], now, grace))


def has_open_rooms(db: Session) -> bool:
    """Say whether any room has started and not closed."""
    return db.scalar(select(RoomRun.id).where(*IS_OPEN).limit(1)) is not None


def close_rooms(db: Session, *, now: datetime) -> None:
    """Close started rooms in which nobody works any more and nobody can begin; then sessions."""
    for run in db.scalars(select(RoomRun).where(*IS_OPEN)).all():
        waiting = ("running", "paused", "held", "ready", "checked_in")
        alive = select(Sitting.id).where(Sitting.room_run_id == run.id, Sitting.status.in_(waiting))
        is_time_over = run.started_at is not None and now > run.started_at + timedelta(
            minutes=run.exam_session.minutes
        )
        untouched = select(Sitting.id).where(
            Sitting.room_run_id == run.id, Sitting.status == "assigned"
        )
        is_empty = db.scalar(alive.limit(1)) is None
        if is_empty and (is_time_over or db.scalar(untouched.limit(1)) is None):
            run.closed_at = now
            room = f"{run.exam_session.uid}:{run.room.uid}"
            announce(db, "room_closed", {"room_run": run.id}, to=f"room:{room}")
            db.flush()
            _close_exam_session(run.exam_session, now=now)


def _close_exam_session(exam_session: ExamSession, *, now: datetime) -> None:
    if all(run.closed_at is not None for run in exam_session.rooms):
        exam_session.state, exam_session.closed_at = "closed", now


def beat(db: Session, *, now: datetime) -> None:
    """Store that the server is alive."""
    row = db.get(ServerBeat, THE_BEAT)
    if row is None:
        db.add(ServerBeat(id=THE_BEAT, at=now))
    else:
        row.at = now


def hold_after_outage(db: Session, *, now: datetime) -> int:
    """Hold sittings whose end fell into a time when no server was alive; return how many.

    Their seats may still keep answers given in time: closing them would lose these. The proctor
    credits time or closes.
    """
    last = db.get(ServerBeat, THE_BEAT)
    if last is None or now - last.at <= LONGEST_SILENCE:
        return 0
    over_before = set(due_sittings(db, now=last.at, status=("running", "paused")))
    due = due_sittings(db, now=now, status=("running", "paused"))
    held = [each for each in due if each not in over_before]
    for sitting in db.scalars(select(Sitting).where(Sitting.id.in_(held))):
        sitting.status = "held"
        sitting.clock_number += 1
    return len(held)
