"""Krippendorff's alpha: agreement of any number of raters, with ratings missing."""

import numpy as np
from numpy.typing import ArrayLike

from scoring.agreement import FEWEST, FloatArray, rating_table, share_of

LEVELS = ("nominal", "ordinal", "interval")


def krippendorff_alpha(ratings: ArrayLike, level: str = "nominal") -> float:
    """Krippendorff's alpha; any number of raters, missing ratings allowed.

    Parameters
    ----------
    ratings : array_like, shape (n_objects, n_raters)
        Ratings, NaN where one is missing; an object with a single rating does not count.
    level : {"nominal", "ordinal", "interval"}
        What a difference of two ratings means.

    Returns
    -------
    float
        At most 1; NaN when nothing can be compared or all ratings are the same.

    Raises
    ------
    ValueError
        If the level is unknown.

    References
    ----------
    .. [1] Krippendorff (2004), *Content analysis*, 2nd ed., chapter 11. Sage.

    Examples
    --------
    >>> krippendorff_alpha([[1, 1], [2, 2], [3, 3]])
    1.0
    """
    if level not in LEVELS:
        msg = f"a level is one of {', '.join(LEVELS)}: {level!r}"
        raise ValueError(msg)
    table = rating_table(ratings)
    values = np.unique(table[~np.isnan(table)])
    counts = (table[:, :, None] == values).sum(axis=1).astype(float)
    counts = counts[counts.sum(axis=1) >= FEWEST]
    if not len(counts):
        return float("nan")
    pairs = counts[:, :, None] * counts[:, None, :]
    own = np.arange(len(values))
    pairs[:, own, own] -= counts
    seen = (pairs / (counts.sum(axis=1) - 1)[:, None, None]).sum(axis=0)
    totals = seen.sum(axis=1)
    apart = _distances(values, totals, level)
    chance = np.outer(totals, totals) / (totals.sum() - 1)
    expected = float((apart * chance).sum())
    return 1 - share_of(float((apart * seen).sum()), expected)


def _distances(values: FloatArray, totals: FloatArray, level: str) -> FloatArray:
    if level == "interval":
        return np.asarray(np.subtract.outer(values, values) ** 2)
    if level == "nominal":
        return np.asarray(values[:, None] != values, dtype=np.float64)
    middles = np.cumsum(totals) - totals / 2
    return np.asarray(np.subtract.outer(middles, middles) ** 2)
