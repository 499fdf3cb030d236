"""The last change of a blueprint undone: rows, items and what names them, as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.blueprint_models import BlueprintChange
from exam_server.bank.blueprint_recording import FILTER, TASK, stood_of
from exam_server.bank.models import Area, Blueprint, Item, Point, SavedFilter
from exam_server.bank.service import add_area
from exam_server.bank.work_models import WritingTask
from exam_server.errors import ConflictError
from itembank.blueprint_versions import StoodArea, StoodPoint

LISTED = 20
Rows = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Listed:
    """A change of the list of changes, with who did it and who undid it."""

    change: BlueprintChange
    by: str
    undone_by: str | None


@dataclass(frozen=True)
class Undone:
    """A change that was undone, and how many of its items somebody has changed since."""

    change: BlueprintChange
    n_left: int


def last_changes(db: Session, blueprint: Blueprint) -> list[Listed]:
    """Return the last changes of a blueprint's rows, the newest first."""
    mine = BlueprintChange.blueprint_id == blueprint.id
    chosen = select(BlueprintChange).where(mine).order_by(BlueprintChange.id.desc()).limit(LISTED)
    changes = db.scalars(chosen).all()
    people = {each for one in changes for each in (one.done_by, one.undone_by) if each is not None}
    found = db.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names = {row[0]: row[1] for row in found}
    return [
        Listed(one, names[one.done_by], names.get(one.undone_by) if one.undone_by else None)
        for one in changes
    ]


def next_to_undo(db: Session, blueprint: Blueprint) -> BlueprintChange | None:
    """Return the newest change that stands."""
    chosen = select(BlueprintChange).where(
        BlueprintChange.blueprint_id == blueprint.id, BlueprintChange.undone_at.is_(None)
    )
    newest = chosen.order_by(BlueprintChange.id.desc()).limit(1)
    return db.scalar(newest.options(undefer(BlueprintChange.rows)).with_for_update())


def undo_change(
    db: Session, actor: Actor, blueprint: Blueprint, uid: str, *, now: datetime
) -> Undone:
    """Undo the newest change that stands; items that somebody has changed since stay.

    Raises ConflictError: ``not_the_last_change``, ``row_changed_since``, ``row_has_items``.
    """
    change = next_to_undo(db, blueprint)
    if change is None or change.uid != uid:
        raise ConflictError("not_the_last_change")
    rows: Rows = change.rows
    _check(blueprint, rows)
    _give_areas_back(db, blueprint, rows["areas"])
    _give_points_back(db, blueprint, rows["points"])
    left = _give_items_back(db, blueprint, rows["items"])
    _take_away(db, blueprint, rows)
    _name_again(db, rows["places"])
    change.undone_at, change.undone_by = now, actor.id
    db.flush()
    detail = {"kind": change.kind, "done_at": change.done_at.isoformat(), "left": left}
    of = f"blueprint:{blueprint.uid}"
    audit.record(db, "undo_blueprint_change", by=actor.id, of=of, detail=detail)
    return Undone(change, left)


def _check(blueprint: Blueprint, rows: Rows) -> None:
    """See that every row is as the change left it."""
    stood = stood_of(blueprint)
    areas = {each.path: each for each in stood.areas}
    points = {each.uid: each for each in stood.points}
    codes = {each.code: each.uid for each in stood.points}
    for was, now in rows["areas"]:
        path = (now or was)["path"]
        if areas.get(path) != (StoodArea(**now) if now else None):
            raise ConflictError("row_changed_since", row=path)
    mine = {(now or was)["uid"] for was, now in rows["points"]}
    for was, now in rows["points"]:
        row = now or was
        if points.get(row["uid"]) != (_point(now) if now else None):
            raise ConflictError("row_changed_since", row=row["code"])
        if was and codes.get(was["code"], row["uid"]) not in mine:
            raise ConflictError("row_changed_since", row=was["code"])


