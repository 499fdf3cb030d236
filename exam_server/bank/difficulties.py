"""Another difficulty for many items: versions that differ in it alone, and their reviews."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import administrations, ratings, stamps
from exam_server.bank.models import Blueprint, Item, ItemReview, ItemVersion
from exam_server.db import new_uid
from itembank.lifecycle import IN_USE, STAGES, next_state, stages_kept

AS_BEFORE: Final = (
    *("item_id", "type", "content", "key", "search_text"),
    *("explanation", "explanations"),
)


def say_difficulty(
    db: Session,
    actor: Actor,
    items: Sequence[Item],
    wanted: Mapping[int, int],
    *,
    now: datetime,
) -> None:
    """Add versions that differ in their difficulty alone.

    They are written past the session: what an item says is in the text index as it was.
    """
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    kept = [getattr(ItemVersion, name) for name in AS_BEFORE]
    chosen = select(ItemVersion.number, *kept).join(Item, newest)
    rows = db.execute(chosen.where(Item.id.in_([item.id for item in items]))).mappings()
    made = [
        {
            **row,
            "uid": new_uid(),
            "number": row["number"] + 1,
            "difficulty": wanted[row["item_id"]],
            "created_at": now,
            "created_by": actor.id,
        }
        for row in rows
    ]
    if made:
        db.execute(insert(ItemVersion), made)
    for item in items:
        item.version_number += 1
        item.difficulty = wanted[item.id]
    db.flush()
    ids = [item.id for item in items]
    administrations.carry(db, ids)
    ratings.carry(db, ids)


def ask_again(db: Session, blueprint: Blueprint, items: Sequence[Item]) -> None:
    """Let another difficulty be reviewed where the bank asks for it; else reviews stand."""
    flow = stamps.flow_of(db, blueprint.id)
    if not flow.difficulty_reviews:
        stamps.carry_all(db, items)
        return
    stamps.carry_all(db, items, stages_kept(flow.rerun, ["difficulty"], STAGES))
    in_use = [item.id for item in items if item.state in IN_USE]
    waits = update(Item).where(Item.id.in_(in_use)).values(state=next_state("active", "revise"))
    db.execute(waits.execution_options(synchronize_session="fetch"))


def stand_again(db: Session, items: Sequence[Item], states: Mapping[int, str]) -> None:
    """Let items whose difficulty is as it was stand as they stood: state and reviews."""
    stamps.carry_all(db, items)
    stamps.carry_all(db, items, back=2)  # what stood before the act that was undone
    for item in items:
        item.state = states.get(item.id, item.state)
    db.flush()


def reviewed(db: Session, items: Sequence[Item]) -> set[int]:
    """Return which items a reviewer has spoken of in their newest version."""
    chosen = (
        select(Item.id)
        .join(ItemReview, ItemReview.item_id == Item.id)
        .where(
            Item.id.in_([item.id for item in items]),
            ItemReview.version_number == Item.version_number,
        )
    )
    return set(db.scalars(chosen))
