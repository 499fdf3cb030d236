"""Differential item functioning by SIBTEST (matching on estimated true scores) and delta plots."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.dif import checked_groups, ratio
from scoring.homogeneity import alpha
from scoring.moments import ROUNDING, BoolArray, FloatArray

FEWEST_AT_A_LEVEL: Final = 6
FEWEST: Final = 2
DELTA_MEAN: Final = 13.0
DELTA_SD: Final = 4.0


@dataclass(frozen=True)
class Sibtest:
    """Differences of each item, reference less focal, shape (n_items,); NaN where unknown.

    They are unknown where the other items' alpha is not above 0 in both groups: without it no
    true scores can be estimated.

    ``betas`` are shares of a mark at equal true scores, weighted by how many there are; over
    ``standard_errors`` they are about normal.
    """

    betas: FloatArray
    standard_errors: FloatArray

    @property
    def chi_squares(self) -> FloatArray:
        """Squared ratios, one degree of freedom."""
        return np.asarray((self.betas / self.standard_errors) ** 2)


def sibtest(
    responses: ArrayLike, is_focal: ArrayLike, *, fewest: int = FEWEST_AT_A_LEVEL
) -> Sibtest:
    """Compare groups at equal totals of the other items, corrected to equal true scores.

    Parameters
    ----------
    responses, is_focal
        As in ``mantel_haenszel``.
    fewest : int
        Levels with fewer persons of either group do not count, nor do the lowest and highest,
        nor those where all of a group got the same mark.

    Raises
    ------
    UnfitDataError, ValueError
        As ``mantel_haenszel``.

    References
    ----------
    .. [1] Shealy & Stout (1993), "A model-based standardization approach that separates true
       bias/DIF from group ability differences", Psychometrika 58, 159-194.
    """
    marks, focal = checked_groups(responses, is_focal)
    found = [_one(marks, focal, item, fewest) for item in range(marks.shape[1])]
    return Sibtest(*(np.array(each) for each in zip(*found, strict=True)))


@dataclass(frozen=True)
class _Levels:
    """One group at each matching total: persons, mean, variance, estimated true share."""

    sizes: FloatArray
    means: FloatArray
    variances: FloatArray
    true_shares: FloatArray


def _levels(marks: FloatArray, studied: FloatArray, scores: FloatArray) -> _Levels | None:
    """Return what a group has at each total, or ``None`` without a reliability to go by."""
    if len(marks) < FEWEST or marks.shape[1] < FEWEST:
        return None
    reliability = alpha(np.cov(marks, rowvar=False))
    if not reliability > ROUNDING:
        return None
    totals = marks.sum(axis=1)
    at = (totals == scores[:, None]).astype(np.float64)
    sizes = at.sum(axis=1)
    means = ratio(at @ studied, sizes)
    squares = at @ studied**2 - sizes * np.nan_to_num(means) ** 2
    variances = np.divide(squares, sizes - 1, out=np.zeros(len(scores)), where=sizes > 1)
    centre = totals.mean()
    return _Levels(
        sizes, means, variances, (centre + reliability * (scores - centre)) / marks.shape[1]
    )


def _one(marks: FloatArray, focal: BoolArray, item: int, fewest: int) -> tuple[float, float]:
    others, studied = np.delete(marks, item, axis=1), marks[:, item]
    scores = np.unique(others.sum(axis=1))
    one, two = (_levels(others[who], studied[who], scores) for who in (~focal, focal))
    if one is None or two is None:
        return float("nan"), float("nan")
    counts = (one.sizes >= fewest) & (two.sizes >= fewest)
    counts &= (one.variances > ROUNDING) & (two.variances > ROUNDING)
    counts[[0, -1]] = False
    target = (one.true_shares + two.true_shares) / 2
    gap = _at(one, target) - _at(two, target)
    counts &= ~np.isnan(gap)
    weights = np.where(counts, one.sizes + two.sizes, 0.0)
    if not weights.any():
        return float("nan"), float("nan")
    weights /= weights.sum()
    errors = ratio(one.variances, one.sizes) + ratio(two.variances, two.sizes)
    beta = float((weights[counts] * gap[counts]).sum())
    error = float(np.sqrt((weights[counts] ** 2 * errors[counts]).sum()))
    return beta, error if error > 0 else float("nan")


def _at(group: _Levels, target: FloatArray) -> FloatArray:
    """Move each level's mean along the group's own curve to the target true share."""
    found = np.full(len(target), np.nan)
    seen = np.flatnonzero(group.sizes > 0)  # a level without persons has no mean to go by
    below, here, above = seen[:-2], seen[1:-1], seen[2:]
    rise, run = (each[above] - each[below] for each in (group.means, group.true_shares))
    found[here] = group.means[here] + rise / run * (target[here] - group.true_shares[here])
    return found


def delta_distances(responses: ArrayLike, is_focal: ArrayLike) -> FloatArray:
    """Distance of each item from the main axis of both groups' deltas (Angoff's plot).

    Parameters and errors are those of ``mantel_haenszel``. A delta is 13 + 4 z of the share
    wrong; below the axis, negative, an item is harder for the focal group. Items that everybody
    or nobody in a group solved have no delta: NaN.

    References
    ----------
    .. [1] Angoff & Ford (1973), "Item-race interaction on a test of scholastic aptitude",
       Journal of Educational Measurement 10, 95-105.
    """
    marks, focal = checked_groups(responses, is_focal)
    x, y = (_deltas(marks[who]) for who in (~focal, focal))
    is_known = np.isfinite(x) & np.isfinite(y)
    if is_known.sum() < FEWEST:
        return np.full(len(x), np.nan)
    (of_x, both), (_, of_y) = np.cov(x[is_known], y[is_known])
    slope = (of_y - of_x + np.sqrt((of_y - of_x) ** 2 + 4 * both**2)) / (2 * both)
    intercept = y[is_known].mean() - slope * x[is_known].mean()
    return np.asarray((slope * x + intercept - y) / np.sqrt(slope**2 + 1))


def _deltas(marks: FloatArray) -> FloatArray:
    normal = NormalDist()
    return np.array(
        [
            DELTA_MEAN - DELTA_SD * normal.inv_cdf(float(share)) if 0 < share < 1 else np.nan
            for share in marks.mean(axis=0)
        ]
    )
