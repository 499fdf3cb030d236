"""Differential item functioning level by level: odds that differ, and standardized differences."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.dif import checked_groups, matched_tables, odds_ratios, ratio
from scoring.moments import FloatArray


@dataclass(frozen=True)
class BreslowDay:
    """Whether odds ratios differ from level to level (non-uniform DIF), shape (n_items,).

    ``chi_squares`` are NaN where the common odds ratio is 0, infinite or unknown.
    """

    chi_squares: FloatArray
    degrees: NDArray[np.int64]


def breslow_day(responses: ArrayLike, is_focal: ArrayLike) -> BreslowDay:
    """Test whether the odds ratio is one and the same at all totals.

    Parameters and errors are those of ``mantel_haenszel``. Levels without persons of both
    groups, or where all or none are right, say nothing and do not count.

    References
    ----------
    .. [1] Breslow & Day (1980), *Statistical methods in cancer research*, vol. 1, p. 142.
    """
    marks, focal = checked_groups(responses, is_focal)
    tables = matched_tables(marks, focal, np.ones(marks.shape[1], dtype=bool))
    odds, _ = odds_ratios(tables)
    right = tables.reference_right + tables.focal_right
    reference = tables.reference_right + tables.reference_wrong
    n = tables.totals
    counts = (right > 0) & (right < n) & (reference > 0) & (reference < n)
    odds = np.where((odds > 0) & np.isfinite(odds), odds, np.nan)
    expected = _expected_right(odds, right, reference, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        cells = (
            1 / expected
            + 1 / (reference - expected)
            + 1 / (right - expected)
            + 1 / (n - right - reference + expected)
        )
        parts = np.where(counts, (tables.reference_right - expected) ** 2 * cells, 0.0)
    return BreslowDay(parts.sum(axis=0), np.maximum(counts.sum(axis=0) - 1, 0))


def _expected_right(
    odds: FloatArray, right: FloatArray, reference: FloatArray, n: FloatArray
) -> FloatArray:
    """Expected right in the reference group, given the margins and an odds ratio."""
    square = odds - 1
    linear = -(square * (right + reference) + n)
    product = odds * right * reference
    root = np.sqrt(np.maximum(linear**2 - 4 * square * product, 0.0))
    # This form of the smaller root holds for an odds ratio of 1 too.
    return ratio(2 * product, root - linear)


def standardized_differences(responses: ArrayLike, is_focal: ArrayLike) -> FloatArray:
    """Share right in the focal less the reference group at equal totals, weighted as the focal.

    Parameters and errors are those of ``mantel_haenszel``; levels without both groups do not
    count.

    References
    ----------
    .. [1] Dorans & Kulick (1986), "Demonstrating the utility of the standardization approach",
       Journal of Educational Measurement 23, 355-368.
    """
    marks, focal = checked_groups(responses, is_focal)
    tables = matched_tables(marks, focal, np.ones(marks.shape[1], dtype=bool))
    in_focal = tables.focal_right + tables.focal_wrong
    in_reference = tables.reference_right + tables.reference_wrong
    gaps = ratio(tables.focal_right, in_focal) - ratio(tables.reference_right, in_reference)
    weights = np.where((in_focal > 0) & (in_reference > 0), in_focal, 0.0)
    return ratio((np.nan_to_num(gaps) * weights).sum(axis=0), weights.sum(axis=0))
