"""A revised blueprint taken from a sheet: points that moved keep their items."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.blueprint_changes import BlueprintEdit, store_edit
from exam_server.bank.blueprint_lines import as_lines, read_blueprint_lines
from exam_server.bank.blueprint_recording import recorded
from exam_server.bank.models import Blueprint, Item, Point
from exam_server.bank.service import add_area
from exam_server.errors import ConflictError
from itembank.blueprint import AreaFacts, PointFacts
from itembank.blueprint_comparison import Comparison, Table, compare
from itembank.blueprint_kinds import WORK_TYPE_JOINT
from itembank.blueprint_layout import POINT_DIGITS, SheetTable


@dataclass(frozen=True)
class Row:
    """A row that stands, its items in whatever state, and the code it will have."""

    code: str
    name: str
    n_items: int
    to: str


@dataclass(frozen=True)
class Compared:
    """What a sheet would change, row by row."""

    moved: Sequence[Row]
    added: Sequence[tuple[str, str]]
    renamed: Sequence[tuple[str, str, str, int]]
    changed: Sequence[tuple[str, str, str]]
    absent: Sequence[Row]

    @property
    def is_change(self) -> bool:
        """Whether there is anything to take."""
        return bool(self.moved or self.added or self.renamed or self.changed)


def compared(db: Session, blueprint: Blueprint, sheet: SheetTable) -> Compared:
    """Return what the rows of a sheet would change; nothing is stored."""
    found = compare(_table_of(blueprint), Table(sheet.areas, sheet.points))
    counts = _items_by_code(db, blueprint)
    codes = _codes_after(found)
    pairs = [
        *((new.path, old.name, new.name, _weight(old), _weight(new)) for old, new in found.areas),
        *(
            (new.full_code, old.name, new.name, old.importance or "", new.importance or "")
            for old, new in found.points
        ),
    ]
    was = {new.full_code: old.full_code for old, new in found.points}
    return Compared(
        moved=[
            Row(old.full_code, new.name, counts.get(old.full_code, 0), new.full_code)
            for old, new in found.moved
        ],
        added=[
            *((area.path, area.name) for area in found.added_areas),
            *((point.full_code, point.name) for point in found.added_points),
        ],
        renamed=[
            (code, before, after, counts.get(was.get(code, ""), 0))
            for code, before, after, *_ in pairs
            if before != after
        ],
        changed=[
            *((code, before, after) for code, *_, before, after in pairs if before != after),
            *(change for old, new in found.points for change in _kind_changes(old, new)),
        ],
        absent=[
            *(Row(each.path, each.name, 0, each.path) for each in found.absent_areas),
            *(
                Row(each.full_code, each.name, counts.get(each.full_code, 0), codes[each.full_code])
                for each in found.absent_points
            ),
        ],
    )


def take_table(
    db: Session, actor: Actor, blueprint: Blueprint, lines: str, *, seen: str, now: datetime
) -> int:
    """Store what a sheet changes, all or nothing; return how many rows it touched.

    Raises ConflictError: ``blueprint_changed_meanwhile``; InvalidInputError:
    ``blueprint_not_changed``.
    """
    if seen != seal_of(blueprint):
        raise ConflictError("blueprint_changed_meanwhile")
    read = read_blueprint_lines(lines, check=False)
    found = compare(_table_of(blueprint), Table(read.areas, read.points))
    with recorded(db, actor, blueprint, "sheet", now=now):
        for area in sorted(found.added_areas, key=lambda area: area.path.count("-")):
            add_area(db, blueprint, area.path, area.name, weight=area.weight)
        n_moved = _renumber(db, actor, blueprint, _codes_after(found))
        changed = store_edit(db, actor, blueprint, _edit_of(read.areas, found))
    return changed + n_moved + len(found.added_areas)


def seal_of(blueprint: Blueprint) -> str:
    """Return a digest of all that a blueprint says: what was compared is what is changed."""
    table = _table_of(blueprint)
    return hashlib.sha256(as_lines(table.areas, table.points).encode()).hexdigest()


def _codes_after(found: Comparison) -> dict[str, str]:
    """Return the code of each standing point after the change; a code given away is replaced."""
    codes = {old.full_code: new.full_code for old, new in found.points}
    given = {*codes.values(), *(point.full_code for point in found.added_points)}
    taken = given | {point.full_code for point in found.absent_points}
    for point in found.absent_points:
        code = point.full_code
        if code in given:
            code = _free_code(point.area, taken)
            taken.add(code)
        codes[point.full_code] = code
    return codes


def _free_code(area: str, taken: set[str]) -> str:
    own = [each.rpartition("-")[2] for each in taken if each.rpartition("-")[0] == area]
    last = max((int(each) for each in own if each.isdecimal()), default=0)
    return f"{area}-{last + 1:0{POINT_DIGITS}}"


def _renumber(db: Session, actor: Actor, blueprint: Blueprint, codes: Mapping[str, str]) -> int:
    """Give points their codes and ranges, items with them; codes may go round in a circle."""
    points = _points_of(blueprint)
    areas = {area.path: area for area in blueprint.areas}
    moving = {old: new for old, new in codes.items() if old != new}
    for old in moving:
        points[old].code = f"~{points[old].id}"
    db.flush()
    for old, new in moving.items():
        path, _, code = new.rpartition("-")
        point, area = points[old], areas[path]
        if point.area is not area:
            point.area.points.remove(point)
            area.points.append(point)
        point.code = code
        detail, of = {"from": old, "to": new}, f"blueprint:{blueprint.uid}"
        audit.record(db, "move_point", by=actor.id, of=of, detail=detail)
    db.flush()
    return len(moving)


def _edit_of(areas: Sequence[AreaFacts], found: Comparison) -> BlueprintEdit:
    """Return the cells and new points of a sheet, once its ranges and codes stand."""
    now = [new for _, new in found.points]
    return BlueprintEdit(
        area_names={area.path: area.name for area in areas},
        weights={area.path: _weight(area) for area in areas},
        point_names={point.full_code: point.name for point in now},
        importances={point.full_code: point.importance or "" for point in now},
        levels={point.full_code: point.levels for point in now if point.levels is not None},
        work_types={
            point.full_code: WORK_TYPE_JOINT.join(point.work_types)
            for point in now
            if point.work_types is not None
        },
        lines=as_lines([], found.added_points),
    )


def _kind_changes(old: PointFacts, new: PointFacts) -> list[tuple[str, str, str]]:
    """Return what a sheet changes in levels and work types, where it says anything of them."""
    changes = []
    if new.levels is not None and new.levels != old.levels:
        changes.append((new.full_code, old.levels or "", new.levels))
    if new.work_types is not None and new.work_types != old.work_types:
        was, now = (WORK_TYPE_JOINT.join(each.work_types or ()) for each in (old, new))
        changes.append((new.full_code, was, now))
    return changes


def _table_of(blueprint: Blueprint) -> Table:
    areas = [AreaFacts(each.path, each.name, each.weight) for each in blueprint.areas]
    points = [
        PointFacts(
            area.path,
            point.code,
            point.name,
            point.importance,
            point.levels,
            tuple(point.work_types or ()),
        )
        for area in blueprint.areas
        for point in area.points
    ]
    return Table(areas, points)


def _points_of(blueprint: Blueprint) -> dict[str, Point]:
    return {f"{area.path}-{point.code}": point for area in blueprint.areas for point in area.points}


def _items_by_code(db: Session, blueprint: Blueprint) -> dict[str, int]:
    counted = (
        select(Item.point_id, func.count())
        .where(Item.blueprint_id == blueprint.id)
        .group_by(Item.point_id)
    )
    by_id = {row[0]: row[1] for row in db.execute(counted)}
    return {code: by_id.get(point.id, 0) for code, point in _points_of(blueprint).items()}


def _weight(area: AreaFacts) -> str:
    return "" if area.weight is None else f"{area.weight.normalize():f}"
