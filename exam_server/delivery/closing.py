"""The end of time: sittings close on time with no client alive, or are held after an outage."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from exam_server.announcements import announce
from exam_server.batches.models import Batch
from exam_server.delivery.models import ServerBeat
from exam_server.delivery.service import announce_clock
from exam_server.programmes.models import RuleSet
from exam_server.seating.clock_facts import clock_facts_of
from exam_server.seating.form_opening import open_forms_if_over
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from proctor.clock import ClockFacts, is_over
from proctor.sitting_states import LIVE, OVER

LONGEST_SILENCE = timedelta(seconds=10)
NO_GRACE = timedelta()
THE_BEAT = 1
IS_OPEN = (RoomRun.started_at.isnot(None), RoomRun.closed_at.is_(None))


def due_sittings(db: Session, *, now: datetime) -> list[int]:
    """Return the live sittings whose time and grace have run out."""
    graces = _graces_of_ripe(db, now=now)
    facts = clock_facts_of(db, graces) if graces else {}
    return sorted(each for each, grace in graces.items() if is_over(facts[each], now, grace))


def _graces_of_ripe(db: Session, *, now: datetime) -> dict[int, timedelta]:
    """Return the grace of each live sitting in rooms whose plain time is over.

    Pauses and credits only lengthen, so nothing else can be over: in most seconds this asks for
    a few rooms and no sitting at all.
    """
    ripe = _ripe_rooms(db, now=now)
    if not ripe:
        return {}
    chosen = (
        select(Sitting.id, RuleSet.grace_s)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .join(Batch, ExamSession.batch_id == Batch.id)
        .join(RuleSet, Batch.rule_set_id == RuleSet.id)
        .where(Sitting.status.in_(LIVE), Sitting.room_run_id.in_(ripe))
    )
    return {row.id: timedelta(seconds=row.grace_s) for row in db.execute(chosen)}


def _ripe_rooms(db: Session, *, now: datetime) -> list[int]:
    live = select(Sitting.room_run_id).where(Sitting.status.in_(LIVE))
    chosen = (
        select(RoomRun.id, RoomRun.started_at, ExamSession.minutes, ExamSession.hard_end)
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .where(RoomRun.id.in_(live))
    )
    ripe = []
    for row in db.execute(chosen):
        plain = ClockFacts(row.started_at, timedelta(minutes=row.minutes), hard_end=row.hard_end)
        if is_over(plain, now, NO_GRACE):
            ripe.append(row.id)
    return ripe


def has_open_rooms(db: Session) -> bool:
    """Say whether any room has started and not closed."""
    return db.scalar(select(RoomRun.id).where(*IS_OPEN).limit(1)) is not None


def rooms_to_close(db: Session, *, now: datetime) -> list[int]:
    """Return the started rooms in which nobody works any more and nobody can begin."""
    at_work = select(Sitting.room_run_id).where(Sitting.status.in_({*LIVE, "held"}))
    chosen = select(RoomRun.id).where(*IS_OPEN, RoomRun.id.not_in(at_work)).order_by(RoomRun.id)
    return [each for each in db.scalars(chosen) if not _somebody_can_begin(db, each, now=now)]


def _somebody_can_begin(db: Session, room_run_id: int, *, now: datetime) -> bool:
    absent = db.scalars(
        select(Sitting.id).where(Sitting.room_run_id == room_run_id, Sitting.status.not_in(OVER))
    ).all()
    facts = clock_facts_of(db, absent)
    return any(not is_over(each, now, NO_GRACE) for each in facts.values())


def close_rooms(db: Session, room_run_ids: Sequence[int], *, now: datetime) -> None:
    """Close rooms, and each exam session with its last one; another process may have done so."""
    for room_run_id in room_run_ids:
        run = db.get_one(RoomRun, room_run_id)
        db.refresh(run.exam_session, with_for_update=True)
        db.refresh(run)
        if run.closed_at is None:
            run.closed_at = now
            room = f"{run.exam_session.uid}:{run.room.uid}"
            announce(db, "room_closed", {"room_run": run.id}, to=f"room:{room}")
            db.flush()
            _close_exam_session(db, run.exam_session, now=now)


def _close_exam_session(db: Session, exam_session: ExamSession, *, now: datetime) -> None:
    """Close an exam session unless a room with candidates is still open or to come."""
    seated = select(Sitting.id).where(Sitting.room_run_id == RoomRun.id)
    still_open = select(RoomRun.id).where(
        RoomRun.exam_session_id == exam_session.id, RoomRun.closed_at.is_(None), seated.exists()
    )
    if db.scalar(still_open.limit(1)) is None:
        exam_session.state, exam_session.closed_at = "closed", now
        db.flush()
        open_forms_if_over(db, exam_session, now=now)


def live_on(db: Session, *, now: datetime) -> int:
    """Store that the server is alive; hold first what ended while it was not. Return how many."""
    held = hold_after_outage(db, now=now)
    beat(db, now=now)
    return held


def was_away(db: Session, *, now: datetime) -> bool:
    """Say whether no process could store that it is alive for longer than a beat may take."""
    last = db.get(ServerBeat, THE_BEAT)
    return last is not None and now - last.at > LONGEST_SILENCE


def beat(db: Session, *, now: datetime) -> None:
    """Store that the server is alive."""
    row = db.get(ServerBeat, THE_BEAT)
    if row is not None:
        row.at = now
        return
    # Two processes of a new server may start at the same moment.
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    first = dialect.insert(ServerBeat).values(id=THE_BEAT, at=now)
    db.execute(first.on_conflict_do_nothing())


def hold_after_outage(db: Session, *, now: datetime) -> int:
    """Hold sittings whose end fell into a time when no server was alive; return how many.

    A server whose store is away is not alive either. The seats may still keep answers given in
    time: closing them would lose these. The proctor credits time or closes.
    """
    # One process comes back first; the others find what it has stored.
    last = db.get(ServerBeat, THE_BEAT, with_for_update=True, populate_existing=True)
    if last is None or now - last.at <= LONGEST_SILENCE:
        return 0
    over_before = set(due_sittings(db, now=last.at))
    # Grace is for what was on its way; nothing could arrive while no server was alive.
    ended = {
        each
        for each, facts in clock_facts_of(db, _graces_of_ripe(db, now=now)).items()
        if is_over(facts, now, NO_GRACE)
    }
    held = sorted(ended - over_before)
    for sitting in db.scalars(select(Sitting).where(Sitting.id.in_(held))):
        sitting.status = "held"
        sitting.clock_number += 1
        announce_clock(db, sitting, reason="held", now=now)
    return len(held)
