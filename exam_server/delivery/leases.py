"""Leases: one device writes at a sitting; a token proves the lease at the line."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.announcements import announce
from exam_server.delivery.models import EndedLease
from exam_server.errors import ConflictError, NotAllowedError
from exam_server.seating.models import Sitting

HAND_OVER = timedelta(hours=24)


def digest(secret_text: str) -> str:
    """Return the SHA-256 of a token or device secret, in hex; only this is stored."""
    return hashlib.sha256(secret_text.encode()).hexdigest()


def take_lease(db: Session, sitting: Sitting, device: str, *, now: datetime) -> str:
    """Give the device a fresh token; the same device renews, a first device takes the lease.

    Raises ConflictError: ``other_device`` (asked for at the console; nothing has changed).
    """
    device_hash = digest(device)
    if sitting.device_hash is None:
        sitting.device_hash = device_hash
        sitting.lease_number += 1
    elif sitting.device_hash != device_hash:
        raise ConflictError("other_device")
    token = secrets.token_urlsafe(32)
    sitting.token_hash = digest(token)
    sitting.last_contact_at = now
    db.flush()
    return token


def ask_to_move(db: Session, sitting: Sitting, device: str, *, now: datetime) -> None:
    """Note that another device asks for the sitting, for the proctor to approve.

    A device that asks again keeps its place among what the proctor has to do.
    """
    if sitting.move_device_hash == digest(device):
        return
    announce(db, "move_asked", {}, to=f"sitting:{sitting.uid}")
    sitting.move_device_hash = digest(device)
    sitting.move_asked_at = now


def approve_move(db: Session, sitting: Sitting, *, now: datetime) -> None:
    """Give the sitting to the device that asked; the old one is told and can write no more.

    What the old one still holds it may hand over as late work, for ``HAND_OVER``.
    Raises ConflictError: ``no_move_asked``.
    """
    if sitting.move_device_hash is None:
        raise ConflictError("no_move_asked")
    if sitting.token_hash is not None:
        ended = EndedLease(
            sitting_id=sitting.id,
            lease_number=sitting.lease_number,
            token_hash=sitting.token_hash,
            ended_at=now,
        )
        db.add(ended)
    sitting.device_hash = sitting.move_device_hash
    sitting.move_device_hash = sitting.move_asked_at = None
    sitting.token_hash = None
    sitting.lease_number += 1
    announce(db, "lease_ended", {"lease_number": sitting.lease_number}, to=f"sitting:{sitting.uid}")


def sitting_by_token(db: Session, token: str) -> Sitting:
    """Return the sitting whose lease the token proves; raises NotAllowedError: ``bad_token``."""
    sitting = db.scalar(select(Sitting).where(Sitting.token_hash == digest(token)))
    if sitting is None:
        raise NotAllowedError("bad_token")
    return sitting


def leases_by_tokens(
    db: Session, tokens: Iterable[str], *, now: datetime
) -> dict[str, tuple[Sitting, int]]:
    """Return the sitting and the lease each token proves: one that stands, or one that ended.

    Not in it is who proves nothing; an ended lease neither, after ``HAND_OVER``.
    """
    of_digest = {digest(token): token for token in tokens}
    standing = select(Sitting).where(Sitting.token_hash.in_(of_digest))
    found = {of_digest[each.token_hash or ""]: each for each in db.scalars(standing)}
    leases = {token: (sitting, sitting.lease_number) for token, sitting in found.items()}
    others = [each for each, token in of_digest.items() if token not in leases]
    if others:
        ended = select(EndedLease).where(
            EndedLease.token_hash.in_(others), EndedLease.ended_at > now - HAND_OVER
        )
        for lease in db.scalars(ended):
            sitting = db.get_one(Sitting, lease.sitting_id)
            leases[of_digest[lease.token_hash]] = (sitting, lease.lease_number)
    return leases
