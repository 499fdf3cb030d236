"""Proportional-odds regression: the chance of a category or more is logistic in the terms."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.dif_models import ROUNDING
from scoring.moments import FloatArray

STEPS: Final = 100
STILL: Final = 1e-11  # of the log likelihood
WIDEST: Final = 20.0  # logits; beyond them the terms separate the categories
FARTHEST: Final = 40.0
SMALL: Final = 1e-300


def fitted_steps(design: FloatArray, codes: NDArray[np.int64]) -> tuple[FloatArray, float] | None:
    """Return the coefficients of the terms and the log likelihood, None where no fit exists.

    Where the terms separate the categories the likelihood has a limit but no coefficients reach
    it: these are NaN then.

    Parameters
    ----------
    design : ndarray, shape (n_persons, n_terms)
        Without a constant.
    codes : ndarray of int, shape (n_persons,)
        Categories 0 … m, each of which somebody has.

    References
    ----------
    .. [1] McCullagh (1980), "Regression models for ordinal data", Journal of the Royal
       Statistical Society B 42, 109-142.
    """
    n_steps = int(codes.max())
    if not n_steps:
        return None
    centre, scale = design.mean(axis=0), design.std(axis=0)
    if not (scale > 0).all() or np.linalg.matrix_rank(design - centre) < design.shape[1]:
        return None
    terms = (design - centre) / scale
    above = (codes[:, None] > np.arange(n_steps)).mean(axis=0)
    at = np.concatenate([np.log(above / (1 - above)), np.zeros(design.shape[1])])
    likelihood = _evaluated(terms, codes, at, n_steps)
    for _ in range(STEPS):
        value, slope, information = likelihood
        try:
            step = np.linalg.solve(information, slope)
        except np.linalg.LinAlgError:
            return None
        share = 1.0
        after = _evaluated(terms, codes, at + step, n_steps)
        while after[0] < value - STILL and share > STILL:
            share /= 2
            after = _evaluated(terms, codes, at + share * step, n_steps)
        at, likelihood = at + share * step, after
        if after[0] - value < max(STILL, ROUNDING * abs(value)):
            break
    else:
        return None
    is_separated = np.abs(at[:n_steps] + (terms @ at[n_steps:])[:, None]).max() >= WIDEST
    return np.where(is_separated, np.nan, at[n_steps:] / scale), likelihood[0]


def _evaluated(
    terms: FloatArray, codes: NDArray[np.int64], at: FloatArray, n_steps: int
) -> tuple[float, FloatArray, FloatArray]:
    """Return the log likelihood, its slope and the expected information."""
    if (np.diff(at[:n_steps]) >= 0).any():
        return -np.inf, at, np.eye(len(at))
    line = np.clip(at[:n_steps] + (terms @ at[n_steps:])[:, None], -FARTHEST, FARTHEST)
    above = 1 / (1 + np.exp(-line))
    edge = np.ones((len(line), 1))
    chances = np.maximum(-np.diff(np.concatenate([edge, above, 0 * edge], axis=1), axis=1), SMALL)
    own = np.arange(len(codes))
    value = float(np.log(chances[own, codes]).sum())
    width = above * (1 - above)
    share = np.arange(n_steps)
    by_step = width * ((codes[:, None] == share + 1) - (codes[:, None] == share) * 1.0)
    by_step /= chances[own, codes][:, None]
    diagonal = width**2 * (1 / chances[:, 1:] + 1 / chances[:, :-1])
    beside = -width[:, 1:] * width[:, :-1] / chances[:, 1:-1]
    rows = diagonal.copy()
    rows[:, 1:] += beside
    rows[:, :-1] += beside
    whole = np.zeros((len(at), len(at)))
    whole[share, share] = diagonal.sum(axis=0)
    whole[share[1:], share[:-1]] = whole[share[:-1], share[1:]] = beside.sum(axis=0)
    whole[:n_steps, n_steps:] = rows.T @ terms
    whole[n_steps:, :n_steps] = whole[:n_steps, n_steps:].T
    whole[n_steps:, n_steps:] = (terms * rows.sum(axis=1)[:, None]).T @ terms
    slope = np.concatenate([by_step.sum(axis=0), terms.T @ by_step.sum(axis=1)])
    return value, slope, whole
