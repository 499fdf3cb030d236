"""Candidates' photos: the guarded way to one, and how many are there."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Batch, CandidatePhoto, Registration
from exam_server.batches.portraits import MIME
from exam_server.errors import NotFoundError

LOOKERS = ("exam_officer", "proctor", "chief_proctor", "examiner")


def photo_for(db: Session, actor: Actor, registration: Registration) -> CandidatePhoto:
    """Return the photo of a registered candidate for staff of the batch's organization.

    Raises NotFoundError: ``no_such_photo``.
    """
    owner = registration.batch.organization_id
    photo = db.get(CandidatePhoto, registration.candidate_id)
    if photo is None or not actor.may(*LOOKERS, organization_id=owner):
        raise NotFoundError("no_such_photo")
    return photo


def with_photo(db: Session, batch: Batch) -> set[int]:
    """Return the ids of a batch's candidates who have a photo."""
    chosen = select(CandidatePhoto.candidate_id).join(
        Registration, Registration.candidate_id == CandidatePhoto.candidate_id
    )
    return set(db.scalars(chosen.where(Registration.batch_id == batch.id)))


def store_photos(
    db: Session, actor_id: int | None, batch: Batch, photos: Mapping[int, bytes], *, now: datetime
) -> None:
    """Store portraits by candidate id; earlier ones are replaced."""
    chosen = select(CandidatePhoto).where(CandidatePhoto.candidate_id.in_(photos))
    known = {photo.candidate_id: photo for photo in db.scalars(chosen)}
    for candidate_id, body in photos.items():
        row = known.get(candidate_id) or CandidatePhoto(candidate_id=candidate_id)
        row.body, row.mime, row.stored_at = body, MIME, now
        row.sha256 = hashlib.sha256(body).hexdigest()
        db.add(row)
    db.flush()
    detail = {"count": len(photos), "replaced": len(known)}
    audit.record(db, "store_photos", by=actor_id, of=f"batch:{batch.uid}", detail=detail)
