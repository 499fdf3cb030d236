"""A round as a PDF, in the language and words of the page."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.jobs import Job, enqueue
from exam_server.programmes.models import Organization
from exam_server.standards.models import PanelRound
from exam_server.standards.sections import Section
from exam_server.standards.service import name_of

PRINT: Final = "standards.print"
LOOKED_AT: Final = 50


def ask_for_report(
    db: Session,
    actor: Actor,
    found: PanelRound,
    *,
    told: Sequence[Section],
    language: str,
    title: str,
) -> Job:
    """Have the report set; who asked is recorded."""
    panel = found.panel
    detail = {"round": found.number}
    audit.record(db, "print_panel_round", by=actor.id, of=name_of(panel), detail=detail)
    payload: dict[str, Any] = {
        "round": found.uid,
        "language": "zh" if language.startswith("zh") else "en",
        "organization": db.get_one(Organization, panel.organization_id).name,
        "title": title,
        "paper": panel.title,
        "sections": [each.printed for each in told],
    }
    return enqueue(
        db,
        PRINT,
        title=title,
        payload=payload,
        person_id=actor.id,
        organization_id=panel.organization_id,
    )


def print_jobs_of(db: Session, actor: Actor, found: PanelRound) -> list[Job]:
    """Return one's own newest print of a round."""
    chosen = select(Job).where(Job.person_id == actor.id, Job.kind == PRINT)
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(LOOKED_AT)).all()
    return [job for job in newest if job.payload["round"] == found.uid][:1]
