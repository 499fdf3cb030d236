"""The page of an adaptive exam session's analysis."""

from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from exam_server.adaptive.charts import Chart, exposures, histogram
from exam_server.analysis import printing, service
from exam_server.analysis.adaptive import wording
from exam_server.analysis.adaptive.reading import BAR_LOGITS, ERROR_BAR_LOGITS
from exam_server.analysis.wording import per_cent
from exam_server.marking.service import newest_run
from exam_server.seating.models import ExamSession
from exam_server.web import current_person
from exam_server.wording import figure


def adaptive_page(db: Session, exam_session: ExamSession) -> str:
    """Show what the tests measured, how items held, and what was seen of the pool."""
    run = newest_run(db, exam_session.id)
    report = service.report_of(db, run) if run else None
    if report is not None and not service.is_adaptive(report):
        report = None  # made as if everybody had had the same items: it is to be made anew
    figures: dict[str, Any] = report.figures if report else {}
    found = figures.get("adaptive")
    trial = exam_session.adaptive_trial
    return render_template(
        "analysis/adaptive.html",
        exam_session=exam_session,
        plan=trial.plan if trial else None,
        run=run,
        report=report,
        job=service.newest_job(db, run) if run and not report else None,
        figures=figures,
        found=found,
        told=wording.told_of(figures) if report else [],
        charts=charts_of(found) if found else {},
        print_jobs=printing.print_jobs_of(db, current_person(), run.uid) if run else [],
        w=wording,
        figure=figure,
        per_cent=per_cent,
    )


def charts_of(found: dict[str, Any]) -> dict[str, Chart]:
    """Return the pictures of the page; a table of it says the same."""
    ability = found["ability"]
    return {
        "abilities": histogram(ability["counts"], BAR_LOGITS, cut=ability["cut"]),
        "lengths": histogram(found["length"]["counts"], 1),
        "errors": histogram(found["error"]["counts"], ERROR_BAR_LOGITS),
        "exposure": exposures(found["exposure"]["shares"], found["rules"]["exposure"] / 100),
    }
