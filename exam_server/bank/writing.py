"""Writing items: new drafts and new versions; whatever was seen before stays as it was."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank import administrations, ratings, service, stamps
from exam_server.bank.models import Blueprint, Item, ItemVersion, Picture, Point
from exam_server.bank.rules import cleaned, pictures_in, pictures_without_words, plain_text
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from itembank.items.registry import TYPES, item_problems
from itembank.lifecycle import next_state


@dataclass(frozen=True)
class ItemDraft:
    """What a writer posts: where an item belongs, what it says, what is right."""

    point: str
    type: str
    content: dict[str, Any]
    key: dict[str, Any]
    difficulty: int = 3
    explanation: str = ""
    explanations: Mapping[str, str] = field(default_factory=dict)  # in other languages


def create_item(
    db: Session, actor: Actor, blueprint: Blueprint, code: str, draft: ItemDraft, *, now: datetime
) -> Item:
    """Create a draft item; without a code it gets the next one of its point.

    Raises InvalidInputError: ``item_wrong``, ``no_such_picture``; ConflictError: ``code_taken``,
    ``point_retired``; NotFoundError: ``no_such_point``.
    """
    point = point_of(blueprint, draft.point)
    if point.retired_reason is not None:
        raise ConflictError("point_retired", point=draft.point, reason=point.retired_reason)
    check(db, blueprint, draft)
    code = code or next_code(db, blueprint, draft)
    if db.scalar(select(Item.id).where(Item.blueprint_id == blueprint.id, Item.code == code)):
        raise ConflictError("code_taken", item=code)
    item = Item(blueprint=blueprint, point=point, code=code, created_at=now)
    db.add(item)
    db.flush()
    item.versions.append(_version(draft, 1, by=actor.id, now=now))
    db.flush()
    audit.record(db, "create_item", by=actor.id, of=f"item:{item.uid}")
    return item


def change_item(
    db: Session, actor: Actor, item: Item, draft: ItemDraft, *, seen_version: int, now: datetime
) -> ItemVersion:
    """Add a version to an item, which then waits for its review; earlier ones stay as they were.

    Raises ConflictError: ``item_changed_meanwhile`` when the writer saw an older version,
    ``item_is_retired``; and what ``create_item`` raises of a draft.
    """
    db.flush()
    db.refresh(item, with_for_update=True)  # two who save at once: the second is told
    if seen_version != item.version_number:
        raise ConflictError("item_changed_meanwhile", newest=item.version_number, seen=seen_version)
    state = next_state(item.state, "revise")
    if state is None:
        raise ConflictError("item_is_retired", item=item.code)
    point = point_of(item.blueprint, draft.point)
    check(db, item.blueprint, draft)
    before = service.newest_version(db, item)
    item.version_number += 1
    item.point, item.state = point, state
    version = _version(draft, item.version_number, by=actor.id, now=now)
    item.versions.append(version)
    db.flush()
    stamps.carry(db, item, before, version)
    if administrations.asks_the_same(before, version):
        administrations.carry(db, [item.id])
        ratings.carry(db, [item.id])
    detail = {"version": item.version_number}
    audit.record(db, "change_item", by=actor.id, of=f"item:{item.uid}", detail=detail)
    return version


def point_of(blueprint: Blueprint, full_code: str) -> Point:
    """Return a point of a bank by its full code; raises NotFoundError: ``no_such_point``."""
    for area in blueprint.areas:
        for point in area.points:
            if f"{area.path}-{point.code}" == full_code:
                return point
    raise NotFoundError("no_such_point")


def problems_of(draft: ItemDraft) -> list[Problem]:
    """Return everything that is wrong with an item as written."""
    if draft.type not in TYPES:
        return [Problem("type", "no_such_type", {"type": draft.type})]
    content = cleaned(draft.content)
    found = item_problems(draft.type, content, draft.key)
    without = [Problem(where, "alt_missing") for where in pictures_without_words(content)]
    return [*(Problem(p.where, p.code, p.detail) for p in found), *without]


def check(db: Session, blueprint: Blueprint, draft: ItemDraft) -> None:
    """Refuse an item that is wrong: ``item_wrong``, ``no_such_type``, ``no_such_picture``."""
    if draft.type not in TYPES:
        raise InvalidInputError("no_such_type", type=draft.type)
    problems = problems_of(draft)
    if problems:
        raise InvalidInputError("item_wrong", problems)
    named = pictures_in(draft.content)
    known = select(Picture.sha256).where(
        Picture.organization_id == blueprint.organization_id, Picture.sha256.in_(named)
    )
    if named - set(db.scalars(known)):
        raise InvalidInputError("no_such_picture")


def next_code(db: Session, blueprint: Blueprint, draft: ItemDraft) -> str:
    """Return the next free code of a point: type letter, point, running number."""
    prefix = f"{TYPES[draft.type].ABOUT.letter}-{draft.point}-"
    chosen = select(Item.code).where(
        Item.blueprint_id == blueprint.id, Item.code.startswith(prefix, autoescape=True)
    )
    ends = (code.removeprefix(prefix) for code in db.scalars(chosen))
    numbers = [int(end) for end in ends if re.fullmatch(r"\d{1,6}", end)]
    return f"{prefix}{max(numbers, default=0) + 1:03}"


def move_item(db: Session, actor: Actor, item: Item, action: str, *, reason: str) -> None:
    """Suspend or retire an item; raises ``state_not_possible``, ``reason_missing``."""
    state = next_state(item.state, action)
    if state is None or action not in {"suspend", "retire"}:
        raise ConflictError("state_not_possible", state=item.state, action=action)
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    item.state = state
    detail = {"action": action, "reason": reason.strip()}
    audit.record(db, "move_item", by=actor.id, of=f"item:{item.uid}", detail=detail)


def _version(draft: ItemDraft, number: int, *, by: int | None, now: datetime) -> ItemVersion:
    content = cleaned(draft.content)
    return ItemVersion(
        number=number,
        type=draft.type,
        content=content,
        key=draft.key,
        search_text=plain_text(content),
        difficulty=draft.difficulty,
        explanation=draft.explanation,
        explanations=dict(draft.explanations),
        created_at=now,
        created_by=by,
    )
