"""Forms drawn for each candidate from solved ones: whatever the bank, each keeps every demand."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.demand_models import demand_model, unit_rows, units_of
from itembank.demands import Band, Demand, PoolItem
from itembank.parallel_forms.keeping_apart import Neighbours
from itembank.parallel_forms.linear_on_the_fly import Drawn, cells_of, draw
from itembank.parallel_forms.model import IntArray
from itembank.parallel_forms.solving import Solved, solve

TYPES, AREAS, IMPORTANCE = ("single", "multiple", "part"), ("A", "B"), ("X", "Y")
MARKS = {"single": 1.0, "multiple": 2.0, "part": 0.5}
N_FORMS, MOST_ALIKE, ROWS, COLUMNS = 5, 5, 3, 4
N_SEATS = ROWS * COLUMNS
BESIDE = [
    (seat, other)
    for seat in range(N_SEATS)
    for other in (seat + 1, seat + COLUMNS)
    if other < N_SEATS and (other != seat + 1 or other % COLUMNS)
]
DEMAND = Demand(
    {"single": 8, "multiple": 4, "part": 4},
    areas={"A": 9, "B": 7},
    cells={("A", "multiple"): 2},
    importance={"X": 8},
    bands=(Band("area_marks", "A", 8, 11),),
    marks=MARKS,
)


def bank_of(rng: np.random.Generator) -> list[PoolItem]:
    """Return items of every kind: parts in sets of two, some pairs of the others enemies."""
    pool: list[PoolItem] = []
    for kind in TYPES:
        for area in AREAS:
            for importance in IMPORTANCE:
                for n in range(26):
                    place = len(pool)
                    in_set = kind == "part"  # sets of two: every form has as many
                    pool.append(
                        PoolItem(
                            f"i{place}",
                            kind,
                            area,
                            f"{area}-{place}",
                            importance,
                            enemies=frozenset({f"i{int(rng.integers(place))}"})
                            if place and rng.random() < 0.1 and not in_set
                            else frozenset(),
                            item_set=f"{kind}{area}{importance}{n // 2}" if in_set else None,
                        )
                    )
    return pool


def faults_of(pool: list[PoolItem], items: list[PoolItem]) -> list[str]:
    """Return which demands a form misses, counted anew from its items."""
    ids = {each.id for each in items}
    types = Counter(each.type for each in items)
    sets = Counter(each.item_set for each in pool if each.item_set)
    held = Counter(each.item_set for each in items if each.item_set)
    of_a = [each for each in items if each.area == "A"]
    kept = {
        "types": types == DEMAND.types,
        "areas": len(of_a) == DEMAND.areas["A"],
        "cells": sum(each.type == "multiple" for each in of_a) == DEMAND.cells["A", "multiple"],
        "importance": sum(each.importance == "X" for each in items) == DEMAND.importance["X"],
        "marks": 8 <= sum(MARKS[each.type] for each in of_a) <= 11,
        "whole_sets": all(held[each] == sets[each] for each in held),
        "enemies": not any(each.enemies & ids for each in items),
        "twice": len(ids) == len(items),
    }
    return [name for name, is_so in kept.items() if not is_so]


@given(st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_every_drawn_form_keeps_every_demand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pool = bank_of(rng)
    units = units_of(pool)
    model = demand_model(unit_rows(pool, DEMAND), DEMAND, N_FORMS)
    found = solve(model, np.random.default_rng(seed), time_limit=20)
    assert isinstance(found, Solved)
    cells = cells_of(model, found.forms)
    seen = np.zeros((N_SEATS, model.n_units), dtype=np.bool_)
    for person in range(N_SEATS):
        seen[person, rng.choice(cells.units.ravel(), 3, replace=False)] = True

    def drawn(number: int) -> IntArray | None:
        made = draw(
            model,
            cells,
            N_SEATS,
            np.random.default_rng(number),
            seen=seen,
            neighbours=Neighbours(BESIDE, MOST_ALIKE),
        )
        return made.forms if isinstance(made, Drawn) else None

    forms = drawn(seed)
    assert forms is not None
    again = drawn(seed)
    assert again is not None
    assert (forms == again).all()
    for form, had in zip(forms, seen, strict=True):
        assert not had[form].any()
        items = [pool[place] for unit in form.tolist() for place in units[unit]]
        assert faults_of(pool, items) == []
    for one, other in BESIDE:
        assert len(set(forms[one].tolist()) & set(forms[other].tolist())) <= MOST_ALIKE
