"""How far several raters agree: kappas, intraclass correlations, Kendall's W.

Ratings are arrays of shape (n_objects, n_raters): what was rated in rows, who rated in columns.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.figures import finite_figures
from scoring.moments import NOISE

FloatArray = NDArray[np.float64]
WEIGHTS = ("unweighted", "linear", "quadratic")
FEWEST = 2


@dataclass(frozen=True)
class Icc:
    """The six intraclass correlations of Shrout and Fleiss, by model, unit and kind.

    ``oneway``: each object has raters of its own. ``consistency``: raters may differ by a
    constant. ``agreement``: they must give the same figures. ``_average``: of the raters' mean.
    """

    oneway: float
    consistency: float
    agreement: float
    oneway_average: float
    consistency_average: float
    agreement_average: float


def cohen_kappa(first: ArrayLike, second: ArrayLike, weights: str = "unweighted") -> float:
    """Cohen's kappa of two raters, with agreement weights over the categories that occur.

    Parameters
    ----------
    first, second : array_like, shape (n_objects,)
        Categories as numbers; where either is missing (NaN) the object is left out.
    weights : {"unweighted", "linear", "quadratic"}
        How much a near miss counts, by the distance of the categories' ranks.

    Returns
    -------
    float
        At most 1; NaN without two objects, or when both use one and the same category.

    Raises
    ------
    ValueError
        If the weights are unknown, a rating is infinite, or the raters rated different numbers
        of objects.

    References
    ----------
    .. [1] Cohen (1968), "Weighted kappa", Psychological Bulletin 70, 213-220.

    Examples
    --------
    >>> round(cohen_kappa([1, 2, 3, 3], [1, 2, 3, 2], "linear"), 4)
    0.7143
    """
    if weights not in WEIGHTS:
        msg = f"weights are one of {', '.join(WEIGHTS)}: {weights!r}"
        raise ValueError(msg)
    pair = rating_pairs(first, second)
    categories, ranks = np.unique(pair, return_inverse=True)
    n = len(categories)
    if len(pair) < FEWEST or n < FEWEST:
        return float("nan")
    table = np.zeros((n, n))
    np.add.at(table, tuple(ranks.reshape(pair.shape).T), 1 / len(pair))
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    loss = {"unweighted": (apart > 0) * 1.0, "linear": apart * 1.0, "quadratic": apart**2.0}[
        weights
    ]
    by_chance = np.outer(table.sum(axis=1), table.sum(axis=0))
    return float(1 - (loss * table).sum() / (loss * by_chance).sum())


def light_kappa(ratings: ArrayLike) -> float:
    """Light's kappa: the mean of Cohen's unweighted kappa over all pairs of raters.

    Parameters
    ----------
    ratings : array_like, shape (n_objects, n_raters)
        Categories; objects with a missing rating are left out.

    Returns
    -------
    float
        At most 1; NaN for fewer than two objects or raters.

    Examples
    --------
    >>> light_kappa([[1, 1, 1], [2, 2, 2]])
    1.0
    """
    table = _complete(ratings)
    pairs = list(combinations(range(table.shape[1]), 2))
    if not pairs:
        return float("nan")
    return float(np.mean([cohen_kappa(table[:, a], table[:, b]) for a, b in pairs]))


def fleiss_kappa(ratings: ArrayLike) -> float:
    """Fleiss' kappa of many raters, who may be others for each object.

    Parameters
    ----------
    ratings : array_like, shape (n_objects, n_raters)
        Categories; objects with a missing rating are left out.

    Returns
    -------
    float
        At most 1; NaN for fewer than two objects or raters, or a single category.

    References
    ----------
    .. [1] Fleiss (1971), "Measuring nominal scale agreement among many raters",
       Psychological Bulletin 76, 378-382.

    Examples
    --------
    >>> fleiss_kappa([[1, 1], [2, 2], [1, 2]])
    0.33333333333333326
    """
    table = _complete(ratings)
    n, k = table.shape
    categories = np.unique(table)
    if min(n, k, len(categories)) < FEWEST:
        return float("nan")
    counts = (table[:, :, None] == categories).sum(axis=1)
    seen = ((counts**2).sum(axis=1) - k) / (k * (k - 1))
    chance = float(((counts.sum(axis=0) / (n * k)) ** 2).sum())
    return float((seen.mean() - chance) / (1 - chance))


def intraclass_correlations(ratings: ArrayLike) -> Icc:
    """Return the six intraclass correlations of complete ratings.

    Parameters
    ----------
    ratings : array_like, shape (n_objects, n_raters)
        Figures on an interval scale; objects with a missing rating are left out.

    Returns
    -------
    Icc
        NaN throughout for fewer than two objects or raters, or ratings that are all the same.

    References
    ----------
    .. [1] Shrout & Fleiss (1979), "Intraclass correlations", Psychological Bulletin 86, 420-428.
    .. [2] McGraw & Wong (1996), Psychological Methods 1, 30-46.

    Examples
    --------
    >>> found = intraclass_correlations([[1, 2], [2, 3], [3, 4]])
    >>> found.consistency, round(found.agreement, 4)
    (1.0, 0.6667)
    """
    table = _complete(ratings)
    n, k = table.shape
    if min(n, k) < FEWEST:
        return Icc(*[float("nan")] * 6)
    least = (NOISE * float(np.abs(table).max())) ** 2  # below it a mean square is rounding
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    between = float(k * ((rows - table.mean()) ** 2).sum() / (n - 1))
    within = float(((table - rows) ** 2).sum() / (n * (k - 1)))
    raters = float(n * ((columns - table.mean()) ** 2).sum() / (k - 1))
    rest = table - rows - columns + table.mean()
    error = float((rest**2).sum() / ((n - 1) * (k - 1)))
    between, within, raters, error = (
        each if each > least else 0.0 for each in (between, within, raters, error)
    )
    return Icc(
        share_of(between - within, between + (k - 1) * within),
        share_of(between - error, between + (k - 1) * error),
        share_of(between - error, between + (k - 1) * error + k * (raters - error) / n),
        share_of(between - within, between),
        share_of(between - error, between),
        share_of(between - error, between + (raters - error) / n),
    )


def kendall_w(ratings: ArrayLike) -> float:
    """Kendall's coefficient of concordance, corrected for ties.

    Parameters
    ----------
    ratings : array_like, shape (n_objects, n_raters)
        Ranks or anything to be ranked; objects with a missing rating are left out.

    Returns
    -------
    float
        From 0 to 1; NaN for fewer than two objects or raters, or when nobody ranks anything.

    References
    ----------
    .. [1] Kendall (1948), *Rank correlation methods*. Griffin.

    Examples
    --------
    >>> kendall_w([[1, 10], [2, 20], [3, 30]])
    1.0
    """
    table = _complete(ratings)
    n, k = table.shape
    if min(n, k) < FEWEST:
        return float("nan")
    ranks = np.column_stack([_ranks(column) for column in table.T])
    ties = sum(float((t**3 - t).sum()) for t in (_tied(column) for column in table.T))
    sums = ranks.sum(axis=1)
    spread = float(((sums - sums.mean()) ** 2).sum())
    return share_of(12 * spread, k**2 * (n**3 - n) - k * ties)


def rating_pairs(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Return what two raters gave the objects that both rated, shape (n_objects, 2).

    Raises
    ------
    ValueError
        If a rating is infinite, or the raters rated different numbers of objects.
    """
    one, other = finite_figures(first), finite_figures(second)
    if one.ndim != 1 or one.shape != other.shape:
        raise ValueError(f"ratings are one an object for both raters: {one.shape}, {other.shape}")
    return _complete(np.column_stack([one, other]))


def rating_table(ratings: ArrayLike) -> FloatArray:
    """Return ratings as an array, NaN where one is missing.

    Raises
    ------
    ValueError
        If there are not two dimensions, or a rating is infinite.
    """
    table = finite_figures(ratings)
    if table.ndim != 2:  # noqa: PLR2004 - objects and raters
        msg = f"ratings have two dimensions, objects and raters: {table.shape!r}"
        raise ValueError(msg)
    return table


def _complete(ratings: ArrayLike) -> FloatArray:
    table = rating_table(ratings)
    return np.asarray(table[~np.isnan(table).any(axis=1)])


def _ranks(column: FloatArray) -> FloatArray:
    """Return ranks from 1, the mean rank for ties."""
    _, places, counts = np.unique(column, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[places])


def _tied(column: FloatArray) -> FloatArray:
    return np.unique(column, return_counts=True)[1].astype(np.float64)


def share_of(part: float, whole: float) -> float:
    """Return a part of a whole, NaN where there is no whole."""
    return part / whole if whole else float("nan")
