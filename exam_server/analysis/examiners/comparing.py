"""Examiners compared as long work, called off between its steps."""

from typing import Any

from exam_server.analysis.examiners.figures import STEPS_OF_A_LOT, lot_figures
from exam_server.analysis.examiners.ratings import lots_of
from exam_server.analysis.examiners.reporting import scope_of_job, store_report
from exam_server.clock import utcnow
from exam_server.jobs import Work


def compare(work: Work) -> dict[str, Any]:
    """Compute how examiners mark, outside any transaction, then keep it."""
    with work.reading() as db:
        lots = lots_of(db, scope_of_job(db, work.payload))
    total, done = len(lots) * STEPS_OF_A_LOT, 0

    def step() -> None:
        nonlocal done
        work.progress(done, total)
        done += 1

    figures = {"components": [lot_figures(lot, step) for lot in lots]}
    with work.writing() as db:
        store_report(db, scope_of_job(db, work.payload), figures, by=work.person_id, now=utcnow())
    return dict(work.payload)
