"""What is known of items before a form is made: words to read, and curves from p-values."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.item_response import item_information, mean_chances, success_chances

FloatArray = NDArray[np.float64]
Parameters = tuple[float, float]  # slope, difficulty

# One word: a run of letters or digits; of Chinese each character, as texts are counted there.
WORD: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
FARTHEST = 6.0  # logits
STEP = 0.01


def n_words(text: str) -> int:
    """Return how many words a text has; every Chinese character is one.

    Examples
    --------
    >>> n_words("电压 U=220 V"), n_words("an ohm")
    (5, 2)
    """
    return len(WORD.findall(text))


@cache
def _difficulty_table() -> tuple[FloatArray, FloatArray]:
    grid = np.arange(-FARTHEST, FARTHEST + STEP / 2, STEP)
    return mean_chances(np.ones(grid.size), grid, np.zeros(grid.size))[::-1], grid[::-1]


def rasch_difficulties(p_values: Sequence[float]) -> FloatArray:
    """Return the difficulties at which a population N(0, 1) has these p-values.

    Parameters
    ----------
    p_values : sequence of float
        Mean shares of the mark, 0 to 1; the ends count as 6 logits away.

    Returns
    -------
    ndarray, shape (n_items,)
        In logits, of the Rasch model with slope 1.

    Examples
    --------
    >>> rasch_difficulties([0.25]).round(1).tolist()
    [1.3]
    """
    means, grid = _difficulty_table()
    found: FloatArray = np.interp(np.asarray(p_values, dtype=np.float64), means, grid)
    return found


def _curves(
    p_values: Sequence[float], parameters: Sequence[Parameters | None] | None
) -> tuple[FloatArray, FloatArray]:
    """Return slopes and difficulties: calibrated where they are known, else by the p-value."""
    slopes, difficulties = np.ones(len(p_values)), rasch_difficulties(p_values).copy()
    for place, known in enumerate(parameters or ()):
        if known is not None:
            slopes[place], difficulties[place] = known
    return slopes, difficulties


def information_of(
    p_values: Sequence[float],
    abilities: Sequence[float],
    parameters: Sequence[Parameters | None] | None = None,
) -> FloatArray:
    """Return what each item tells at each ability: as calibrated, else by Rasch of its p-value.

    Parameters
    ----------
    p_values : sequence of float
    abilities : sequence of float
        Logits of a population N(0, 1).
    parameters : sequence of (slope, difficulty) or None, optional
        Of items that have been calibrated (D = 1).

    Returns
    -------
    ndarray, shape (n_abilities, n_items)
        Information, in logit**-2.

    Examples
    --------
    >>> information_of([0.5, 0.5], [0.0], [None, (2.0, 0.0)]).round(2).tolist()
    [[0.25, 1.0]]
    """
    slopes, difficulties = _curves(p_values, parameters)
    return item_information(np.asarray(abilities), slopes, difficulties, np.zeros(len(p_values)))


def expected_shares(
    p_values: Sequence[float],
    marks: Sequence[float],
    abilities: Sequence[float],
    parameters: Sequence[Parameters | None] | None = None,
) -> FloatArray:
    """Return the share of all marks that is expected at each ability.

    Returns
    -------
    ndarray, shape (n_abilities,)

    Examples
    --------
    >>> expected_shares([0.5, 0.5], [1, 3], [0.0]).round(2).tolist()
    [0.5]
    """
    slopes, difficulties = _curves(p_values, parameters)
    none = np.zeros(len(p_values))
    chances = success_chances(np.asarray(abilities), slopes, difficulties, none)
    weights = np.asarray(marks, dtype=np.float64)
    shares: FloatArray = chances @ weights / weights.sum()
    return shares
