"""Item statistics of a marked exam session: computed once, kept, shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.analysis.models import AnalysisReport
from exam_server.bank.models import Item, ItemVersion
from exam_server.errors import NotFoundError
from exam_server.jobs import Job
from exam_server.marking.models import MarkingRun

COMPUTE = "analysis.compute"


def store_report(
    db: Session, run: MarkingRun, figures: dict[str, Any], *, by: int | None, now: datetime
) -> AnalysisReport:
    """Keep the figures of a marking; those computed before are replaced by the same."""
    report = db.scalar(select(AnalysisReport).where(AnalysisReport.marking_run_id == run.id))
    if report is None:
        report = AnalysisReport(marking_run_id=run.id)
        db.add(report)
    report.figures, report.computed_at = figures, now
    db.flush()
    audit.record(db, "analyse", by=by, of=f"marking_run:{run.uid}")
    return report


def report_of(db: Session, run: MarkingRun) -> AnalysisReport | None:
    """Return the analysis of a marking, if it has been computed."""
    chosen = select(AnalysisReport).where(AnalysisReport.marking_run_id == run.id)
    return db.scalar(chosen.options(undefer(AnalysisReport.figures)))


def newest_job(db: Session, run: MarkingRun) -> Job | None:
    """Return the newest job that computes the analysis of a marking."""
    chosen = select(Job).where(Job.kind == COMPUTE).order_by(Job.id.desc())
    return next((job for job in db.scalars(chosen) if job.payload.get("run") == run.uid), None)


def item_in(
    db: Session, report: AnalysisReport, form: str, position: str
) -> tuple[dict[str, Any], dict[str, Any], ItemVersion]:
    """Return a form's figures, an item's, and the version asked; raises ``no_such_item``."""
    for found in report.figures["forms"]:
        for item in found["items"]:
            if found["form"] == form and str(item["position"]) == position:
                chosen = (
                    select(ItemVersion)
                    .join(Item, ItemVersion.item_id == Item.id)
                    .where(Item.uid == item["uid"], ItemVersion.number == item["version"])
                )
                return found, item, db.scalars(chosen).one()
    raise NotFoundError("no_such_item")
