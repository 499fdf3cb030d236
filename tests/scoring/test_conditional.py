"""Conditional likelihood: beside plain enumeration, in range, and refused where it has no top."""

from itertools import product

import numpy as np
import pytest

from scoring.calibrate import UnfitDataError
from scoring.irt.conditional import andersen_test, calibrate_conditionally
from scoring.irt.symmetric import conditioned

DIFFICULTIES = np.linspace(-1.5, 1.5, 6)


def drawn(n: int, seed: int, difficulties: np.ndarray = DIFFICULTIES) -> np.ndarray:
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=(n, 1))
    return (rng.logistic(size=(n, difficulties.size)) < ability - difficulties).astype(float)


def enumerated(responses: np.ndarray, difficulties: np.ndarray) -> float:
    """Add up the conditional log likelihood person by person over all ways to reach a total."""
    whole = 0.0
    for person in responses:
        is_given = ~np.isnan(person)
        own, given = person[is_given], difficulties[is_given]
        ways = np.array(list(product((0, 1), repeat=len(own))))
        ways = ways[ways.sum(axis=1) == own.sum()]
        whole -= own @ given + np.log(np.exp(-ways @ given).sum())
    return whole


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_conditional_estimates_are_the_top_of_the_enumerated_likelihood(missing: float) -> None:
    data = drawn(150, 1)
    data[np.random.default_rng(2).random(data.shape) < missing] = np.nan
    found = calibrate_conditionally(data)
    assert found.converged
    assert found.log_likelihood == pytest.approx(enumerated(data, found.difficulties), abs=1e-8)
    moves = 0.01 * (np.eye(6) - 1 / 6)
    top = enumerated(data, found.difficulties)
    curves = [
        top - (enumerated(data, found.difficulties + s * m)) for m in moves for s in (1.0, -1.0)
    ]
    assert min(curves) > 0
    assert max(np.abs(np.diff(np.reshape(curves, (-1, 2)), axis=1))) < 1e-3 * min(curves) + 1e-4


def test_items_far_apart_stay_in_range() -> None:
    easiness = np.linspace(-8, 8, 200)
    factors = np.stack([np.ones(200), np.exp(easiness)], axis=1)[None]
    n_by_total = np.zeros((1, 201))
    n_by_total[0, [60, 100, 140]] = 1, 2, 3
    found = conditioned(factors, n_by_total)
    assert np.isfinite(found.log_values).all()
    assert found.expected[0].sum(axis=0)[1] == pytest.approx(60 + 2 * 100 + 3 * 140)
    assert found.expected[0].sum(axis=1) == pytest.approx(np.full(200, 6.0))


def test_a_long_test_with_an_own_set_of_items_for_each_person_is_soon_calibrated() -> None:
    difficulties = np.linspace(-2, 2, 30)
    data = drawn(250, 3, difficulties)
    data[np.random.default_rng(4).random(data.shape) < 0.3] = np.nan
    found = calibrate_conditionally(data)
    assert found.converged
    assert np.corrcoef(found.difficulties, difficulties)[0, 1] > 0.97
    assert found.n_persons == 250


def test_blocks_that_nobody_crosses_are_named() -> None:
    easy, rng = drawn(200, 5), np.random.default_rng(6)
    is_through = (easy.sum(axis=1) == 6)[:, None]
    hard = np.where(is_through, rng.random((200, 3)) < 0.5, 0).astype(float)
    with pytest.raises(UnfitDataError) as refused:
        calibrate_conditionally(np.column_stack([easy, hard]))
    assert [(each.code, each.items) for each in refused.value.refusals] == [
        ("perfect_separation", (6, 7, 8))
    ]


def test_totals_that_are_all_alike_cannot_be_split() -> None:
    data = np.tile(np.eye(3), (9, 1))
    with pytest.raises(UnfitDataError, match="no_variation"):
        andersen_test(data)
