"""Asking for the marking of a batch, and finding the job that does it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.errors import ConflictError
from exam_server.jobs import OPEN, Job, enqueue

MARK = "results.mark"


def ask_for_marking(db: Session, batch: Batch, *, by: int, title: str) -> Job:
    """Enqueue the marking of a batch; raises ConflictError: ``marking_under_way``."""
    newest = newest_marking_job(db, batch)
    if newest is not None and newest.status in OPEN:
        raise ConflictError("marking_under_way")
    return enqueue(
        db,
        MARK,
        title=title,
        payload={"batch": batch.uid},
        person_id=by,
        organization_id=batch.organization_id,
    )


def newest_marking_job(db: Session, batch: Batch) -> Job | None:
    """Return the newest job that marks a batch."""
    chosen = select(Job).where(Job.kind == MARK, Job.organization_id == batch.organization_id)
    jobs = db.scalars(chosen.order_by(Job.id.desc()))
    return next((job for job in jobs if job.payload.get("batch") == batch.uid), None)
