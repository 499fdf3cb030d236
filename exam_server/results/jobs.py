"""Marking a batch as long work: every exam session that is over, each with its analysis."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis.jobs import analyse_marking
from exam_server.batches.models import Batch
from exam_server.clock import utcnow
from exam_server.errors import ConflictError
from exam_server.jobs import Work
from exam_server.marking.jobs import mark_in_portions
from exam_server.marking.service import exam_sessions_in, mark_each, newest_run
from exam_server.proctoring.late_decisions import MARK_AGAIN
from exam_server.results.basis import basis_of
from exam_server.results.equating import jobs as equating_jobs
from exam_server.results.equating.uses import APPLY as APPLY_EQUATING
from exam_server.results.equating.uses import use_in
from exam_server.results.markings import MARK
from exam_server.results.models import DecisionRun
from exam_server.results.precision import precision_for
from exam_server.results.previewing import preview_of
from exam_server.results.releasing import COMPUTE_AGAIN
from exam_server.results.rescoring import APPLY, PREVIEW, change_in
from exam_server.results.second.comparing import Again
from exam_server.results.second.computing import store_second
from exam_server.results.service import decide_batch, newest_decisions
from exam_server.seating.models import ExamSession


def mark(work: Work) -> dict[str, Any]:
    """Mark and analyse every exam session of a batch that is over; the others wait.

    Raises ConflictError: ``no_exam_sessions``, or why the first one waits when none is over.
    """
    with work.reading() as db:
        batch = _batch(db, work)
        exam_sessions = exam_sessions_in(db, batch)

    def mark_one(exam_session: ExamSession) -> None:
        analyse_marking(work, mark_in_portions(work, exam_session))

    done = mark_each(exam_sessions, mark_one)
    return {
        "batch": batch.uid,
        "marked": [each.name for each in done.marked],
        "waiting": [[each.name, code] for each, code in done.waiting],
    }


def mark_again(work: Work) -> dict[str, Any]:
    """Mark an exam session anew whose papers have changed since; one never marked waits.

    Raises ConflictError: ``still_running``, ``nothing_to_mark``, ``changed_while_marking``.
    """
    with work.reading() as db:
        chosen = select(ExamSession).where(ExamSession.uid == work.payload["exam_session"])
        exam_session = db.scalars(chosen).one()
        is_marked = newest_run(db, exam_session.id) is not None
    if is_marked:
        analyse_marking(work, mark_in_portions(work, exam_session))
    return {"exam_session": exam_session.uid, "is_marked": is_marked}


def compute_second(work: Work) -> dict[str, Any]:
    """Compute a decision a second time, in portions of papers, and how sure it is."""
    with work.reading() as db:
        batch = _batch(db, work)
        run = db.scalars(select(DecisionRun).where(DecisionRun.uid == work.payload["run"])).one()
        again = Again.begin(db, run)
    for portion in again.portions():
        with work.reading() as db:
            again.take(db, portion)
        work.progress(again.tally.papers, again.n_papers)
    with work.reading() as db:
        figures, precision = again.finish(db), precision_for(db, run)
    with work.writing() as db:
        second = store_second(db, run, figures, precision, by=work.person_id, now=utcnow())
    return {"batch": batch.uid, "state": second.state, "differences": figures["n_differences"]}


def preview_change(work: Work) -> dict[str, Any]:
    """Compute what a change of scoring would do and keep it with the request."""
    with work.reading() as db:
        batch = _batch(db, work)
        change = change_in(db, batch, work.payload["change"])
        basis, preview = basis_of(db, batch), preview_of(db, batch, change)
    with work.writing() as db:
        waiting = change_in(db, batch, work.payload["change"])
        if waiting.outcome is None:
            waiting.preview, waiting.basis = preview, basis
    return {"batch": batch.uid, "change": work.payload["change"]}


def apply_change(work: Work) -> dict[str, Any]:
    """Mark a batch by a change that was approved, decide anew, and compute that a second time.

    What cannot be decided yet (written answers without a mark) waits for an officer, and says so.
    """
    with work.reading() as db:
        batch = _batch(db, work)
        marked = [each for each in exam_sessions_in(db, batch) if newest_run(db, each.id)]
        was_decided = newest_decisions(db, batch) is not None
    for exam_session in marked:
        analyse_marking(work, mark_in_portions(work, exam_session))
    with work.writing() as db:
        change_in(db, batch, work.payload["change"]).applied_at = utcnow()
    return _decide_anew(work, batch) if was_decided else {"batch": batch.uid, "decided": False}


def apply_equating(work: Work) -> dict[str, Any]:
    """Decide a batch anew by a table that was approved, and compute that a second time."""
    with work.writing() as db:
        batch = _batch(db, work)
        use_in(db, batch, work.payload["use"]).applied_at = utcnow()
        was_decided = newest_decisions(db, batch) is not None
    return _decide_anew(work, batch) if was_decided else {"batch": batch.uid, "decided": False}


def _decide_anew(work: Work, batch: Batch) -> dict[str, Any]:
    try:
        with work.writing() as db:
            run = decide_batch(db, batch, by=work.person_id, now=utcnow())
    except ConflictError as refused:
        return {"batch": batch.uid, "decided": False, "waits": refused.code}
    work.payload["run"] = run.uid
    return {**compute_second(work), "decided": True}


def _batch(db: Session, work: Work) -> Batch:
    return db.scalars(select(Batch).where(Batch.uid == work.payload["batch"])).one()


JOBS = {
    MARK: mark,
    MARK_AGAIN: mark_again,
    COMPUTE_AGAIN: compute_second,
    PREVIEW: preview_change,
    APPLY: apply_change,
    APPLY_EQUATING: apply_equating,
    **equating_jobs.JOBS,
}
