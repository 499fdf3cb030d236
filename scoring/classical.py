"""Classical item analysis."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring import homogeneity
from scoring.figures import figures_of
from scoring.moments import NOISE, FloatArray, Moments, moments

PERSONS_BY_ITEMS = 2
FEWEST = 2
MISSING = ("listwise", "pairwise")


@dataclass(frozen=True)
class ItemAnalysis:
    """Classical statistics of a test; undefined values are NaN.

    Attributes
    ----------
    n_persons, n_items
        Size of the data.
    difficulties
        p, shape (n_items,): mean score over the persons who were presented the item, as a share
        of the item's maximum; high is easy.
    sds
        Standard deviation of each item's marks, by n - 1, shape (n_items,).
    item_rest_r
        Corrected discrimination, shape (n_items,): Pearson correlation of the item with the sum
        of the other items presented to the person.
    biserials
        Shape (n_items,): what that correlation would be if a normal trait stood behind the
        item's marks (polyserial, in two steps, for items of several marks).
    n_presented
        Persons who were presented the item, shape (n_items,).
    alpha
        Cronbach's alpha over persons with complete data (or of pairwise covariances).
    alpha_if_deleted
        Shape (n_items,): alpha of the test without the item.
    standardized_alpha
        Alpha of the items' correlations.
    lambda2, lambda6
        Guttman's bounds of reliability: lambda2 of covariances, lambda6 of correlations.
    omega
        Share of the totals' variance due to one common factor, maximum likelihood on covariances.
    kr20, kr21
        Kuder and Richardson's formulas; only for items that are all marked 0 or their maximum of
        1.
    split_half
        Items in odd against even places, stepped up by Spearman and Brown.
    mean, sd, sem
        Of the total score over persons with complete data; ``sem = sd × sqrt(1 − alpha)``.
    """

    n_persons: int
    n_items: int
    difficulties: FloatArray
    sds: FloatArray
    item_rest_r: FloatArray
    biserials: FloatArray
    n_presented: NDArray[np.int64]
    alpha: float
    alpha_if_deleted: FloatArray
    standardized_alpha: float
    lambda2: float
    lambda6: float
    omega: float
    kr20: float
    kr21: float
    split_half: float
    mean: float
    sd: float
    sem: float


def analyse_items(
    scores: ArrayLike, max_marks: ArrayLike | None = None, *, missing: str = "listwise"
) -> ItemAnalysis:
    """Analyse a matrix of item scores.

    Parameters
    ----------
    scores : array, shape (n_persons, n_items)
        Marks earned; NaN where an item was not presented.
    max_marks : array, shape (n_items,), optional
        Greatest mark of each item, positive; when not given difficulties are mean marks.
    missing : {"listwise", "pairwise"}
        Whether what concerns the whole test is found from persons with complete data, or
        covariances from all who were presented both items and totals from everyone.

    Returns
    -------
    ItemAnalysis

    Raises
    ------
    ValueError
        If ``scores`` has not two dimensions or holds an infinity, a maximum is not positive or
        lower than a score, or the way with missing data is unknown.

    References
    ----------
    .. [1] Cronbach (1951), "Coefficient alpha and the internal structure of tests",
       Psychometrika 16.
    .. [2] Olsson, Drasgow & Dorans (1982), "The polyserial correlation coefficient",
       Psychometrika 47, 337-347.

    Examples
    --------
    >>> found = analyse_items([[1, 1], [1, 0], [0, 0]])
    >>> found.difficulties.round(3), round(found.alpha, 3)
    (array([0.667, 0.333]), 0.667)
    """
    if missing not in MISSING:
        msg = f"missing data is treated {' or '.join(MISSING)}: {missing!r}"
        raise ValueError(msg)
    data, maxima = checked_scores(scores, max_marks)
    return _analysed(data, maxima, moments(data, pairwise=missing == "pairwise"))


def _analysed(data: FloatArray, maxima: FloatArray, sums: Moments) -> ItemAnalysis:
    n_persons, n_items = data.shape
    alpha = homogeneity.alpha(sums.covariance, sums.total_variance)
    sd = float(np.sqrt(sums.total_variance))
    is_binary = _marked_all_or_nothing(sums, maxima) & (maxima == 1)
    whole = homogeneity.Test(sums.covariance, sums.total_variance)
    return ItemAnalysis(
        n_persons=n_persons,
        n_items=n_items,
        difficulties=sums.means / maxima,
        sds=np.sqrt(sums.variances),
        item_rest_r=sums.item_rest_r,
        biserials=_biserials(data, sums, is_binary),
        n_presented=sums.n_presented,
        alpha=alpha,
        alpha_if_deleted=homogeneity.alpha_if_deleted(sums.covariance),
        standardized_alpha=homogeneity.standardized_alpha(whole),
        lambda2=homogeneity.lambda2(whole),
        lambda6=homogeneity.lambda6(whole),
        omega=homogeneity.omega(whole),
        kr20=alpha if is_binary.all() else float("nan"),
        kr21=homogeneity.kr21(sums.total_mean, sums.total_variance, n_items)
        if is_binary.all()
        else float("nan"),
        split_half=homogeneity.split_half(whole),
        mean=sums.total_mean,
        sd=sd,
        sem=float(sd * np.sqrt(1 - alpha)) if alpha <= 1 else float("nan"),
    )


def _marked_all_or_nothing(sums: Moments, maxima: FloatArray) -> NDArray[np.bool_]:
    """Say of each item whether all its marks are 0 or the maximum: then variance follows from p."""
    n = sums.n_presented
    expected = sums.means * (maxima - sums.means) * n / np.maximum(n - 1, 1)
    return np.asarray(np.abs(expected - sums.variances) <= NOISE * maxima**2 * np.maximum(n, 1))


def _biserials(data: FloatArray, sums: Moments, is_binary: NDArray[np.bool_]) -> FloatArray:
    """Divide item-rest correlations by what cutting a normal trait into marks leaves of them."""
    found = np.full(len(is_binary), np.nan)
    for item in np.flatnonzero(~np.isnan(sums.item_rest_r)):
        n = sums.n_presented[item]
        if is_binary[item]:
            steps, below = np.ones(1), np.array([1 - sums.means[item]])
        else:
            marks, counts = np.unique(data[:, item], return_counts=True)
            is_mark = ~np.isnan(marks)
            steps, below = np.diff(marks[is_mark]), np.cumsum(counts[is_mark])[:-1] / n
        heights = np.array([_normal_height(share) for share in below])
        sd = np.sqrt(sums.variances[item] * (n - 1) / n)
        found[item] = sums.item_rest_r[item] * sd / (heights @ steps)
    return found


def _normal_height(share: float) -> float:
    """Density of the standard normal where this share lies below."""
    normal = NormalDist()
    return normal.pdf(normal.inv_cdf(float(share)))


def checked_scores(scores: ArrayLike, max_marks: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Return scores and maxima as arrays; raises ``ValueError`` as ``analyse_items`` says.

    Examples
    --------
    >>> checked_scores([[1, 0]], None)
    (array([[1., 0.]]), array([1., 1.]))
    """
    data = figures_of(scores)
    if data.ndim != PERSONS_BY_ITEMS:
        msg = f"scores must be persons by items, not of shape {data.shape}"
        raise ValueError(msg)
    if not _is_without_infinity(data):
        msg = "a score is infinite"
        raise ValueError(msg)
    n_items = data.shape[1]
    if max_marks is None:
        return data, np.ones(n_items)
    maxima = figures_of(max_marks)
    if maxima.shape != (n_items,) or not ((maxima > 0) & np.isfinite(maxima)).all():
        msg = f"there must be a positive maximum for every item: {maxima!r}"
        raise ValueError(msg)
    highest = np.fmax.reduce(data, axis=0, initial=-np.inf)
    if (highest > maxima * (1 + NOISE)).any():
        item = int((highest - maxima).argmax())
        msg = f"a score of {highest[item]} is above the maximum of item {item}, {maxima[item]}"
        raise ValueError(msg)
    return data, maxima


