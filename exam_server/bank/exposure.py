"""Exposure (曝光): in how many papers that are over an item has stood, and when last.

Papers to come count not: that an item stands in one of them is secret.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, insert, select, update
from sqlalchemy.orm import Session

from exam_server.bank.models import Item
from exam_server.bank.work_models import ItemExposure

NEVER, MOST = "never", "most"
MOST_SHARE = 10  # "used most" is the tenth of the used items that was used most, ties included
MOST_DIGITS = 4


def read_used(asked: str) -> str:
    """Return a filter by use as asked for: never, most or a number of papers; else none."""
    if asked in {NEVER, MOST}:
        return asked
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS
    return str(int(asked)) if is_number and int(asked) else ""


def was_used(db: Session, blueprint_id: int, wanted: str) -> Any:
    """Return the condition that an item of a bank was used so: see ``read_used``."""
    used = select(ItemExposure.item_id)
    if wanted == NEVER:
        return Item.id.not_in(used)
    fewest = _fewest_of_most(db, blueprint_id) if wanted == MOST else int(wanted)
    return Item.id.in_(used.where(ItemExposure.n_papers >= fewest))


def _fewest_of_most(db: Session, blueprint_id: int) -> int:
    """Return in how many papers the least used of the most used items has stood."""
    counts = _counts_in(blueprint_id)
    n_used = db.scalar(select(func.count()).select_from(counts.subquery())) or 0
    last = max(0, -(-n_used // MOST_SHARE) - 1)
    return db.scalar(counts.order_by(ItemExposure.n_papers.desc()).offset(last).limit(1)) or 1


def _counts_in(blueprint_id: int) -> Select[int]:
    chosen = select(ItemExposure.n_papers).join(Item, ItemExposure.item_id == Item.id)
    return chosen.where(Item.blueprint_id == blueprint_id)


def uses_in(db: Session, blueprint_id: int) -> dict[int, tuple[int, datetime]]:
    """Return in how many papers each used item of a bank has stood, and when last."""
    chosen = (
        select(ItemExposure.item_id, ItemExposure.n_papers, ItemExposure.last_used_at)
        .join(Item, ItemExposure.item_id == Item.id)
        .where(Item.blueprint_id == blueprint_id)
    )
    return {item_id: (n_papers, last) for item_id, n_papers, last in db.execute(chosen)}


def add_use(
    db: Session, item_ids: Collection[int], *, known: Collection[int], at: datetime
) -> None:
    """Note that items stood in a form that is over; of the ``known`` its paper is counted already.

    Whoever calls holds the bank, so that two forms are not counted at once.
    """
    have = set(db.scalars(select(ItemExposure.item_id).where(ItemExposure.item_id.in_(item_ids))))
    more = case((ItemExposure.item_id.in_(known), 0), else_=1)
    db.execute(
        update(ItemExposure)
        .where(ItemExposure.item_id.in_(have))
        .values(n_papers=ItemExposure.n_papers + more, last_used_at=at)
        .execution_options(synchronize_session="fetch")
    )
    new = [
        {"item_id": each, "n_papers": 1, "last_used_at": at} for each in sorted({*item_ids} - have)
    ]
    if new:
        db.execute(insert(ItemExposure), new)
