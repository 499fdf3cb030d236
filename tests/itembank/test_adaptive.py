"""Adaptive tests keep what they promise, whatever the pool and the answers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.adaptive.ability import known_so_far
from itembank.adaptive.choosing import Progress, choose_item
from itembank.adaptive.pool import AdaptivePool, ItemCurve
from itembank.adaptive.report import population_figures
from itembank.adaptive.rules import Rules, Stop, ending
from itembank.adaptive.scaling import scaled
from itembank.adaptive.simulating import take_fixed, take_test, try_out
from itembank.adaptive.skeletons import whole_tests
from itembank.demands import Demand, PoolItem
from scoring.ability import estimate_abilities
from scoring.irt.calibration import known_items

WHOLE = Demand(
    {"single": 30, "true_false": 10}, areas={"A": 20, "A-A": 8, "B": 20}, importance={"X": 16}
)
LENGTH = 20


def made_pool(seed: int, n_items: int = 160) -> AdaptivePool:
    rng = np.random.default_rng(seed)
    items = []
    for number in range(n_items):
        area = ("A-A", "A-B", "B")[number % 3]
        enemies = frozenset({f"i{number - 7}"}) if number % 20 == 10 else frozenset()
        kind = "true_false" if number % 4 == 3 else "single"
        point = f"{area}-{number // 6}"
        importance = "XYZ"[number // 3 % 3]
        items.append(PoolItem(f"i{number}", kind, area, point, importance, enemies=enemies))
    curves = [
        ItemCurve(float(slope), float(place))
        for slope, place in zip(
            rng.lognormal(0, 0.3, n_items), rng.normal(0, 1, n_items), strict=True
        )
    ]
    demand = scaled(WHOLE, LENGTH)
    forms = whole_tests(items, demand, rng, n_forms=4)
    assert isinstance(forms, list)
    return AdaptivePool(tuple(items), tuple(curves), demand, tuple(forms))


POOL = made_pool(1)


def rules(selection: str = "shadow", kind: str = "length", exposure: float = 1.0) -> Rules:
    return Rules(selection, Stop(kind, 8, LENGTH, 0.5), 2, exposure)


def counts(taken: list[PoolItem]) -> Demand:
    """Return what items count up to, in the demand's words."""
    demand = POOL.demand
    return replace(
        demand,
        types={t: sum(i.type == t for i in taken) for t in demand.types},
        areas={
            a: sum(i.area == a or i.area.startswith(f"{a}-") for i in taken) for a in demand.areas
        },
        importance={x: sum(i.importance == x for i in taken) for x in demand.importance},
    )


@given(seed=st.integers(0, 10**6), truth=st.floats(-4, 4))
@settings(max_examples=10)
def test_a_whole_shadow_test_meets_the_demand_by_counting_it(seed: int, truth: float) -> None:
    test = take_test(POOL, rules(), truth, np.random.default_rng(seed))
    taken = [POOL.items[place] for place in test.given]
    assert counts(taken) == POOL.demand
    assert len(set(test.given)) == LENGTH
    ids = {item.id for item in taken}
    assert not [item.id for item in taken if item.enemies & ids]
    points = [item.point for item in taken]
    limits = POOL.point_limits[list(test.given)]
    assert all(points.count(p) <= n for p, n in zip(points, limits, strict=True))
    assert test.relaxed == ()


@given(seed=st.integers(0, 10**6), truth=st.floats(-4, 4))
@settings(max_examples=10)
def test_a_test_that_stops_early_keeps_pace_with_the_blueprint(seed: int, truth: float) -> None:
    test = take_test(POOL, rules(kind="precision"), truth, np.random.default_rng(seed))
    assert test.ended in {"precise", "most"}
    for n_given in range(1, len(test.given) + 1):
        assert POOL.keeps_blueprint(test.given[:n_given])
        in_a = sum(POOL.items[place].area != "B" for place in test.given[:n_given])
        assert abs(in_a - n_given / 2) <= 1


