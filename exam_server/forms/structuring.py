"""Paper structures: created from rows, given back as rows, and what a bank can supply."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item, ItemVersion, Point
from exam_server.bank.service import blueprint_for
from exam_server.bank.supply import branches_in, kinds_of, supply_tree
from exam_server.errors import InvalidInputError, Problem
from exam_server.forms import bands, rules
from exam_server.forms.models import PaperStructure
from exam_server.forms.pooling import bank_figures
from exam_server.forms.service import OFFICER
from exam_server.inputs import In
from itembank.demands import Demand

Title = Annotated[str, Field(max_length=100)]
Notice = Annotated[str, Field(max_length=300)]
Amount = Annotated[int, Field(ge=0, le=rules.MOST_ITEMS)]


class SectionIn(In):
    """A section (大题): items of one type, each with the same mark; pilot items beside them."""

    type: str
    title: str = Field(default="", max_length=100)
    titles: dict[str, Title] = Field(default_factory=dict)
    count: int = Field(ge=1, le=rules.MOST_ITEMS)
    mark: Decimal = Field(gt=0, le=rules.HIGHEST_MARK, decimal_places=rules.MOST_DECIMALS)
    pilots: int = Field(default=0, ge=0, le=rules.MOST_PILOTS)


class CellIn(In):
    """How many items of a type a range gives."""

    area: str
    type: str
    count: Amount


class BandIn(In):
    """A demand with two ends, of which one may be open."""

    kind: str
    name: str = ""
    low: Decimal | None = Field(default=None, ge=0, le=1_000_000, decimal_places=4)
    high: Decimal | None = Field(default=None, ge=0, le=1_000_000, decimal_places=4)


class ReuseIn(In):
    """What keeps items from coming too often; what is not named is not limited."""

    last_papers: int | None = Field(default=None, ge=1, le=50)
    most_times_used: int | None = Field(default=None, ge=1, le=1000)
    max_uses: int | None = Field(default=None, ge=1, le=30)
    most_shared: int | None = Field(default=None, ge=0, le=rules.MOST_ITEMS)


class StructureIn(In):
    """A paper structure; ranges, cells and importance that are not named are free."""

    blueprint: str = Field(min_length=1)
    title: str = Field(min_length=1, max_length=200)
    minutes: int = Field(ge=1, le=600)
    sections: list[SectionIn] = Field(default_factory=list)
    areas: dict[str, Amount] = Field(default_factory=dict)
    cells: list[CellIn] = Field(default_factory=list)
    importance: dict[str, Amount] = Field(default_factory=dict)
    difficulty_low: float | None = Field(default=None, ge=1, le=5)
    difficulty_high: float | None = Field(default=None, ge=1, le=5)
    bands: list[BandIn] = Field(default_factory=list, max_length=bands.MOST_BANDS)
    reuse: ReuseIn = Field(default_factory=ReuseIn)
    level: str = Field(default="", pattern="^[1-5]?$")
    work_type: str = Field(default="", max_length=100)
    notices: dict[str, Notice] = Field(default_factory=dict)  # of pilot items, by language


def create_structure(
    db: Session, actor: Actor, sent: StructureIn, *, now: datetime
) -> PaperStructure:
    """Create a paper structure; raises InvalidInputError: ``structure_wrong``."""
    blueprint = blueprint_for(db, actor, sent.blueprint, OFFICER)
    structure = PaperStructure(
        blueprint=blueprint,
        title=sent.title,
        minutes=sent.minutes,
        demand=_demand(blueprint, sent),
        created_at=now,
    )
    db.add(structure)
    db.flush()
    audit.record(db, "create_structure", by=actor.id, of=f"paper_structure:{structure.uid}")
    return structure


def _demand(blueprint: Blueprint, sent: StructureIn) -> dict[str, Any]:
    """Return the demand to store; raises InvalidInputError: ``structure_wrong``."""
    known = [area.path for area in blueprint.areas]
    total = sum(section.count for section in sent.sections)
    low, high = sent.difficulty_low, sent.difficulty_high
    problems = [
        *rules.section_problems([(each.type, each.count, each.pilots) for each in sent.sections]),
        *rules.area_problems(sent.areas, known, total),
        *rules.cell_problems([(each.area, each.type) for each in sent.cells], known),
        *rules.importance_problems(sent.importance, total),
        *rules.band_problems(low, high),
        *_further_problems(sent, known),
        *_kind_problems(blueprint, sent),
    ]
    if problems:
        raise InvalidInputError("structure_wrong", problems)
    demand = Demand(
        {},
        areas=sent.areas,
        cells={(each.area, each.type): each.count for each in sent.cells},
        importance=sent.importance,
        difficulty=None if low is None or high is None else (low, high),
    )
    sections = [
        {
            "type": each.type,
            "title": each.title or each.type,
            "count": each.count,
            "mark": rules.mark_text(each.mark),
            **({"titles": each.titles} if each.titles else {}),
            **({"pilots": each.pilots} if each.pilots else {}),
        }
        for each in sent.sections
    ]
    return {**rules.stored_demand(demand, sections), **_further(sent)}


def _further_problems(sent: StructureIn, known: Sequence[str]) -> list[Problem]:
    marks: dict[str, set[str]] = {}
    for section in sent.sections:
        marks.setdefault(section.type, set()).add(rules.mark_text(section.mark))
    return [
        *bands.band_list_problems([each.model_dump() for each in sent.bands], known, marks),
        *bands.reuse_problems(sent.reuse.model_dump(exclude_none=True)),
    ]


def _kind_problems(blueprint: Blueprint, sent: StructureIn) -> list[Problem]:
    levels, work_types = kinds_of(blueprint)
    return [
        Problem(name, "code_unknown", {"value": said})
        for name, said, known in (
            ("level", sent.level, levels),
            ("work_type", sent.work_type, work_types),
        )
        if said and said not in known
    ]


def _further(sent: StructureIn) -> dict[str, Any]:
    """Return bands, limits and the points that count as stored, if there are any."""

    def text(end: Decimal | None) -> str | None:
        return None if end is None else rules.mark_text(end)

    listed = [
        {"kind": each.kind, "name": each.name, "low": text(each.low), "high": text(each.high)}
        for each in sent.bands
    ]
    reuse = sent.reuse.model_dump(exclude_none=True)
    notices = {name: said.strip() for name, said in sent.notices.items() if said.strip()}
    has_pilots = any(each.pilots for each in sent.sections)
    further = {
        "bands": listed,
        "reuse": reuse,
        "level": sent.level,
        "work_type": sent.work_type,
        "notices": notices if has_pilots else {},
    }
    return {name: asked for name, asked in further.items() if asked}


def rows_of(structure: PaperStructure) -> dict[str, Any]:
    """Return a structure as its editor takes it."""
    stored = structure.demand
    low, high = stored.get("difficulty") or (None, None)
    return {
        "blueprint": structure.blueprint.uid,
        "title": structure.title,
        "minutes": structure.minutes,
        "sections": stored["sections"],
        "areas": stored.get("areas", {}),
        "cells": stored.get("cells", []),
        "importance": stored.get("importance", {}),
        "difficulty_low": low,
        "difficulty_high": high,
        "bands": stored.get("bands", []),
        "reuse": stored.get("reuse", {}),
        "level": stored.get("level", ""),
        "work_type": stored.get("work_type", ""),
        "notices": stored.get("notices", {}),
    }


def bank_supply(
    db: Session, blueprint: Blueprint, *, level: str = "", work_type: str = ""
) -> dict[str, Any]:
    """Return what the active items of a bank can supply: by type, range and importance.

    With a skill level or work type only what is for it is counted by type and range.
    """
    types: Counter[str] = Counter()
    pilots = _in_the_pilot(db, blueprint)
    tree = supply_tree(db, blueprint, level=level, work_type=work_type)
    for branch in tree:
        types.update(branch.stock.active)
    importance, mean = _importance_and_difficulty(db, blueprint)
    levels, work_types = kinds_of(blueprint)
    return {
        "levels": levels,
        "work_types": work_types,
        "types": types,
        "pilots": pilots,
        "areas": [
            {
                "path": each.area.path,
                "name": each.area.name,
                "tier": each.area.tier,
                "weight": None if each.area.weight is None else f"{each.area.weight.normalize():f}",
                "active": each.stock.n_active,
                "types": each.stock.active,
            }
            for each in branches_in(tree)
        ],
        "importance": importance,
        "difficulty": mean,
        "figures": bank_figures(db, blueprint),
    }


def _in_the_pilot(db: Session, blueprint: Blueprint) -> dict[str, int]:
    """Return how many items in the pilot a bank has, by type."""
    counted = (
        select(Item.type, func.count())
        .where(Item.blueprint_id == blueprint.id, Item.state == "pilot")
        .group_by(Item.type)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def _importance_and_difficulty(
    db: Session, blueprint: Blueprint
) -> tuple[dict[str, int], float | None]:
    """Return how many active items each importance has, and the mean difficulty of all."""
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    rows = db.execute(
        select(Point.importance, func.count(), func.sum(ItemVersion.difficulty))
        .select_from(Item)
        .join(ItemVersion, newest)
        .join(Point, Item.point_id == Point.id)
        .where(Item.blueprint_id == blueprint.id, Item.state == "active")
        .group_by(Point.importance)
    ).all()
    count = sum(row[1] for row in rows)
    mean = round(float(sum(row[2] for row in rows)) / count, 2) if count else None
    return {row[0]: row[1] for row in rows if row[0]}, mean
