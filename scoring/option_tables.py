"""Options of all items of a choice test at once: counts, correlations, curves over score groups."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.distractors import quantile_groups
from scoring.figures import finite_figures
from scoring.moments import SLICE, FloatArray

NOT_CHOSEN: Final = -1
EXACT_IN_SINGLE: Final = 2**24  # whole numbers a 32-bit float holds


@dataclass(frozen=True)
class OptionTables:
    """How options were chosen; undefined values are NaN.

    Attributes
    ----------
    counts, shares
        Persons who chose the option, shape (n_items, n_options), and as a share of all persons.
    correlations
        Of choosing the option with the mark on all other items, shape (n_items, n_options).
    choice_correlations
        The same with the choice itself, as one mark, taken from the total instead of the item's
        mark: what some programs print.
    group_shares
        Shape (n_items, n_groups, n_options): the curves of a distractor plot.
    upper_lower
        Share in the highest group less share in the lowest, shape (n_items, n_options).
    """

    counts: NDArray[np.int64]
    shares: FloatArray
    correlations: FloatArray
    choice_correlations: FloatArray
    group_shares: FloatArray
    upper_lower: FloatArray


def analyse_options(
    chosen: ArrayLike, option_marks: ArrayLike, totals: ArrayLike, *, n_groups: int = 4
) -> OptionTables:
    """Count all options of a choice test and relate them to the total.

    Parameters
    ----------
    chosen : array of int, shape (n_persons, n_items)
        Place of the chosen option, from 0; -1 (or anything else) where none was chosen.
    option_marks : array, shape (n_items, n_options)
        What each option earns; choosing none earns 0.
    totals : array, shape (n_persons,)
        Mark on the whole test, these items included.
    n_groups : int
        Groups of about equal size by total, as ``quantile_groups`` makes them.

    Raises
    ------
    ValueError
        If shapes do not fit, there is nobody, choices are no numbers, or a mark or a total is
        missing or infinite.

    Examples
    --------
    >>> found = analyse_options([[0, 1], [0, 0], [1, 0]], [[1, 0], [0, 1]], [2, 1, 0], n_groups=2)
    >>> found.counts, found.correlations.round(2)
    (array([[2, 1],
           [2, 1]]), array([[ 0.5, -0.5],
           [-0.5,  0.5]]))
    """
    codes = np.ma.filled(chosen, NOT_CHOSEN) if np.ma.isMaskedArray(chosen) else np.asarray(chosen)
    marks, whole = finite_figures(option_marks), finite_figures(totals)
    if codes.dtype.kind not in "biuf" or np.isnan(marks).any():
        raise ValueError(f"choices are numbers, marks are known: {codes.dtype}, {marks!r}")
    if codes.ndim != 2 or marks.shape[:1] != codes.shape[1:] or whole.shape != codes.shape[:1]:  # noqa: PLR2004
        raise ValueError(f"choices {codes.shape}, marks {marks.shape}, totals {whole.shape}")
    groups = quantile_groups(whole, n_groups)
    centred = whole - np.round(whole.mean())
    sums = _sums_by_option(codes, marks.shape[1], centred, groups, n_groups)
    return _tables(sums, marks, centred, np.bincount(groups, minlength=n_groups))


def _tables(
    sums: FloatArray, marks: FloatArray, centred: FloatArray, sizes: NDArray[np.int64]
) -> OptionTables:
    of_totals, by_group = sums[:, :, 0], np.moveaxis(sums[:, :, 1:], 2, 1)
    counts, n = by_group.sum(axis=1), len(centred)
    curves = by_group / np.where(sizes > 0, sizes, np.nan)[None, :, None]
    with_total = (of_totals - counts * centred.mean()) / n
    alone = counts / n
    spread = alone * (1 - alone)
    # The item's mark is a function of the option: its moments follow from the counts.
    mean_mark = (alone * marks).sum(axis=1, keepdims=True)
    with_mark = alone * (marks - mean_mark)
    mark_variance = (alone * marks**2).sum(axis=1, keepdims=True) - mean_mark**2
    mark_total = (with_total * marks).sum(axis=1, keepdims=True)
    variance = float(centred.var())
    return OptionTables(
        counts=np.rint(counts).astype(np.int64),
        shares=alone,
        correlations=_correlation(
            with_total - with_mark, spread, variance - 2 * mark_total + mark_variance
        ),
        choice_correlations=_correlation(
            with_total - spread, spread, variance - 2 * with_total + spread
        ),
        group_shares=curves,
        upper_lower=curves[:, -1] - curves[:, 0],
    )


def _sums_by_option(
    codes: NDArray[np.int64],
    n_options: int,
    totals: FloatArray,
    groups: NDArray[np.int64],
    n_groups: int,
) -> FloatArray:
    """Sum totals and group memberships of those who chose: (n_items, n_options, 1 + n_groups)."""
    n, k = codes.shape
    step = max(1, SLICE // max(k, 1))
    is_whole = bool((totals == np.round(totals)).all())
    is_small = float(np.abs(totals).max()) * step < EXACT_IN_SINGLE
    kind = np.float32 if is_whole and is_small else np.float64
    found = np.zeros((k, n_options, 1 + n_groups))
    for start in range(0, n, step):
        rows = codes[start : start + step]
        sides = np.zeros((1 + n_groups, len(rows)), dtype=kind)
        sides[0] = totals[start : start + step]
        sides[1 + groups[start : start + step], np.arange(len(rows))] = 1
        is_complete = is_whole and bool((rows.min() >= 0) & (rows.max() < n_options))
        others = np.zeros((1 + n_groups, k))
        for option in range(n_options - is_complete):
            sums = sides @ (rows == option).astype(kind)
            found[:, option] += sums.T
            others += sums
        if is_complete:  # whole numbers: what the others leave of everybody is exact
            found[:, -1] += (sides.sum(axis=1, dtype=np.float64)[:, None] - others).T
    return found


def _correlation(products: FloatArray, left: FloatArray, right: FloatArray) -> FloatArray:
    scale = np.broadcast_to(left * right, products.shape)
    found: FloatArray = np.full(products.shape, np.nan)
    is_known = scale > np.finfo(float).eps
    np.divide(products, np.sqrt(np.where(is_known, scale, 1.0)), out=found, where=is_known)
    return found