def _give_areas_back(db: Session, blueprint: Blueprint, pairs: Sequence[Any]) -> None:
    areas = {area.path: area for area in blueprint.areas}
    for was, _ in sorted(pairs, key=lambda pair: (pair[0] or pair[1])["path"].count("-")):
        if was is None:
            continue
        weight = Decimal(was["weight"]) if was["weight"] else None
        if was["path"] in areas:
            area = areas[was["path"]]
            area.name, area.weight = was["name"], weight
        else:
            add_area(db, blueprint, was["path"], was["name"], weight=weight)
    db.flush()


def _give_points_back(db: Session, blueprint: Blueprint, pairs: Sequence[Any]) -> None:
    """Give points what they said, deleted ones too; codes may go round in a circle."""
    areas = {area.path: area for area in blueprint.areas}
    points = {point.uid: point for area in blueprint.areas for point in area.points}
    moving = [pair for pair in pairs if pair[0]]
    for was, now in pairs:
        if now and (was is None or was["code"] != now["code"]):
            points[now["uid"]].code = f"~{points[now['uid']].id}"
    db.flush()
    for was, _ in moving:
        path, _, code = was["code"].rpartition("-")
        point, area = points.get(was["uid"]), areas[path]
        if point is None:
            point = Point(uid=was["uid"], place=len(area.points), code=code, name=was["name"])
            area.points.append(point)
        elif point.area is not area:
            point.area.points.remove(point)
            area.points.append(point)
        _say(point, code, was)
    db.flush()


def _say(point: Point, code: str, was: Mapping[str, Any]) -> None:
    point.code, point.name = code, was["name"]
    point.importance, point.levels = was["importance"] or None, was["levels"]
    point.work_types, point.retired_reason = was["work_types"] or None, was["retired"]


def _give_items_back(db: Session, blueprint: Blueprint, rows: Sequence[Any]) -> int:
    """Tag items as they were, where nobody has changed them since; return how many stay."""
    ids = {point.uid: point.id for area in blueprint.areas for point in area.points}
    left, wanted = 0, {row[0]: row for row in rows}
    for start in range(0, len(wanted), 500):
        part = sorted(wanted)[start : start + 500]
        chosen = select(Item).where(Item.id.in_(part)).order_by(Item.id).with_for_update()
        found = db.scalars(chosen.execution_options(populate_existing=True)).all()
        left += len(part) - len(found)
        for item in found:
            _, column, was, now, version = wanted[item.id]
            if column == "point" and item.point_id == ids.get(now):
                item.point_id = ids[was]
            elif column == "state" and (item.state, item.version_number) == (now, version):
                item.state = was
            else:
                left += 1
    db.flush()
    return left


def _take_away(db: Session, blueprint: Blueprint, rows: Rows) -> None:
    """Delete what the change had added; raises ConflictError: ``row_has_items``."""
    points = {point.uid: point for area in blueprint.areas for point in area.points}
    for was, now in rows["points"]:
        if was is None:
            point = points[now["uid"]]
            if db.scalar(select(Item.id).where(Item.point_id == point.id).limit(1)):
                raise ConflictError("row_has_items", row=now["code"])
            point.area.points.remove(point)
    db.flush()
    added = [now["path"] for was, now in rows["areas"] if was is None]
    for path in sorted(added, key=lambda each: -each.count("-")):
        area = next(each for each in blueprint.areas if each.path == path)
        if _is_filled(blueprint, area):
            raise ConflictError("row_has_items", row=path)
        blueprint.areas.remove(area)
        db.flush()


def _is_filled(blueprint: Blueprint, area: Area) -> bool:
    return bool(area.points) or any(each.parent_id == area.id for each in blueprint.areas)


def _name_again(db: Session, places: Sequence[Any]) -> None:
    for kind, number, was, now in places:
        if kind == TASK:
            mine = (WritingTask.id == number, WritingTask.at == now)
            db.execute(update(WritingTask).where(*mine).values(at=was))
        elif kind == FILTER:
            saved = db.get(SavedFilter, number)
            if saved is not None and saved.query.get("at") == now:
                saved.query = {**saved.query, "at": was}


def _point(plain: Mapping[str, Any]) -> StoodPoint:
    return StoodPoint(**{**plain, "work_types": tuple(plain["work_types"])})
