"""Classical item analysis."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
PERSONS_BY_ITEMS = 2
FEWEST = 2
NOISE = 1e-12  # a spread below this share of the marks is rounding, not variance


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
    item_rest_r
        Corrected discrimination, shape (n_items,): Pearson correlation of the item with the sum
        of the other items presented to the person.
    n_presented
        Persons who were presented the item, shape (n_items,).
    alpha
        Cronbach's alpha over persons with complete data.
    alpha_if_deleted
        Shape (n_items,): alpha of the test without the item.
    mean, sd, sem
        Of the total score over persons with complete data; ``sem = sd × sqrt(1 − alpha)``.
    """

    n_persons: int
    n_items: int
    difficulties: FloatArray
    item_rest_r: FloatArray
    n_presented: NDArray[np.int64]
    alpha: float
    alpha_if_deleted: FloatArray
    mean: float
    sd: float
    sem: float


def analyse_items(scores: ArrayLike, max_marks: ArrayLike | None = None) -> ItemAnalysis:
    """Analyse a matrix of item scores.

    Parameters
    ----------
    scores : array, shape (n_persons, n_items)
        Marks earned; NaN where an item was not presented.
    max_marks : array, shape (n_items,), optional
        Greatest mark of each item, positive; 1 when not given.

    Returns
    -------
    ItemAnalysis

    Raises
    ------
    ValueError
        If ``scores`` has not two dimensions or holds an infinity, or a maximum is not positive.

    References
    ----------
    .. [1] Cronbach (1951), "Coefficient alpha and the internal structure of tests",
       Psychometrika 16.

    Examples
    --------
    >>> found = analyse_items([[1, 1], [1, 0], [0, 0]])
    >>> found.difficulties.round(3), round(found.alpha, 3)
    (array([0.667, 0.333]), 0.667)
    """
    data, maxima = checked_scores(scores, max_marks)
    n_persons, n_items = data.shape
    is_presented = ~np.isnan(data)
    n_presented = is_presented.sum(axis=0)
    complete = data[is_presented.all(axis=1)] if n_items else data[:0]
    totals = complete.sum(axis=1)
    alpha, sd = cronbach_alpha(complete), _sd(totals)
    return ItemAnalysis(
        n_persons=n_persons,
        n_items=n_items,
        difficulties=shares(np.nansum(data, axis=0), n_presented * maxima),
        item_rest_r=_item_rest_r(data, is_presented),
        n_presented=n_presented,
        alpha=alpha,
        alpha_if_deleted=_alpha_if_deleted(complete),
        mean=float(totals.mean()) if totals.size else np.nan,
        sd=sd,
        sem=float(sd * np.sqrt(1 - alpha)) if alpha <= 1 else np.nan,
    )


def _alpha_if_deleted(scores: FloatArray) -> FloatArray:
    n_items = scores.shape[1]
    return np.array([cronbach_alpha(np.delete(scores, item, axis=1)) for item in range(n_items)])


def checked_scores(scores: ArrayLike, max_marks: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Return scores and maxima as arrays; raises ``ValueError`` as ``analyse_items`` says.

    Examples
    --------
    >>> checked_scores([[1, 0]], None)
    (array([[1., 0.]]), array([1., 1.]))
    """
    data = np.asarray(scores, dtype=np.float64)
    if data.ndim != PERSONS_BY_ITEMS:
        msg = f"scores must be persons by items, not of shape {data.shape}"
        raise ValueError(msg)
    if np.isinf(data).any():
        msg = "a score is infinite"
        raise ValueError(msg)
    n_items = data.shape[1]
    maxima = np.ones(n_items) if max_marks is None else np.asarray(max_marks, dtype=np.float64)
    if maxima.shape != (n_items,) or not (maxima > 0).all():
        msg = f"there must be a positive maximum for every item: {maxima!r}"
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


def _item_rest_r(data: FloatArray, is_presented: NDArray[np.bool_]) -> FloatArray:
    marks = np.nan_to_num(data)
    rest = marks.sum(axis=1, keepdims=True) - marks
    sizes = np.abs(marks).sum(axis=1)
    return np.array(
        [
            correlation(data[seen, item], rest[seen, item], sizes[seen])
            for item, seen in enumerate(is_presented.T)
        ]
    )


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


def _sd(totals: FloatArray) -> float:
    return float(totals.std(ddof=1)) if totals.size > 1 else float(np.nan)
