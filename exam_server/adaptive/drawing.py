"""A random paper drawn for one run of practice, by the structure, from the bank as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from exam_server.adaptive.models import AdaptivePlan
from exam_server.errors import ConflictError
from exam_server.forms.bank_pool import pool_of
from exam_server.forms.models import PaperStructure
from exam_server.forms.rules import demand_of
from itembank.demands import Demand, PoolItem
from itembank.items.item_types import PERSON
from itembank.items.registry import item_type
from itembank.random_papers import OWN_BANDS, RanOut, draw_paper

SEED_BITS: Final = 62  # a store's whole number holds them
TRIED_SEED: Final = 1  # the draw by which a page says whether there is a paper at all


@dataclass(frozen=True)
class Placed:
    """An item version at its place (from 1) in a drawn paper, with section and mark."""

    place: int
    version_id: int
    section: int
    mark: Decimal


def paper_demand(structure: PaperStructure) -> Demand:
    """Return what a random paper keeps; ConflictError: ``types_need_a_person``."""
    demand = demand_of(structure.demand)
    if any(item_type(name).ABOUT.marked_by == PERSON for name in demand.types):
        raise ConflictError("types_need_a_person")
    bands = tuple(band for band in demand.bands if band.kind in OWN_BANDS)
    return replace(demand, bands=bands, max_use_per_item=1, most_shared=None)


def draw_for(db: Session, plan: AdaptivePlan, seed: int) -> list[Placed]:
    """Draw a paper; the same seed and bank give the same. ConflictError: ``paper_ran_out``."""
    pool = pool_of(db, plan.structure)
    rng = np.random.default_rng(seed)
    drawn = draw_paper([item for item, _ in pool], paper_demand(plan.structure), rng)
    if isinstance(drawn, RanOut):
        raise ConflictError("paper_ran_out", **asdict(drawn))
    by_code = {item.id: (item, version_id) for item, version_id in pool}
    return _placed(plan.structure, [by_code[code] for code in drawn], rng)


def shortage_of(db: Session, plan: AdaptivePlan) -> Mapping[str, Any] | None:
    """Return what runs out when a paper is drawn now; None: papers can be drawn."""
    try:
        draw_for(db, plan, TRIED_SEED)
    except ConflictError as refused:
        return refused.detail
    return None


def _placed(
    structure: PaperStructure, drawn: Sequence[tuple[PoolItem, int]], rng: np.random.Generator
) -> list[Placed]:
    """Return the items in the structure's sections, in a drawn order inside each."""
    waiting: dict[str, list[int]] = {}
    for index in rng.permutation(len(drawn)).tolist():
        item, version_id = drawn[index]
        waiting.setdefault(item.type, []).append(version_id)
    placed: list[Placed] = []
    for number, section in enumerate(structure.demand["sections"], start=1):
        own = waiting.get(section["type"], [])
        taken, waiting[section["type"]] = own[: section["count"]], own[section["count"] :]
        for version_id in taken:
            placed.append(Placed(len(placed) + 1, version_id, number, Decimal(section["mark"])))
    return placed
