"""Banks, items and pictures: guarded loading, and a bank begun from its blueprint."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.bank_languages import read_languages
from exam_server.bank.blueprint_lines import read_blueprint_lines
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Picture, Point
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.programmes.models import Programme
from itembank.blueprint import PointFacts

WRITERS = ("item_writer",)
READERS = ("item_writer", "reviewer", "exam_officer")


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


def assign_programme(db: Session, actor: Actor, blueprint: Blueprint, programme: Programme) -> None:
    """Let a bank belong to a programme of its organization: its papers are offered there.

    Raises ConflictError: ``bank_of_another_programme``.
    """
    if programme.organization_id != blueprint.organization_id:
        raise NotFoundError("no_such_programme")
    if blueprint.programme_id not in {None, programme.id}:
        raise ConflictError("bank_of_another_programme")
    blueprint.programme_id = programme.id
    of, detail = f"blueprint:{blueprint.uid}", {"programme": programme.uid}
    audit.record(db, "assign_bank", by=actor.id, of=of, detail=detail)


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
    more_languages: str = "",
    lines: str,
    now: datetime,
) -> Blueprint:
    """Create a bank from its blueprint as lines.

    Raises InvalidInputError: ``blueprint_wrong``, ``languages_wrong``;
    ConflictError: ``title_taken``; NotFoundError: ``no_such_organization``.
    """
    if not actor.may(*WRITERS, "exam_officer", organization_id=organization_id):
        raise NotFoundError("no_such_organization")
    first, more = read_languages(language, more_languages)
    read = read_blueprint_lines(lines)
    if read.problems:
        raise InvalidInputError(
            "blueprint_wrong", [Problem(p.where, p.code, p.detail) for p in read.problems]
        )
    taken = (Blueprint.organization_id == organization_id, Blueprint.title == title)
    if db.scalar(select(Blueprint.id).where(*taken)):
        raise ConflictError("title_taken", title=title)
    blueprint = Blueprint(
        organization_id=organization_id,
        title=title,
        language=first,
        more_languages=more,
        created_at=now,
    )
    db.add(blueprint)
    db.flush()
    for area in read.areas:
        own = [point for point in read.points if point.area == area.path]
        added = add_area(db, blueprint, area.path, area.name, weight=area.weight)
        for point in own:
            add_point(added, point)
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


def add_point(area: Area, facts: PointFacts) -> Point:
    """Add a point to a range."""
    point = Point(
        place=len(area.points),
        code=facts.code,
        name=facts.name,
        importance=facts.importance,
        levels=facts.levels or "",
        work_types=list(facts.work_types or ()) or None,
    )
    area.points.append(point)
    return point


def newest_version(db: Session, item: Item) -> ItemVersion:
    """Return what an item says now."""
    return version_of(db, item, item.version_number)


def version_of(db: Session, item: Item, number: int) -> ItemVersion:
    """Return a version of an item; raises NotFoundError: ``no_such_version``."""
    chosen = select(ItemVersion).where(ItemVersion.item_id == item.id, ItemVersion.number == number)
    version = db.scalar(chosen)
    if version is None:
        raise NotFoundError("no_such_version", number=number)
    return version


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
