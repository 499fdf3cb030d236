"""Review: a draft passes its bank's reviews, each by another person who did not write it.

After the last one it is in use, or stored or piloted first; each may send it back to its writer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank import comments, stamps
from exam_server.bank.models import Blueprint, Item, ItemReview, ItemVersion
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from itembank.lifecycle import LAST, Way, next_stage, next_state, way_on

REVIEWERS = ("reviewer",)
REUSE = {"suspended": "activate"}


@dataclass(frozen=True)
class Said:
    """What a reviewer said of a version, with the reviewer's name."""

    version: int
    outcome: str
    stage: str
    comment: str
    by: str
    at: datetime
    is_withdrawn: bool = False  # an approval that was undone


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


def is_written_by(person_id: Any) -> Any:
    """Return the condition that somebody has written a version of an item."""
    written = aliased(ItemVersion)  # a query that names versions of its own stays apart
    return exists().where(written.item_id == Item.id, written.created_by == person_id)


def waits_for(person_id: Any) -> Any:
    """Return the condition that an item waits for a review that this person may give."""
    return and_(is_waiting(), ~is_written_by(person_id), ~stamps.is_stamped_by(person_id))


def waiting_in(db: Session, actor: Actor) -> dict[int, int]:
    """Return how many drafts of each bank wait for this reviewer.

    Own ones do not count, nor those that wait for another person's review after this one's.
    """
    counted = (
        select(Item.blueprint_id, func.count())
        .join(Blueprint, Item.blueprint_id == Blueprint.id)
        .where(Blueprint.organization_id.in_(actor.organizations(*REVIEWERS)))
        .where(waits_for(actor.id))
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


def count_sent_back(db: Session, blueprint: Blueprint) -> int:
    """Return how many drafts of a bank have been sent back and not been changed since."""
    counted = select(func.count()).select_from(Item).where(Item.blueprint_id == blueprint.id)
    return db.scalar(counted.where(Item.state == "draft", was_sent_back())) or 0


def authors_of(db: Session, item: Item) -> set[int]:
    """Return who has written any version of an item."""
    chosen = select(ItemVersion.created_by).where(ItemVersion.item_id == item.id)
    return {each for each in db.scalars(chosen) if each is not None}


def approve(
    db: Session, actor: Actor, item: Item, *, seen_version: int, now: datetime, comment: str = ""
) -> str:
    """Pass an item on to its next review, or after the last into use; return the stage passed.

    A bank that stores or pilots items has that in between.

    Raises NotAllowedError: ``reviewer_only``, ``own_item``, ``stage_needs_another``;
    ConflictError: ``item_changed_meanwhile``, ``state_not_possible``, ``was_sent_back``,
    ``comments_open``.
    """
    _guard(db, actor, item, seen_version)
    if actor.id in authors_of(db, item):
        raise NotAllowedError("own_item", item=item.code)
    way = stamps.flow_of(db, item.blueprint_id).way
    state = next_state(item.state, action_after(item.state, way))
    if state is None:
        raise ConflictError("state_not_possible", state=item.state, action="approve")
    stage = _stage_passed(db, actor, item)
    if stage == LAST:
        item.state = state
    _say(db, actor, item, "approved", comment, now, stage=stage)
    return stage


def action_after(state: str, way: Way) -> str:
    """Return what the last review does to an item: one that was out of use comes back into it."""
    return (way_on(state, way) or "") if state == "draft" else REUSE.get(state, "")


def stage_of(db: Session, item: Item) -> str:
    """Return the review an item waits for; one who was out of use needs the last one only."""
    if item.state != "draft":
        return LAST
    flow = stamps.flow_of(db, item.blueprint_id)
    return next_stage(flow.stages, stamps.standing(db, item)) or LAST


def _stage_passed(db: Session, actor: Actor, item: Item) -> str:
    """Return the review that somebody gives an item now, if it may be given."""
    if item.state == "draft":
        if actor.id in stamps.standing(db, item).values():
            raise NotAllowedError("stage_needs_another", item=item.code)
        if db.scalar(select(Item.id).where(Item.id == item.id, was_sent_back())):
            raise ConflictError("was_sent_back", item=item.code)
    n_open = comments.count_open(db, item)
    if n_open and stamps.flow_of(db, item.blueprint_id).comments_block:
        raise ConflictError("comments_open", item=item.code, n=n_open)
    return stage_of(db, item)


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
    _say(db, actor, item, "sent_back", comment, now, stage=stage_of(db, item))


def said_of(db: Session, item: Item) -> Sequence[Said]:
    """Return what reviewers have said of an item, the newest first."""
    chosen = (
        select(ItemReview, Person.name)
        .join(Person, ItemReview.said_by == Person.id)
        .where(ItemReview.item_id == item.id)
        .order_by(ItemReview.id.desc())
    )
    return [
        Said(
            row.version_number,
            row.outcome,
            row.stage,
            row.comment,
            name,
            row.said_at,
            row.outcome == "approved" and row.stands_for is None,
        )
        for row, name in db.execute(chosen)
    ]


def _guard(db: Session, actor: Actor, item: Item, seen_version: int) -> None:
    if not actor.may(*REVIEWERS, organization_id=item.blueprint.organization_id):
        raise NotAllowedError("reviewer_only")
    db.flush()
    db.refresh(item, with_for_update=True)
    if seen_version != item.version_number:
        raise ConflictError("item_changed_meanwhile", newest=item.version_number, seen=seen_version)


def _say(  # noqa: PLR0913 - a review's facts
    db: Session,
    actor: Actor,
    item: Item,
    outcome: str,
    comment: str,
    now: datetime,
    *,
    stage: str,
) -> None:
    said = ItemReview(
        item_id=item.id,
        version_number=item.version_number,
        stands_for=item.version_number if outcome == "approved" else None,
        stage=stage,
        outcome=outcome,
        comment=comment.strip(),
        said_at=now,
        said_by=actor.id,
    )
    db.add(said)
    db.flush()
    detail = {"version": item.version_number, "stage": stage, "comment": comment.strip()}
    audit.record(db, outcome, by=actor.id, of=f"item:{item.uid}", detail=detail)
