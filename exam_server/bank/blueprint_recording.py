"""Each change of a blueprint's rows kept with what was before it: what undoing needs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.blueprint_models import BlueprintChange
from exam_server.bank.models import Blueprint, Item, SavedFilter
from exam_server.bank.work_models import WritingTask
from itembank.blueprint_versions import Stood, StoodArea, StoodPoint, weight_text

TASK, FILTER = "task", "filter"
Row = list[Any]


@dataclass
class Recorded:
    """What a change says of itself beside the rows: items it re-tagged, points it merged away."""

    # [item id, "point" or "state", what it was, what it is, version]; points by uid
    items: list[Row] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)  # uid of a point: uid of its heir
    change: BlueprintChange | None = None


def stood_of(blueprint: Blueprint) -> Stood:
    """Return a blueprint as it stands."""
    areas = [StoodArea(each.path, each.name, weight_text(each.weight)) for each in blueprint.areas]
    points = [
        StoodPoint(
            point.uid,
            f"{area.path}-{point.code}",
            point.name,
            point.importance or "",
            point.levels,
            tuple(point.work_types or ()),
            point.retired_reason,
        )
        for area in blueprint.areas
        for point in area.points
    ]
    return Stood(areas, points)


@contextmanager
def recorded(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    kind: str,
    *,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> Iterator[Recorded]:
    """Keep what a change does to rows and items; references by code follow points that move."""
    db.flush()
    before, record = stood_of(blueprint), Recorded()
    yield record
    db.flush()
    after = stood_of(blueprint)
    areas = _pairs({a.path: a for a in before.areas}, {a.path: a for a in after.areas})
    points = _pairs({p.uid: p for p in before.points}, {p.uid: p for p in after.points})
    if not areas and not points and not record.items:
        return
    rows = {
        "areas": areas,
        "points": points,
        "items": record.items,
        "places": _follow(db, blueprint, _codes(before, after, record.merged)),
    }
    said = {**(detail or {}), **({"merged": record.merged} if record.merged else {})}
    record.change = BlueprintChange(
        blueprint_id=blueprint.id,
        kind=kind,
        detail=said,
        rows=rows,
        done_at=now,
        done_by=actor.id,
    )
    db.add(record.change)
    db.flush()


def retag(db: Session, items: Sequence[Item], before: Mapping[int, str], to: Any) -> list[Row]:
    """Tag items by another point; return the rows of it. ``before`` has uids by point id."""
    rows = [[i.id, "point", before[i.point_id], to.uid, i.version_number] for i in items]
    ids = [item.id for item in items]
    for start in range(0, len(ids), 500):
        part = Item.id.in_(ids[start : start + 500])
        changed = update(Item).where(part).values(point_id=to.id)
        db.execute(changed.execution_options(synchronize_session="fetch"))
    return rows


def _pairs(
    before: Mapping[str, StoodArea | StoodPoint], after: Mapping[str, StoodArea | StoodPoint]
) -> list[Row]:
    """Return rows that are not the same, as they were and as they are."""
    keys = dict.fromkeys([*before, *after])
    pairs = [(before.get(key), after.get(key)) for key in keys]
    return [[_plain(was), _plain(now)] for was, now in pairs if was != now]


def _plain(row: StoodArea | StoodPoint | None) -> dict[str, Any] | None:
    if row is None:
        return None
    plain = asdict(row)
    return {**plain, "work_types": list(row.work_types)} if isinstance(row, StoodPoint) else plain


def _codes(before: Stood, after: Stood, merged: Mapping[str, str]) -> dict[str, str]:
    """Return the new code of each point that has another one, or whose items have another."""
    now = {point.uid: point.code for point in after.points}
    found = {}
    for point in before.points:
        code = now.get(merged.get(point.uid, point.uid), point.code)
        if code != point.code:
            found[point.code] = code
    return found


def _follow(db: Session, blueprint: Blueprint, codes: Mapping[str, str]) -> list[Row]:
    """Let tasks and saved filters that name a point name it still; return which did."""
    if not codes:
        return []
    rows: list[Row] = []
    tasks = select(WritingTask).where(
        WritingTask.blueprint_id == blueprint.id, WritingTask.at.in_(codes)
    )
    for task in db.scalars(tasks).all():
        rows.append([TASK, task.id, task.at, codes[task.at]])
        task.at = codes[task.at]
    filters = select(SavedFilter).where(SavedFilter.blueprint_id == blueprint.id)
    for each in db.scalars(filters).all():
        at = str(each.query.get("at", ""))
        if at in codes:
            rows.append([FILTER, each.id, at, codes[at]])
            each.query = {**each.query, "at": codes[at]}
    return rows
