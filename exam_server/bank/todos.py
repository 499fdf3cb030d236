"""What waits in the item bank: drafts and items to write, items to review, late tasks."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item, ItemVersion
from exam_server.bank.reviewing import waits_for, was_sent_back
from exam_server.bank.task_lists import open_tasks
from exam_server.todo import Todo, Urgency, urgency_by

WRITER, REVIEWER, OFFICER = "item_writer", "reviewer", "exam_officer"
# How the bank's page shows what waits.
SHOWN = {
    "items_sent_back": {"review": "sent_back"},
    "own_drafts": {"state": "draft"},
    "items_to_review": {"review": "waiting"},
}


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return per bank what waits for its writers, its reviewers and its officers."""
    found = []
    mine = ItemVersion.created_by == actor.id
    if WRITER in actor.roles:
        found += _counted(db, actor, "items_sent_back", WRITER, mine & was_sent_back())
        found += _counted(db, actor, "own_drafts", WRITER, mine & ~was_sent_back())
        found += _tasks(db, actor, WRITER, now=now)
    if OFFICER in actor.roles:
        found += _tasks(db, actor, OFFICER, now=now)
    if REVIEWER in actor.roles:
        found += _counted(db, actor, "items_to_review", REVIEWER, waits_for(actor.id))
    return found


def _tasks(db: Session, actor: Actor, role: str, *, now: datetime) -> list[Todo]:
    """Return what a writer still has to write, or which tasks are late, by bank."""
    missing: dict[int, int] = {}
    first: dict[int, date] = {}
    for line in open_tasks(db, actor, role, now=now):
        counts = line.progress.missing if role == WRITER else int(line.is_late)
        if counts:
            bank = line.task.blueprint_id
            missing[bank] = missing.get(bank, 0) + counts
            first.setdefault(bank, line.task.due_on)  # they come by their day
    banks = db.scalars(select(Blueprint).where(Blueprint.id.in_(missing)))
    return [
        Todo(
            "items_to_write" if role == WRITER else "tasks_late",
            missing[bank.id],
            "bank.task_list",
            {"uid": bank.uid},
            urgency_by(first[bank.id], now),
            {"name": bank.title},
            due=first[bank.id],
        )
        for bank in banks
    ]


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
