"""The pool of an adaptive plan: read from the bank, stored with a trial, read from there again."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive.rules import TIMES_LENGTH, TYPES, supposed_curve
from exam_server.bank.models import Item, ItemFigure
from exam_server.errors import ConflictError
from exam_server.forms.bank_pool import Pool, pool_of, pools_of
from exam_server.forms.models import PaperStructure
from exam_server.forms.rules import demand_of
from itembank.adaptive.marks import Conversion, ability_at, conversion_of
from itembank.adaptive.pool import NODES, AdaptivePool, ItemCurve
from itembank.adaptive.scaling import is_unscalable, scaled
from itembank.demands import Demand, PoolItem


@dataclass(frozen=True)
class Entry:
    """An item that may come, its newest version's id, and its curve."""

    item: PoolItem
    version_id: int
    curve: ItemCurve


def entries_of(db: Session, structure: PaperStructure, *, is_supposed: bool) -> list[Entry]:
    """Return the items a plan may give: active, marked right or wrong, with a known curve."""
    if not is_supposed:
        return calibrated_entries(db, [structure])[structure.id]
    pool = pool_of(db, structure)
    return _with_curves(structure, pool, lambda item: supposed_curve(item.difficulty))


def calibrated_entries(
    db: Session, structures: Collection[PaperStructure]
) -> dict[int, list[Entry]]:
    """Return the entries with accepted curves of several structures, by id, in few queries."""
    curves = calibrated(db, {each.blueprint_id for each in structures})
    pools = pools_of(db, structures)
    return {
        each.id: _with_curves(each, pools[each.id], partial(_accepted, curves[each.blueprint_id]))
        for each in structures
    }


def _accepted(curves: Mapping[str, ItemCurve], item: PoolItem) -> ItemCurve | None:
    return curves.get(item.id)


def _with_curves(
    structure: PaperStructure, pool: Pool, curve_of: Callable[[PoolItem], ItemCurve | None]
) -> list[Entry]:
    asked = {section["type"] for section in structure.demand["sections"]} & set(TYPES)
    entries = []
    for item, version_id in pool:
        curve = curve_of(item) if item.type in asked else None
        if curve is not None:
            entries.append(Entry(item, version_id, curve))
    return entries


def calibrated(db: Session, banks: Collection[int]) -> dict[int, dict[str, ItemCurve]]:
    """Return the curves a person has accepted, of active items' newest versions, by bank, code."""
    chosen = (
        select(Item.blueprint_id, Item.code, ItemFigure.slope, ItemFigure.location)
        .join(ItemFigure, ItemFigure.item_id == Item.id)
        .where(
            Item.blueprint_id.in_(banks),
            Item.state == "active",
            ItemFigure.version_number == Item.version_number,
            ItemFigure.slope.is_not(None),
        )
    )
    curves: dict[int, dict[str, ItemCurve]] = {bank: {} for bank in banks}
    for bank, code, slope, location in db.execute(chosen):
        if slope is not None and location is not None:
            curves[bank][code] = ItemCurve(slope, location)
    return curves


def demand_for(structure: PaperStructure, rules: Mapping[str, Any]) -> Demand:
    """Return the structure's demand at a plan's greatest length; raises as ``demand_in`` does."""
    return demand_in(structure.demand, rules)


def demand_in(stored: Mapping[str, Any], rules: Mapping[str, Any]) -> Demand:
    """Return a stored demand at a plan's greatest length.

    Raises ConflictError: ``types_not_adaptive``, ``cells_need_full_length``.
    """
    demand = demand_of(stored)
    if set(demand.types) - set(TYPES):
        raise ConflictError("types_not_adaptive")
    if is_unscalable(demand, rules["most"]):
        raise ConflictError("cells_need_full_length", items=demand.n_items)
    return scaled(demand, rules["most"])


def check_size(entries: Sequence[Entry], rules: Mapping[str, Any], *, is_supposed: bool) -> None:
    """Refuse a pool that is too small: ``too_few_calibrated``, ``too_few_items``."""
    least = TIMES_LENGTH * int(rules["most"])
    if len(entries) < least:
        code = "too_few_items" if is_supposed else "too_few_calibrated"
        raise ConflictError(code, have=len(entries), need=least)


def pool_digest(entries: Sequence[Entry]) -> str:
    """Return the hash of all that a trial sees of a bank."""
    return hashlib.sha256(json.dumps([_stored(each) for each in entries]).encode()).hexdigest()


def stored_pool(entries: Sequence[Entry], forms: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return a pool as it is kept with its trial."""
    return {"items": [_stored(each) for each in entries], "forms": [list(form) for form in forms]}


def entries_in(stored: Mapping[str, Any]) -> list[Entry]:
    """Return the entries of a stored pool."""
    return [
        Entry(
            PoolItem(**{**each["item"], "enemies": frozenset(each["item"]["enemies"])}),
            each["version"],
            ItemCurve(**each["curve"]),
        )
        for each in stored["items"]
    ]


def adaptive_pool(
    entries: Sequence[Entry], demand: Demand, forms: Sequence[Sequence[str]]
) -> AdaptivePool:
    """Return entries as the rule book takes them."""
    return AdaptivePool(
        tuple(each.item for each in entries),
        tuple(each.curve for each in entries),
        demand,
        tuple(tuple(form) for form in forms),
    )


def cut_of(pool: AdaptivePool, share: float) -> float:
    """Return the ability at which that share of the pool's answers is expected to be right."""
    expected = np.exp(pool.right).mean(axis=1)
    return float(np.interp(share, expected, NODES))


def reference_cut(stored: Mapping[str, Any], rules: Mapping[str, Any], share: float) -> float:
    """Return the ability at which that share is expected on the whole tests of a stored pool."""
    return ability_at(conversion_in(stored, rules), share)


def conversion_in(stored: Mapping[str, Any], rules: Mapping[str, Any]) -> Conversion:
    """Return how abilities become marks by a plan on a stored pool."""
    curves = {each["item"]["id"]: ItemCurve(**each["curve"]) for each in stored["items"]}
    return conversion_of(rules, curves, stored["forms"])


def _stored(entry: Entry) -> dict[str, Any]:
    item = entry.item
    facts = {
        "id": item.id,
        "type": item.type,
        "area": item.area,
        "point": item.point,
        "importance": item.importance,
        "difficulty": item.difficulty,
        "enemies": sorted(item.enemies),
    }
    known = entry.curve
    curve = {
        "slope": known.slope,
        "difficulty": known.difficulty,
        "guessing": known.guessing,
    }
    return {"item": facts, "version": entry.version_id, "curve": curve}
