"""Items of an adaptive test against their parameters: chance raises no flag, a change does."""

from typing import Any

import numpy as np
import pytest

from scoring.adaptive_session import (
    AdaptiveItems,
    Answers,
    Curves,
    adaptive_items,
    marginal_reliability,
    overlap,
)
from scoring.item_flags import FEWEST
from scoring.item_response import item_information, success_chances

NODES = np.linspace(-4, 4, 41)
N_ITEMS, LENGTH = 60, 12


def curves(rng: np.random.Generator) -> Curves:
    return Curves(rng.lognormal(0, 0.25, N_ITEMS), rng.normal(0, 1, N_ITEMS), np.zeros(N_ITEMS))


def sat(
    rng: np.random.Generator, known: Curves, n_persons: int, easier: dict[int, float]
) -> Answers:
    """Let persons of N(0.4, 0.8) take tests: each item one of the eight best for the answers."""
    parameters = known.slopes, known.difficulties, known.guessings
    information = item_information(NODES, *parameters)
    right = np.log(success_chances(NODES, *parameters))
    wrong = np.log1p(-np.exp(right))
    moved = known.difficulties.copy()
    for item, by in easier.items():
        moved[item] -= by
    rows: list[tuple[int, int, bool]] = []
    for person in range(n_persons):
        ability, told, free = rng.normal(0.4, 0.8), -(NODES**2) / 2, np.ones(N_ITEMS, bool)
        for _ in range(LENGTH):
            weights = np.exp(told - told.max())
            node = np.abs(NODES - weights @ NODES / weights.sum()).argmin()
            item = int(rng.choice(np.argsort(-np.where(free, information[node], -1))[:8]))
            free[item] = False
            chance = 1 / (1 + np.exp(-known.slopes[item] * (ability - moved[item])))
            is_right = bool(rng.random() < chance)
            told = told + (right if is_right else wrong)[:, item]
            rows.append((person, item, is_right))
    persons, items, rights = np.array(rows, np.int64).T
    return Answers(persons, items, rights.astype(bool))


def standardized(found: AdaptiveItems) -> Any:
    return (found.shifts / found.standard_errors)[found.n >= FEWEST]


def test_chance_alone_stays_within_its_limits() -> None:
    found = [
        adaptive_items(sat(rng, known, 250, {}), known)
        for rng in (np.random.default_rng(seed) for seed in range(6))
        for known in [curves(rng)]
    ]
    told = np.concatenate([standardized(each) for each in found])
    assert len(told) > 150
    assert abs(told.mean()) < 0.2
    assert 0.85 < told.std() < 1.15
    assert sum(each.has_moved.sum() for each in found) <= 1
    assert np.mean([each.mean for each in found]) == pytest.approx(0.4, abs=0.1)


def test_items_that_became_easier_or_harder_are_found_and_no_other() -> None:
    rng = np.random.default_rng(7)
    known = curves(rng)
    often = np.argsort(-np.bincount(sat(rng, known, 100, {}).items, minlength=N_ITEMS))
    easier, harder = int(often[2]), int(often[5])
    found = adaptive_items(sat(rng, known, 400, {easier: 1.2, harder: -1.2}), known)
    assert set(np.flatnonzero(found.has_moved)) == {easier, harder}
    assert found.shifts[easier] > 0.5
    assert found.shifts[harder] < -0.5
    assert found.observed[easier] > found.expected[easier]


def test_few_answers_are_not_judged() -> None:
    rng = np.random.default_rng(3)
    known = curves(rng)
    found = adaptive_items(sat(rng, known, FEWEST - 1, {}), known)
    assert np.isnan(found.shifts).all()
    assert not found.has_moved.any()
    assert (found.mean, found.sd) == (0.0, 1.0)
    nobody = Answers(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool))
    assert adaptive_items(nobody, known).n.sum() == 0


def test_the_order_of_persons_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    known = curves(rng)
    one = sat(rng, known, 60, {})
    numbers = rng.permutation(60)[one.persons]
    order = np.argsort(numbers, kind="stable")
    other = Answers(numbers[order], one.items[order], one.rights[order])
    a, b = adaptive_items(one, known), adaptive_items(other, known)
    np.testing.assert_allclose(a.expected, b.expected, atol=1e-9)


def test_an_item_without_a_curve_is_refused() -> None:
    known = Curves(np.ones(2), np.zeros(2), np.zeros(2))
    with pytest.raises(ValueError, match="item 2 of 2"):
        adaptive_items(Answers(np.array([0]), np.array([2]), np.array([True])), known)


def test_overlap_counts_pairs_by_the_shorter_test() -> None:
    persons = np.array([0, 0, 0, 1, 1, 2])
    items = np.array([0, 1, 2, 1, 2, 3])
    assert overlap(persons, items, 3, 4) == pytest.approx((1 / 3, 1.0))
    assert np.isnan(overlap(persons[:3], items[:3], 1, 4)).all()


def test_reliability_of_abilities_counts_shrunken_ones_apart() -> None:
    assert marginal_reliability([-1, 0, 1], [0.5] * 3, is_shrunken=False) == pytest.approx(0.75)
    assert np.isnan(marginal_reliability([1, 1], [0.3, 0.3], is_shrunken=True))
