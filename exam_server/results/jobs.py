"""Marking a batch as long work: every exam session that is over, each with its analysis."""

from typing import Any

from sqlalchemy import select

from exam_server.analysis.jobs import analyse_marking
from exam_server.batches.models import Batch
from exam_server.jobs import Work
from exam_server.marking.jobs import mark_in_portions
from exam_server.marking.service import exam_sessions_in, mark_each, newest_run
from exam_server.proctoring.late_decisions import MARK_AGAIN
from exam_server.results.markings import MARK
from exam_server.seating.models import ExamSession


def mark(work: Work) -> dict[str, Any]:
    """Mark and analyse every exam session of a batch that is over; the others wait.

    Raises ConflictError: ``no_exam_sessions``, or why the first one waits when none is over.
    """
    with work.reading() as db:
        batch = db.scalars(select(Batch).where(Batch.uid == work.payload["batch"])).one()
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


JOBS = {MARK: mark, MARK_AGAIN: mark_again}
