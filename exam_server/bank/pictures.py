"""Pictures that writers upload: only real ones of four kinds, kept once under their hash."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.bare_pictures import BarePicture, bare_picture
from exam_server.bank.models import Blueprint, Picture
from exam_server.errors import InvalidInputError

LARGEST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Stored:
    """A picture in store: its name and its size in pixels."""

    sha256: str
    width: int
    height: int


def examined(body: bytes) -> BarePicture:
    """Return an uploaded picture as it may be stored; takes long for a large one.

    Raises InvalidInputError: ``picture_empty``, ``picture_too_large``, ``picture_unreadable``,
    ``picture_too_wide``.
    """
    if not body:
        raise InvalidInputError("picture_empty")
    if len(body) > LARGEST_BYTES:
        detail = {"size": megabytes(len(body)), "largest": megabytes(LARGEST_BYTES)}
        raise InvalidInputError("picture_too_large", [], **detail)
    return bare_picture(body)


def add_picture(db: Session, actor: Actor, blueprint: Blueprint, picture: BarePicture) -> Stored:
    """Keep a picture of a bank's organization; the same one again is kept once."""
    owner, sha256 = blueprint.organization_id, hashlib.sha256(picture.body).hexdigest()
    named = (Picture.organization_id == owner, Picture.sha256 == sha256)
    if db.scalar(select(Picture.sha256).where(*named)) is None:
        db.add(Picture(organization_id=owner, sha256=sha256, mime=picture.mime, body=picture.body))
        db.flush()
        audit.record(db, "add_picture", by=actor.id, of=f"picture:{sha256}")
    return Stored(sha256, picture.width, picture.height)


def megabytes(size: int) -> str:
    """Return a size in megabytes as people read it.

    Examples
    --------
    >>> megabytes(2 * 1024 * 1024), megabytes(1_600_000)
    ('2', '1.5')
    """
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")
