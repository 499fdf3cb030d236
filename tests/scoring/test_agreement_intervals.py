"""Agreement with intervals: the same coefficients as without, and intervals that cover."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scoring.agreement import cohen_kappa, intraclass_correlations
from scoring.agreement_intervals import absolute_agreement, weighted_kappa

SCALE = np.arange(1, 6)


def rated(n: int, k: int, noise: float, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    true = rng.integers(1, 6, size=(n, 1))
    given_ratings = np.clip(np.rint(true + rng.normal(0, noise, (n, k))), 1, 5)
    return np.vstack([np.repeat(SCALE[:, None], k, axis=1), given_ratings]).astype(np.float64)


@settings(max_examples=40)
@given(st.integers(2, 40), st.integers(2, 5), st.floats(0.1, 2), st.integers(0, 99))
def test_the_coefficients_are_those_without_an_interval(
    n: int, k: int, noise: float, seed: int
) -> None:
    table = rated(n, k, noise, seed)
    rng = np.random.default_rng(1)
    kappa = weighted_kappa(table[:, 0], table[:, 1], rng)
    icc = absolute_agreement(table, rng)
    assert kappa.value == pytest.approx(cohen_kappa(table[:, 0], table[:, 1], "quadratic"))
    assert icc.value == pytest.approx(intraclass_correlations(table).agreement)
    assert -1 <= kappa.low <= kappa.high <= 1
    assert icc.low <= icc.high <= 1


@pytest.mark.long
def test_the_interval_covers_what_many_ratings_agree_on() -> None:
    large = absolute_agreement(rated(20_000, 4, 0.8, 7), np.random.default_rng(1)).value
    covered = 0
    for seed in range(60):
        found = absolute_agreement(rated(80, 4, 0.8, seed), np.random.default_rng(seed))
        covered += found.low <= large <= found.high
    assert covered >= 50


def test_what_cannot_be_told_is_nan_and_missing_ratings_are_left_out() -> None:
    rng = np.random.default_rng(1)
    assert np.isnan(weighted_kappa([3, 3], [3, 3], rng).value)
    assert np.isnan(absolute_agreement([[1, 2]], rng).value)
    assert np.isnan(absolute_agreement([[1], [2]], rng).value)
    table = [[1, 2, np.nan], [1, 1, 2], [4, 5, 4], [3, 3, 3]]
    assert absolute_agreement(table, rng).n == 3
    with pytest.raises(ValueError, match="confidence"):
        weighted_kappa([1, 2], [1, 2], rng, confidence=1.0)
