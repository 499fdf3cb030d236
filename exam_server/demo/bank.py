"""The sample bank in the store: blueprint, ranges, points and items, all active."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Picture, Point
from exam_server.bank.rules import plain_text
from exam_server.demo.content import bank_source, blueprint_source, sample_items
from exam_server.demo.notation import pictures_named
from exam_server.demo.pictures.gallery import MIME, drawn
from exam_server.programmes.models import Programme

# Active items wanted of each type: mostly met, so that the supply shows where the bank is thin.
GOALS = {
    "single": 160,
    "multiple": 40,
    "true_false": 60,
    "numeric": 24,
    "text_entry": 16,
    "matching": 8,
    "ordering": 8,
    "hotspot": 8,
    "item_set": 4,
}


def add_bank(
    db: Session, programme: Programme, *, title: str | None = None, now: datetime
) -> Blueprint:
    """Add the blueprint with its ranges, points and items; under another title once more."""
    blueprint = Blueprint(
        organization_id=programme.organization_id,
        programme_id=programme.id,
        title=title or blueprint_source()["title"],
        is_sample=True,
        goals=GOALS,
        created_at=now,
    )
    db.add(blueprint)
    db.flush()
    points = add_points(db, blueprint)
    samples = sample_items()
    if title is None:  # the organization has them from then on
        _add_pictures(db, blueprint)
    item_ids = db.scalars(
        insert(Item).returning(Item.id, sort_by_parameter_order=True),
        [
            {
                "blueprint_id": blueprint.id,
                "point_id": points[sample.point].id,
                "code": sample.code,
                "state": "active",
                "created_at": now,
            }
            for sample in samples
        ],
    ).all()
    db.add_all(
        ItemVersion(
            item_id=item_id,
            number=1,
            type=sample.type,
            content=sample.content,
            key=sample.key,
            search_text=plain_text(sample.content),
            difficulty=sample.difficulty,
            explanation=sample.explanation,
            created_at=now,
        )
        for item_id, sample in zip(item_ids, samples, strict=True)
    )
    db.flush()
    return blueprint


def _add_pictures(db: Session, blueprint: Blueprint) -> None:
    """Add the pictures that items show, drawn here."""
    asked = {row[3] for row in bank_source()["hotspot"]}
    db.add_all(
        Picture(
            organization_id=blueprint.organization_id,
            sha256=drawn(name).sha256,
            mime=MIME,
            body=drawn(name).body,
        )
        for name in sorted(pictures_named(bank_source()) | asked)
    )
    db.flush()


def add_points(db: Session, blueprint: Blueprint) -> dict[str, Point]:
    """Add ranges and points; return the points by their full code."""
    areas: dict[str, Area] = {}
    for place, (path, name, weight) in enumerate(blueprint_source()["areas"]):
        parent, _, code = path.rpartition("-")
        area = Area(
            blueprint=blueprint,
            parent_id=areas[parent].id if parent else None,
            tier=path.count("-") + 1,
            place=place,
            code=code,
            path=path,
            name=name,
            weight=Decimal(weight),
        )
        db.add(area)
        db.flush()
        areas[path] = area
    points = {}
    for place, (full_code, name, importance) in enumerate(blueprint_source()["points"]):
        path, _, code = full_code.rpartition("-")
        points[full_code] = Point(
            area=areas[path], place=place, code=code, name=name, importance=importance
        )
    db.add_all(points.values())
    db.flush()
    return points
