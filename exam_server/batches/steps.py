"""The steps of a batch, from an empty list to released papers; later desks add theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.batches.photos import with_photo
from exam_server.batches.service import registrations_of

State = Literal["done", "open", "attention", "blocked"]


@dataclass(frozen=True)
class Step:
    """A step: how far it is, counts for its words, and where it is done.

    ``blocked``: something before it is missing. An optional step is never the next one.
    """

    code: str
    state: State
    endpoint: str
    values: Mapping[str, str]
    facts: Mapping[str, object] = field(default_factory=dict)
    is_optional: bool = False


StepsOf = Callable[[Session, Actor, Batch], Sequence[Step]]


def candidate_steps(db: Session, actor: Actor, batch: Batch) -> list[Step]:
    """Return the steps of this desk: candidates and their photos."""
    del actor
    count, have = len(registrations_of(db, batch)), len(with_photo(db, batch))
    here = {"uid": batch.uid}
    facts = {"count": count, "missing": count - have}
    photos: State = "blocked" if not count else "done" if have == count else "open"
    return [
        Step(
            "candidates",
            "done" if count else "open",
            "batches.candidates.add_candidates",
            here,
            facts,
        ),
        Step("photos", photos, "batches.photos.photo_list", here, facts, is_optional=True),
    ]


def next_step(steps: Sequence[Step]) -> Step | None:
    """Return the first step that can be done now and must be."""
    waiting = (each for each in steps if each.state in {"open", "attention"})
    return next((each for each in waiting if not each.is_optional), None)
