"""Abilities are where their likelihood is greatest, looked for point by point."""

from itertools import product

import numpy as np
import pytest

from scoring.ability import estimate_abilities
from scoring.calibrate import known_items

SLOPES = np.array([1.84, 1.44, 0.91, 1.04])
DIFFICULTIES = np.array([-0.17, -0.43, 1.28, -1.18])
GUESSINGS = np.array([0.28, 0.23, 0.09, 0.31])
PATTERNS = np.array(list(product([0.0, 1.0], repeat=4)))


def objectives(theta: np.ndarray, method: str) -> np.ndarray:
    """Return what is maximized, from its definition; shape (n_patterns, n_points)."""
    above = 1 / (1 + np.exp(-SLOPES * (theta[:, None] - DIFFICULTIES)))
    right = GUESSINGS + (1 - GUESSINGS) * above
    found = np.asarray(PATTERNS @ np.log(right).T + (1 - PATTERNS) @ np.log(1 - right).T)
    if method == "map":
        found = found - theta**2 / 2
    if method == "wle":
        rise = SLOPES * (1 - GUESSINGS) * above * (1 - above)
        bend = SLOPES * rise * (1 - 2 * above)
        both = right * (1 - right)
        weight = (rise * bend / both).sum(axis=1) / (2 * (rise**2 / both).sum(axis=1))
        parts = np.diff(theta) * (weight[1:] + weight[:-1]) / 2
        found = found + np.concatenate([[0.0], np.cumsum(parts)])
    return found


@pytest.mark.parametrize("method", ["ml", "map", "wle"])
@pytest.mark.parametrize("bounds", [(-4.0, 4.0), (-2.0, 1.5), (-1.0, 0.2)])
def test_an_ability_is_the_greatest_within_its_bounds(
    method: str, bounds: tuple[float, float]
) -> None:
    # Likelihoods of guessed answers bend little about their maximum, and may have two.
    pool = known_items(SLOPES, DIFFICULTIES, GUESSINGS, "3pl")
    theta = np.linspace(*bounds, 8001)
    wanted = theta[objectives(theta, method).argmax(axis=1)]
    found = estimate_abilities(pool, PATTERNS, method, bounds=bounds)
    assert np.abs(found.values - wanted).max() < 2e-3
    free = estimate_abilities(pool, PATTERNS, method).values
    is_inside = (free > bounds[0]) & (free < bounds[1])
    assert found.values[is_inside] == pytest.approx(free[is_inside], abs=1e-8)


def test_a_maximum_below_the_bounds_hides_none_between_them() -> None:
    # An easy item wrong, two harder ones right: the likelihood is greatest far below, where both
    # are guessed, and rises once more towards 2.3.
    slopes, difficulties, guessings = [1.0, 2.5, 3.0], [-0.5, 0.5, 2.2], [0.0, 0.2, 0.2]
    pool = known_items(slopes, difficulties, guessings, "3pl")
    theta = np.linspace(-1, 4, 5001)
    above = 1 / (1 + np.exp(-np.multiply(slopes, np.subtract.outer(theta, difficulties))))
    right = guessings + np.subtract(1, guessings) * above
    wanted = theta[((1 - right[:, 0]) * right[:, 1] * right[:, 2]).argmax()]
    found = estimate_abilities(pool, [[0, 1, 1]], "ml", bounds=(-1, 4)).values
    assert estimate_abilities(pool, [[0, 1, 1]], "ml").values < -1
    assert found == pytest.approx([wanted], abs=2e-3)


def test_what_is_known_at_a_bound_includes_the_population() -> None:
    pool = known_items([1.5, 1.0, 2.0], [-1.0, 0.0, 1.0], model="2pl")
    chances = 1 / (1 + np.exp(-np.array([1.5, 1.0, 2.0]) * (0.5 - np.array([-1.0, 0.0, 1.0]))))
    information = float((np.array([1.5, 1.0, 2.0]) ** 2 * chances * (1 - chances)).sum())
    for method, more in (("map", 1.0), ("ml", 0.0)):
        found = estimate_abilities(pool, [[1, 1, 1]], method, bounds=(-0.5, 0.5))
        assert found.values == pytest.approx([0.5])
        assert found.standard_errors == pytest.approx([(information + more) ** -0.5])
    free = estimate_abilities(pool, [[1, 1, 1]], "eap")
    cut = estimate_abilities(pool, [[1, 1, 1]], "eap", bounds=(-0.5, 0.5))
    assert free.values > cut.values
    assert (cut.values, cut.standard_errors) == (0.5, free.standard_errors)
