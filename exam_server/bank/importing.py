"""Import of a pool into a bank: all or nothing, same items recognized, changes become versions."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Picture, Point
from exam_server.bank.rules import cleaned, plain_text
from exam_server.bank.service import add_area, add_point
from exam_server.errors import InvalidInputError, Problem
from itembank.interchange.report import DraftItem, Parsed


@dataclass(frozen=True)
class Importing:
    """By whom and when, and the digest of the refusals the user has accepted."""

    by: int | None
    now: datetime
    accepted: str = ""


def refusals_digest(parsed: Parsed) -> str:
    """Return what names exactly this list of refused rows; empty for none."""
    if not parsed.refused:
        return ""
    rows = [asdict(each) for each in parsed.refused]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:16]


def import_items(
    db: Session, blueprint: Blueprint, parsed: Parsed, importing: Importing
) -> dict[str, Any]:
    """Import what was read; return the report.

    Raises InvalidInputError: ``rows_refused`` unless exactly this list was accepted.
    """
    digest = refusals_digest(parsed)
    if digest and importing.accepted != digest:
        problems = [
            Problem(f"{each.item or each.row} {each.column}", each.code, each.detail)
            for each in parsed.refused
        ]
        raise InvalidInputError("rows_refused", problems, count=len(problems), digest=digest)
    points = _points(db, blueprint, parsed)
    known = {
        item.code: (item, version)
        for item, version in db.execute(
            select(Item, ItemVersion)
            .join(
                ItemVersion,
                (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number),
            )
            .where(Item.blueprint_id == blueprint.id)
        )
    }
    _add_pictures(db, blueprint, parsed)
    report = report_of(parsed)
    for draft in parsed.items:
        outcome = _take(db, blueprint, draft, points[draft.path], known, importing)
        report["counts"][outcome] += 1
        if outcome == "new_version":
            report["new_versions"].append(draft.code)
    db.flush()
    audit.record(
        db,
        "import_items",
        by=importing.by,
        of=f"blueprint:{blueprint.uid}",
        detail=report["counts"],
    )
    return report


def report_of(parsed: Parsed) -> dict[str, Any]:
    """Return the report of a file as read, before anything is taken."""
    return {
        "format": parsed.format,
        "counts": {
            "read": len(parsed.items) + len(parsed.refused),
            "created": 0,
            "new_version": 0,
            "unchanged": 0,
            "refused": len(parsed.refused),
        },
        "refused": [asdict(each) for each in parsed.refused],
        "notes": [asdict(each) for each in parsed.notes],
        "new_versions": [],
        "digest": refusals_digest(parsed),
    }


def _take(
    db: Session,
    blueprint: Blueprint,
    draft: DraftItem,
    point: Point,
    known: dict[str, tuple[Item, ItemVersion]],
    importing: Importing,
) -> str:
    """Take one item; return ``created``, ``new_version`` or ``unchanged``."""
    content = cleaned(draft.content)
    if draft.code not in known:
        item = Item(
            blueprint_id=blueprint.id,
            point=point,
            code=draft.code,
            state="active",
            created_at=importing.now,
        )
        db.add(item)
        item.versions.append(_version(draft, content, 1, importing))
        return "created"
    item, version = known[draft.code]
    item.point = point
    if (version.type, version.content, version.key) == (draft.type, content, draft.key):
        return "unchanged"
    item.version_number += 1
    db.add(_version(draft, content, item.version_number, importing, item=item))
    return "new_version"


def _version(
    draft: DraftItem,
    content: dict[str, Any],
    number: int,
    importing: Importing,
    **more: Item,
) -> ItemVersion:
    return ItemVersion(
        number=number,
        type=draft.type,
        content=content,
        key=draft.key,
        search_text=plain_text(content),
        created_at=importing.now,
        created_by=importing.by,
        **more,
    )


def _points(
    db: Session, blueprint: Blueprint, parsed: Parsed
) -> dict[tuple[tuple[str, str], ...], Point]:
    """Return the point of every path, adding ranges and points that are not there yet."""
    areas = {area.path: area for area in blueprint.areas}
    found: dict[tuple[tuple[str, str], ...], Point] = {}
    for draft in parsed.items:
        if draft.path not in found:
            area = _area(db, blueprint, draft.path[:-1], areas)
            code, name = draft.path[-1]
            named = next((point for point in area.points if point.code == code), None)
            found[draft.path] = named or add_point(area, code, name)
    db.flush()
    return found


def _area(
    db: Session,
    blueprint: Blueprint,
    path: tuple[tuple[str, str], ...],
    areas: dict[str, Area],
) -> Area:
    for depth in range(1, len(path) + 1):
        codes = "-".join(code for code, _ in path[:depth])
        if codes not in areas:
            areas[codes] = add_area(db, blueprint, codes, path[depth - 1][1])
    return areas["-".join(code for code, _ in path)]


def _add_pictures(db: Session, blueprint: Blueprint, parsed: Parsed) -> None:
    organization_id = blueprint.organization_id
    chosen = select(Picture.sha256).where(Picture.organization_id == organization_id)
    known = set(db.scalars(chosen))
    for draft in parsed.items:
        for sha256, picture in draft.pictures.items():
            if sha256 not in known:
                known.add(sha256)
                db.add(
                    Picture(
                        organization_id=organization_id,
                        sha256=sha256,
                        mime=picture.mime,
                        body=picture.body,
                    )
                )
