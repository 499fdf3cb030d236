"""Paper structures, assembly runs and forms."""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Area, Blueprint, EnemyPair, Item, ItemVersion, Point
from exam_server.bank.service import blueprint_for
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.forms.models import AssemblyRun, Form, FormItem, PaperStructure
from exam_server.forms.rules import band_problems, demand_of, read_counts, read_sections
from exam_server.inputs import In
from exam_server.jobs import Job, enqueue
from itembank.assembly import Assembly, Infeasible, assemble
from itembank.demands import PoolItem

OFFICER = "exam_officer"
IMPORTANCE = ("X", "Y", "Z")
SEED_BITS = 53


class StructureIn(In):
    """A paper structure as typed."""

    blueprint: str
    title: str = Field(min_length=1)
    minutes: int = Field(ge=1, le=600)
    sections: str
    areas: str = ""
    importance: str = ""
    difficulty_low: float | None = Field(default=None, ge=1, le=5)
    difficulty_high: float | None = Field(default=None, ge=1, le=5)


class AssembleIn(In):
    """A run of the assembler."""

    n_forms: int = Field(ge=1, le=30)
    seed: int | None = Field(default=None, ge=0, lt=2**SEED_BITS)


def structures_of(db: Session, actor: Actor) -> Sequence[PaperStructure]:
    """Return the paper structures of an officer's banks."""
    ids = actor.organizations(OFFICER)
    chosen = select(PaperStructure).join(Blueprint).where(Blueprint.organization_id.in_(ids))
    return db.scalars(chosen.order_by(PaperStructure.id.desc())).all()


def structure_for(db: Session, actor: Actor, uid: str) -> PaperStructure:
    """Return a paper structure; raises NotFoundError: ``no_such_structure``."""
    structure = db.scalar(select(PaperStructure).where(PaperStructure.uid == uid))
    if structure is None or not actor.may(
        OFFICER, organization_id=structure.blueprint.organization_id
    ):
        raise NotFoundError("no_such_structure")
    return structure


def run_for(db: Session, actor: Actor, uid: str) -> AssemblyRun:
    """Return an assembly run; raises NotFoundError: ``no_such_run``."""
    run = db.scalar(select(AssemblyRun).where(AssemblyRun.uid == uid))
    if run is None or not actor.may(
        OFFICER, organization_id=run.paper_structure.blueprint.organization_id
    ):
        raise NotFoundError("no_such_run")
    return run


def runs_in(db: Session, structure: PaperStructure) -> Sequence[AssemblyRun]:
    """Return the runs of a structure, the newest first."""
    chosen = select(AssemblyRun).where(AssemblyRun.paper_structure_id == structure.id)
    return db.scalars(chosen.order_by(AssemblyRun.id.desc())).all()


def create_structure(
    db: Session, actor: Actor, sent: StructureIn, *, now: datetime
) -> PaperStructure:
    """Create a paper structure; raises InvalidInputError: ``structure_wrong``."""
    blueprint = blueprint_for(db, actor, sent.blueprint, OFFICER)
    sections, problems = read_sections(sent.sections)
    paths = [area.path for area in blueprint.areas]
    areas, more = read_counts(sent.areas, paths, "areas")
    importance, most = read_counts(sent.importance, IMPORTANCE, "importance")
    band = [sent.difficulty_low, sent.difficulty_high]
    found = [*problems, *more, *most, *band_problems(sent.difficulty_low, sent.difficulty_high)]
    if found:
        raise InvalidInputError("structure_wrong", found)
    structure = PaperStructure(
        blueprint=blueprint,
        title=sent.title,
        minutes=sent.minutes,
        demand={
            "sections": sections,
            "areas": areas,
            "importance": importance,
            "difficulty": band if None not in band else None,
        },
        created_at=now,
    )
    db.add(structure)
    db.flush()
    audit.record(db, "create_structure", by=actor.id, of=f"paper_structure:{structure.uid}")
    return structure


def ask_for_forms(
    db: Session, actor: Actor, structure: PaperStructure, sent: AssembleIn, *, now: datetime
) -> Job:
    """Have forms assembled by the job process; the seed is kept, so they can be made again."""
    seed = secrets.randbits(SEED_BITS) if sent.seed is None else sent.seed
    run = AssemblyRun(
        paper_structure=structure,
        n_forms=sent.n_forms,
        seed=str(seed),
        created_at=now,
        created_by=actor.id,
    )
    db.add(run)
    db.flush()
    job = enqueue(
        db,
        "forms.assemble",
        title=structure.title,
        payload={"run_id": run.id, "run": run.uid},
        person_id=actor.id,
        organization_id=structure.blueprint.organization_id,
        is_heavy=True,
    )
    run.job_id = job.id
    return job


