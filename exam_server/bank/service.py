"""Blueprints and items: guarded loading, creation, new versions, searching."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Picture, Point
from exam_server.bank.rules import cleaned, folded, pictures_in, plain_text, read_blueprint_lines
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from itembank.items.registry import TYPES, item_problems
from itembank.lifecycle import next_state

WRITERS = ("item_writer",)
READERS = ("item_writer", "reviewer", "exam_officer")
PAGE_SIZE = 50


@dataclass(frozen=True)
class ItemDraft:
    """What a writer posts: where an item belongs, what it says, what is right."""

    point_id: int
    type: str
    content: dict[str, Any]
    key: dict[str, Any]
    difficulty: int = 3
    explanation: str = ""


@dataclass(frozen=True)
class ItemFilter:
    """Which items of a bank to list."""

    text: str = ""
    type: str = ""
    state: str = ""
    area: str = ""


def blueprints_for(db: Session, actor: Actor) -> Sequence[tuple[Blueprint, int]]:
    """Return the banks somebody may read, each with its number of items."""
    organizations = actor.organizations(*READERS)
    chosen = (
        select(Blueprint, func.count(Item.id))
        .outerjoin(Item, Item.blueprint_id == Blueprint.id)
        .where(Blueprint.organization_id.in_(organizations))
        .group_by(Blueprint.id)
        .order_by(Blueprint.title)
    )
    return [(row[0], row[1]) for row in db.execute(chosen)]


def blueprint_for(db: Session, actor: Actor, uid: str, *roles: str) -> Blueprint:
    """Return a bank; raises NotFoundError: ``no_such_blueprint``."""
    blueprint = db.scalar(
        select(Blueprint)
        .where(Blueprint.uid == uid)
        .options(selectinload(Blueprint.areas).selectinload(Area.points))
    )
    if blueprint is None or not actor.may(
        *(roles or READERS), organization_id=blueprint.organization_id
    ):
        raise NotFoundError("no_such_blueprint")
    return blueprint


def item_for(db: Session, actor: Actor, uid: str, *roles: str) -> Item:
    """Return an item of a bank somebody may see; raises NotFoundError: ``no_such_item``."""
    item = db.scalar(select(Item).where(Item.uid == uid))
    if item is None or not actor.may(
        *(roles or READERS), organization_id=item.blueprint.organization_id
    ):
        raise NotFoundError("no_such_item")
    return item


def create_blueprint(  # noqa: PLR0913 - a bank's facts
    db: Session,
    actor: Actor,
    *,
    organization_id: int,
    title: str,
    language: str,
    lines: str,
    now: datetime,
) -> Blueprint:
    """Create a bank from its blueprint as lines.

    Raises InvalidInputError: ``blueprint_wrong``; ConflictError: ``title_taken``;
    NotFoundError: ``no_such_organization``.
    """
    if not actor.may(*WRITERS, "exam_officer", organization_id=organization_id):
        raise NotFoundError("no_such_organization")
    read = read_blueprint_lines(lines)
    if read.problems:
        raise InvalidInputError(
            "blueprint_wrong", [Problem(p.where, p.code, p.detail) for p in read.problems]
        )
    taken = (Blueprint.organization_id == organization_id, Blueprint.title == title)
    if db.scalar(select(Blueprint.id).where(*taken)):
        raise ConflictError("title_taken", title=title)
    blueprint = Blueprint(
        organization_id=organization_id, title=title, language=language, created_at=now
    )
    db.add(blueprint)
    db.flush()
    for area in read.areas:
        own = [point for point in read.points if point.area == area.path]
        added = add_area(db, blueprint, area.path, area.name, weight=area.weight)
        for point in own:
            add_point(added, point.code, point.name, importance=point.importance)
    db.flush()
    audit.record(db, "create_blueprint", by=actor.id, of=f"blueprint:{blueprint.uid}")
    return blueprint


def add_area(
    db: Session, blueprint: Blueprint, path: str, name: str, *, weight: Any = None
) -> Area:
    """Add a range; its parent must be there already."""
    parent, _, code = path.rpartition("-")
    above = next((area for area in blueprint.areas if area.path == parent), None)
    area = Area(
        parent_id=above.id if above else None,
        tier=path.count("-") + 1,
        place=len(blueprint.areas),
        code=code,
        path=path,
        name=name,
        weight=weight,
    )
    blueprint.areas.append(area)
    db.flush()
    return area


def add_point(area: Area, code: str, name: str, *, importance: str | None = None) -> Point:
    """Add a point to a range."""
    point = Point(place=len(area.points), code=code, name=name, importance=importance)
    area.points.append(point)
    return point


def create_item(
    db: Session, actor: Actor, blueprint: Blueprint, code: str, draft: ItemDraft, *, now: datetime
) -> Item:
    """Create a draft item; raises ``item_wrong``, ``code_taken``, ``no_such_point``."""
    _check(db, blueprint, draft)
    if db.scalar(select(Item.id).where(Item.blueprint_id == blueprint.id, Item.code == code)):
        raise ConflictError("code_taken", item=code)
    item = Item(blueprint=blueprint, point_id=draft.point_id, code=code, created_at=now)
    db.add(item)
    db.flush()
    item.versions.append(_version(draft, 1, by=actor.id, now=now))
    db.flush()
    audit.record(db, "create_item", by=actor.id, of=f"item:{item.uid}")
    return item


def change_item(
    db: Session, actor: Actor, item: Item, draft: ItemDraft, *, seen_version: int, now: datetime
) -> ItemVersion:
    """Add a version to an item; the earlier ones stay as they were.

    Raises ConflictError: ``item_changed_meanwhile`` when the writer saw an older version.
    """
    _check(db, item.blueprint, draft)
    if seen_version != item.version_number:
        raise ConflictError("item_changed_meanwhile", newest=item.version_number, seen=seen_version)
    item.version_number += 1
    item.point_id = draft.point_id
    version = _version(draft, item.version_number, by=actor.id, now=now)
    item.versions.append(version)
    db.flush()
    detail = {"version": item.version_number}
    audit.record(db, "change_item", by=actor.id, of=f"item:{item.uid}", detail=detail)
    return version


def move_item(db: Session, actor: Actor, item: Item, action: str) -> None:
    """Change an item's state; raises ConflictError: ``state_not_possible``."""
    state = next_state(item.state, action)
    if state is None:
        raise ConflictError("state_not_possible", state=item.state, action=action)
    item.state = state
    detail = {"action": action}
    audit.record(db, "move_item", by=actor.id, of=f"item:{item.uid}", detail=detail)


