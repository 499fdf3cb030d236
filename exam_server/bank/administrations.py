"""Figures of items as they were sat: taken over from an analysis, superseded, shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.bank.models import Blueprint, Item, ItemFigure, ItemVersion
from exam_server.bank.work_models import ItemAdministration, ItemParameter
from itembank.administrations import Measured, pooled
from scoring.item_flags import SEVERITIES

AT_ONCE = 500


@dataclass(frozen=True)
class Source:
    """Where figures come from: an exam session and one marking of it."""

    organization_id: int
    uid: str
    name: str
    held_at: datetime
    marking: str


@dataclass(frozen=True)
class MeasuredItem:
    """How an item did on a form."""

    uid: str
    version: int
    form: str
    persons: int
    difficulty: float | None
    discrimination: float | None
    omitted: float | None
    not_reached: float | None
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Administration:
    """One line of an item's figures: a version in an exam session, over its forms."""

    source: str
    name: str
    held_at: datetime
    version: int
    forms: tuple[str, ...]
    persons: int
    difficulty: float | None
    discrimination: float | None
    flags: tuple[str, ...]
    taken_at: datetime
    taken_by: str


@dataclass(frozen=True)
class Earlier:
    """How a version did the last time before: over the forms of one exam session."""

    name: str
    persons: int
    difficulty: float


def take_over(
    db: Session, source: Source, rows: Sequence[MeasuredItem], *, by: int, now: datetime
) -> int:
    """Keep the figures of a marking; those of an earlier one are superseded; return how many.

    Items that are no longer there, or belong to another organization, are left out.
    """
    ids = _ids(db, source.organization_id, {row.uid for row in rows})
    touched = _supersede(db, ItemAdministration.source == source.uid, now)
    made = [
        {
            "item_id": ids[row.uid],
            "version_number": row.version,
            "source": source.uid,
            "source_name": source.name,
            "held_at": source.held_at,
            "marking": source.marking,
            "form": row.form,
            "persons": row.persons,
            "difficulty": row.difficulty,
            "discrimination": row.discrimination,
            "omitted": row.omitted,
            "not_reached": row.not_reached,
            "flags": list(row.flags),
            "taken_at": now,
            "taken_by": by,
        }
        for row in rows
        if row.uid in ids
    ]
    if made:
        db.execute(insert(ItemAdministration), made)
    _renew(db, touched | {ids[row.uid] for row in rows if row.uid in ids})
    return len(made)


def take_back(db: Session, marking: str, *, now: datetime) -> int:
    """Let the figures of a marking count no more; return of how many items."""
    touched = _supersede(db, ItemAdministration.marking == marking, now)
    _renew(db, touched)
    return len(touched)


def marking_held(
    db: Session, what: type[ItemAdministration | ItemParameter], source: str
) -> tuple[str, datetime, str] | None:
    """Return of which marking of an exam session the bank holds ``what``, since when, by whom."""
    chosen = (
        select(what.marking, what.taken_at, Person.name)
        .join(Person, what.taken_by == Person.id)
        .where(what.source == source, what.superseded_at.is_(None))
        .limit(1)
    )
    row = db.execute(chosen).first()
    return (row[0], row[1], row[2]) if row else None


def administrations_of(db: Session, item: Item) -> list[Administration]:
    """Return how an item did wherever it was sat, the newest first."""
    chosen = (
        select(ItemAdministration, Person.name)
        .join(Person, ItemAdministration.taken_by == Person.id)
        .where(ItemAdministration.item_id == item.id, ItemAdministration.superseded_at.is_(None))
        .order_by(
            ItemAdministration.held_at.desc(),
            ItemAdministration.source,
            ItemAdministration.version_number.desc(),
            ItemAdministration.form,
        )
    )
    rows = [(row[0], row[1]) for row in db.execute(chosen)]
    return [
        _together([row for row, _ in list(group)], names[key[0]])
        for names in [{row.source: name for row, name in rows}]
        for key, group in groupby(rows, lambda each: (each[0].source, each[0].version_number))
    ]


def earlier_of(
    db: Session, organization_id: int, keys: Collection[tuple[str, int]], *, but: str
) -> dict[tuple[str, int], Earlier]:
    """Return how versions did in the newest exam session other than ``but``, by uid and number."""
    ids = _ids(db, organization_id, {uid for uid, _ in keys})
    by_id = {(ids[uid], number): (uid, number) for uid, number in keys if uid in ids}
    found: dict[tuple[str, int], Earlier] = {}
    listed = sorted({item_id for item_id, _ in by_id})
    for first in range(0, len(listed), AT_ONCE):
        chosen = (
            select(ItemAdministration)
            .where(
                ItemAdministration.item_id.in_(listed[first : first + AT_ONCE]),
                ItemAdministration.superseded_at.is_(None),
                ItemAdministration.source != but,
            )
            .order_by(
                ItemAdministration.item_id,
                ItemAdministration.version_number,
                ItemAdministration.held_at.desc(),
                ItemAdministration.source,
            )
        )
        for own, rows in groupby(db.scalars(chosen), lambda row: (row.item_id, row.version_number)):
            if own in by_id:
                listed_rows = list(rows)
                newest = [row for row in listed_rows if row.source == listed_rows[0].source]
                whole = _pooled(newest)
                if whole.difficulty is not None:
                    told = Earlier(newest[0].source_name, whole.persons, whole.difficulty)
                    found[by_id[own]] = told
    return found


def renew(db: Session, item_ids: Collection[int]) -> None:
    """Make the line that lists and papers read anew: what it is made of has changed."""
    _renew(db, set(item_ids))


