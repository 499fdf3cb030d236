"""A bank taken away: as JSON that holds all of it, a spreadsheet, Moodle XML or for Word."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.carrying import carried_rows, lost_rows
from exam_server.bank.exposure import uses_in
from exam_server.bank.listing import ItemFilter, chosen_items
from exam_server.bank.models import Area, Blueprint, EnemyPair, Item, ItemVersion, Picture, Point
from exam_server.bank.rules import pictures_in
from exam_server.bank.sheet_losses import UNREADABLE, losses_of, read_back
from exam_server.bank.sheet_rows import HEADINGS, SheetItem, sheet_row, why_not
from exam_server.bank.word_export import bank_document
from exam_server.bank.workbooks import Sheet, workbook
from exam_server.errors import NotAllowedError
from exam_server.todo import local_day
from itembank.interchange.export_losses import MOODLE, WORD
from itembank.interchange.moodle.answer_writing import KINDS
from itembank.interchange.moodle.question_writing import OutItem
from itembank.interchange.moodle.writing import moodle_xml
from itembank.interchange.own_json import FORMAT, VERSION
from itembank.interchange.report import PictureFile
from itembank.travelling import as_carried

KEY_READERS = ("item_writer", "reviewer")
COLUMN_WIDTHS = (16, 18, 6, 14, 8, 8, 60, 24, 24, 24, 24, 24, 24, 16, 10, 6, 6, 40)


@dataclass(frozen=True)
class Wanted:
    """What is exported: which items, and whether with their keys."""

    items: ItemFilter = field(default_factory=ItemFilter)
    with_keys: bool = False


def check_keys(actor: Actor, blueprint: Blueprint, wanted: Wanted) -> None:
    """Refuse keys to whoever neither writes nor reviews: NotAllowedError ``keys_not_yours``."""
    if wanted.with_keys and not actor.may(*KEY_READERS, organization_id=blueprint.organization_id):
        raise NotAllowedError("keys_not_yours")


def bank_json(
    db: Session, blueprint: Blueprint, wanted: Wanted, *, by: int | None
) -> dict[str, Any]:
    """Return a bank as JSON: blueprint, newest item versions, enemies, pictures."""
    rows = chosen_items(db, blueprint, wanted.items)
    record_export(db, blueprint, wanted, by=by, kind="json", count=len(rows))
    codes = {item.id: item.code for item, _ in rows}
    points = points_of(blueprint)
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": blueprint.title,
        "language": blueprint.language,
        "has_keys": wanted.with_keys,
        "areas": [_area(area) for area in sorted(blueprint.areas, key=_by_tier)],
        "points": [_point(code, point) for code, point in points.values()],
        "items": [_item(item, version, points[item.point_id][0], wanted) for item, version in rows],
        "enemies": _enemies(db, codes),
        "pictures": _pictures(db, blueprint, [version.content for _, version in rows]),
    }


def bank_sheet(db: Session, blueprint: Blueprint, wanted: Wanted, *, by: int | None) -> bytes:
    """Return a bank as a workbook; what does not come along is named on sheets of its own."""
    rows = chosen_items(db, blueprint, wanted.items)
    record_export(db, blueprint, wanted, by=by, kind="xlsx", count=len(rows))
    points = points_of(blueprint)
    facts = sheet_items(blueprint, rows, points)
    reasons = {each.code: reason for each in facts if (reason := why_not(each))}
    written = [each for each in facts if each.code not in reasons]
    read = read_back([sheet_row(number, each) for number, each in enumerate(written, start=1)])
    reasons |= {each.code: UNREADABLE for each in written if each.code not in read}
    carried = [each for each in written if each.code in read]
    shown = (
        carried if wanted.with_keys else [replace(each, key={}, explanation="") for each in carried]
    )
    lost = {each.code: "；".join(losses_of(each, read[each.code])) for each in carried}
    return workbook(
        [
            Sheet(
                "试题",
                HEADINGS,
                [sheet_row(number, each) for number, each in enumerate(shown, start=1)],
                COLUMN_WIDTHS,
            ),
            _named("本格式无法表示", "原因", facts, reasons),
            _named("未能带出的内容", "没有带出", carried, lost),
            _exposure_sheet(db, blueprint, rows, facts),
        ]
    )


def bank_word(db: Session, blueprint: Blueprint, wanted: Wanted, *, by: int | None) -> bytes:
    """Return a bank as a Word document to print or to edit, equations as Word's own."""
    rows = chosen_items(db, blueprint, wanted.items)
    record_export(db, blueprint, wanted, by=by, kind="docx", count=len(rows))
    points = points_of(blueprint)
    facts = [_carried(each) for each in sheet_items(blueprint, rows, points)]
    pictures = picture_files(db, blueprint, [version.content for _, version in rows])
    bodies = {name: picture.body for name, picture in pictures.items()}
    lost = lost_rows(rows, WORD, with_keys=wanted.with_keys)
    return bank_document(blueprint.title, facts, bodies, with_keys=wanted.with_keys, lost=lost)