@given(
    seed=st.integers(0, 10**6),
    exposure=st.sampled_from([0.2, 0.25, 0.3, 0.4, 0.5, 0.6]),  # per cent of a plan
    selection=st.sampled_from(["shadow", "maximum", "randomesque"]),
)
@settings(max_examples=6)
def test_no_item_comes_oftener_than_the_limit_at_any_moment(
    seed: int, exposure: float, selection: str
) -> None:
    rng = np.random.default_rng(seed)
    times = np.zeros(len(POOL.items), np.int64)
    for n_tests in range(1, 13):
        trial = try_out(
            POOL,
            rules(selection, exposure=exposure),
            [0.0],
            rng,
            times_given=times,
            n_before=n_tests - 1,
        )
        if trial.n_relaxed:  # the pool is too small for this limit, and the trial says so
            return
        assert times.max() <= max(1, round(exposure * n_tests, 9))


def test_where_the_limit_must_give_way_it_is_counted() -> None:
    times = np.zeros(len(POOL.items), np.int64)
    trial = try_out(
        POOL, rules(exposure=0.01), np.zeros(9), np.random.default_rng(1), times_given=times
    )
    assert trial.n_relaxed > 0
    assert trial.is_kept.all()  # and the blueprint is kept all the same


@given(
    least=st.integers(1, 10),
    more=st.integers(0, 10),
    n_given=st.integers(0, 25),
    error=st.floats(0.1, 2),
    ratio=st.floats(-9, 9),
    kind=st.sampled_from(["precision", "decision", "length"]),
)
def test_a_test_ends_neither_before_its_least_nor_after_its_most(
    least: int, more: int, n_given: int, error: float, ratio: float, kind: str
) -> None:
    stop = Stop(kind, least, least + more)
    ended = ending(stop, n_given, error, ratio)
    if n_given < least:
        assert ended is None
    elif n_given >= least + more:
        assert ended is not None
    elif ended is not None:
        assert (ended, kind) in {("precise", "precision"), ("decided", "decision")}


def test_the_most_informative_item_comes_first() -> None:
    choice = choose_item(POOL, rules("maximum"), Progress(), np.random.default_rng(1))
    assert choice is not None
    assert choice.place == int(POOL.information[40].argmax())


def test_abilities_agree_with_the_scoring_rule_book() -> None:
    given_items = [3, 10, 20, 40, 60]
    rights = [True, False, True, True, False]
    slopes, places, _ = POOL.parameters
    items = known_items(slopes[given_items], places[given_items], model="2pl")
    theirs = estimate_abilities(items, [[float(each) for each in rights]])
    ours = known_so_far(POOL, Stop("length", 1, 5), given_items, rights)
    assert ours.ability == pytest.approx(theirs.values[0], abs=0.005)
    assert ours.standard_error == pytest.approx(theirs.standard_errors[0], abs=0.005)


def test_it_measures_better_than_a_fixed_form_where_that_is_weak() -> None:
    rng = np.random.default_rng(5)
    truths = np.full(60, 1.5)
    times = np.zeros(len(POOL.items), np.int64)
    trial = try_out(POOL, rules(), truths, rng, times_given=times)
    easy = np.argsort(POOL.parameters[1])[:LENGTH]
    estimates, _ = take_fixed(POOL, easy.tolist(), truths, rng)
    adaptive = np.sqrt(((trial.estimates - truths) ** 2).mean())
    assert adaptive < np.sqrt(((estimates - truths) ** 2).mean())
    assert population_figures(trial, times, 0.0)["accuracy"] > 0.95


def test_counts_of_ranges_stay_consistent_at_any_length() -> None:
    for length in range(5, 41):
        demand = scaled(WHOLE, length)
        assert demand.n_items == length
        assert demand.areas["A"] + demand.areas["B"] == length
        assert demand.areas["A-A"] <= demand.areas["A"]