def carry(db: Session, item_ids: Iterable[int]) -> None:
    """Let figures stand for newest versions that ask the same as the ones before them."""
    newest = select(Item.version_number).where(Item.id == ItemFigure.item_id).scalar_subquery()
    db.execute(
        update(ItemFigure)
        .where(ItemFigure.item_id.in_(list(item_ids)), ItemFigure.version_number == newest - 1)
        .values(version_number=newest)
        .execution_options(synchronize_session=False)
    )


def _together(rows: Sequence[ItemAdministration], name: str) -> Administration:
    first = rows[0]
    found = _pooled(rows)
    return Administration(
        source=first.source,
        name=first.source_name,
        held_at=first.held_at,
        version=first.version_number,
        forms=tuple(row.form for row in rows),
        persons=found.persons,
        difficulty=found.difficulty,
        discrimination=found.discrimination,
        flags=tuple(code for code in SEVERITIES if any(code in row.flags for row in rows)),
        taken_at=first.taken_at,
        taken_by=name,
    )


def _pooled(rows: Sequence[ItemAdministration]) -> Measured:
    return pooled([Measured(row.persons, row.difficulty, row.discrimination) for row in rows])


def _ids(db: Session, organization_id: int, uids: set[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    listed = sorted(uids)
    for first in range(0, len(listed), AT_ONCE):
        chosen = (
            select(Item.uid, Item.id)
            .join(Blueprint, Item.blueprint_id == Blueprint.id)
            .where(
                Blueprint.organization_id == organization_id,
                Item.uid.in_(listed[first : first + AT_ONCE]),
            )
        )
        found |= {row[0]: row[1] for row in db.execute(chosen)}
    return found


def _supersede(db: Session, which: ColumnElement[bool], now: datetime) -> set[int]:
    standing = (which, ItemAdministration.superseded_at.is_(None))
    touched = set(db.scalars(select(ItemAdministration.item_id).where(*standing)))
    gone = update(ItemAdministration).where(*standing).values(superseded_at=now)
    db.execute(gone.execution_options(synchronize_session=False))
    return touched


def _renew(db: Session, item_ids: set[int]) -> None:
    """Make the line that lists and papers read of each item's newest exam session."""
    listed = sorted(item_ids)
    for first in range(0, len(listed), AT_ONCE):
        some = listed[first : first + AT_ONCE]
        chosen = (
            select(ItemAdministration)
            .where(ItemAdministration.item_id.in_(some), ItemAdministration.superseded_at.is_(None))
            .order_by(
                ItemAdministration.item_id,
                ItemAdministration.held_at.desc(),
                ItemAdministration.source,
                ItemAdministration.version_number.desc(),
            )
            .execution_options(populate_existing=True)
        )
        known = _parameters(db, some)
        made = [
            _figure(list(rows), known)
            for _, rows in groupby(db.scalars(chosen), lambda row: row.item_id)
        ]
        db.execute(delete(ItemFigure).where(ItemFigure.item_id.in_(some)))
        if made:
            db.execute(insert(ItemFigure), made)
        _stand_for_the_same(db, some)


def _parameters(db: Session, item_ids: Sequence[int]) -> dict[tuple[int, int], tuple[float, float]]:
    """Return the slope and place of versions on the bank's scale; of several the newest."""
    chosen = (
        select(ItemParameter)
        .where(ItemParameter.item_id.in_(item_ids), ItemParameter.superseded_at.is_(None))
        .order_by(ItemParameter.held_at, ItemParameter.id)
    )
    return {
        (row.item_id, row.version_number): (row.slope, row.difficulty) for row in db.scalars(chosen)
    }


def _figure(
    rows: Sequence[ItemAdministration], known: Mapping[tuple[int, int], tuple[float, float]]
) -> dict[str, object]:
    newest = [
        row
        for row in rows
        if (row.source, row.version_number) == (rows[0].source, rows[0].version_number)
    ]
    found = _pooled(newest)
    slope, location = known.get((newest[0].item_id, newest[0].version_number), (None, None))
    return {
        "slope": slope,
        "location": location,
        "item_id": newest[0].item_id,
        "version_number": newest[0].version_number,
        "persons": found.persons,
        "difficulty": found.difficulty,
        "discrimination": found.discrimination,
        "is_flagged": any(SEVERITIES.get(code) != "note" for row in newest for code in row.flags),
        "n_administrations": len({row.source for row in rows}),
        "held_at": newest[0].held_at,
        "computed_at": newest[0].taken_at,
    }


def _stand_for_the_same(db: Session, item_ids: Sequence[int]) -> None:
    """Let figures of an older version stand for the newest one where it asks the very same."""
    chosen = (
        select(Item.id, Item.version_number, ItemFigure.version_number)
        .join(ItemFigure, ItemFigure.item_id == Item.id)
        .where(Item.id.in_(item_ids), ItemFigure.version_number != Item.version_number)
    )
    for item_id, newest, measured in db.execute(chosen).all():
        versions = select(ItemVersion).where(
            ItemVersion.item_id == item_id, ItemVersion.number.in_((newest, measured))
        )
        if asks_the_same(*db.scalars(versions)):
            stands = update(ItemFigure).where(ItemFigure.item_id == item_id)
            db.execute(stands.values(version_number=newest))


def asks_the_same(old: ItemVersion, *others: ItemVersion) -> bool:
    """Say whether versions ask the same and take the same as right: their figures hold for each."""
    said = (old.type, old.content, old.key)
    return all((each.type, each.content, each.key) == said for each in others)
