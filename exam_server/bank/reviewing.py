"""Review: a draft waits until somebody who did not write it approves it or sends it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item, ItemReview, ItemVersion
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from itembank.lifecycle import next_state

REVIEWERS = ("reviewer",)


@dataclass(frozen=True)
class Said:
    """What a reviewer said of a version, with the reviewer's name."""

    version: int
    outcome: str
    comment: str
    by: str
    at: datetime


def was_sent_back() -> Any:
    """Return the condition that an item's newest version has been sent back to its writer."""
    return exists().where(
        ItemReview.item_id == Item.id,
        ItemReview.version_number == Item.version_number,
        ItemReview.outcome == "sent_back",
    )


def is_waiting() -> Any:
    """Return the condition that an item waits for a reviewer."""
    return and_(Item.state == "draft", ~was_sent_back())


def is_written_by(person_id: int) -> Any:
    """Return the condition that somebody has written a version of an item."""
    written = aliased(ItemVersion)  # a query that names versions of its own stays apart
    return exists().where(written.item_id == Item.id, written.created_by == person_id)


def waiting_in(db: Session, actor: Actor) -> dict[int, int]:
    """Return how many drafts of each bank wait for this reviewer, not counting own ones."""
    counted = (
        select(Item.blueprint_id, func.count())
        .join(Blueprint, Item.blueprint_id == Blueprint.id)
        .where(Blueprint.organization_id.in_(actor.organizations(*REVIEWERS)))
        .where(is_waiting(), ~is_written_by(actor.id))
        .group_by(Item.blueprint_id)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def sent_back_to(db: Session, actor: Actor) -> dict[int, int]:
    """Return how many items of each bank have come back to this writer."""
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    counted = (
        select(Item.blueprint_id, func.count())
        .join(ItemVersion, newest)
        .where(Item.state == "draft", was_sent_back(), ItemVersion.created_by == actor.id)
        .group_by(Item.blueprint_id)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def authors_of(db: Session, item: Item) -> set[int]:
    """Return who has written any version of an item."""
    chosen = select(ItemVersion.created_by).where(ItemVersion.item_id == item.id)
    return {each for each in db.scalars(chosen) if each is not None}


def approve(
    db: Session, actor: Actor, item: Item, *, seen_version: int, now: datetime, comment: str = ""
) -> None:
    """Make an item active that somebody else wrote.

    Raises NotAllowedError: ``reviewer_only``, ``own_item``; ConflictError:
    ``item_changed_meanwhile``, ``state_not_possible``.
    """
    _guard(db, actor, item, seen_version)
    if actor.id in authors_of(db, item):
        raise NotAllowedError("own_item", item=item.code)
    state = next_state(item.state, "activate")
    if state is None:
        raise ConflictError("state_not_possible", state=item.state, action="activate")
    item.state = state
    _say(db, actor, item, "approved", comment, now)


def send_back(
    db: Session, actor: Actor, item: Item, *, seen_version: int, now: datetime, comment: str
) -> None:
    """Give a draft back to its writer with what must change.

    Raises NotAllowedError: ``reviewer_only``; InvalidInputError: ``comment_missing``;
    ConflictError: ``item_changed_meanwhile``, ``state_not_possible``.
    """
    _guard(db, actor, item, seen_version)
    if not comment.strip():
        raise InvalidInputError("comment_missing")
    if item.state != "draft":
        raise ConflictError("state_not_possible", state=item.state, action="send_back")
    _say(db, actor, item, "sent_back", comment, now)


def said_of(db: Session, item: Item) -> Sequence[Said]:
    """Return what reviewers have said of an item, the newest first."""
    chosen = (
        select(ItemReview, Person.name)
        .join(Person, ItemReview.said_by == Person.id)
        .where(ItemReview.item_id == item.id)
        .order_by(ItemReview.id.desc())
    )
    return [
        Said(row[0].version_number, row[0].outcome, row[0].comment, row[1], row[0].said_at)
        for row in db.execute(chosen)
    ]


def _guard(db: Session, actor: Actor, item: Item, seen_version: int) -> None:
    if not actor.may(*REVIEWERS, organization_id=item.blueprint.organization_id):
        raise NotAllowedError("reviewer_only")
    db.flush()
    db.refresh(item, with_for_update=True)
    if seen_version != item.version_number:
        raise ConflictError("item_changed_meanwhile", newest=item.version_number, seen=seen_version)


def _say(db: Session, actor: Actor, item: Item, outcome: str, comment: str, now: datetime) -> None:
    said = ItemReview(
        item_id=item.id,
        version_number=item.version_number,
        outcome=outcome,
        comment=comment.strip(),
        said_at=now,
        said_by=actor.id,
    )
    db.add(said)
    db.flush()
    detail = {"version": item.version_number, "comment": comment.strip()}
    audit.record(db, outcome, by=actor.id, of=f"item:{item.uid}", detail=detail)
