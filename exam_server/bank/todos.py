"""What waits in the item bank: a writer's own drafts, and a reviewer's items."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item, ItemVersion
from exam_server.bank.reviewing import waits_for, was_sent_back
from exam_server.todo import Todo, Urgency

WRITER, REVIEWER = "item_writer", "reviewer"
# How the bank's page shows what waits.
SHOWN = {
    "items_sent_back": {"review": "sent_back"},
    "own_drafts": {"state": "draft"},
    "items_to_review": {"review": "waiting"},
}


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return per bank: items sent back to their writer, own drafts, items waiting for review."""
    del now
    found = []
    mine = ItemVersion.created_by == actor.id
    if WRITER in actor.roles:
        found += _counted(db, actor, "items_sent_back", WRITER, mine & was_sent_back())
        found += _counted(db, actor, "own_drafts", WRITER, mine & ~was_sent_back())
    if REVIEWER in actor.roles:
        found += _counted(db, actor, "items_to_review", REVIEWER, waits_for(actor.id))
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
            {"uid": blueprint.uid, **_shown(code, actor)},
            urgency,
            {"name": blueprint.title},
            since=since,
        )
        for blueprint, count, since in db.execute(chosen)
    ]


def _shown(code: str, actor: Actor) -> dict[str, str]:
    mine = {"reviewer": actor.username} if code == "items_to_review" else {}
    return {**SHOWN[code], **mine}
