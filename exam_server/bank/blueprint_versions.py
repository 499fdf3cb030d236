"""Versions of a blueprint that an officer declared, and what differs between two of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.blueprint_models import BlueprintChange, BlueprintVersion
from exam_server.bank.blueprint_recording import stood_of
from exam_server.bank.models import Area, Blueprint, Item, Point
from exam_server.bank.workbooks import Sheet, workbook
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from itembank.blueprint_versions import (
    Difference,
    Stood,
    as_plain,
    differences,
    digest_of,
    from_plain,
    heir_of,
)

PRESENT = "now"  # what names the table as it stands
MOST_NOTE = 2000
HEADINGS = ("变化", "原代码", "现代码", "名称", "原来", "现在", "试题", "试题现属")


@dataclass(frozen=True)
class Declared:
    """A version of the list, with who declared it."""

    version: BlueprintVersion
    by: str


@dataclass(frozen=True)
class Touched:
    """A difference, how many items it touches, and the code they stand under now."""

    difference: Difference
    n_items: int
    items_at: str


def declare_version(
    db: Session, actor: Actor, blueprint: Blueprint, *, in_force_on: date, note: str, now: datetime
) -> BlueprintVersion:
    """Keep the blueprint as it stands under the next number.

    Raises InvalidInputError: ``blueprint_empty``, ``note_too_long``; ConflictError:
    ``version_says_the_same``.
    """
    stood = stood_of(blueprint)
    if not stood.points:
        raise InvalidInputError("blueprint_empty")
    if len(note) > MOST_NOTE:
        raise InvalidInputError("note_too_long", [Problem("note", "note_too_long")])
    newest = newest_version(db, blueprint)
    digest = digest_of(stood)
    if newest is not None and newest.digest == digest:
        raise ConflictError("version_says_the_same", number=newest.number)
    version = BlueprintVersion(
        blueprint_id=blueprint.id,
        number=newest.number + 1 if newest else 1,
        in_force_on=in_force_on,
        note=note.strip(),
        content=as_plain(stood),
        digest=digest,
        n_points=len(stood.points),
        declared_at=now,
        declared_by=actor.id,
    )
    db.add(version)
    db.flush()
    detail = {"number": version.number, "in_force_on": in_force_on.isoformat(), "sha256": digest}
    of = f"blueprint:{blueprint.uid}"
    audit.record(db, "declare_blueprint_version", by=actor.id, of=of, detail=detail)
    return version


def versions_of(db: Session, blueprint: Blueprint) -> list[Declared]:
    """Return the declared versions, the newest first."""
    chosen = (
        select(BlueprintVersion, Person.name)
        .join(Person, Person.id == BlueprintVersion.declared_by)
        .where(BlueprintVersion.blueprint_id == blueprint.id)
        .order_by(BlueprintVersion.number.desc())
    )
    return [Declared(row[0], row[1]) for row in db.execute(chosen)]


def newest_version(db: Session, blueprint: Blueprint) -> BlueprintVersion | None:
    """Return the version that was declared last."""
    mine = BlueprintVersion.blueprint_id == blueprint.id
    chosen = select(BlueprintVersion).where(mine).order_by(BlueprintVersion.number.desc())
    return db.scalar(chosen.limit(1))


def version_said(db: Session, blueprint: Blueprint) -> dict[str, object] | None:
    """Return what a paper says of its blueprint: the newest version, and whether rows differ."""
    newest = newest_version(db, blueprint)
    if newest is None:
        return None
    return {"number": newest.number, "is_changed": newest.digest != digest_of(stood_of(blueprint))}


def stood_at(db: Session, blueprint: Blueprint, name: str) -> Stood:
    """Return the blueprint of a version or ``now``; raises ``no_such_blueprint_version``."""
    if name == PRESENT:
        return stood_of(blueprint)
    mine = (BlueprintVersion.blueprint_id == blueprint.id, BlueprintVersion.number == _number(name))
    version = db.scalar(
        select(BlueprintVersion).where(*mine).options(undefer(BlueprintVersion.content))
    )
    if version is None:
        raise NotFoundError("no_such_blueprint_version", number=name)
    return from_plain(version.content)


def compare_versions(db: Session, blueprint: Blueprint, old: str, new: str) -> list[Touched]:
    """Return what differs between two versions, each with the items that it touches now."""
    found = differences(stood_at(db, blueprint, old), stood_at(db, blueprint, new))
    present = {
        point.uid: f"{area.path}-{point.code}" for area in blueprint.areas for point in area.points
    }
    by_point, by_area, merged = (*_items_now(db, blueprint), _merged(db, blueprint))
    touched = []
    for each in found:
        uid = each.key
        if not each.is_point:
            touched.append(Touched(each, by_area.get(uid, 0), uid))
            continue
        if uid not in present:
            uid = heir_of(uid, merged) or ""
        touched.append(Touched(each, by_point.get(uid, 0), present.get(uid, "")))
    return touched


def comparison_sheet(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    touched: Sequence[Touched],
    words: Mapping[str, str],
) -> bytes:
    """Return a comparison as a workbook; that it was taken is recorded."""
    audit.record(db, "export_blueprint", by=actor.id, of=f"blueprint:{blueprint.uid}")
    rows = [
        (
            words[each.difference.kind],
            each.difference.code_before,
            each.difference.code_after,
            each.difference.name,
            each.difference.before,
            each.difference.after,
            each.n_items,
            each.items_at,
        )
        for each in touched
    ]
    return workbook([Sheet("版本比较", HEADINGS, rows, (14, 14, 14, 36, 26, 26, 8, 14))])


def _number(name: str) -> int:
    return int(name) if name.isascii() and name.isdecimal() and len(name) < len("1000000") else 0


def _items_now(db: Session, blueprint: Blueprint) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many items, in whatever state, each point and each range has now."""
    counted = (
        select(Point.uid, Area.path, func.count())
        .join(Item, Item.point_id == Point.id)
        .join(Area, Area.id == Point.area_id)
        .where(Area.blueprint_id == blueprint.id)
        .group_by(Point.uid, Area.path)
    )
    points: dict[str, int] = {}
    areas: dict[str, int] = {}
    for uid, path, count in db.execute(counted):
        points[uid] = count
        parts = path.split("-")
        for depth in range(1, len(parts) + 1):
            above = "-".join(parts[:depth])
            areas[above] = areas.get(above, 0) + count
    return points, areas


def _merged(db: Session, blueprint: Blueprint) -> dict[str, str]:
    """Return which point has the items of each one that was merged away."""
    chosen = select(BlueprintChange.detail).where(
        BlueprintChange.blueprint_id == blueprint.id,
        BlueprintChange.kind == "merge",
        BlueprintChange.undone_at.is_(None),
    )
    details = db.scalars(chosen.order_by(BlueprintChange.id)).all()
    return {uid: heir for detail in details for uid, heir in detail.get("merged", {}).items()}