def pool_of(db: Session, blueprint: Blueprint) -> list[tuple[PoolItem, int]]:
    """Return the active items of a bank for the assembler, each with its newest version's id."""
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    rows = db.execute(
        select(Item, ItemVersion.id, ItemVersion.type, ItemVersion.difficulty, Point, Area.path)
        .join(ItemVersion, newest)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(Item.blueprint_id == blueprint.id, Item.state == "active")
        .order_by(Item.code)
    ).all()
    codes = {row[0].id: row[0].code for row in rows}
    enemies: dict[int, set[str]] = {}
    for left, right in db.execute(select(EnemyPair.item_id, EnemyPair.enemy_id)):
        if left in codes and right in codes:
            enemies.setdefault(left, set()).add(codes[right])
            enemies.setdefault(right, set()).add(codes[left])
    return [
        (
            PoolItem(
                id=item.code,
                type=kind,
                area=path,
                point=f"{path}-{point.code}",
                importance=point.importance,
                difficulty=float(difficulty),
                enemies=frozenset(enemies.get(item.id, ())),
            ),
            version_id,
        )
        for item, version_id, kind, difficulty, point, path in rows
    ]


def solve(
    structure: PaperStructure, pool: Sequence[PoolItem], n_forms: int, seed: int
) -> Assembly | Infeasible:
    """Assemble; the same pool, demand and seed give the same forms."""
    rng = np.random.default_rng(seed)
    return assemble(pool, demand_of(structure.demand), n_forms, rng, time_limit=60.0)


def store_forms(
    db: Session,
    run: AssemblyRun,
    found: Assembly | Infeasible,
    pool: Sequence[tuple[PoolItem, int]],
) -> None:
    """Store the forms of a run, or why there are none."""
    if run.forms:
        raise ConflictError("forms_exist")
    run.bank_sha256 = snapshot(pool)
    if isinstance(found, Infeasible):
        run.result = {"shortages": [vars(each) for each in found.shortages]}
        return
    by_code = {item.id: (item, version_id) for item, version_id in pool}
    for number, codes in enumerate(found.forms):
        form = Form(code=_form_code(number))
        form.items = _form_items(run.paper_structure, [by_code[code] for code in codes])
        run.forms.append(form)
    run.result = {"shortages": []}
    db.flush()


def snapshot(pool: Sequence[tuple[PoolItem, int]]) -> str:
    """Return the hash of the bank as the assembler saw it."""
    seen = [[item.id, version_id, item.point, item.difficulty] for item, version_id in pool]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def proof(run: AssemblyRun) -> list[dict[str, Any]]:
    """Return, for every demand, what was asked and what each form has."""
    demand = demand_of(run.paper_structure.demand)
    columns = [_counts(form) for form in run.forms]
    asked = [
        *(("type", name, count) for name, count in demand.types.items()),
        *(("area", path, count) for path, count in demand.areas.items()),
        *(("importance", name, count) for name, count in demand.importance.items()),
    ]
    return [
        {
            "kind": kind,
            "name": name,
            "asked": count,
            "got": [column[kind, name] for column in columns],
        }
        for kind, name, count in asked
    ]


def form_with_items(db: Session, form: Form) -> list[FormItem]:
    """Return a form's items with what they say."""
    chosen = select(FormItem).where(FormItem.form_id == form.id)
    loaded = chosen.options(selectinload(FormItem.item_version).selectinload(ItemVersion.item))
    return list(db.scalars(loaded.order_by(FormItem.position)))


def _counts(form: Form) -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for item in form.items:
        version = item.item_version
        point = version.item.point
        counted["type", version.type] += 1
        counted["importance", point.importance or ""] += 1
        path = point.area.path
        while path:
            counted["area", path] += 1
            path = path.rpartition("-")[0]
    return counted


def _form_items(
    structure: PaperStructure, chosen: Sequence[tuple[PoolItem, int]]
) -> list[FormItem]:
    """Return items in canonical order: by section, then as the pool has them."""
    waiting = list(chosen)
    items: list[FormItem] = []
    for number, section in enumerate(structure.demand["sections"], start=1):
        fitting = [each for each in waiting if each[0].type == section["type"]]
        for each in fitting[: section["count"]]:
            waiting.remove(each)
            items.append(
                FormItem(
                    position=len(items) + 1,
                    item_version_id=each[1],
                    section=number,
                    mark=Decimal(section["mark"]),
                )
            )
    return items


def _form_code(number: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return letters[number] if number < len(letters) else f"A{letters[number - len(letters)]}"
