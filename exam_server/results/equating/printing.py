"""An equating as a PDF, in the language and words of the page."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.jobs import Job, enqueue
from exam_server.programmes.models import Organization
from exam_server.results.equating.models import Equating

PRINT: Final = "results.print_equating"
LOOKED_AT: Final = 50


def ask_for_report(
    db: Session, actor: Actor, batch: Batch, equating: Equating, told: Mapping[str, Any]
) -> Job:
    """Have the report set; who asked is recorded. ``told`` are its words and its picture."""
    detail = {"form": equating.form.code}
    audit.record(db, "print_equating", by=actor.id, of=f"batch:{batch.uid}", detail=detail)
    payload = {
        **told,
        "equating": equating.uid,
        "organization": db.get_one(Organization, batch.organization_id).name,
    }
    return enqueue(
        db,
        PRINT,
        title=told["title"],
        payload=payload,
        person_id=actor.id,
        organization_id=batch.organization_id,
    )


def print_jobs_of(db: Session, actor: Actor, equating: Equating) -> list[Job]:
    """Return one's own newest print of an equating."""
    chosen = select(Job).where(Job.person_id == actor.id, Job.kind == PRINT)
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(LOOKED_AT)).all()
    return [job for job in newest if job.payload.get("equating") == equating.uid][:1]
