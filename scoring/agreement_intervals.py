"""How far ratings on one scale agree, with intervals: resampling of what was rated.

Ratings are arrays of shape (n_objects, n_raters). Distances are those of the figures themselves,
so a category that nobody used is as far from its neighbours as any.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.agreement import rating_pairs, rating_table
from scoring.moments import NOISE

FloatArray = NDArray[np.float64]
FEWEST = 2
RESAMPLES = 1000


@dataclass(frozen=True)
class Estimate:
    """A coefficient, its interval, and of how many objects; NaN where it is not defined."""

    value: float
    low: float
    high: float
    n: int


def weighted_kappa(
    first: ArrayLike, second: ArrayLike, rng: np.random.Generator, confidence: float = 0.95
) -> Estimate:
    r"""Cohen's kappa with quadratic weights over a scale of equal steps, with an interval.

    On such a scale it is :math:`2 s_{xy} / (s_x^2 + s_y^2 + (\bar x - \bar y)^2)`, which is
    ``agreement.cohen_kappa(..., "quadratic")`` where every category between is used.

    Parameters
    ----------
    first, second : array_like, shape (n_objects,)
        Figures of a scale; where either is missing (NaN) the object is left out.
    rng : numpy.random.Generator
        Draws the resamples.
    confidence : float
        Probability of covering the true value, in (0, 1).

    Returns
    -------
    Estimate
        Percentile interval over resampled objects; NaN for fewer than two objects, or when both
        give one and the same figure throughout.

    Raises
    ------
    ValueError
        If ``confidence`` is no probability between 0 and 1, a rating is infinite, or shapes do
        not fit.

    References
    ----------
    .. [1] Fleiss & Cohen (1973), "The equivalence of weighted kappa and the intraclass
       correlation coefficient", Educational and Psychological Measurement 33, 613-619.
    .. [2] Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, chapter 13.

    Examples
    --------
    >>> found = weighted_kappa([1, 2, 3, 4], [1, 2, 3, 5], np.random.default_rng(1))
    >>> round(found.value, 4), found.n
    (0.9286, 4)
    """
    return _estimate(rating_pairs(first, second), _kappas, rng, confidence)


def absolute_agreement(
    ratings: ArrayLike, rng: np.random.Generator, confidence: float = 0.95
) -> Estimate:
    """Intraclass correlation of single raters for absolute agreement, ICC(A,1), with an interval.

    Parameters
    ----------
    ratings : array_like, shape (n_objects, n_raters)
        Figures on an interval scale; objects with a missing rating are left out.
    rng : numpy.random.Generator
        Draws the resamples.
    confidence : float
        Probability of covering the true value, in (0, 1).

    Returns
    -------
    Estimate
        The ``agreement`` of ``agreement.intraclass_correlations`` with a percentile interval over
        resampled objects; NaN for fewer than two objects or raters.

    Raises
    ------
    ValueError
        If ``confidence`` is no probability between 0 and 1, a rating is infinite, or shapes do
        not fit.

    References
    ----------
    .. [1] McGraw & Wong (1996), "Forming inferences about some intraclass correlation
       coefficients", Psychological Methods 1, 30-46.

    Examples
    --------
    >>> found = absolute_agreement([[1, 2, 1], [2, 3, 2], [4, 4, 5]], np.random.default_rng(1))
    >>> round(found.value, 3), found.low <= found.value <= found.high
    (0.87, True)
    """
    table = rating_table(ratings)
    complete = table[~np.isnan(table).any(axis=1)]
    if complete.shape[1] < FEWEST:
        return _undefined(len(complete))
    return _estimate(complete, _iccs, rng, confidence)


def _estimate(
    table: FloatArray,
    statistic: Callable[[FloatArray, FloatArray], FloatArray],
    rng: np.random.Generator,
    confidence: float,
) -> Estimate:
    if not 0 < confidence < 1:
        msg = f"a confidence lies between 0 and 1: {confidence!r}"
        raise ValueError(msg)
    n = len(table)
    spread = float(np.ptp(table)) if table.size else 0.0
    if n < FEWEST or not spread > NOISE * np.abs(table).max():
        return _undefined(n)
    # Neither the scale's unit nor where it begins is of any account.
    table = (table - table.mean()) / spread
    value = float(statistic(table, np.ones((1, n)))[0])
    counts = rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.float64)
    drawn = statistic(table, counts)
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not drawn.size:
        return _undefined(n)
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(value, float(low), float(high), n)


def _kappas(pair: FloatArray, counts: FloatArray) -> FloatArray:
    """Return kappas; ``counts`` (n_draws, n_objects) says how often each object was drawn."""
    n = counts.sum(axis=1)
    means = (counts @ pair) / n[:, None]
    squares = (counts @ pair**2) / n[:, None] - means**2
    product = (counts @ (pair[:, 0] * pair[:, 1])) / n - means[:, 0] * means[:, 1]
    return _shares(2 * product, squares.sum(axis=1) + (means[:, 0] - means[:, 1]) ** 2)


def _iccs(table: FloatArray, counts: FloatArray) -> FloatArray:
    n, k = counts.sum(axis=1), table.shape[1]
    columns = (counts @ table) / n[:, None]
    grand = columns.mean(axis=1)
    rows = table.mean(axis=1)
    among_rows = k * ((counts @ rows**2) - n * grand**2)
    among_columns = n * ((columns - grand[:, None]) ** 2).sum(axis=1)
    total = counts @ (table**2).sum(axis=1) - n * k * grand**2
    between, raters = among_rows / (n - 1), among_columns / (k - 1)
    error = np.maximum(total - among_rows - among_columns, 0.0) / ((n - 1) * (k - 1))
    return _shares(between - error, between + (k - 1) * error + k * (raters - error) / n)


def _shares(part: FloatArray, whole: FloatArray) -> FloatArray:
    is_defined = whole > 1e-12  # noqa: PLR2004 - rounding leaves dust where nothing varies
    # At most 1, where rounding would have it above.
    return np.where(is_defined, np.minimum(part / np.where(is_defined, whole, 1.0), 1.0), np.nan)


def _undefined(n: int) -> Estimate:
    return Estimate(float("nan"), float("nan"), float("nan"), n)
