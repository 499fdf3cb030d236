"""Filters of a bank's list under a name: one's own, and those that others share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.listing import ItemFilter, read_filter
from exam_server.bank.models import Blueprint, SavedFilter
from exam_server.errors import InvalidInputError, NotFoundError

LONGEST_NAME = 80
MOST = 50


@dataclass(frozen=True)
class Named:
    """A saved filter as it is offered."""

    uid: str
    name: str
    items: ItemFilter
    is_shared: bool
    is_own: bool
    by: str


@dataclass(frozen=True)
class Naming:
    """A filter to be saved, its name, and whether others see it."""

    name: str
    items: ItemFilter
    is_shared: bool = False


def filters_for(db: Session, actor: Actor, blueprint: Blueprint) -> Sequence[Named]:
    """Return the filters a person may choose in a bank, the own ones first."""
    is_own = SavedFilter.person_id == actor.id
    chosen = (
        select(SavedFilter, Person.name)
        .join(Person, SavedFilter.person_id == Person.id)
        .where(SavedFilter.blueprint_id == blueprint.id, or_(is_own, SavedFilter.is_shared))
        .order_by(is_own.desc(), SavedFilter.name)
        .limit(MOST)
    )
    return [_named(row[0], row[1], actor) for row in db.execute(chosen)]


def save_filter(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    naming: Naming,
    *,
    now: datetime,
) -> SavedFilter:
    """Keep a filter under a name; one's own filter of that name gives way.

    Raises InvalidInputError: ``filter_without_name``, ``filter_empty``.
    """
    name = " ".join(naming.name.split())[:LONGEST_NAME]
    if not name:
        raise InvalidInputError("filter_without_name")
    if not naming.items.query():
        raise InvalidInputError("filter_empty")
    mine = select(SavedFilter).where(
        SavedFilter.blueprint_id == blueprint.id,
        SavedFilter.person_id == actor.id,
        SavedFilter.name == name,
    )
    kept = db.scalar(mine)
    if kept is None:
        kept = SavedFilter(blueprint_id=blueprint.id, person_id=actor.id, name=name)
        db.add(kept)
    kept.query, kept.is_shared, kept.saved_at = naming.items.query(), naming.is_shared, now
    db.flush()
    return kept


def drop_filter(db: Session, actor: Actor, blueprint: Blueprint, uid: str) -> None:
    """Forget one's own filter; raises NotFoundError: ``no_such_filter``."""
    mine = select(SavedFilter).where(
        SavedFilter.uid == uid,
        SavedFilter.blueprint_id == blueprint.id,
        SavedFilter.person_id == actor.id,
    )
    kept = db.scalar(mine)
    if kept is None:
        raise NotFoundError("no_such_filter")
    db.delete(kept)
    db.flush()


def _named(row: SavedFilter, by: str, actor: Actor) -> Named:
    asked: dict[str, Any] = {
        name: value if isinstance(value, list) else [value] for name, value in row.query.items()
    }
    items = read_filter(asked)
    return Named(row.uid, row.name, items, row.is_shared, row.person_id == actor.id, by)