def newest_version(db: Session, item: Item) -> ItemVersion:
    """Return what an item says now."""
    chosen = select(ItemVersion).where(
        ItemVersion.item_id == item.id, ItemVersion.number == item.version_number
    )
    return db.scalars(chosen).one()


def items_in(
    db: Session, blueprint: Blueprint, wanted: ItemFilter, *, page: int
) -> tuple[Sequence[tuple[Item, ItemVersion]], int]:
    """Return a page (from 1) of a bank's items with their newest versions, and how many match."""
    chosen = _filtered(blueprint, wanted)
    total = db.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    shown = chosen.order_by(Item.code).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return [(row[0], row[1]) for row in db.execute(shown)], total


def supply(db: Session, blueprint: Blueprint) -> dict[int, int]:
    """Return the number of active items per point."""
    counted = (
        select(Item.point_id, func.count())
        .where(Item.blueprint_id == blueprint.id, Item.state == "active")
        .group_by(Item.point_id)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def picture_for(db: Session, actor: Actor, sha256: str) -> Picture:
    """Return a picture of an organization somebody reads; raises ``no_such_picture``."""
    picture = db.scalar(
        select(Picture).where(
            Picture.sha256 == sha256, Picture.organization_id.in_(actor.organizations(*READERS))
        )
    )
    if picture is None:
        raise NotFoundError("no_such_picture")
    return picture


def _filtered(blueprint: Blueprint, wanted: ItemFilter) -> Any:
    chosen: Any = (
        select(Item, ItemVersion)
        .join(
            ItemVersion,
            (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number),
        )
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(Item.blueprint_id == blueprint.id)
    )
    if wanted.text:
        text = folded(wanted.text)
        chosen = chosen.where(
            ItemVersion.search_text.contains(text, autoescape=True)
            | Item.code.contains(wanted.text, autoescape=True)
        )
    if wanted.type:
        chosen = chosen.where(ItemVersion.type == wanted.type)
    if wanted.state:
        chosen = chosen.where(Item.state == wanted.state)
    if wanted.area:
        inside = Area.path.startswith(f"{wanted.area}-", autoescape=True)
        chosen = chosen.where((Area.path == wanted.area) | inside)
    return chosen


def _check(db: Session, blueprint: Blueprint, draft: ItemDraft) -> None:
    if draft.type not in TYPES:
        raise InvalidInputError("no_such_type", type=draft.type)
    problems = item_problems(draft.type, draft.content, draft.key)
    if problems:
        raise InvalidInputError(
            "item_wrong", [Problem(p.where, p.code, p.detail) for p in problems]
        )
    point = db.get(Point, draft.point_id)
    if point is None or point.area.blueprint_id != blueprint.id:
        raise NotFoundError("no_such_point")
    named = pictures_in(draft.content)
    known = set(db.scalars(select(Picture.sha256).where(Picture.sha256.in_(named))))
    if named - known:
        raise InvalidInputError("no_such_picture")


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
        created_at=now,
        created_by=by,
    )
