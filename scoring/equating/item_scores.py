"""Equating by items on one scale: true scores, and observed scores of a population."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.equating.curves import Calibrated, Items, items_of
from scoring.equating.groups import equipercentile
from scoring.equating.spreads import Spread
from scoring.equating.tables import ConversionTable
from scoring.moments import FloatArray

HALVINGS: Final = 200
FARTHEST: Final = 100.0


@dataclass(frozen=True)
class Population:
    """Abilities and their shares, shape (n_points,) each, shares adding up to 1."""

    abilities: FloatArray
    shares: FloatArray


def normal_population(mean: float = 0.0, sd: float = 1.0, n_points: int = 81) -> Population:
    """Return a normal distribution cut into points from -5 to 5 standard deviations.

    Examples
    --------
    >>> round(float(normal_population().shares.sum()), 12)
    1.0
    """
    z = np.linspace(-5, 5, n_points)
    heights = np.exp(-(z**2) / 2)
    return Population(mean + sd * z, heights / heights.sum())


def score_shares(chances: FloatArray) -> FloatArray:
    """Shares of number-right scores at each point, by Lord and Wingersky's recursion.

    Parameters
    ----------
    chances : ndarray, shape (n_points, n_items)
        Of a right answer.

    Returns
    -------
    ndarray, shape (n_points, n_items + 1)

    References
    ----------
    .. [1] Lord & Wingersky (1984), "Comparison of IRT true-score and equipercentile
       observed-score equatings", Applied Psychological Measurement 8, 453-461.

    Examples
    --------
    >>> score_shares(np.array([[0.5, 0.5]]))
    array([[0.25, 0.5 , 0.25]])
    """
    n_points, n_items = chances.shape
    found = np.zeros((n_points, n_items + 1))
    found[:, 0] = 1.0
    for item in range(n_items):
        right = chances[:, item : item + 1]
        found[:, 1 : item + 2] = found[:, 1 : item + 2] * (1 - right) + found[:, : item + 1] * right
        found[:, 0] *= 1 - right[:, 0]
    return found


def equate_true_scores(new: Calibrated, base: Calibrated) -> ConversionTable:
    """Give a true score of the new form that of the base form at the same ability.

    Parameters
    ----------
    new, base : Calibrated
        All items of both forms, on one scale.

    Returns
    -------
    ConversionTable
        Below what guessing alone gives, scores run straight down to 0 (Lord 1980); the full
        mark is worth the full mark.

    References
    ----------
    .. [1] Kolen & Brennan (2014), section 6.5.
    """
    x, y = items_of(new), items_of(base)
    scores = np.arange(len(x.slopes) + 1, dtype=np.float64)
    floor_x, floor_y = float(x.guessings.sum()), float(y.guessings.sum())
    equivalents = np.where(floor_x > 0, scores * floor_y / max(floor_x, 1e-300), 0.0)
    inside = (scores > floor_x) & (scores < scores[-1])
    theta = _abilities_at(x, scores[inside])
    equivalents[inside] = y.chances(theta).sum(axis=1)
    equivalents[-1] = len(y.slopes)
    nothing = np.full(len(scores), np.nan)
    return ConversionTable(scores, equivalents, nothing, "true_score")


def _abilities_at(items: Items, scores: FloatArray) -> FloatArray:
    """Abilities whose true scores are these, by halving: sums of rising curves have one each."""
    low, high = np.full(len(scores), -FARTHEST), np.full(len(scores), FARTHEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_below = items.chances(middle).sum(axis=1) < scores
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2)


def equate_observed_scores(
    new: Calibrated, base: Calibrated, population: Population
) -> ConversionTable:
    """Equipercentile equating of the score distributions a population would have on each form.

    Parameters
    ----------
    new, base : Calibrated
        All items of both forms, on one scale.
    population : Population
        On that scale.
    """
    x, y = (_spread(items_of(each), population) for each in (new, base))
    found = equipercentile(x, y, method="observed_score")
    return found.with_errors(np.full(len(found.scores), np.nan))


def _spread(items: Items, population: Population) -> Spread:
    shares = population.shares @ score_shares(items.chances(population.abilities))
    return Spread(np.asarray(shares), float("inf"))
