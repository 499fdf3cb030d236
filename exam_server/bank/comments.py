"""Comments at a place of an item: said, answered, resolved; open ones hold the next review up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item, ItemComment, ItemVersion
from exam_server.bank.rules import placed_texts
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError

TALKERS = ("item_writer", "reviewer")
WHOLE = "item"
LONGEST, LONGEST_QUOTE = 2000, 300
MOST_LISTED = 100


@dataclass(frozen=True)
class CommentDraft:
    """What somebody says of which place; ``quote`` are the words chosen there."""

    text: str
    place: str = WHOLE
    quote: str = ""


@dataclass(frozen=True)
class Comment:
    """A comment with who said it, what was answered, and who resolved it."""

    row: ItemComment
    by: str
    resolved_by: str | None
    answers: tuple["Comment", ...] = ()


def places_of(version: ItemVersion) -> list[str]:
    """Return the places of an item that can be spoken of, as a reader meets them."""
    return [WHOLE, *(place for place, _ in placed_texts(version.content)), "key", "explanation"]


def add_comment(
    db: Session, actor: Actor, version: ItemVersion, said: CommentDraft, *, now: datetime
) -> ItemComment:
    """Say something of a place of an item.

    Raises InvalidInputError: ``comment_empty``, ``comment_too_long``, ``no_such_place``.
    """
    _check(said.text)
    if said.place not in places_of(version):
        raise InvalidInputError("no_such_place")
    comment = ItemComment(
        item_id=version.item_id,
        version_number=version.number,
        place=said.place,
        quote=" ".join(said.quote.split())[:LONGEST_QUOTE],
        text=said.text.strip(),
        said_at=now,
        said_by=actor.id,
    )
    return _kept(db, actor, version.item, comment, "comment_item")


def answer(
    db: Session, actor: Actor, comment: ItemComment, text: str, *, now: datetime
) -> ItemComment:
    """Answer a comment; raises ``comment_empty``, ``comment_too_long``."""
    _check(text)
    item = db.get_one(Item, comment.item_id)
    answered = ItemComment(
        item_id=item.id,
        version_number=item.version_number,
        answers_id=comment.answers_id or comment.id,
        place=comment.place,
        text=text.strip(),
        said_at=now,
        said_by=actor.id,
    )
    return _kept(db, actor, item, answered, "comment_item")


def may_resolve(actor: Actor, item: Item, said_by: int, authors: set[int]) -> bool:
    """Say whether somebody may resolve a comment: who made it, or a reviewer who wrote nothing."""
    is_reviewer = actor.may("reviewer", organization_id=item.blueprint.organization_id)
    return actor.id == said_by or (is_reviewer and actor.id not in authors)


def resolve(
    db: Session, actor: Actor, comment: ItemComment, *, is_open: bool, now: datetime
) -> None:
    """Resolve a comment, or open it again.

    Raises NotAllowedError: ``resolve_not_yours``; ConflictError: ``comment_not_so``.
    """
    item = db.get_one(Item, comment.item_id, with_for_update=True)
    chosen = select(ItemVersion.created_by).where(ItemVersion.item_id == item.id)
    authors = {each for each in db.scalars(chosen) if each is not None}
    if not may_resolve(actor, item, comment.said_by, authors):
        raise NotAllowedError("resolve_not_yours")
    if comment.answers_id is not None or (comment.resolved_at is None) == is_open:
        raise ConflictError("comment_not_so")
    comment.resolved_at = None if is_open else now
    comment.resolved_by = None if is_open else actor.id
    act = "reopen_comment" if is_open else "resolve_comment"
    audit.record(db, act, by=actor.id, of=f"item:{item.uid}", detail={"place": comment.place})


def comment_for(db: Session, actor: Actor, uid: str) -> ItemComment:
    """Return a comment of an item somebody may speak of; raises ``no_such_comment``."""
    comment = db.scalar(select(ItemComment).where(ItemComment.uid == uid))
    at = db.get_one(Item, comment.item_id).blueprint.organization_id if comment else 0
    if comment is None or not actor.may(*TALKERS, organization_id=at):
        raise NotFoundError("no_such_comment")
    return comment


def count_open(db: Session, item: Item) -> int:
    """Return how many comments of an item are open."""
    counted = select(func.count()).where(
        ItemComment.item_id == item.id,
        ItemComment.answers_id.is_(None),
        ItemComment.resolved_at.is_(None),
    )
    return db.scalar(counted) or 0


def open_in(db: Session, blueprint: Blueprint) -> Sequence[tuple[str, str, int]]:
    """Return the items of a bank with open comments: uid, code, how many."""
    chosen = (
        select(Item.uid, Item.code, func.count())
        .join(ItemComment, ItemComment.item_id == Item.id)
        .where(
            Item.blueprint_id == blueprint.id,
            ItemComment.answers_id.is_(None),
            ItemComment.resolved_at.is_(None),
        )
        .group_by(Item.uid, Item.code)
        .order_by(Item.code)
        .limit(MOST_LISTED)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(chosen)]


def comments_of(db: Session, item: Item) -> Sequence[Comment]:
    """Return an item's comments with their answers: open ones first, then by time."""
    resolver = aliased(Person)
    chosen = (
        select(ItemComment, Person.name, resolver.name)
        .join(Person, ItemComment.said_by == Person.id)
        .outerjoin(resolver, ItemComment.resolved_by == resolver.id)
        .where(ItemComment.item_id == item.id)
        .order_by(ItemComment.id)
    )
    rows = [(row[0], row[1], row[2]) for row in db.execute(chosen)]
    answers: dict[int, list[Comment]] = {}
    for row, name, resolved in rows:
        if row.answers_id is not None:
            answers.setdefault(row.answers_id, []).append(Comment(row, name, resolved))
    threads = [
        Comment(row, name, resolved, tuple(answers.get(row.id, ())))
        for row, name, resolved in rows
        if row.answers_id is None
    ]
    return sorted(threads, key=lambda each: each.row.resolved_at is not None)


def _check(text: str) -> None:
    if not text.strip():
        raise InvalidInputError("comment_empty")
    if len(text) > LONGEST:
        raise InvalidInputError("comment_too_long", most=LONGEST)


def _kept(db: Session, actor: Actor, item: Item, comment: ItemComment, act: str) -> ItemComment:
    db.add(comment)
    db.flush()
    # its words may give the key away: the record says where, the item says what
    detail = {"version": comment.version_number, "place": comment.place}
    audit.record(db, act, by=actor.id, of=f"item:{item.uid}", detail=detail)
    return comment
