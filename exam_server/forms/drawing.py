"""Values drawn for a form: which item versions need them, and which they get."""

import hashlib
from collections.abc import Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import ItemVersion
from itembank.drawing import Asked, Drawn, as_asked, drawing_types, drawn

VERSIONS_AT_ONCE = 500


def needing_values(db: Session, ids: Sequence[int]) -> list[ItemVersion]:
    """Return the item versions of those types that may have values to be drawn."""
    found: list[ItemVersion] = []
    for first in range(0, len(ids), VERSIONS_AT_ONCE):
        some = ids[first : first + VERSIONS_AT_ONCE]
        chosen = select(ItemVersion).where(
            ItemVersion.id.in_(some), ItemVersion.type.in_(drawing_types())
        )
        with db.no_autoflush:
            found += db.scalars(chosen)
    return found


def values_for(version: ItemVersion, number: int, code: str) -> dict[str, dict[str, str]]:
    """Return the values of an item in a form; the same number gives the same.

    Forms of one run get different ones while there are any: neighbours have other numbers.
    """
    mine = int.from_bytes(hashlib.sha256(version.uid.encode()).digest()[:8])
    rng = np.random.default_rng([number, mine])
    return drawn(version.type, version.content, version.key, rng, int.from_bytes(code.encode()))


def asked_with(version: ItemVersion, values: Drawn | None) -> Asked:
    """Return what an item version asks, with the values drawn for a form."""
    return as_asked(version.type, version.content, version.key, values)
