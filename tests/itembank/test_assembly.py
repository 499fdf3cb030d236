"""Assembly, checked by an independent count; shortages named."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.assembly import Assembly, Infeasible, assemble
from itembank.demands import Demand, PoolItem


def pool_of(
    *, areas: str = "AB", points: int = 4, each: int = 3, types: Sequence[str] = ("single",)
) -> list[PoolItem]:
    return [
        PoolItem(
            id=f"{area}{point}{number}{kind}",
            type=kind,
            area=area,
            point=f"{area}-{point}",
            importance="XYZ"[point % 3],
            difficulty=float(1 + (number + point) % 5),
        )
        for area in areas
        for point in range(points)
        for kind in types
        for number in range(each)
    ]


def run(pool: Sequence[PoolItem], demand: Demand, n_forms: int = 2, seed: int = 1) -> Assembly:
    found = assemble(pool, demand, n_forms, np.random.default_rng(seed))
    assert isinstance(found, Assembly), found
    return found


def check(found: Assembly, pool: Sequence[PoolItem], demand: Demand) -> None:
    """Count everything anew, with no help from the code under test."""
    by_id = {item.id: item for item in pool}
    used = [each for form in found.forms for each in form]
    assert len(used) == len(set(used)), "forms share an item"
    for form in found.forms:
        items = [by_id[each] for each in form]
        assert Counter(item.type for item in items) == Counter(demand.types)
        for area, count in demand.areas.items():
            inside = [i for i in items if i.area == area or i.area.startswith(f"{area}-")]
            assert len(inside) == count
        for importance, count in demand.importance.items():
            assert sum(item.importance == importance for item in items) == count
        for item in items:
            assert not item.enemies & set(form)
        if demand.difficulty is not None:
            mean = sum(item.difficulty for item in items) / len(items)
            assert demand.difficulty[0] - 1e-9 <= mean <= demand.difficulty[1] + 1e-9


def shortages(pool: Sequence[PoolItem], demand: Demand, n_forms: int = 2) -> set[tuple[str, str]]:
    found = assemble(pool, demand, n_forms, np.random.default_rng(1))
    assert isinstance(found, Infeasible)
    return {(short.kind, short.name) for short in found.shortages}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_every_form_has_what_was_asked(seed: int, n_forms: int) -> None:
    pool = pool_of(types=("single", "multiple"))
    demand = Demand({"single": 4, "multiple": 2}, areas={"A": 3, "B": 3}, difficulty=(2.0, 4.0))
    check(run(pool, demand, n_forms, seed), pool, demand)


def test_a_point_is_not_used_twice_while_there_are_enough() -> None:
    pool = pool_of(points=4, each=3)
    for form in run(pool, Demand({"single": 8}, areas={"A": 4, "B": 4})).forms:
        assert len({each[:2] for each in form}) == 8


def test_points_repeat_as_little_as_the_count_forces() -> None:
    pool = pool_of(areas="A", points=2, each=6)
    for form in run(pool, Demand({"single": 3})).forms:
        assert max(Counter(each[:2] for each in form).values()) == 2


def test_enemies_never_meet() -> None:
    pool = pool_of(areas="A", points=3, each=2)
    first, second = pool[0].id, pool[2].id
    pool[0] = PoolItem(first, "single", "A", "A-0", enemies=frozenset({second}))
    pool[2] = PoolItem(second, "single", "A", "A-1", enemies=frozenset({first}))
    demand = Demand({"single": 3})
    for seed in range(5):
        check(run(pool, demand, 2, seed), pool, demand)


def test_a_seed_makes_the_same_forms_again_and_another_makes_others() -> None:
    pool, demand = pool_of(), Demand({"single": 6})
    assert run(pool, demand, seed=5) == run(pool, demand, seed=5)
    assert run(pool, demand, seed=5) != run(pool, demand, seed=6)


@pytest.mark.parametrize(
    ("demand", "short"),
    [
        (Demand({"essay": 1}), ("type", "essay")),
        (Demand({"single": 10}, areas={"A": 8}), ("area", "A")),
        (Demand({"single": 4}, cells={("A", "essay"): 1}), ("cell", "A essay")),
        (Demand({"single": 12}, importance={"Y": 10}), ("importance", "Y")),
        (Demand({"single": 3}, areas={"A": 2, "B": 2}), ("total", "areas")),
    ],
)
def test_the_short_cell_is_named(demand: Demand, short: tuple[str, str]) -> None:
    assert short in shortages(pool_of(), demand)


def test_demands_that_exclude_each_other_only_together_are_named() -> None:
    pool = pool_of(areas="A", points=4, each=3)
    hard = Demand({"single": 4}, difficulty=(4.9, 5.0))
    assert ("difficulty", "mean") in shortages(pool, hard)


def test_no_forms_is_a_bug() -> None:
    with pytest.raises(ValueError, match="n_forms"):
        assemble(pool_of(), Demand({"single": 1}), 0, np.random.default_rng(1))
