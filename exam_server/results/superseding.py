"""What a candidate's result was before, when another took its place, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.bank.models import Item, ItemVersion
from exam_server.batches.models import Batch, Registration
from exam_server.marking.models import ScoringChange
from exam_server.results.models import Decision, DecisionRun, ResultRelease

SHOWN: Final = ("theory", "practical", "performance", "composite", "outcome")
ENTERED: Final = ("practical", "performance")


@dataclass(frozen=True)
class Result:
    """A decision about one candidate, by whom, and its release if it was released."""

    run: DecisionRun
    decision: Decision
    released_at: datetime | None = None
    released_by: str = ""


@dataclass(frozen=True)
class Superseded:
    """A result that took the place of an earlier one.

    ``why``: scoring_changed (``changes`` say which), marked_again, marks_entered, decided_again.
    """

    before: Result
    after: Result
    why: tuple[str, ...]
    changes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ChangedItem:
    """A change of scoring, for who may know the item."""

    uid: str
    way: str
    code: str
    reason: str


def results_of(db: Session, batch: Batch, registration: Registration) -> list[Result]:
    """Return every decision about a candidate, the oldest first."""
    chosen = (
        select(DecisionRun, Decision, ResultRelease.released_at, Person.name)
        .join(Decision, Decision.decision_run_id == DecisionRun.id)
        .outerjoin(ResultRelease, ResultRelease.decision_run_id == DecisionRun.id)
        .outerjoin(Person, ResultRelease.released_by == Person.id)
        .where(DecisionRun.batch_id == batch.id, Decision.registration_id == registration.id)
        .order_by(DecisionRun.id)
    )
    return [Result(row[0], row[1], row[2], row[3] or "") for row in db.execute(chosen)]


def superseded_in(db: Session, batch: Batch) -> dict[int, Superseded]:
    """Return the last change of each candidate's released result, by registration."""
    chosen = (
        select(DecisionRun, Decision, ResultRelease.released_at)
        .join(Decision, Decision.decision_run_id == DecisionRun.id)
        .join(ResultRelease, ResultRelease.decision_run_id == DecisionRun.id)
        .where(DecisionRun.batch_id == batch.id)
        .order_by(DecisionRun.id)
    )
    released: dict[int, list[Result]] = {}
    for row in db.execute(chosen):
        released.setdefault(row[1].registration_id, []).append(Result(*row))
    found = {each: list(changed(results)) for each, results in released.items()}
    return {each: changes[-1] for each, changes in found.items() if changes}


def changed(results: Sequence[Result]) -> Iterator[Superseded]:
    """Give each result that differs from the one before it."""
    for before, after in pairwise(results):
        differing = {n for n in SHOWN if _of(before, n) != _of(after, n)}
        if differing:
            yield _superseded(before, after, differing)


def changed_items(db: Session, uids: Iterable[str]) -> list[ChangedItem]:
    """Return changes of scoring with their items, the oldest first."""
    chosen = (
        select(ScoringChange.uid, ScoringChange.way, Item.code, ScoringChange.reason)
        .join(ItemVersion, ScoringChange.item_version_id == ItemVersion.id)
        .join(Item, ItemVersion.item_id == Item.id)
        .where(ScoringChange.uid.in_(list(uids)))
        .order_by(ScoringChange.id)
    )
    return [ChangedItem(*row) for row in db.execute(chosen)]


def _superseded(before: Result, after: Result, differing: set[str]) -> Superseded:
    changes = _changes(before.run) ^ _changes(after.run) if "theory" in differing else frozenset()
    why = []
    if "theory" in differing:
        why.append("scoring_changed" if changes else "marked_again")
    if differing & set(ENTERED):
        why.append("marks_entered")
    return Superseded(before, after, tuple(why) or ("decided_again",), changes)


def _changes(run: DecisionRun) -> frozenset[str]:
    return frozenset((run.evidence or {}).get("changes", ()))


def _of(result: Result, name: str) -> object:
    return getattr(result.decision, name)
