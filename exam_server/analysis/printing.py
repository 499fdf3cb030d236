"""An analysis as a PDF, in the language and words of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.analysis.sections import Section
from exam_server.jobs import Job, enqueue
from exam_server.programmes.models import Organization

PRINT: Final = "analysis.print"
LOOKED_AT: Final = 50


@dataclass(frozen=True)
class Paper:
    """What is printed: what names it among prints, of what the record says it is, and titles."""

    uid: str
    of: str
    organization_id: int
    title: str
    name: str


def ask_for_report(
    db: Session, actor: Actor, paper: Paper, *, sections: Sequence[Section], language: str
) -> Job:
    """Have a report set; who asked is recorded."""
    audit.record(db, "print_analysis", by=actor.id, of=paper.of)
    payload: dict[str, Any] = {
        "run": paper.uid,
        "language": "zh" if language.startswith("zh") else "en",
        "organization": db.get_one(Organization, paper.organization_id).name,
        "title": paper.title,
        "paper": paper.name,
        "sections": [each.printed for each in sections],
    }
    return enqueue(
        db,
        PRINT,
        title=paper.title,
        payload=payload,
        person_id=actor.id,
        organization_id=paper.organization_id,
    )


def print_jobs_of(db: Session, actor: Actor, uid: str) -> list[Job]:
    """Return one's own newest print of an analysis."""
    chosen = select(Job).where(Job.person_id == actor.id, Job.kind == PRINT)
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(LOOKED_AT)).all()
    return [job for job in newest if job.payload["run"] == uid][:1]
