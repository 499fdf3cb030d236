"""Calibrated parameters of items: accepted by a person, superseded, read by assembly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from exam_server.bank.administrations import AT_ONCE, Source, renew
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.work_models import ItemParameter


@dataclass(frozen=True)
class Known:
    """A version's parameters on its bank's scale."""

    slope: float
    difficulty: float
    scale: str
    scale_name: str


@dataclass(frozen=True)
class CalibratedItem:
    """What a calibration says of a version, on the bank's scale."""

    uid: str
    version: int
    persons: int
    slope: float
    difficulty: float
    slope_error: float | None
    difficulty_error: float | None


@dataclass(frozen=True)
class Scale:
    """Of which exam session's candidates mean and spread are 0 and 1; by which model."""

    uid: str
    name: str
    model: str


def accept(
    db: Session,
    source: Source,
    scale: Scale,
    rows: Sequence[CalibratedItem],
    *,
    by: int,
    now: datetime,
) -> int:
    """Keep the parameters of a marking; those of an earlier one are superseded; return how many."""
    ids = _ids(db, source.organization_id, {row.uid for row in rows})
    touched = _supersede(db, source.uid, now)
    made = [
        {
            "item_id": ids[row.uid],
            "version_number": row.version,
            "source": source.uid,
            "source_name": source.name,
            "held_at": source.held_at,
            "marking": source.marking,
            "model": scale.model,
            "persons": row.persons,
            "slope": row.slope,
            "difficulty": row.difficulty,
            "slope_error": row.slope_error,
            "difficulty_error": row.difficulty_error,
            "scale": scale.uid,
            "scale_name": scale.name,
            "taken_at": now,
            "taken_by": by,
        }
        for row in rows
        if row.uid in ids
    ]
    if made:
        db.execute(insert(ItemParameter), made)
    renew(db, touched | {ids[row.uid] for row in rows if row.uid in ids})
    return len(made)


def take_back(db: Session, source: str, *, now: datetime) -> int:
    """Let the parameters of an exam session count no more; return of how many items."""
    touched = _supersede(db, source, now)
    renew(db, touched)
    return len(touched)


def has_scale(db: Session, organization_id: int, uids: Collection[str], *, but: str) -> bool:
    """Say whether the banks of items hold parameters of other exam sessions than ``but``."""
    ids = _ids(db, organization_id, set(uids))
    banks = select(Item.blueprint_id).where(Item.id.in_(sorted(ids.values())[:1]))
    standing = exists().where(
        ItemParameter.item_id == Item.id,
        Item.blueprint_id.in_(banks),
        ItemParameter.superseded_at.is_(None),
        ItemParameter.source != but,
    )
    return bool(db.scalar(select(standing)))


def known_of(
    db: Session, organization_id: int, keys: Collection[tuple[str, int]], *, but: str
) -> dict[tuple[str, int], Known]:
    """Return the standing parameters of versions, by uid and number, of other exam sessions."""
    ids = _ids(db, organization_id, {uid for uid, _ in keys})
    uids = {item_id: uid for uid, item_id in ids.items()}
    found: dict[tuple[str, int], Known] = {}
    listed = sorted(uids)
    for first in range(0, len(listed), AT_ONCE):
        chosen = (
            select(ItemParameter)
            .where(
                ItemParameter.item_id.in_(listed[first : first + AT_ONCE]),
                ItemParameter.superseded_at.is_(None),
                ItemParameter.source != but,
            )
            .order_by(ItemParameter.held_at, ItemParameter.id)
        )
        for row in db.scalars(chosen):
            key = uids[row.item_id], row.version_number
            if key in keys:
                found[key] = Known(row.slope, row.difficulty, row.scale, row.scale_name)
    return found


def _ids(db: Session, organization_id: int, uids: Collection[str]) -> dict[str, int]:
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


def _supersede(db: Session, source: str, now: datetime) -> set[int]:
    standing = (ItemParameter.source == source, ItemParameter.superseded_at.is_(None))
    touched = set(db.scalars(select(ItemParameter.item_id).where(*standing)))
    gone = update(ItemParameter).where(*standing).values(superseded_at=now)
    db.execute(gone.execution_options(synchronize_session=False))
    return touched
