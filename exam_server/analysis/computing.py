"""The figures of a marking computed: long work, which web processes leave to the job process."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from exam_server.analysis.adaptive.figures import adaptive_figures
from exam_server.analysis.adaptive.reading import tests_in
from exam_server.analysis.figures import figures_of
from exam_server.analysis.models import AnalysisReport
from exam_server.analysis.responses import cut_of, responses_in
from exam_server.analysis.service import store_report
from exam_server.marking.models import MarkingRun
from exam_server.seating.models import ExamSession


def compute_figures(db: Session, run: MarkingRun) -> dict[str, Any]:
    """Return the figures of a marking; nothing is stored."""
    exam_session = db.get_one(ExamSession, run.exam_session_id)
    if exam_session.is_adaptive:
        return adaptive_figures(tests_in(db, run), *cut_of(db, exam_session))
    return figures_of(responses_in(db, run), *cut_of(db, exam_session))


def analyse_run(db: Session, run: MarkingRun, *, by: int | None, now: datetime) -> AnalysisReport:
    """Compute and keep the figures of a marking, in this transaction."""
    return store_report(db, run, compute_figures(db, run), by=by, now=now)
