"""Sealing a pool, as work of the job process: thousands of bodies are no work for a page."""

from typing import Any

from sqlalchemy import delete, func, select

from exam_server.clock import utcnow
from exam_server.errors import ConflictError
from exam_server.jobs import Work
from exam_server.seating.adaptive_models import SealedPool, SealedPoolItem
from exam_server.seating.adaptive_pools import (
    pool_facts,
    sealed_pool,
    shown_in,
    trial_with_pool,
)
from exam_server.seating.models import ExamSession
from exam_server.seating.planning_rules import hold_planned

AT_ONCE = 20  # bodies stored or removed in one transaction: a live room waits for it at most


def seal_pool(work: Work) -> dict[str, Any]:
    """Seal the pool of an exam session; the row that makes it stand comes last."""
    exam_session_id, trial_id = work.payload["exam_session"], work.payload["trial"]
    with work.reading() as db:
        exam_session = db.get_one(ExamSession, exam_session_id)
        trial = trial_with_pool(db, trial_id)
        facts = pool_facts(db, trial)
        total = len(facts["items"])
        shown = []
        for number, each in enumerate(shown_in(db, trial, facts), start=1):
            shown.append(each)
            if number % AT_ONCE == 0:
                work.progress(number, 2 * total)
        pool, bodies = sealed_pool(db, exam_session, trial, facts, shown, now=utcnow())
    _remove(work, exam_session_id)
    for first in range(0, total, AT_ONCE):
        with work.writing() as db:
            _refuse_outdated(work, db)
            db.add_all(bodies[first : first + AT_ONCE])
        work.progress(total + min(first + AT_ONCE, total), 2 * total)
    with work.writing() as db:
        _refuse_outdated(work, db)
        db.add(pool)
    return {"items": total}


def _remove(work: Work, exam_session_id: int) -> None:
    """Remove what an earlier sealing left: first the row by which it stood."""
    with work.writing() as db:
        _refuse_outdated(work, db)
        db.execute(delete(SealedPool).where(SealedPool.exam_session_id == exam_session_id))
    here = SealedPoolItem.exam_session_id == exam_session_id
    with work.reading() as db:
        last = db.scalar(select(func.max(SealedPoolItem.place)).where(here))
    for first in range(0, (last if last is not None else -1) + 1, AT_ONCE):
        some = SealedPoolItem.place.between(first, first + AT_ONCE - 1)
        with work.writing() as db:
            _refuse_outdated(work, db)
            db.execute(delete(SealedPoolItem).where(here, some))


def _refuse_outdated(work: Work, db: Any) -> None:
    """Refuse what was released or chosen otherwise meanwhile: ``pool_sealing_outdated``."""
    exam_session = db.get_one(ExamSession, work.payload["exam_session"])
    hold_planned(db, exam_session)
    if exam_session.adaptive_trial_id != work.payload["trial"]:
        raise ConflictError("pool_sealing_outdated")
