"""Ranges and points that an import brings to a bank; what stands there stays as it is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Area, Point

Path = tuple[tuple[str, str], ...]  # code and name of each range from tier 1 down, last the point


def known_points(db: Session, blueprint_id: int, paths: Collection[Path]) -> dict[Path, int]:
    """Return the points that are there."""
    chosen = select(Area.path, Point.code, Point.id).join(Point, Point.area_id == Area.id)
    ranges = {_range(path) for path in paths}
    mine = chosen.where(Area.blueprint_id == blueprint_id, Area.path.in_(ranges))
    ids = {(row[0], row[1]): row[2] for row in db.execute(mine)}
    found = {path: ids.get((_range(path), path[-1][0])) for path in paths}
    return {path: point_id for path, point_id in found.items() if point_id is not None}


def add_points(db: Session, blueprint_id: int, paths: Iterable[Path]) -> None:
    """Add the points of paths, with their ranges, where they are not there yet."""
    wanted = list(dict.fromkeys(paths))
    areas = {
        "-".join(code for code, _ in path[:depth]): (path[depth - 1][1], None)
        for path in wanted
        for depth in range(1, len(path))
    }
    ids = add_areas(db, blueprint_id, areas)
    chosen = select(Point.area_id, Point.code).where(Point.area_id.in_(ids.values()))
    known = {(row[0], row[1]) for row in db.execute(chosen)}
    for path in wanted:
        area_id, (code, name) = ids[_range(path)], path[-1]
        if (area_id, code) not in known:
            known.add((area_id, code))
            db.add(Point(area_id=area_id, place=_place(db, area_id), code=code, name=name))
            db.flush()


def add_facts(
    db: Session, blueprint_id: int, facts: Mapping[str, Any], part: slice = slice(None)
) -> None:
    """Add the ranges and a part of the points of a blueprint that a file brings along."""
    areas = {
        each["path"]: (each["name"], None if each["weight"] is None else Decimal(each["weight"]))
        for each in facts["areas"]
    }
    ids = add_areas(db, blueprint_id, areas)
    points = facts["points"][part]
    mine = {ids[each["area"]] for each in points}
    chosen = select(Point.area_id, Point.code).where(Point.area_id.in_(mine))
    known = {(row[0], row[1]) for row in db.execute(chosen)}
    for each in points:
        area_id = ids[each["area"]]
        if (area_id, each["code"]) not in known:
            point = Point(
                area_id=area_id,
                place=_place(db, area_id),
                code=each["code"],
                name=each["name"],
                importance=each["importance"],
                levels=each.get("levels", ""),
                work_types=each.get("work_types"),
                retired_reason=each["retired"],
            )
            db.add(point)
            db.flush()


def add_areas(
    db: Session, blueprint_id: int, areas: Mapping[str, tuple[str, Decimal | None]]
) -> dict[str, int]:
    """Return the ids of ranges by path, adding those that are not there yet, parents first."""
    mine = Area.blueprint_id == blueprint_id
    chosen = select(Area.path, Area.id).where(mine, Area.path.in_(areas))
    ids = {row[0]: row[1] for row in db.execute(chosen)}
    missing = sorted((path for path in areas if path not in ids), key=_tier)
    place = db.scalar(select(func.count()).select_from(Area).where(mine)) or 0 if missing else 0
    for number, path in enumerate(missing):
        parent, _, code = path.rpartition("-")
        name, weight = areas[path]
        area = Area(
            blueprint_id=blueprint_id,
            parent_id=ids.get(parent) or _parent(db, blueprint_id, parent),
            tier=_tier(path),
            place=place + number,
            code=code,
            path=path,
            name=name,
            weight=weight,
        )
        db.add(area)
        db.flush()
        ids[path] = area.id
    return ids


def _range(path: Path) -> str:
    return "-".join(code for code, _ in path[:-1])


def _tier(path: str) -> int:
    return path.count("-") + 1


def _parent(db: Session, blueprint_id: int, path: str) -> int | None:
    return db.scalar(select(Area.id).where(Area.blueprint_id == blueprint_id, Area.path == path))


def _place(db: Session, area_id: int) -> int:
    """Return the next place among the points of a range."""
    counted = select(func.count()).select_from(Point).where(Point.area_id == area_id)
    return db.scalar(counted) or 0


def pieces(facts: Mapping[str, Any], size: int) -> Sequence[slice]:
    """Return the parts in which a blueprint's points are added; at least one, for its ranges."""
    count = max(1, len(facts["points"]))
    return [slice(start, start + size) for start in range(0, count, size)]
