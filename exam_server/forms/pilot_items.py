"""Pilot items (试测题) for the forms of a run: which a bank has, which a form gets.

Only items that a machine marks whole are tried: nobody reads answers that count for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import ItemVersion
from exam_server.forms.bank_pool import pool_of
from exam_server.forms.models import PaperStructure
from exam_server.forms.pooling import papers_before, uses_before
from exam_server.forms.rules import n_pilots, pilots_in
from itembank.assembly import Assembly, Infeasible
from itembank.demands import Band, Demand, PoolItem
from itembank.figures import n_words
from itembank.items.written_marks import FormPlace, written_places
from itembank.pilots import Tried, Wanted, pick_pilots

Entries = list[tuple[PoolItem, int]]
VERSIONS_AT_ONCE = 500


def pilot_pool(db: Session, structure: PaperStructure, *, before: datetime) -> Entries:
    """Return the pilot items a structure may try, each with its newest version's id.

    ``times_used`` counts the papers released before a time; earlier papers bar no pilot item.
    """
    if not n_pilots(structure.demand):
        return []
    entries = pool_of(db, structure, state="pilot")
    texts = _marked_by_machine(db, [version_id for _, version_id in entries])
    uses = uses_before(papers_before(db, structure.blueprint, before))
    return [
        (replace(item, words=n_words(texts[version_id]), times_used=uses[item.id]), version_id)
        for item, version_id in entries
        if version_id in texts
    ]


def _marked_by_machine(db: Session, version_ids: Sequence[int]) -> dict[int, str]:
    """Return what the item versions say that no person has to mark, by id."""
    found = {}
    for first in range(0, len(version_ids), VERSIONS_AT_ONCE):
        some = version_ids[first : first + VERSIONS_AT_ONCE]
        for version in db.scalars(select(ItemVersion).where(ItemVersion.id.in_(some))):
            place = FormPlace(1, version.type, version.content, version.key, Decimal(1))
            if not written_places([place]):
                found[version.id] = version.search_text
    return found


def wanted_in(stored: Mapping[str, Any]) -> list[Wanted]:
    """Return how many pilot items each section asks for."""
    return [
        Wanted(number, section["type"], pilots_in(section), section["count"])
        for number, section in enumerate(stored["sections"], start=1)
        if pilots_in(section)
    ]


def reserved(demand: Demand, stored: Mapping[str, Any], pilots: Sequence[PoolItem]) -> Demand:
    """Return a demand whose scored items leave the pilot items their usual words."""
    usual = 0.0
    for each in wanted_in(stored):
        words = [item.words for item in pilots if item.type == each.type]
        usual += each.count * (float(np.median(words)) if words else 0.0)
    return replace(demand, bands=tuple(_lowered(band, usual) for band in demand.bands))


def _lowered(band: Band, words: float) -> Band:
    if band.kind != "words":
        return band
    return replace(band, high=max(band.high - words, band.low, 0.0))


def with_pilots(
    found: Assembly,
    pool: Sequence[PoolItem],
    pilots: Sequence[PoolItem],
    stored: Mapping[str, Any],
    seed: int,
) -> Assembly | Infeasible:
    """Return forms with pilot items among the scored ones, or of which type there are too few."""
    wanted = wanted_in(stored)
    if not wanted:
        return found
    by_id = {item.id: item for item in pool}
    lists = [[by_id[each] for each in ids] for ids in found.forms]
    forms = [Tried(scored, words_left=words_left(stored, scored)) for scored in lists]
    picked = pick_pilots(pilots, forms, wanted, np.random.default_rng([seed, 1]))
    if isinstance(picked, list):
        return replace(found, pilots=tuple(picked))
    return Infeasible((picked,))


def words_left(stored: Mapping[str, Any], scored: Sequence[PoolItem]) -> float:
    """Return by how many words pilot items may lengthen a form; infinite where none is asked."""
    highs = [
        float(each["high"])
        for each in stored.get("bands", [])
        if each["kind"] == "words" and each["high"] is not None
    ]
    return min(highs, default=float(np.inf)) - sum(item.words for item in scored)
