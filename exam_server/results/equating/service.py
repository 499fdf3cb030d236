"""Equatings of a batch: asked for, computed by a job, listed."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.errors import InvalidInputError, NotFoundError
from exam_server.jobs import Job, enqueue
from exam_server.results.equating.gathering import Sat
from exam_server.results.equating.methods import METHODS
from exam_server.results.equating.models import Equating

COMPUTE = "results.compute_equating"
MOST_SEED = 2**31


def ask_equating(  # noqa: PLR0913 - two forms, methods, and who asks when
    db: Session,
    actor: Actor,
    batch: Batch,
    pair: tuple[Sat, Sat],
    methods: Sequence[str],
    *,
    title: str,
    now: datetime,
) -> Equating:
    """Keep what is to be equated and have it computed; raises ``no_method``."""
    chosen = [name for name in METHODS if name in methods]
    if not chosen:
        raise InvalidInputError("no_method")
    new, reference = pair
    equating = Equating(
        batch_id=batch.id,
        exam_session_id=new.exam_session.id,
        form_id=new.form.id,
        reference_session_id=reference.exam_session.id,
        reference_form_id=reference.form.id,
        methods=chosen,
        seed=secrets.randbelow(MOST_SEED),
        asked_at=now,
        asked_by=actor.id,
    )
    db.add(equating)
    db.flush()
    detail = {"form": new.form.code, "reference": reference.form.code, "methods": chosen}
    audit.record(db, "ask_equating", by=actor.id, of=f"batch:{batch.uid}", detail=detail)
    compute_by_job(db, batch, equating, by=actor.id, title=title)
    return equating


def compute_by_job(db: Session, batch: Batch, equating: Equating, *, by: int, title: str) -> Job:
    """Enqueue the computation of an equating."""
    return enqueue(
        db,
        COMPUTE,
        title=title,
        payload={"batch": batch.uid, "equating": equating.uid},
        person_id=by,
        organization_id=batch.organization_id,
        is_heavy=True,
    )


def equating_in(db: Session, batch: Batch, uid: str) -> Equating:
    """Return an equating of a batch with its figures; raises ``no_such_equating``."""
    chosen = select(Equating).where(Equating.uid == uid, Equating.batch_id == batch.id)
    found = db.scalar(chosen.options(undefer(Equating.figures)))
    if found is None:
        raise NotFoundError("no_such_equating")
    return found


def equatings_of(db: Session, batch: Batch) -> Sequence[Equating]:
    """Return the equatings of a batch, the newest first."""
    chosen = select(Equating).where(Equating.batch_id == batch.id)
    return db.scalars(chosen.order_by(Equating.id.desc())).all()


def job_of(db: Session, kind: str, name: str, uid: str) -> Job | None:
    """Return the newest job of a kind whose facts name something."""
    chosen = select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(200)
    return next((job for job in db.scalars(chosen) if job.payload.get(name) == uid), None)