def _carried(item: SheetItem) -> SheetItem:
    """Return an item as it is printed: where values are drawn, with the first."""
    asked = as_carried(item.type, item.content, item.key)
    return item if asked is None else replace(item, **asked._asdict())


def bank_moodle(db: Session, blueprint: Blueprint, wanted: Wanted, *, by: int | None) -> bytes:
    """Return a bank as Moodle's XML; without keys no answer is marked as right."""
    rows = chosen_items(db, blueprint, wanted.items)
    record_export(db, blueprint, wanted, by=by, kind="moodle", count=len(rows))
    paths = point_paths(blueprint)
    items = [
        OutItem(
            code=item.code,
            path=paths[item.point_id],
            type=asked.type,
            content=asked.content,
            key=asked.key if wanted.with_keys else {},
            difficulty=version.difficulty,
            explanation=version.explanation if wanted.with_keys else "",
            explanations=(version.explanations or {}) if wanted.with_keys else {},
            state=item.state,
            language=blueprint.language,
        )
        for item, version, asked in carried_rows(rows, MOODLE, KINDS, with_keys=wanted.with_keys)
    ]
    pictures = picture_files(db, blueprint, [each.content for each in items])
    return moodle_xml(items, pictures, lost_rows(rows, MOODLE, with_keys=wanted.with_keys))


