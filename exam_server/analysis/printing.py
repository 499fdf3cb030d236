"""The analysis as a PDF, in the language and words of the page."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.analysis.models import AnalysisReport
from exam_server.analysis.sections import Section
from exam_server.jobs import Job, enqueue
from exam_server.programmes.models import Organization
from exam_server.seating.models import ExamSession

PRINT: Final = "analysis.print"
LOOKED_AT: Final = 50


def ask_for_report(  # noqa: PLR0913 - a printed report has this many facts
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    report: AnalysisReport,
    *,
    sections: Sequence[Section],
    language: str,
    title: str,
) -> Job:
    """Have the report set; who asked is recorded."""
    audit.record(db, "print_analysis", by=actor.id, of=f"marking_run:{report.run.uid}")
    payload: dict[str, Any] = {
        "run": report.run.uid,
        "language": "zh" if language.startswith("zh") else "en",
        "organization": db.get_one(Organization, exam_session.organization_id).name,
        "title": title,
        "paper": exam_session.name,
        "sections": [each.printed for each in sections],
    }
    return enqueue(
        db,
        PRINT,
        title=title,
        payload=payload,
        person_id=actor.id,
        organization_id=exam_session.organization_id,
    )


def print_jobs_of(db: Session, actor: Actor, report: AnalysisReport) -> list[Job]:
    """Return one's own newest print of an analysis."""
    chosen = select(Job).where(Job.person_id == actor.id, Job.kind == PRINT)
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(LOOKED_AT)).all()
    return [job for job in newest if job.payload["run"] == report.run.uid][:1]
