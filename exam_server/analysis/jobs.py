"""Analysis as long work."""

from typing import Any

from sqlalchemy import select

from exam_server.analysis.computing import compute_figures
from exam_server.analysis.service import COMPUTE, store_report
from exam_server.clock import utcnow
from exam_server.jobs import Work
from exam_server.marking.models import MarkingRun


def analyse(work: Work) -> dict[str, Any]:
    """Compute the figures of one marking outside any writing transaction, then keep them."""
    with work.reading() as db:
        run_id = db.scalars(
            select(MarkingRun.id).where(MarkingRun.uid == work.payload["run"])
        ).one()
    analyse_marking(work, run_id)
    return {"run": work.payload["run"]}


def analyse_marking(work: Work, run_id: int) -> None:
    """Compute and keep the figures of a marking."""
    with work.reading() as db:
        figures = compute_figures(db, db.get_one(MarkingRun, run_id))
    with work.writing() as db:
        run = db.get_one(MarkingRun, run_id)
        store_report(db, run, figures, by=work.person_id, now=utcnow())


JOBS = {COMPUTE: analyse}
