"""Item statistics of a marked exam session: computed once, kept, shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.analysis.models import AnalysisReport
from exam_server.bank.models import Item, ItemVersion
from exam_server.errors import NotFoundError
from exam_server.jobs import Job, enqueue
from exam_server.marking.models import MarkingRun
from exam_server.marking.service import newest_run
from exam_server.seating.models import ExamSession

COMPUTE = "analysis.compute"
DEEPEN = "analysis.deepen"
FEWEST_CALIBRATED = 100  # persons: below, no model of items, and no pair stands out
GRAVE = ("wrong_key", "preferred")
IN_DOUBT = (*GRAVE, "negative")


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
    return db.scalar(chosen.options(undefer(AnalysisReport.figures), undefer(AnalysisReport.deep)))


def report_in(db: Session, exam_session: ExamSession) -> AnalysisReport:
    """Return the analysis of an exam session's newest marking; raises ``not_analysed_yet``."""
    run = newest_run(db, exam_session.id)
    report = report_of(db, run) if run else None
    if report is None:
        raise NotFoundError("not_analysed_yet")
    return report


def store_deep(
    db: Session, run: MarkingRun, deep: dict[str, Any], *, by: int | None, now: datetime
) -> None:
    """Keep what models say of a marking beside its figures; raises ``not_analysed_yet``."""
    report = report_of(db, run)
    if report is None:
        raise NotFoundError("not_analysed_yet")
    report.deep, report.deepened_at = deep, now
    db.flush()
    audit.record(db, "calibrate", by=by, of=f"marking_run:{run.uid}")


def is_adaptive(report: AnalysisReport) -> bool:
    """Say whether an analysis is of items that were chosen to fit whoever had them."""
    return "adaptive" in report.figures


def may_deepen(report: AnalysisReport) -> bool:
    """Say whether there are candidates enough for models; an adaptive test has its models."""
    return not is_adaptive(report) and int(report.figures["n"]) >= FEWEST_CALIBRATED


def ask_to_deepen(
    db: Session, exam_session: ExamSession, run: MarkingRun, *, title: str, by: int | None
) -> Job:
    """Have models computed: heavy work, which waits while a room is live."""
    return enqueue(
        db,
        DEEPEN,
        title=title,
        payload={"run": run.uid},
        person_id=by,
        organization_id=exam_session.organization_id,
        is_heavy=True,
    )


def newest_job(db: Session, run: MarkingRun, kind: str = COMPUTE) -> Job | None:
    """Return the newest job that computes the analysis of a marking, or its models."""
    chosen = select(Job).where(Job.kind == kind).order_by(Job.id.desc())
    return next((job for job in db.scalars(chosen) if job.payload.get("run") == run.uid), None)


def item_in(
    db: Session, report: AnalysisReport, form: str, position: str
) -> tuple[dict[str, Any], dict[str, Any], ItemVersion]:
    """Return a form's figures, an item's, and the version asked; raises ``no_such_item``.

    Pilot items stand together as a form of their own name.
    """
    tried = report.figures.get("tried")
    for found in [*report.figures["forms"], *([tried] if tried else [])]:
        for item in found["items"]:
            if found["form"] == form and str(item["position"]) == position:
                chosen = (
                    select(ItemVersion)
                    .join(Item, ItemVersion.item_id == Item.id)
                    .where(Item.uid == item["uid"], ItemVersion.number == item["version"])
                )
                return found, item, db.scalars(chosen).one()
    raise NotFoundError("no_such_item")
