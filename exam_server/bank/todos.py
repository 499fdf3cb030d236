"""What waits in the item bank: a writer's own drafts, and a reviewer's items."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item, ItemReview, ItemVersion
from exam_server.todo import Todo, Urgency

WRITER, REVIEWER = "item_writer", "reviewer"


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return per bank: items sent back to their writer, own drafts, items waiting for review."""
    del now
    found = []
    sent_back = (
        select(ItemReview.id)
        .where(
            ItemReview.item_id == Item.id,
            ItemReview.version_number == Item.version_number,
            ItemReview.outcome == "sent_back",
        )
        .exists()
    )
    reviewed = (
        select(ItemReview.id)
        .where(ItemReview.item_id == Item.id, ItemReview.version_number == Item.version_number)
        .exists()
    )
    if WRITER in actor.roles:
        mine = ItemVersion.created_by == actor.id
        found += _counted(db, actor, "items_sent_back", WRITER, mine & sent_back)
        found += _counted(db, actor, "own_drafts", WRITER, mine & ~reviewed)
    if REVIEWER in actor.roles:
        others = ItemVersion.created_by.is_distinct_from(actor.id)
        found += _counted(db, actor, "items_to_review", REVIEWER, others & ~reviewed)
    return found


def _counted(
    db: Session, actor: Actor, code: str, role: str, which: ColumnElement[bool]
) -> list[Todo]:
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    chosen = (
        select(Blueprint, func.count(Item.id), func.min(ItemVersion.created_at))
        .join(Item, Item.blueprint_id == Blueprint.id)
        .join(ItemVersion, newest)
        .where(
            Blueprint.organization_id.in_(actor.organizations(role)), Item.state == "draft", which
        )
        .group_by(Blueprint.id)
        .order_by(func.min(ItemVersion.created_at))
    )
    urgency = Urgency.LATER if code == "own_drafts" else Urgency.SOON
    return [
        Todo(
            code,
            count,
            "bank.bank_page",
            {"uid": blueprint.uid, "state": "draft"},
            urgency,
            {"name": blueprint.title},
            since=since,
        )
        for blueprint, count, since in db.execute(chosen)
    ]
