"""Candidates' photos: the guarded way to one, uploads matched and stored."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Batch, Candidate, CandidatePhoto, Registration
from exam_server.batches.photo_matching import PhotoFile, packed
from exam_server.batches.portraits import MIME
from exam_server.batches.service import registrations_of
from exam_server.errors import InvalidInputError, NotFoundError
from exam_server.jobs import Job, enqueue

LOOKERS = ("exam_officer", "proctor", "chief_proctor", "examiner")
KIND = "batches.photos"
STORED_AT_ONCE = 40  # so that the one write lock is never held for long


def photo_for(db: Session, actor: Actor, registration: Registration) -> CandidatePhoto:
    """Return the photo of a registered candidate for staff of the batch's organization.

    Raises NotFoundError: ``no_such_photo``.
    """
    owner = registration.batch.organization_id
    photo = db.get(CandidatePhoto, registration.candidate_id)
    if photo is None or not actor.may(*LOOKERS, organization_id=owner):
        raise NotFoundError("no_such_photo")
    return photo


def with_photo(db: Session, batch: Batch) -> dict[int, str]:
    """Return the candidates of a batch who have a photo, with its hash."""
    chosen = select(CandidatePhoto.candidate_id, CandidatePhoto.sha256).join(
        Registration, Registration.candidate_id == CandidatePhoto.candidate_id
    )
    found = db.execute(
        chosen.where(Registration.batch_id == batch.id, Registration.withdrawn_at.is_(None))
    )
    return {row.candidate_id: row.sha256 for row in found}


def candidates_by_name(db: Session, batch: Batch) -> dict[str, Candidate]:
    """Return a batch's candidates by what a photo's file may be called: ticket or ID number."""
    registered = registrations_of(db, batch)
    by_ticket = {each.ticket.upper(): each.candidate for each in registered}
    return {each.candidate.id_number.upper(): each.candidate for each in registered} | by_ticket


def ask_for_photos(
    db: Session,
    actor: Actor,
    batch: Batch,
    files: Sequence[PhotoFile],
    *,
    title: str,
    whom: Registration | None = None,
) -> Job:
    """Have photos read and matched; ``whom``: the one file shows this candidate, whatever its name.

    Raises InvalidInputError: ``no_photos``, ``one_photo_only``.
    """
    if not files:
        raise InvalidInputError("no_photos")
    is_archive = len(files) == 1 and files[0].name.lower().endswith(".zip")
    if whom is not None and (is_archive or len(files) > 1):
        raise InvalidInputError("one_photo_only")
    return enqueue(
        db,
        KIND,
        title=title,
        payload={"batch": batch.id, "candidate": whom.candidate_id if whom else None},
        person_id=actor.id,
        organization_id=batch.organization_id,
        upload=files[0].body if is_archive else packed(files),
    )


def photo_job_for(db: Session, actor: Actor, batch: Batch, uid: str) -> Job:
    """Return one's own upload of photos to a batch; raises NotFoundError: ``no_such_job``."""
    job = db.scalar(select(Job).where(Job.uid == uid, Job.person_id == actor.id))
    if job is None or job.kind != KIND or job.payload["batch"] != batch.id:
        raise NotFoundError("no_such_job")
    return job


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


def remove_photo(db: Session, actor: Actor, registration: Registration) -> None:
    """Remove a candidate's photo; raises NotFoundError: ``no_such_photo``."""
    db.delete(photo_for(db, actor, registration))
    of = f"candidate:{registration.candidate.uid}"
    audit.record(db, "remove_photo", by=actor.id, of=of)
