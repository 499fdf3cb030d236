"""How much of a total's variance its items share: alpha, Guttman's bounds, omega, split halves.

Everything here follows from the items' covariances; undefined values are NaN.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from scoring.moments import ROUNDING, FloatArray
from scoring.one_factor import likeliest_factor, nearest_factor

NOT_KNOWN: Final = float("nan")
FEWEST: Final = 2
FEWEST_FOR_A_FACTOR: Final = 3
METHODS: Final = ("ml", "ml_correlations", "minres")
TRIED_WHOLE: Final = 16  # items up to which every split is tried
ROUNDS: Final = 2000
LEAST_OWN: Final = 0.005  # of an item's variance; where other programs stop as well
NOTHING_OWN: Final = 1e-4  # of an item's variance: as good as none


@dataclass(frozen=True)
class Test:
    """The covariances of a test's items, shape (n_items, n_items), and its totals' variance."""

    __test__ = False  # not for pytest to collect

    covariance: FloatArray
    total_variance: float

    @property
    def correlation(self) -> FloatArray | None:
        """The items' correlations; ``None`` when one does not vary."""
        spread = np.sqrt(np.diagonal(self.covariance))
        if not self.covariance.size or not (spread > 0).all():
            return None
        return np.asarray(self.covariance / np.outer(spread, spread))

    @property
    def of_varying_items(self) -> "Test":
        """The test without items that do not vary: its totals vary as much."""
        varies = np.diagonal(self.covariance) > 0
        if varies.all():
            return self
        return Test(self.covariance[np.ix_(varies, varies)], self.total_variance)

    @property
    def is_known(self) -> bool:
        """Whether there are two items and totals that vary."""
        variance = float(self.covariance.sum())
        return len(self.covariance) >= FEWEST and variance > 0 and self.total_variance > 0


def alpha(covariance: FloatArray, total_variance: float = 1.0) -> float:
    """Cronbach's alpha of items' covariances.

    Examples
    --------
    >>> alpha(np.array([[1.0, 0.5], [0.5, 1.0]])).__round__(3)
    0.667
    """
    k, variance = len(covariance), float(covariance.sum())
    if k < FEWEST or not variance > 0 or not total_variance > 0:
        return NOT_KNOWN
    return float(k / (k - 1) * (1 - np.trace(covariance) / variance))


def alpha_if_deleted(covariance: FloatArray) -> FloatArray:
    """Alpha of the test without each item, shape (n_items,)."""
    k, own = len(covariance), np.diagonal(covariance)
    if k <= FEWEST:
        return np.full(k, np.nan)
    rest = covariance.sum() - 2 * covariance.sum(axis=1) + own
    found: FloatArray = np.full(k, np.nan)
    is_known = rest > ROUNDING * np.abs(covariance).sum()
    np.divide(own.sum() - own, rest, out=found, where=is_known)
    return np.asarray((k - 1) / (k - 2) * (1 - found))


def standardized_alpha(test: Test) -> float:
    """Alpha of the correlations of the items that vary."""
    found = test.of_varying_items.correlation
    return NOT_KNOWN if found is None else alpha(found)


def lambda2(test: Test) -> float:
    """Guttman's lambda-2: at least alpha, never above the reliability.

    References
    ----------
    .. [1] Guttman (1945), "A basis for analyzing test-retest reliability", Psychometrika 10.
    """
    if not test.is_known:
        return NOT_KNOWN
    k, between = len(test.covariance), test.covariance - np.diag(np.diagonal(test.covariance))
    bound = between.sum() + np.sqrt(k / (k - 1) * (between**2).sum())
    return float(bound / test.covariance.sum())


def lambda6(test: Test) -> float:
    """Guttman's lambda-6, of the squared multiple correlations of the items that vary."""
    found = test.of_varying_items.correlation
    if found is None or not test.is_known or np.linalg.matrix_rank(found) < len(found):
        return NOT_KNOWN
    own = 1 / np.diagonal(np.linalg.inv(found))
    return float(1 - own.sum() / found.sum())


def kr21(mean: float, variance: float, n_items: int) -> float:
    """Kuder and Richardson's formula 21: KR-20 if all items were equally hard.

    Examples
    --------
    >>> round(kr21(5.0, 6.0, 10), 3)
    0.648
    """
    if n_items < FEWEST or not variance > 0:
        return NOT_KNOWN
    return n_items / (n_items - 1) * (1 - mean * (n_items - mean) / (n_items * variance))


def split_half(test: Test) -> float:
    """Correlation of the items in odd with those in even places, stepped up to full length."""
    if not test.is_known:
        return NOT_KNOWN
    is_odd = np.arange(len(test.covariance)) % 2 == 0
    r = half_correlation(test.covariance, is_odd)
    return 2 * r / (1 + r) if r > -1 else NOT_KNOWN


