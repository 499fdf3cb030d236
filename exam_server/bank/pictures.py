"""Pictures that writers upload: only real ones of four kinds, kept once under their hash."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Picture
from exam_server.errors import InvalidInputError

LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_SIDE = 4000
BOMBS = (Image.DecompressionBombWarning, Image.DecompressionBombError)
MIMES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


@dataclass(frozen=True)
class Stored:
    """A picture in store: its name and its size in pixels."""

    sha256: str
    width: int
    height: int


def add_picture(db: Session, actor: Actor, blueprint: Blueprint, body: bytes) -> Stored:
    """Keep a picture of a bank's organization; the same one again is kept once.

    Raises InvalidInputError: ``picture_empty``, ``picture_too_large``, ``picture_unreadable``,
    ``picture_too_wide``.
    """
    if not body:
        raise InvalidInputError("picture_empty")
    if len(body) > LARGEST_BYTES:
        detail = {"size": megabytes(len(body)), "largest": megabytes(LARGEST_BYTES)}
        raise InvalidInputError("picture_too_large", [], **detail)
    mime, width, height = _examined(body)
    sha256 = hashlib.sha256(body).hexdigest()
    named = (Picture.organization_id == blueprint.organization_id, Picture.sha256 == sha256)
    if db.scalar(select(Picture.sha256).where(*named)) is None:
        db.add(
            Picture(organization_id=blueprint.organization_id, sha256=sha256, mime=mime, body=body)
        )
        db.flush()
        audit.record(db, "add_picture", by=actor.id, of=f"picture:{sha256}")
    return Stored(sha256, width, height)


def megabytes(size: int) -> str:
    """Return a size in megabytes as people read it.

    Examples
    --------
    >>> megabytes(2 * 1024 * 1024), megabytes(1_600_000)
    ('2', '1.5')
    """
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")


def _examined(body: bytes) -> tuple[str, int, int]:
    """Return kind and size of a picture; what its name says does not count."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=list(MIMES)) as picture:
                kind, (width, height) = str(picture.format), picture.size
                if max(width, height) > LARGEST_SIDE:
                    raise InvalidInputError("picture_too_wide", width=width, most=LARGEST_SIDE)
                picture.verify()
    except (OSError, SyntaxError, ValueError, *BOMBS):
        raise InvalidInputError("picture_unreadable") from None
    return MIMES[kind], width, height
