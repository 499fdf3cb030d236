"""The sample paper structure and its parallel forms, assembled from the sample bank."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Blueprint
from exam_server.errors import ConflictError
from exam_server.forms.assembling import solve, store_forms
from exam_server.forms.bank_pool import Pool, pool_of
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.forms.rules import counts_by_weight
from exam_server.forms.seeds import Seed, seal_seed
from exam_server.programmes.models import Organization
from itembank.assembly import Assembly

FIRST_SEED = 20260101
MOST_TRIES = 30
MINUTES = 60
TITLE = "电工（四级）理论知识试卷（示例）"
SECTIONS = (
    ("single", "单项选择题", 40, "1"),
    ("multiple", "多项选择题", 10, "2"),
    ("true_false", "判断题", 20, "1"),
    ("numeric", "计算题", 4, "2.5"),
    ("text_entry", "填空题", 2, "1"),
    ("matching", "连线题", 1, "2"),
    ("ordering", "排序题", 1, "2"),
    ("hotspot", "识图题", 1, "1"),
    ("item_set", "综合题", 1, "3"),
)
IMPORTANCE = {"X": 66, "Y": 10, "Z": 4}
DIFFICULTY = (2.2, 2.7)


def add_structure(
    db: Session,
    blueprint: Blueprint,
    *,
    title: str = TITLE,
    sections: Sequence[tuple[str, str, int, str]] = SECTIONS,
    now: datetime,
) -> PaperStructure:
    """Add the structure of a paper; of 100 marks where nothing else is said."""
    is_whole = sections is SECTIONS
    structure = PaperStructure(
        blueprint=blueprint,
        title=title,
        minutes=MINUTES,
        demand={
            "sections": [
                {"type": kind, "title": title, "count": count, "mark": mark}
                for kind, title, count, mark in sections
            ],
            "areas": _shares(blueprint, sum(count for _, _, count, _ in sections)),
            "importance": IMPORTANCE if is_whole else {},
            "difficulty": list(DIFFICULTY),
        },
        created_at=now,
    )
    db.add(structure)
    db.flush()
    return structure


def _shares(blueprint: Blueprint, n_items: int) -> dict[str, int]:
    """Return how many items each range gives, by its weight."""
    weights = {area.path: area.weight for area in blueprint.areas}
    return counts_by_weight(weights, n_items)


def add_forms(
    db: Session, structure: PaperStructure, *, after: int, holding: str | None = None, now: datetime
) -> AssemblyRun:
    """Assemble two parallel forms by the first seed after a number whose forms hold an item.

    Raises ConflictError: ``no_forms``.
    """
    pool = pool_of(db, structure)
    return store_run(db, structure, pool, solved(structure, pool, after, holding), now=now)


def solved(
    structure: PaperStructure, pool: Pool, after: int, holding: str | None
) -> tuple[int, Assembly]:
    """Return two parallel forms and their seed, without a store; raises as ``add_forms``."""
    items = [item for item, _ in pool]
    for seed in range(after + 1, after + MOST_TRIES):
        found = solve(structure, items, 2, seed)
        if not isinstance(found, Assembly):
            break
        if holding is None or any(holding in form for form in found.forms):
            return seed, found
    raise ConflictError("no_forms")


def store_run(
    db: Session,
    structure: PaperStructure,
    pool: Pool,
    solved: tuple[int, Assembly],
    *,
    now: datetime,
) -> AssemblyRun:
    """Keep solved forms as a run."""
    seed, found = solved
    run = AssemblyRun(paper_structure=structure, n_forms=2, created_at=now)
    seal_seed(db, run, Seed(seed, is_keyed=False))  # the sample is the same everywhere
    db.add(run)
    db.flush()
    store_forms(db, run, found, pool)
    return run


def sample_structure(db: Session, organization: Organization) -> PaperStructure:
    """Return the sample paper structure of an organization."""
    chosen = (
        select(PaperStructure)
        .join(Blueprint)
        .where(Blueprint.organization_id == organization.id, Blueprint.is_sample)
        .order_by(PaperStructure.id)
    )
    return db.scalars(chosen.limit(1)).one()


def newest_forms(db: Session, structure: PaperStructure) -> AssemblyRun:
    """Return the newest run that made forms."""
    chosen = select(AssemblyRun).where(AssemblyRun.paper_structure_id == structure.id)
    return db.scalars(chosen.order_by(AssemblyRun.id.desc()).limit(1)).one()
