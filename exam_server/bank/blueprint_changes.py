"""Changing a blueprint that stands: names, weights, importance, new rows; points moved, retired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.blueprint_lines import read_blueprint_lines, read_weight
from exam_server.bank.blueprint_recording import recorded
from exam_server.bank.models import Area, Blueprint, Item, Point
from exam_server.bank.service import add_area, add_point
from exam_server.bank.writing import point_of
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from itembank.blueprint import AreaFacts, PointFacts, blueprint_problems
from itembank.blueprint_kinds import kind_problems, read_levels, read_work_types
from itembank.problems import Problem as Wrong

# A problem of the whole stands in a cell: which column of the row it names.
COLUMNS: Mapping[str, str] = {
    "weights_not_100": "weight",
    "weights_not_parent": "weight",
    "weight_negative": "weight",
    "weight_not_a_number": "weight",
    "importance_unknown": "importance",
    "level_unknown": "levels",
    "work_type_unknown": "work_types",
}


@dataclass(frozen=True)
class BlueprintEdit:
    """New texts of cells by code, as typed, and rows to add as lines."""

    area_names: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    point_names: Mapping[str, str] = field(default_factory=dict)
    importances: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    work_types: Mapping[str, str] = field(default_factory=dict)
    offered: str | None = None  # the work types that points may name; None: as it is
    lines: str = ""


def change_blueprint(
    db: Session, actor: Actor, blueprint: Blueprint, edit: BlueprintEdit, *, now: datetime
) -> int:
    """Store changed cells and new rows, all or nothing; return how many rows changed.

    Raises InvalidInputError: ``blueprint_not_changed``, every problem in its cell, such as
    ``weight:A-B``.
    """
    with recorded(db, actor, blueprint, "edit", now=now):
        return store_edit(db, actor, blueprint, edit)


def store_edit(db: Session, actor: Actor, blueprint: Blueprint, edit: BlueprintEdit) -> int:
    """Store changed cells and new rows as part of a change; raises what it does."""
    areas, points, problems = _as_edited(blueprint, edit)
    read = read_blueprint_lines(edit.lines, check=False)
    problems += [Problem("lines", each.code, each.detail) for each in read.problems]
    offered = read_work_types(edit.offered) if edit.offered is not None else blueprint.work_types
    whole = blueprint_problems([*areas, *read.areas], [*points, *read.points])
    whole += kind_problems([*points, *read.points], offered or ())
    problems += [Problem(_cell(areas, each), each.code, each.detail) for each in whole]
    if problems:
        raise InvalidInputError("blueprint_not_changed", problems)
    blueprint.work_types = list(offered or ()) or None
    changed = _store_cells(blueprint, areas, points)
    for area in sorted(read.areas, key=lambda area: area.path.count("-")):
        add_area(db, blueprint, area.path, area.name, weight=area.weight)
    paths = {area.path: area for area in blueprint.areas}
    for point in read.points:
        add_point(paths[point.area], point)
    db.flush()
    added = [*(area.path for area in read.areas), *(point.full_code for point in read.points)]
    if changed or added:
        detail = {"changed": changed, "added": added}
        of = f"blueprint:{blueprint.uid}"
        audit.record(db, "change_blueprint", by=actor.id, of=of, detail=detail)
    return len(changed) + len(added)


def move_point(  # noqa: PLR0913 - who moves what where under which code, and when
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    full_code: str,
    *,
    to: str,
    code: str,
    now: datetime,
) -> Point:
    """Move a point with its items into another range, under a code that is free there.

    Raises NotFoundError: ``no_such_point``, ``no_such_area``; InvalidInputError:
    ``point_code_wrong``; ConflictError: ``point_code_taken``.
    """
    point = point_of(blueprint, full_code)
    area = area_of(blueprint, to)
    if not code.isalnum():
        raise InvalidInputError("point_code_wrong", [Problem("code", "point_code_wrong")])
    if any(each.code == code and each.id != point.id for each in area.points):
        raise ConflictError("point_code_taken", point=f"{area.path}-{code}")
    detail = {"from": full_code, "to": f"{area.path}-{code}"}
    with recorded(db, actor, blueprint, "move", now=now, detail=detail):
        point.area.points.remove(point)
        point.code, point.place = code, len(area.points)
        area.points.append(point)
    of = f"blueprint:{blueprint.uid}"
    audit.record(db, "move_point", by=actor.id, of=of, detail=detail)
    return point


def retire_point(
    db: Session, actor: Actor, blueprint: Blueprint, full_code: str, *, reason: str, now: datetime
) -> int:
    """Let no item be written or drawn for a point any more; return how many it suspends.

    Raises InvalidInputError: ``reason_missing``; ConflictError: ``point_retired_already``.
    """
    point = point_of(blueprint, full_code)
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    if point.retired_reason is not None:
        raise ConflictError("point_retired_already", point=full_code)
    active = (Item.point_id == point.id, Item.state == "active")
    said: dict[str, object] = {"point": full_code}
    with recorded(db, actor, blueprint, "retire", now=now, detail=said) as record:
        point.retired_reason = reason.strip()
        chosen = select(Item.id, Item.code, Item.version_number).where(*active)
        rows = db.execute(chosen.order_by(Item.id).with_for_update()).all()
        record.items = [[row[0], "state", "active", "suspended", row[2]] for row in rows]
        suspended = [row[1] for row in rows]
        db.execute(update(Item).where(*active).values(state="suspended"))
    detail = {"point": full_code, "reason": reason.strip(), "suspended": suspended}
    of = f"blueprint:{blueprint.uid}"
    audit.record(db, "retire_point", by=actor.id, of=of, detail=detail)
    return len(suspended)


def take_up_point(
    db: Session, actor: Actor, blueprint: Blueprint, full_code: str, *, now: datetime
) -> None:
    """Let items be written for a retired point again; its items stay suspended."""
    point = point_of(blueprint, full_code)
    if point.retired_reason is None:
        raise ConflictError("point_not_retired", point=full_code)
    with recorded(db, actor, blueprint, "take_up", now=now, detail={"point": full_code}):
        point.retired_reason = None
    of = f"blueprint:{blueprint.uid}"
    audit.record(db, "take_up_point", by=actor.id, of=of, detail={"point": full_code})


def delete_row(
    db: Session, actor: Actor, blueprint: Blueprint, code: str, *, now: datetime
) -> None:
    """Delete a point without items, or a range without anything in it.

    Raises ConflictError: ``point_has_items``, ``area_not_empty``.
    """
    with recorded(db, actor, blueprint, "delete", now=now, detail={"code": code}):
        _delete(db, blueprint, code)
    of = f"blueprint:{blueprint.uid}"
    audit.record(db, "delete_row", by=actor.id, of=of, detail={"code": code})


def _delete(db: Session, blueprint: Blueprint, code: str) -> None:
    area = next((each for each in blueprint.areas if each.path == code), None)
    if area is not None:
        if area.points or any(each.parent_id == area.id for each in blueprint.areas):
            raise ConflictError("area_not_empty", area=code)
        blueprint.areas.remove(area)
        return
    point = point_of(blueprint, code)
    n_items = items_at(db, point)
    if n_items:
        raise ConflictError("point_has_items", point=code, count=n_items)
    point.area.points.remove(point)


def area_of(blueprint: Blueprint, path: str) -> Area:
    """Return a range of a bank; raises NotFoundError: ``no_such_area``."""
    for area in blueprint.areas:
        if area.path == path:
            return area
    raise NotFoundError("no_such_area")


def items_at(db: Session, point: Point) -> int:
    """Return how many items a point has, in whatever state."""
    counted = select(func.count()).select_from(Item).where(Item.point_id == point.id)
    return db.scalar(counted) or 0


def _as_edited(
    blueprint: Blueprint, edit: BlueprintEdit
) -> tuple[list[AreaFacts], list[PointFacts], list[Problem]]:
    """Return ranges and points with the new cells, and what is wrong with single cells."""
    areas, points, problems = [], [], []
    for area in blueprint.areas:
        path = area.path
        typed = edit.weights.get(path, _text(area.weight)).strip()
        weight = read_weight(typed)
        if typed and weight is None:
            detail: dict[str, object] = {"text": typed}
            problems.append(Problem(f"weight:{path}", "weight_not_a_number", detail))
        name = edit.area_names.get(path, area.name).strip()
        areas.append(AreaFacts(path, name, weight))
        for point in area.points:
            code = f"{path}-{point.code}"
            own = edit.point_names.get(code, point.name).strip()
            importance = edit.importances.get(code, point.importance or "").strip() or None
            levels = read_levels(edit.levels.get(code, point.levels))
            kinds = tuple(point.work_types or ())
            if code in edit.work_types:
                kinds = read_work_types(edit.work_types[code])
            points.append(PointFacts(path, point.code, own, importance, levels, kinds))
    nameless = [f"range:{each.path}" for each in areas if not each.name]
    nameless += [f"name:{each.full_code}" for each in points if not each.name]
    problems += [Problem(cell, "row_without_name") for cell in nameless]
    return areas, points, problems


def _cell(areas: Sequence[AreaFacts], problem: Wrong) -> str:
    """Return the cell of the table in which a problem of the whole shows."""
    column = COLUMNS.get(problem.code, "lines")
    if column == "lines":
        return problem.where or "lines"
    first = next((area.path for area in areas if not area.parent), "")
    return f"{column}:{problem.where or first}"


def _store_cells(
    blueprint: Blueprint, areas: Sequence[AreaFacts], points: Sequence[PointFacts]
) -> list[str]:
    """Store changed cells; return the codes of the rows that changed."""
    new_areas = {area.path: area for area in areas}
    new_points = {point.full_code: point for point in points}
    changed = []
    for area in blueprint.areas:
        facts = new_areas[area.path]
        if (area.name, area.weight) != (facts.name, facts.weight):
            area.name, area.weight = facts.name, facts.weight
            changed.append(area.path)
        for point in area.points:
            said = new_points[f"{area.path}-{point.code}"]
            kinds = list(said.work_types or ()) or None
            now = (said.name, said.importance, said.levels or "", kinds)
            if (point.name, point.importance, point.levels, point.work_types) != now:
                point.name, point.importance, point.levels, point.work_types = now
                changed.append(said.full_code)
    return changed


def _text(weight: Decimal | None) -> str:
    return "" if weight is None else str(weight)
