"""Paper structures, assembly runs and forms."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, ItemVersion
from exam_server.bank.service import blueprint_for
from exam_server.errors import InvalidInputError, NotFoundError
from exam_server.forms import rules
from exam_server.forms.models import AssemblyRun, Form, FormItem, PaperStructure
from exam_server.inputs import In
from exam_server.jobs import Job, enqueue
from itembank.demands import Demand

OFFICER = "exam_officer"
SEED_BITS = 53


class StructureIn(In):
    """A paper structure as typed; ranges get their counts as typed or by their weights."""

    blueprint: str
    title: str = Field(min_length=1)
    minutes: int = Field(ge=1, le=600)
    sections: str
    shares: Literal["typed", "weights"] = "typed"
    areas: str = ""
    cells: str = ""
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
    weights = {area.path: area.weight for area in blueprint.areas}
    sections, problems = rules.read_sections(sent.sections)
    total = sum(section["count"] for section in sections)
    areas, wrong_areas = (
        rules.counts_by_weight(weights, total)
        if sent.shares == "weights"
        else rules.read_counts(sent.areas, list(weights), "areas")
    )
    cells, wrong_cells = rules.read_cells(sent.cells, list(weights))
    importance, wrong_importance = rules.read_importance(sent.importance, total)
    low, high = sent.difficulty_low, sent.difficulty_high
    problems += [*wrong_areas, *wrong_cells, *wrong_importance, *rules.band_problems(low, high)]
    if problems:
        raise InvalidInputError("structure_wrong", problems)
    band = None if low is None or high is None else (low, high)
    demand = Demand({}, areas=areas, cells=cells, importance=importance, difficulty=band)
    return rules.stored_demand(demand, sections)


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
    of, detail = f"assembly_run:{run.uid}", {"forms": sent.n_forms, "seed": run.seed}
    audit.record(db, "assemble_forms", by=actor.id, of=of, detail=detail)
    return job


def form_of(run: AssemblyRun, code: str) -> Form:
    """Return a form of a run; raises NotFoundError: ``no_such_form``."""
    form = next((each for each in run.forms if each.code == code), None)
    if form is None:
        raise NotFoundError("no_such_form")
    return form


def job_of(db: Session, run: AssemblyRun) -> Job | None:
    """Return the job that assembles a run, if one was asked."""
    return db.get(Job, run.job_id) if run.job_id else None


def form_with_items(db: Session, form: Form) -> list[FormItem]:
    """Return a form's items with what they say."""
    chosen = select(FormItem).where(FormItem.form_id == form.id)
    loaded = chosen.options(selectinload(FormItem.item_version).selectinload(ItemVersion.item))
    return list(db.scalars(loaded.order_by(FormItem.position)))


def note_keys_shown(db: Session, actor: Actor, form: Form) -> None:
    """Record that somebody looked at a form's keys."""
    audit.record(db, "show_keys", by=actor.id, of=f"form:{form.uid}")
