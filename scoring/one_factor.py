"""One common factor of items, from their correlations: Newton's steps within bounds."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from scoring.moments import ROUNDING, BoolArray, FloatArray

ROUNDS: Final = 200
STILL: Final = 1e-8  # a slope below is level
HALVINGS: Final = 40
STARTS: Final = (0.1, 1.0)
FLATTEST: Final = 1e-8  # of the largest curvature


class Place(NamedTuple):
    """The height at a point, its slope and its curvature."""

    height: float
    slope: FloatArray
    curvature: FloatArray


Aim = Callable[[FloatArray], Place]


def likeliest_factor(correlation: FloatArray, least: float) -> tuple[FloatArray, FloatArray] | None:
    r"""Fit one factor by maximum likelihood, for items of variance 1.

    Whatever the items' own variances, the best loadings follow from the first eigenvector of
    :math:`\Psi^{-1/2} R \Psi^{-1/2}`; so only own variances are searched for, as logarithms.

    Parameters
    ----------
    correlation : ndarray, shape (n_items, n_items)
        Of three items or more.
    least : float
        Below which no own variance may fall, above 0.

    Returns
    -------
    tuple of ndarray, or None
        Loadings and own variances, shape (n_items,) each; ``None`` where no fit was found.

    References
    ----------
    .. [1] Jöreskog (1967), "Some contributions to maximum likelihood factor analysis",
       Psychometrika 32, 443-482.
    """

    def aim(logs: FloatArray) -> Place:
        roots = np.exp(logs / 2)
        values, vectors = np.linalg.eigh(correlation / np.outer(roots, roots))
        first, rest, others = vectors[:, -1], values[:-1], vectors[:, :-1]
        height = float(rest.sum() + np.log(values[-1]) + logs.sum())
        bent = (1 - rest) * (values[-1] + rest) / np.maximum(values[-1] - rest, FLATTEST)
        curvature = ((others * rest) @ others.T) * (others @ others.T)
        curvature += ((others * bent) @ others.T) * np.outer(first, first)
        return Place(height, (others**2) @ (1 - rest), curvature)

    k = len(correlation)
    values, vectors = np.linalg.eigh(correlation)
    start = 1 - vectors[:, -1] ** 2 * (values[-1] - values[:-1].mean())
    bounds = np.full(k, np.log(least)), np.full(k, np.inf)
    found = lowest(aim, np.log(np.clip(start, *STARTS)), *bounds)
    if found is None:
        return None
    roots = np.exp(found / 2)
    values, vectors = np.linalg.eigh(correlation / np.outer(roots, roots))
    return roots * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)), roots**2


def nearest_factor(correlation: FloatArray, least: float) -> FloatArray | None:
    """Fit one factor so that correlations are missed by the least squares.

    Parameters
    ----------
    correlation : ndarray, shape (n_items, n_items)
        Of three items or more.
    least : float
        Share of an item's variance that is its own at least.

    Returns
    -------
    ndarray, shape (n_items,), or None
        Loadings; ``None`` where no fit was found.

    References
    ----------
    .. [1] Harman & Jones (1966), "Factor analysis by minimizing residuals (minres)",
       Psychometrika 31, 351-368.
    """
    between = correlation - np.diag(np.diagonal(correlation))

    def aim(loadings: FloatArray) -> Place:
        products = np.outer(loadings, loadings)
        missed = between - products + np.diag(loadings**2)
        curvature = products - missed
        np.fill_diagonal(curvature, loadings @ loadings - loadings**2)
        return Place(float((missed**2).sum()) / 4, -missed @ loadings, curvature)

    values, vectors = np.linalg.eigh(correlation)
    start = vectors[:, -1] * np.sqrt(values[-1])
    end = np.full(len(start), np.sqrt(1 - least))
    return lowest(aim, start, -end, end)


def lowest(aim: Aim, start: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray | None:
    """Go down from a point within bounds to where it is level; ``None`` if it is not reached.

    Where the ground bends downwards the step goes by the size of the bend alone, and every step
    is halved until it leads down.

    Examples
    --------
    >>> def bowl(x):
    ...     return Place(float(x @ x), 2 * x, 2 * np.eye(2))
    >>> lowest(bowl, np.ones(2), np.array([-1.0, 0.5]), np.ones(2))
    array([0. , 0.5])
    """
    at = np.clip(start, low, high)
    here = aim(at)
    for _ in range(ROUNDS):
        is_free = ~(((at <= low) & (here.slope > 0)) | ((at >= high) & (here.slope < 0)))
        if np.abs(here.slope[is_free]).max(initial=0.0) < STILL:
            return at
        further = _further(aim, at, here, is_free, (low, high))
        if further is None:
            return None
        at, here = further
    return None


def _further(
    aim: Aim,
    at: FloatArray,
    here: Place,
    is_free: BoolArray,
    bounds: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, Place] | None:
    """Take Newton's step, or as much of it as leads down."""
    values, vectors = np.linalg.eigh(here.curvature[np.ix_(is_free, is_free)])
    sizes = np.maximum(np.abs(values), FLATTEST * max(float(np.abs(values).max()), FLATTEST))
    step = np.zeros(len(at))
    step[is_free] = -vectors @ ((vectors.T @ here.slope[is_free]) / sizes)
    for _ in range(HALVINGS):
        new = np.clip(at + step, *bounds)
        there = aim(new)
        if there.height <= here.height + ROUNDING * abs(here.height):
            return new, there
        step = step / 2
    return None
