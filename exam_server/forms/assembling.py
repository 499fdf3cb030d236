"""Assembling: a bank as the assembler sees it, the solver asked, its answer stored."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from exam_server.errors import ConflictError
from exam_server.forms.custody import Held, seal_items
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.forms.pilot_items import reserved, with_pilots
from exam_server.forms.rules import demand_of
from itembank.assembly import Assembly, Infeasible, assemble
from itembank.demands import PoolItem
from itembank.pilots import Pilot

TIME_LIMIT_S = 60.0
# Facts that are filled in only for a demand that needs them.
WHEN_ASKED = ("item_set", "p_value", "information", "words", "time_s", "times_used")
NOTHING_ASKED = PoolItem("", "", "", "")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def solve(
    structure: PaperStructure,
    pool: Sequence[PoolItem],
    n_forms: int,
    seed: int,
    *,
    pilots: Sequence[PoolItem] = (),
) -> Assembly | Infeasible:
    """Assemble; the same pool, pilot items, demand and seed give the same forms."""
    stored, rng = structure.demand, np.random.default_rng(seed)
    demand = reserved(demand_of(stored), stored, pilots)
    found = assemble(pool, demand, n_forms, rng, time_limit=TIME_LIMIT_S)
    if isinstance(found, Infeasible):
        return found
    return with_pilots(found, pool, pilots, stored, seed)


def store_forms(  # noqa: PLR0913 - a run has this many facts
    db: Session,
    run: AssemblyRun,
    found: Assembly | Infeasible,
    pool: Sequence[tuple[PoolItem, int]],
    *,
    pilots: Sequence[tuple[PoolItem, int]] = (),
    left_out: Mapping[str, int] | None = None,
    version: Mapping[str, object] | None = None,
) -> None:
    """Store the forms of a run, or why there are none; raises ConflictError: ``forms_exist``.

    ``version`` says from which declared version of the blueprint they are.
    """
    if run.forms:
        raise ConflictError("forms_exist")
    run.bank_sha256 = snapshot(pool, pilots)
    told: dict[str, Any] = {"left_out": dict(left_out)} if left_out else {}
    if version:
        told["blueprint_version"] = dict(version)
    if isinstance(found, Infeasible):
        shortages = [asdict(each) for each in found.shortages]
        conflict = [asdict(each) for each in found.conflict]
        run.result = {**told, "shortages": shortages, "conflict": conflict}
        return
    by_code = {item.id: (item, version_id) for item, version_id in (*pool, *pilots)}
    for number, codes in enumerate(found.forms):
        form = Form(code=_form_code(number))
        picked = found.pilots[number] if found.pilots else ()
        tried = [(each, by_code[each.id][1]) for each in picked]
        held = _held(run.paper_structure, [by_code[code] for code in codes], tried)
        seal_items(db, form, held, run=run)
        run.forms.append(form)
    run.result = {**told, "shortages": []}
    db.flush()


def snapshot(
    pool: Sequence[tuple[PoolItem, int]], pilots: Sequence[tuple[PoolItem, int]] = ()
) -> str:
    """Return the hash of all that the assembler saw of a bank, versions included."""
    seen = [{**_seen(item), "version": version_id} for item, version_id in pool]
    seen += [{**_seen(item), "version": version, "pilot": True} for item, version in pilots]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def _seen(item: PoolItem) -> dict[str, Any]:
    """Return the facts of an item that count: what no demand asks for stands at its default."""
    facts = {**asdict(item), "enemies": sorted(item.enemies)}
    idle = {each for each in WHEN_ASKED if facts[each] == getattr(NOTHING_ASKED, each)}
    return {name: value for name, value in facts.items() if name not in idle}


def _held(
    structure: PaperStructure,
    chosen: Sequence[tuple[PoolItem, int]],
    tried: Sequence[tuple[Pilot, int]],
) -> list[Held]:
    """Return items in canonical order: by section, then as the pool has them, pilots between."""
    waiting = list(chosen)
    items: list[Held] = []
    for number, section in enumerate(structure.demand["sections"], start=1):
        fitting = [each for each in waiting if each[0].type == section["type"]]
        mark, of_section = Decimal(section["mark"]), list[Held]()
        for each in fitting[: section["count"]]:
            waiting.remove(each)
            of_section.append(Held(0, each[1], number, mark))
        items += among(of_section, [each for each in tried if each[0].section == number])
    return [replace(each, position=place) for place, each in enumerate(items, start=1)]


def among(scored: Sequence[Held], tried: Sequence[tuple[Pilot, int]]) -> list[Held]:
    """Return the items of a section with the pilot items at their places; positions are open."""
    held = list(scored)
    for pilot, version_id in sorted(tried, key=lambda each: each[0].place):
        new = Held(0, version_id, pilot.section, scored[0].mark, is_pilot=True)
        held.insert(pilot.place, new)
    return held


def _form_code(number: int) -> str:
    return LETTERS[number] if number < len(LETTERS) else f"A{LETTERS[number - len(LETTERS)]}"