def point_paths(blueprint: Blueprint) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return the path of each point by its id: code and name of its ranges, and its own."""
    names = {area.path: (area.code, area.name) for area in blueprint.areas}
    return {
        point.id: (
            *(names[path] for path in _above(area.path)),
            (point.code, point.name),
        )
        for area in blueprint.areas
        for point in area.points
    }


def _above(path: str) -> list[str]:
    parts = path.split("-")
    return ["-".join(parts[: depth + 1]) for depth in range(len(parts))]


def picture_files(
    db: Session, blueprint: Blueprint, contents: Sequence[Mapping[str, Any]]
) -> dict[str, PictureFile]:
    """Return the pictures that contents show, by their names."""
    named = {name for content in contents for name in pictures_in(content)}
    chosen = select(Picture.sha256, Picture.mime, Picture.body).where(
        Picture.organization_id == blueprint.organization_id, Picture.sha256.in_(named)
    )
    found = db.execute(chosen.order_by(Picture.sha256))
    return {row.sha256: PictureFile(row.body, row.mime) for row in found}


def sheet_items(
    blueprint: Blueprint,
    rows: Sequence[tuple[Item, ItemVersion]],
    points: Mapping[int, tuple[str, Point]],
) -> list[SheetItem]:
    """Return items as a sheet or a document writes them."""
    return [
        _sheet_item(blueprint, item, version, points[item.point_id][0]) for item, version in rows
    ]


def _sheet_item(blueprint: Blueprint, item: Item, version: ItemVersion, point: str) -> SheetItem:
    return SheetItem(
        title=blueprint.title,
        code=item.code,
        point=point,
        type=version.type,
        content=version.content,
        key=version.key,
        difficulty=version.difficulty,
        explanation=version.explanation,
        explanations=version.explanations or {},
        state=item.state,
    )


def _exposure_sheet(
    db: Session,
    blueprint: Blueprint,
    rows: Sequence[tuple[Item, ItemVersion]],
    facts: Sequence[SheetItem],
) -> Sheet:
    """Return a sheet that says how often each item was used, and when last."""
    uses = uses_in(db, blueprint.id)
    lines: list[tuple[object, ...]] = []
    for (item, _), each in zip(rows, facts, strict=True):
        n_papers, last = uses.get(item.id, (0, None))
        day = local_day(last).isoformat() if last else ""
        lines.append((each.code, each.point, each.type, n_papers, day))
    headings = ("ID", "认定点代码", "题型", "用过的试卷套数", "最近使用日期")
    return Sheet("曝光", headings, lines, (20, 20, 20, 20, 20))


def _named(title: str, heading: str, items: Sequence[SheetItem], said: Mapping[str, str]) -> Sheet:
    """Return a sheet that names items and what is to be said of them."""
    lines = [
        (each.code, each.point, each.type, said[each.code]) for each in items if said.get(each.code)
    ]
    return Sheet(title, ("ID", "认定点代码", "题型", heading), lines, (20, 20, 20, 80))


def record_export(
    db: Session, blueprint: Blueprint, wanted: Wanted, *, by: int | None, kind: str, count: int
) -> None:
    """Record that a bank, or some of it, was taken away."""
    detail = {
        "kind": kind,
        "count": count,
        "with_keys": wanted.with_keys,
        "filter": wanted.items.query(),
    }
    audit.record(db, "export_bank", by=by, of=f"blueprint:{blueprint.uid}", detail=detail)


def _by_tier(area: Area) -> tuple[int, int]:
    return area.tier, area.place


def points_of(blueprint: Blueprint) -> dict[int, tuple[str, Point]]:
    """Return the points of a bank by number, each with its full code."""
    return {
        point.id: (f"{area.path}-{point.code}", point)
        for area in sorted(blueprint.areas, key=lambda each: each.place)
        for point in area.points
    }


def _area(area: Area) -> dict[str, Any]:
    weight = None if area.weight is None else str(area.weight)
    return {"path": area.path, "name": area.name, "weight": weight}


def _point(full_code: str, point: Point) -> dict[str, Any]:
    area, code = full_code.removesuffix(f"-{point.code}"), point.code
    own = {"area": area, "code": code, "name": point.name, "importance": point.importance}
    kinds = {
        "levels": point.levels,
        "work_types": point.work_types,
        "retired": point.retired_reason,
    }
    return {**own, **{name: said for name, said in kinds.items() if said not in (None, "")}}


def _item(item: Item, version: ItemVersion, point: str, wanted: Wanted) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "code": item.code,
        "point": point,
        "state": item.state,
        "version": version.number,
        "type": version.type,
        "difficulty": version.difficulty,
        "content": version.content,
    }
    if not wanted.with_keys:  # an explanation gives the key away
        return shown
    return {
        **shown,
        "key": version.key,
        "explanation": version.explanation,
        "explanations": version.explanations or {},
    }


def _enemies(db: Session, codes: Mapping[int, str]) -> list[list[str]]:
    chosen = select(EnemyPair.item_id, EnemyPair.enemy_id).where(EnemyPair.item_id.in_(codes))
    pairs = ((row[0], row[1]) for row in db.execute(chosen))
    return sorted(sorted((codes[one], codes[two])) for one, two in pairs if two in codes)


def _pictures(
    db: Session, blueprint: Blueprint, contents: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, str]]:
    return {
        name: {"mime": picture.mime, "base64": base64.b64encode(picture.body).decode()}
        for name, picture in picture_files(db, blueprint, contents).items()
    }