def cronbach_alpha(scores: FloatArray) -> float:
    """Cronbach's alpha of complete data, shape (n_persons, n_items); NaN when undefined.

    It is undefined for fewer than two persons or items, and when all totals are equal.

    Examples
    --------
    >>> round(cronbach_alpha(np.array([[1.0, 1.0], [0.0, 0.0]])), 3)
    1.0
    """
    n_persons, n_items = scores.shape
    if min(n_persons, n_items) < FEWEST:
        return float(np.nan)
    totals = scores.sum(axis=1)
    if _is_constant(totals, np.abs(scores).sum(axis=1)):
        return float(np.nan)
    share = scores.var(axis=0, ddof=1).sum() / totals.var(ddof=1)
    return float(n_items / (n_items - 1) * (1 - share))


def _is_without_infinity(data: FloatArray) -> bool:
    # A finite sum has finite parts; only when it is not must every mark be looked at.
    return bool(np.isfinite(data.sum()) or not np.isinf(data).any())


def correlation(left: FloatArray, right: FloatArray, sizes: FloatArray | None = None) -> float:
    """Pearson correlation of two vectors of shape (n_persons,); NaN when one does not vary.

    ``sizes`` are the magnitudes that the values were summed from, so that differences of mere
    rounding do not count as variance; the values' own when not given.

    Examples
    --------
    >>> correlation(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))
    1.0
    >>> correlation(np.array([1.0, 1.0]), np.array([1.0, 3.0]))
    nan
    """
    if sizes is None:
        sizes = np.abs(left) + np.abs(right)
    if left.size < FEWEST or _is_constant(left, sizes) or _is_constant(right, sizes):
        return float(np.nan)
    left, right = left - left.mean(), right - right.mean()
    return float((left * right).sum() / np.sqrt((left**2).sum() * (right**2).sum()))


def _is_constant(values: FloatArray, sizes: FloatArray) -> bool:
    """Say whether values differ by no more than the rounding of the marks they were summed from."""
    return bool(np.ptp(values) <= NOISE * sizes.max())


def shares(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return parts of wholes, NaN where there is no whole.

    Examples
    --------
    >>> shares(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    found: FloatArray = np.full(part.shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
