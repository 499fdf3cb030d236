"""Why there are no forms: the reason given is the true one."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.assembly import Assembly, Infeasible, assemble
from itembank.demands import Demand, PoolItem, point_limits
from itembank.shortages import Shortage


def pool_of(**counts: int) -> list[PoolItem]:
    """Build items of their own points: ``A_single=3`` makes three of type single in A."""
    return [
        PoolItem(f"{area}{kind[0]}{n}", kind, area, f"{area}-{kind[0]}{n}", "X")
        for name, count in counts.items()
        for area, kind in [name.split("_")]
        for n in range(count)
    ]


def why(pool: list[PoolItem], demand: Demand, n_forms: int = 1) -> tuple[Shortage, ...]:
    found = assemble(pool, demand, n_forms, np.random.default_rng(1), time_limit=120)
    assert isinstance(found, Infeasible), found
    return found.shortages


def test_a_bank_too_small_names_the_cell_with_what_all_forms_need_and_the_bank_has() -> None:
    pool = pool_of(T1_single=9, T2_single=20)
    assert why(pool, Demand({"single": 12}, {"T1": 6, "T2": 6}), 2) == (
        Shortage("area", "T1", 12, 9),
    )


def test_a_type_missing_in_a_range_names_type_and_range() -> None:
    pool = pool_of(A_single=9, A_multiple=1, B_multiple=9)
    demand = Demand({"single": 2, "multiple": 4}, cells={("A", "multiple"): 2})
    assert why(pool, demand) == (Shortage("cell", "A multiple", 2, 1),)


def test_every_short_count_is_listed() -> None:
    found = why(pool_of(A_single=2), Demand({"single": 5}, {"A": 3}, importance={"Y": 1}))
    assert {(each.kind, each.need, each.have) for each in found} == {
        ("type", 5, 2),
        ("area", 3, 2),
        ("importance", 1, 0),
    }


def test_ranges_that_only_together_exclude_the_types_say_how_far_they_can_be_met() -> None:
    # Both ranges hold enough items, but 3 of A would all have to be multiple.
    pool = pool_of(A_single=0, A_multiple=5, B_single=5)
    assert why(pool, Demand({"single": 3, "multiple": 2}, {"A": 3})) == (
        Shortage("joint_area", "A", 3, 2),
    )


def test_importance_gives_way_before_ranges_do() -> None:
    pool = [*pool_of(A_single=4), *(replace(each, importance="Y") for each in pool_of(B_single=4))]
    demand = Demand({"single": 4}, {"A": 3, "B": 1}, importance={"X": 2, "Y": 2})
    assert {(each.kind, each.need) for each in why(pool, demand)} == {("joint_importance", 2)}


@pytest.mark.parametrize(
    ("difficulty", "need", "have"), [(5.0, 3.5, 5.0), (1.0, 2.5, 1.0), (4.0, 3.5, 4.0)]
)
def test_a_mean_out_of_reach_says_which_bound_and_the_nearest_mean(
    difficulty: float, need: float, have: float
) -> None:
    pool = [replace(each, difficulty=difficulty) for each in pool_of(A_single=8)]
    demand = Demand({"single": 4}, difficulty=(2.5, 3.5))
    assert why(pool, demand, 2) == (Shortage("difficulty", "mean", need, have),)


def test_one_form_out_of_the_band_is_told_by_the_worst_form() -> None:
    pool = pool_of(A_single=4)
    pool = [replace(pool[n], difficulty=mean) for n, mean in enumerate((3.0, 3.0, 5.0, 5.0))]
    demand = Demand({"single": 2}, {"A": 2}, difficulty=(2.9, 3.1))
    (found,) = why(pool, demand, 2)
    assert (found.kind, found.need) == ("difficulty", 3.1)
    assert found.have > 3.1


def test_a_point_that_would_have_to_repeat_is_named() -> None:
    pool = [
        *pool_of(A_single=2),
        *(replace(each, id=f"x{each.id}", point="A-x") for each in pool_of(A_single=4)),
    ]
    (found,) = why(pool, Demand({"single": 3}), 2)
    assert (found.kind, found.name, found.need) == ("point", "A-x", 1)
    assert found.have in {2, 3}


def test_enemies_that_would_meet_are_named() -> None:
    first, second = pool_of(A_single=2)
    pool = [first, replace(second, enemies=frozenset({first.id}))]
    assert why(pool, Demand({"single": 2})) == (Shortage("enemies", "As0 As1", 1, 2),)


def test_several_reasons_at_once_are_all_named() -> None:
    first, second, third = (replace(each, difficulty=5.0) for each in pool_of(A_single=3))
    pool = [first, replace(second, enemies=frozenset({first.id})), third]
    found = why(pool, Demand({"single": 3}, difficulty=(2.0, 3.0)))
    assert {each.kind for each in found} >= {"difficulty", "enemies"}


def test_items_may_stand_in_as_many_forms_as_allowed() -> None:
    pool, demand = pool_of(A_single=3), Demand({"single": 2})
    assert why(pool, demand, 3) == (Shortage("type", "single", 6, 3),)
    found = assemble(pool, replace(demand, max_use_per_item=2), 3, np.random.default_rng(1))
    assert isinstance(found, Assembly)
    used = [each for form in found.forms for each in form]
    assert max(map(used.count, used)) == 2
    assert why(pool, replace(demand, max_use_per_item=2), 4)[0].have == 6


small_items = st.builds(
    lambda kind, area, point, difficulty: (kind, area, f"{area}-{point}", difficulty),
    st.sampled_from(["single", "multiple"]),
    st.sampled_from(["A", "A-B", "C"]),
    st.integers(0, 2),
    st.integers(1, 5),
)


def is_right(form: tuple[PoolItem, ...], pool: list[PoolItem], demand: Demand) -> bool:
    """Judge a form by counting, with no help from the solver."""
    limits = point_limits(pool, demand)
    ids = {each.id for each in form}
    mean = sum(each.difficulty for each in form) / len(form)
    return (
        all(sum(e.type == name for e in form) == n for name, n in demand.types.items())
        and all(
            sum(f"{e.area}-".startswith(f"{a}-") for e in form) == n
            for a, n in demand.areas.items()
        )
        and all(sum(e.point == point for e in form) <= n for point, n in limits.items())
        and not any(each.enemies & ids for each in form)
        and (
            demand.difficulty is None
            or demand.difficulty[0] - 1e-9 <= mean <= demand.difficulty[1] + 1e-9
        )
    )


@pytest.mark.long
@settings(max_examples=120, deadline=None)
@given(
    raw=st.lists(small_items, min_size=2, max_size=7),
    types=st.tuples(st.integers(1, 2), st.integers(0, 2)),
    area=st.none() | st.integers(0, 3),
    band=st.none() | st.sampled_from([(1.0, 2.5), (2.8, 3.2), (4.0, 5.0)]),
    foes=st.booleans(),
    n_forms=st.integers(1, 2),
)
def test_there_are_forms_exactly_when_trying_everything_finds_some(
    *,
    raw: list[tuple[str, str, str, int]],
    types: tuple[int, int],
    area: int | None,
    band: tuple[float, float] | None,
    foes: bool,
    n_forms: int,
) -> None:
    pool = [
        PoolItem(
            f"i{n}",
            kind,
            where,
            point,
            difficulty=float(difficulty),
            enemies=frozenset({"i0"}) if foes and n == 1 else frozenset(),
        )
        for n, (kind, where, point, difficulty) in enumerate(raw)
    ]
    demand = Demand(
        {"single": types[0], "multiple": types[1]},
        {} if area is None else {"A": area},
        difficulty=band,
    )
    right = [form for form in combinations(pool, demand.n_items) if is_right(form, pool, demand)]
    are_possible = bool(right) and (
        n_forms == 1 or any(set(one).isdisjoint(other) for one, other in combinations(right, 2))
    )
    found = assemble(pool, demand, n_forms, np.random.default_rng(1), time_limit=120)
    assert isinstance(found, Assembly) == are_possible, found
    if isinstance(found, Infeasible):
        assert found.shortages
        assert all(each.need != each.have for each in found.shortages)
    else:
        by_id = {each.id: each for each in pool}
        chosen = [tuple(by_id[each] for each in form) for form in found.forms]
        assert all(form in right for form in chosen)
        assert len({each.id for form in chosen for each in form}) == n_forms * demand.n_items
