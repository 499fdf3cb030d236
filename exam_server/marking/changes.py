"""Changes of scoring that stand: which items of a batch are marked otherwise than papers say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.marking.models import MarkingRun, ScoringChange
from exam_server.programmes.models import RuleSet
from itembank.drawing import Drawn, as_asked

ORIGINAL = "original"


@dataclass(frozen=True)
class Changed:
    """How an item is marked after a change; ``way`` as ``ScoringChange`` names it."""

    uid: str
    way: str
    keys: tuple[Mapping[str, Any], ...] = ()

    @property
    def counts(self) -> bool:
        """Say whether the item is in the sums."""
        return self.way != "dropped"


class AskedWith(NamedTuple):
    """An item as the bank has it, and the values that a form has asked it with."""

    type: str
    content: Mapping[str, Any]
    values: Drawn


def for_form(change: Changed | None, asked: AskedWith | None) -> Changed | None:
    """Return a change as it is for one form: its keys with the values the form has asked with."""
    if change is None or asked is None:
        return change
    keys = [as_asked(asked.type, asked.content, key, asked.values).key for key in change.keys]
    return replace(change, keys=tuple(keys))


def standing_changes(db: Session, batch_id: int) -> dict[int, Changed]:
    """Return the change that stands for each item version of a batch."""
    newest = (
        select(func.max(ScoringChange.id))
        .where(ScoringChange.batch_id == batch_id, ScoringChange.outcome == "approved")
        .group_by(ScoringChange.item_version_id)
    )
    chosen = select(ScoringChange).where(ScoringChange.id.in_(newest))
    way = dropped_way(db, batch_id)
    return {
        each.item_version_id: changed_by(each, way)
        for each in db.scalars(chosen)
        if each.way != ORIGINAL
    }


def needless(changes: Mapping[int, Changed]) -> set[int]:
    """Return the item versions whose responses need nobody's mark: dropped, or full for all."""
    return {each for each, change in changes.items() if change.way in {"dropped", "full_marks"}}


def changes_of_run(db: Session, run: MarkingRun, batch_id: int) -> dict[int, Changed]:
    """Return the changes that a marking was made under, by item version."""
    if not run.changes:
        return {}
    way = dropped_way(db, batch_id)
    chosen = select(ScoringChange).where(ScoringChange.uid.in_(run.changes))
    return {each.item_version_id: changed_by(each, way) for each in db.scalars(chosen)}


def changed_by(change: ScoringChange, dropped_way: str) -> Changed:
    """Return what a change does; a rule set may give everybody the mark of a dropped item."""
    way = "full_marks" if change.way == "dropped" and dropped_way == "full_marks" else change.way
    return Changed(change.uid, way, tuple(change.keys))


def dropped_way(db: Session, batch_id: int) -> str:
    """Return what the rule set of a batch does with dropped items."""
    chosen = select(RuleSet.dropped_items).join(Batch, Batch.rule_set_id == RuleSet.id)
    return db.scalars(chosen.where(Batch.id == batch_id)).one()


def uids_of(changes: Mapping[int, Changed]) -> list[str] | None:
    """Return the uids of changes as a marking keeps them."""
    return sorted(each.uid for each in changes.values()) or None


def changed_mark(
    change: Changed, mark_by: Callable[[Mapping[str, Any]], Decimal | None], full: Decimal
) -> Decimal | None:
    """Return the mark of a response by another key, the best of several, or the full one.

    ``mark_by`` marks by a key. ``None`` where a person has to tell and has not.
    """
    if change.way == "full_marks":
        return full
    marks: Sequence[Decimal | None] = [mark_by(key) for key in change.keys]
    told = [mark for mark in marks if mark is not None]
    return max(told) if len(told) == len(marks) else None
