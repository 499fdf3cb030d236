"""Where the pass mark should lie, from candidates whom judges know: borderline and contrasting."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.dif import focal_group
from scoring.dif_models import fitted
from scoring.figures import finite_figures
from scoring.moments import NOISE, BoolArray, FloatArray
from scoring.refusals import UnfitDataError

FEWEST: Final = 3


@dataclass(frozen=True)
class BorderlineRegression:
    """A line of marks on global ratings; ``cut`` is its height at the borderline rating.

    ``standard_error`` is that of the height there, in marks; ``intercept`` and ``slope`` are the
    line's, ``r_squared`` the share of the marks' variance that it explains.
    """

    cut: float
    standard_error: float
    intercept: float
    slope: float
    r_squared: float


def borderline_regression(
    marks: ArrayLike, ratings: ArrayLike, borderline: float
) -> BorderlineRegression:
    """Read the cut off a straight line of marks on global ratings.

    Parameters
    ----------
    marks, ratings : array, shape (n_persons,)
        A station's marks and the examiner's global rating.
    borderline : float
        The rating that means borderline.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``no_variation``, ``missing_scores``.
    ValueError
        If a figure is infinite, or the borderline rating is no figure.

    References
    ----------
    .. [1] Wood, Humphrey-Murto & Norman (2006), "Standard setting in a small scale OSCE",
       Advances in Health Sciences Education 11.
    """
    y, x = finite_figures(marks), finite_figures(ratings)
    if not np.isfinite(borderline):
        raise ValueError(f"a borderline rating is a figure: {borderline!r}")
    if y.shape != x.shape or y.ndim != 1 or y.size < FEWEST:
        raise UnfitDataError("too_few_persons", f"{y.shape}, {x.shape}")
    if np.isnan(y + x).any():
        raise UnfitDataError("missing_scores")
    spread = float(((x - x.mean()) ** 2).sum())
    total = float(((y - y.mean()) ** 2).sum())
    if min(np.ptp(each) - NOISE * np.abs(each).max() for each in (x, y)) <= 0:
        raise UnfitDataError("no_variation")
    slope = float(((x - x.mean()) * y).sum() / spread)
    intercept = float(y.mean() - slope * x.mean())
    residual = float(((y - intercept - slope * x) ** 2).sum())
    variance = residual / (len(y) - 2)
    error = np.sqrt(variance * (1 / len(y) + (borderline - x.mean()) ** 2 / spread))
    return BorderlineRegression(
        intercept + slope * borderline, float(error), intercept, slope, 1 - residual / total
    )


def borderline_group(marks: ArrayLike, is_borderline: ArrayLike) -> tuple[float, float]:
    """Mean and median mark of those rated borderline.

    Parameters
    ----------
    marks : array, shape (n_persons,)
    is_borderline : array of bool, shape (n_persons,)

    Raises
    ------
    UnfitDataError
        ``nobody_borderline``, ``missing_scores``, ``group_unknown``.
    ValueError
        If shapes do not fit, or a mark is infinite.

    Examples
    --------
    >>> borderline_group([50, 58, 66, 80], [False, True, True, False])
    (62.0, 62.0)
    """
    values, is_in = _marked_groups(marks, is_borderline)
    group = values[is_in]
    if not group.size:
        raise UnfitDataError("nobody_borderline")
    return float(group.mean()), float(np.median(group))


def contrasting_groups(marks: ArrayLike, is_competent: ArrayLike) -> tuple[float, float]:
    """Find the cut that tells competent candidates from others.

    Parameters
    ----------
    marks : array, shape (n_persons,)
    is_competent : array of bool, shape (n_persons,)

    Returns
    -------
    tuple of float
        The mark at which both are equally likely (logistic regression; NaN where the groups do
        not overlap), and the observed mark that misclassifies fewest; of several, the lowest.

    Raises
    ------
    UnfitDataError
        ``one_group_empty``, ``missing_scores``, ``group_unknown``.
    ValueError
        If shapes do not fit, or a mark is infinite.

    References
    ----------
    .. [1] Livingston & Zieky (1982), *Passing scores*. Educational Testing Service.
    """
    values, good = _marked_groups(marks, is_competent)
    if good.all() or not good.any():
        raise UnfitDataError("one_group_empty")
    fit = fitted(np.column_stack([np.ones(len(values)), values]), good.astype(np.float64))
    even = float("nan") if fit is None or not fit[0][1] > 0 else float(-fit[0][0] / fit[0][1])
    return even, _fewest_wrong(values, good)


def _marked_groups(marks: ArrayLike, is_in: ArrayLike) -> tuple[FloatArray, BoolArray]:
    values, side = finite_figures(marks), focal_group(is_in)
    if values.ndim != 1 or values.shape != side.shape:
        raise ValueError(f"marks {values.shape} and groups {side.shape} do not fit")
    if np.isnan(values).any():
        raise UnfitDataError("missing_scores")
    return values, side


def _fewest_wrong(values: FloatArray, good: BoolArray) -> float:
    cuts = np.unique(values)
    wrong = [((values >= cut) != good).sum() for cut in cuts]
    return float(cuts[int(np.argmin(wrong))])