def half_correlation(covariance: FloatArray, is_first: FloatArray) -> float:
    """Correlation of the sums of two halves."""
    first = np.asarray(is_first, dtype=np.float64)
    second = 1 - first
    spreads = (first @ covariance @ first) * (second @ covariance @ second)
    return float(first @ covariance @ second / np.sqrt(spreads)) if spreads > 0 else NOT_KNOWN


def lambda4(covariance: FloatArray, *, equal_halves: bool = True) -> float:
    """Guttman's lambda-4 of the best split: the greatest of his lower bounds.

    Up to 16 items every split is tried; with more, splits are bettered by exchanges from the
    signs of the smallest principal components, and the value may fall short of the best.

    Parameters
    ----------
    covariance : ndarray, shape (n_items, n_items)
        Of the items, or their correlations.
    equal_halves : bool
        Whether halves have as many items (one more for an odd number).
    """
    k, variance = len(covariance), float(covariance.sum())
    if k < FEWEST or not variance > 0:
        return NOT_KNOWN
    splits = _all_splits(k, equal_halves) if k <= TRIED_WHOLE else _good_splits(covariance)
    least = np.einsum("si,ij,sj->s", splits, covariance, splits, optimize=True).min()
    return float(1 - least / variance)


def _all_splits(k: int, equal_halves: bool) -> FloatArray:  # noqa: FBT001 - handed through
    sizes = [k // 2] if equal_halves else range(1, k // 2 + 1)
    chosen = [each for size in sizes for each in combinations(range(k), size)]
    splits = -np.ones((len(chosen), k))
    for row, each in zip(splits, chosen, strict=True):
        row[list(each)] = 1
    return splits


def _good_splits(covariance: FloatArray) -> FloatArray:
    _, vectors = np.linalg.eigh(covariance)
    starts = [_halved(vector) for vector in vectors.T]
    return np.array([_bettered(covariance, start) for start in starts])


def _halved(vector: FloatArray) -> FloatArray:
    signs = -np.ones(len(vector))
    signs[np.argsort(vector)[: len(vector) // 2]] = 1
    return signs


def _bettered(covariance: FloatArray, signs: FloatArray) -> FloatArray:
    """Exchange pairs of items while that lowers the variance of the halves' difference."""
    signs = signs.copy()
    own = np.diagonal(covariance)
    for _ in range(ROUNDS):
        pull = signs * (covariance @ signs) - own
        first, second = np.flatnonzero(signs > 0), np.flatnonzero(signs < 0)
        gains = pull[first][:, None] + pull[second] + 2 * covariance[np.ix_(first, second)]
        best = np.unravel_index(int(gains.argmax()), gains.shape)
        if gains[best] <= ROUNDING * own.sum():
            break
        signs[[first[best[0]], second[best[1]]]] *= -1
    return signs


def omega(test: Test, method: str = "ml") -> float:
    r"""McDonald's omega of one common factor.

    Parameters
    ----------
    test : Test
        Items' covariances, of three items or more.
    method : {"ml", "ml_correlations", "minres"}
        Maximum likelihood on covariances or on correlations,
        :math:`(\sum\lambda)^2 / ((\sum\lambda)^2 + \sum\psi)`; or least squares on correlations
        with :math:`1 - \sum\psi / \sum r`. On correlations no item's own variance falls below
        0.005.

    Returns
    -------
    float
        NaN for fewer than three items that vary, or where no factor fits: the likeliest one
        would leave an item no variance of its own (a Heywood case).

    Raises
    ------
    ValueError
        If the method is unknown.

    References
    ----------
    .. [1] McDonald (1999), *Test theory: a unified treatment*, chapter 6. Erlbaum.
    .. [2] Jöreskog (1967), "Some contributions to maximum likelihood factor analysis",
       Psychometrika 32, 443-482.
    """
    if method not in METHODS:
        msg = f"a method is one of {', '.join(METHODS)}: {method!r}"
        raise ValueError(msg)
    varying = test.of_varying_items
    correlation = varying.correlation
    if correlation is None or len(correlation) < FEWEST_FOR_A_FACTOR or not test.is_known:
        return NOT_KNOWN
    if method == "minres":
        found = nearest_factor(correlation, LEAST_OWN)
        if found is None:
            return NOT_KNOWN
        return float(1 - (1 - found**2).sum() / correlation.sum())
    fit = likeliest_factor(correlation, NOTHING_OWN if method == "ml" else LEAST_OWN)
    if fit is None or (method == "ml" and fit[1].min() <= 1.01 * NOTHING_OWN):
        return NOT_KNOWN
    sds = np.sqrt(np.diagonal(varying.covariance)) if method == "ml" else np.ones(len(correlation))
    common = float((fit[0] * sds).sum() ** 2)
    return common / (common + float((fit[1] * sds**2).sum()))
