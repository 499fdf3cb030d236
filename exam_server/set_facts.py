"""For which exam sessions a fixed set was released: asked by the papers, which come before these.

A desk uses earlier desks only, so the seating gives a function, ``exam_server.desks`` names it,
and the app hands it to the pages of the sets.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

NAME = "exam_server.set_uses"


@dataclass(frozen=True)
class SetUse:
    """An exam session that a set was released for."""

    name: str
    planned_start: datetime
    address: str


SetUses = Callable[[Session, int], Mapping[str, Sequence[SetUse]]]  # by the run's id; by code


def set_uses(db: Session, run_id: int) -> Mapping[str, Sequence[SetUse]]:
    """Return where each set of a collection was used, the newest first."""
    found: SetUses = current_app.extensions[NAME]
    return found(db, run_id)
