"""Releasing decisions to candidates: only ones that a second computation agrees with."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.batches.models import Batch
from exam_server.errors import ConflictError, NotFoundError
from exam_server.jobs import OPEN, Job, enqueue
from exam_server.marking.models import ScoringChange
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.results.equating.standing import check_release
from exam_server.results.models import DecisionRun, ResultRelease, SecondComputation
from exam_server.results.service import count_changed, newest_decisions

COMPUTE_AGAIN = "results.compute_again"


def ask_for_second(
    db: Session, batch: Batch, run: DecisionRun, *, by: int | None, title: str
) -> Job:
    """Enqueue the second computation of a decision; raises ``second_under_way``."""
    newest = newest_job(db, batch, COMPUTE_AGAIN)
    if newest is not None and newest.status in OPEN and newest.payload.get("run") == run.uid:
        raise ConflictError("second_under_way")
    return enqueue(
        db,
        COMPUTE_AGAIN,
        title=title,
        payload={"batch": batch.uid, "run": run.uid},
        person_id=by,
        organization_id=batch.organization_id,
    )


def newest_job(db: Session, batch: Batch, *kinds: str) -> Job | None:
    """Return the newest job of some kinds for a batch."""
    chosen = select(Job).where(Job.kind.in_(kinds), Job.organization_id == batch.organization_id)
    jobs = db.scalars(chosen.order_by(Job.id.desc()))
    return next((job for job in jobs if job.payload.get("batch") == batch.uid), None)


def second_of(db: Session, run: DecisionRun) -> SecondComputation | None:
    """Return the newest second computation of a decision."""
    chosen = select(SecondComputation).where(SecondComputation.decision_run_id == run.id)
    return db.scalar(chosen.order_by(SecondComputation.id.desc()).limit(1))


def is_current(db: Session, batch: Batch, second: SecondComputation) -> bool:
    """Say whether a second computation compared the markings that stand now."""
    runs = [newest_run(db, each.id) for each in exam_sessions_in(db, batch)]
    markings: list[str] = second.figures["markings"]
    return sorted(run.uid for run in runs if run) == markings


def release(db: Session, batch: Batch, *, by: int, now: datetime) -> ResultRelease:
    """Release the decisions that stand to the candidates.

    Raises ConflictError: ``no_decisions_yet``, ``released_already``, ``decisions_outdated``,
    ``scoring_change_waits``, ``equating_waits``, ``equating_stale``, ``second_missing``,
    ``second_outdated``, ``second_differs``.
    """
    db.refresh(batch, with_for_update=True)  # two at once: the second is told
    run = newest_decisions(db, batch)
    if run is None:
        raise ConflictError("no_decisions_yet")
    if release_of(db, run) is not None:
        raise ConflictError("released_already")
    second = _agreeing(db, batch, run)
    released = ResultRelease(
        decision_run_id=run.id, second_computation_id=second.id, released_at=now, released_by=by
    )
    db.add(released)
    db.flush()
    figures = {name: second.figures[name] for name in ("candidates", "responses")}
    audit.record(db, "release_results", by=by, of=f"batch:{batch.uid}", detail=figures)
    return released


def _agreeing(db: Session, batch: Batch, run: DecisionRun) -> SecondComputation:
    changed = count_changed(db, batch, run)
    if changed:
        raise ConflictError("decisions_outdated", count=changed)
    if waiting_changes(db, batch):
        raise ConflictError("scoring_change_waits")
    check_release(db, batch)
    second = second_of(db, run)
    if second is None:
        raise ConflictError("second_missing")
    if not is_current(db, batch, second):
        raise ConflictError("second_outdated")
    if second.state != "equal":
        raise ConflictError("second_differs", count=second.figures["n_differing"])
    return second


def waiting_changes(db: Session, batch: Batch) -> int:
    """Return how many changes of scoring are asked for, or approved and not yet marked by."""
    chosen = select(ScoringChange).where(ScoringChange.batch_id == batch.id)
    return sum(
        each.outcome is None or (each.outcome == "approved" and each.applied_at is None)
        for each in db.scalars(chosen)
    )


def release_of(db: Session, run: DecisionRun) -> ResultRelease | None:
    """Return the release of a decision."""
    return db.scalar(select(ResultRelease).where(ResultRelease.decision_run_id == run.id))


def released_run(db: Session, batch: Batch) -> DecisionRun:
    """Return the decision that stands and was released.

    Raises NotFoundError: ``no_decisions``; ConflictError: ``results_not_released``.
    """
    run = newest_decisions(db, batch)
    if run is None:
        raise NotFoundError("no_decisions")
    if release_of(db, run) is None:
        raise ConflictError("results_not_released")
    return run


def releases_of(db: Session, batch: Batch) -> dict[int, tuple[ResultRelease, str]]:
    """Return the releases of a batch with who made them, by the decision's id."""
    chosen = (
        select(ResultRelease, Person.name)
        .join(DecisionRun, ResultRelease.decision_run_id == DecisionRun.id)
        .outerjoin(Person, ResultRelease.released_by == Person.id)
        .where(DecisionRun.batch_id == batch.id)
    )
    return {row[0].decision_run_id: (row[0], row[1] or "") for row in db.execute(chosen)}
