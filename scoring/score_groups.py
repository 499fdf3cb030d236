"""High and low scorers: the upper-lower index, and whether time ran out (speededness)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.classical import checked_scores
from scoring.moments import FloatArray

TIES: Final = ("shared", "in_order")
THREE_QUARTERS: Final = 0.75
REACHING_THE_LAST: Final = 0.80


def upper_lower_index(
    scores: ArrayLike,
    max_marks: ArrayLike | None = None,
    *,
    share: float = 1 / 3,
    ties: str = "shared",
) -> FloatArray:
    """Mean mark in the upper group less that in the lower, as a share of the item's maximum.

    Parameters
    ----------
    scores : array, shape (n_persons, n_items)
        Marks; persons without complete data are left out.
    max_marks : array, shape (n_items,), optional
        Greatest mark of each item; 1 when not given.
    share : float
        Size of each group as a share of all, above 0 and at most one half; rounded down.
    ties : {"shared", "in_order"}
        Whether persons of the total at a group's border belong to it in part, each alike, or
        those first in the data do: what some programs do, and what depends on that order.

    Returns
    -------
    ndarray, shape (n_items,)
        From -1 to 1; NaN when a group would be empty.

    Raises
    ------
    ValueError
        If the share or the way with ties is none, or as ``checked_scores`` says.

    References
    ----------
    .. [1] Kelley (1939), "The selection of upper and lower groups for the validation of test
       items", Journal of Educational Psychology 30, 17-24.

    Examples
    --------
    >>> upper_lower_index([[1, 1], [1, 0], [0, 0]])
    array([1., 1.])
    """
    if ties not in TIES or not 0 < share <= 0.5:  # noqa: PLR2004 - half
        raise ValueError(f"a share up to one half, ties of {TIES}: {share!r}, {ties!r}")
    data, maxima = checked_scores(scores, max_marks)
    data = data[~np.isnan(data).any(axis=1)]
    size = int(len(data) * share + 1e-9)
    if not size:
        return np.full(data.shape[1], np.nan)
    totals = np.round(data.sum(axis=1), 9)
    if ties == "in_order":
        order = np.argsort(totals, kind="stable")
        difference = data[order[-size:]].sum(axis=0) - data[order[:size]].sum(axis=0)
    else:
        difference = (_weights(-totals, size) - _weights(totals, size)) @ data
    return np.asarray(difference / size / maxima)


def _weights(totals: FloatArray, size: int) -> FloatArray:
    """Weigh persons so that those with the least totals make up a group of this size."""
    border = np.partition(totals, size - 1)[size - 1]
    below, at = totals < border, totals == border
    return np.asarray(below + at * (size - below.sum()) / at.sum(), dtype=np.float64)


@dataclass(frozen=True)
class Speededness:
    """Whether time ran out.

    Attributes
    ----------
    reached_last, reached_three_quarters
        Share of persons who reached the last item, and three quarters of the items.
    mean_not_reached
        Items not reached, on average.
    ratio
        Gulliksen's: variance of the number not reached over that of all marks lost in items;
        near 0 for a power test, near 1 for a speed test. NaN when nothing was lost.
    is_speeded
        By Swineford's rule: fewer than four fifths reach the last item, or someone did not
        reach three quarters.
    """

    reached_last: float
    reached_three_quarters: float
    mean_not_reached: float
    ratio: float
    is_speeded: bool


def speededness(is_not_reached: ArrayLike, shares: ArrayLike) -> Speededness:
    """Judge from items not reached whether a test was a matter of speed.

    Parameters
    ----------
    is_not_reached : array of bool, shape (n_persons, n_items)
        In the order the person saw them; not reached stands at the end only.
    shares : array, shape (n_persons, n_items)
        Share of the maximum earned by each person on each item.

    Raises
    ------
    ValueError
        If the shapes differ or there is nobody.

    References
    ----------
    .. [1] Gulliksen (1950), *Theory of mental tests*, chapter 17. Wiley.
    .. [2] Swineford (1974), *The test analysis manual*. Educational Testing Service.

    Examples
    --------
    >>> speededness([[0, 0], [0, 1]], [[1, 0], [1, 0]]).reached_last
    0.5
    """
    missed = np.asarray(is_not_reached, dtype=bool)
    earned = np.nan_to_num(np.asarray(shares, dtype=np.float64))
    if missed.shape != earned.shape or not missed.size:
        raise ValueError(f"not reached {missed.shape} and shares {earned.shape} do not fit")
    left = missed.sum(axis=1)
    lost = (1 - earned).sum(axis=1)
    k = missed.shape[1]
    enough = k - np.ceil(THREE_QUARTERS * k)
    at_end, far = float((left == 0).mean()), float((left <= enough).mean())
    spread = float(lost.var())
    return Speededness(
        reached_last=at_end,
        reached_three_quarters=far,
        mean_not_reached=float(left.mean()),
        ratio=float(left.var() / spread) if spread > 0 else float("nan"),
        is_speeded=at_end < REACHING_THE_LAST or far < 1,
    )
