"""Sums and products of a score matrix in one pass, on which every classical figure stands.

The matrix is read in slices that fit the processor's cache and is never copied whole; marks are
taken as differences from the first person's, so that whole marks stay exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
SLICE: Final = 2**19  # marks read at once: 4 MB
ROUNDING: Final = 1e-12  # a variance below this share of its parts is rounding
NOISE: Final = 1e-12  # a spread below this share of the marks is rounding


class _Sums(NamedTuple):
    """Sums over persons of marks less the first person's (d) and of totals less theirs (t)."""

    n: FloatArray  # (n_items, n_items): persons presented both
    d: FloatArray  # (n_items, n_items): sum of the row's d over persons presented the column's
    dd: FloatArray
    t: FloatArray  # (n_items,): over persons presented the item
    tt: FloatArray
    dt: FloatArray
    n_complete: FloatArray
    complete_d: FloatArray
    complete_dd: FloatArray
    all_t: FloatArray  # over all persons: number, sum, sum of squares


class _Complete(NamedTuple):
    """The same of persons presented everything."""

    n: FloatArray  # shape () here and for t and tt
    d: FloatArray
    dd: FloatArray
    t: FloatArray
    tt: FloatArray
    dt: FloatArray


@dataclass(frozen=True)
class Moments:
    """What one pass over a score matrix tells; undefined values are NaN.

    Attributes
    ----------
    n_presented, means, variances
        Of each item over those presented it, shape (n_items,); variances by n - 1.
    item_rest_r
        Correlation of each item with the sum of the others presented to the person.
    n_complete
        Persons presented every item.
    covariance
        Shape (n_items, n_items), by n - 1: of the complete persons, or of each pair of items
        over those presented both.
    total_mean, total_variance
        Of the totals of the complete persons, or of everyone's sum.
    """

    n_presented: NDArray[np.int64]
    means: FloatArray
    variances: FloatArray
    item_rest_r: FloatArray
    n_complete: int
    covariance: FloatArray
    total_mean: float
    total_variance: float


def moments(data: FloatArray, *, pairwise: bool = False) -> Moments:
    """Sum up a score matrix; NaN is not presented.

    Parameters
    ----------
    data : ndarray, shape (n_persons, n_items)
        Marks.
    pairwise : bool
        Whether covariances use everyone presented both items, and totals everyone.

    Raises
    ------
    ValueError
        If a mark is infinite.
    """
    n_persons, n_items = data.shape
    base = np.nan_to_num(data[0]) if n_persons else np.zeros(n_items)
    sums = _all_sums(data, base)
    n = np.diagonal(sums.n)
    d, dd = np.diagonal(sums.d), np.diagonal(sums.dd)
    variances = _variance(dd, d, d, n)
    means = base + _ratio(d, n)
    variances = np.where(variances <= (NOISE * np.abs(means)) ** 2, 0.0, variances)
    if pairwise:
        covariance = _variance(sums.dd, sums.d, sums.d.T, sums.n)
        count, total, square = sums.all_t
        total_variance = float(_variance(square, total, total, count))
    else:
        covariance, count, total = _complete_covariance(sums)
        total_variance = float(covariance.sum())
        if total_variance <= ROUNDING * float(np.abs(covariance).sum()):
            total_variance = 0.0 if count > 1 else np.nan
    return Moments(
        n_presented=n.astype(np.int64),
        means=means,
        variances=variances,
        item_rest_r=_item_rest_r(sums, variances),
        n_complete=int(sums.n_complete[0]),
        covariance=covariance,
        total_mean=float(base.sum() + total / count) if count else float("nan"),
        total_variance=total_variance,
    )


def _complete_covariance(sums: _Sums) -> tuple[FloatArray, float, float]:
    count, d = float(sums.n_complete[0]), sums.complete_d
    covariance = _variance(
        sums.complete_dd, d[:, None], d[None, :], np.full_like(sums.complete_dd, count)
    )
    return covariance, count, float(d.sum())


def _slices(data: FloatArray) -> Iterator[FloatArray]:
    step = max(1, SLICE // max(1, data.shape[1]))
    for start in range(0, len(data), step):
        yield data[start : start + step]


def _nothing(k: int) -> _Sums:
    shapes = [(k, k)] * 3 + [(k,)] * 3 + [(1,), (k,), (k, k), (3,)]
    return _Sums(*(np.zeros(shape) for shape in shapes))


def _all_sums(data: FloatArray, base: FloatArray) -> _Sums:
    """Sum up slice by slice; those without a gap, the most by far, in the shorter way."""
    k = len(base)
    whole = _Complete(*(np.zeros(shape) for shape in ((), k, (k, k), (), (), k)))
    sums = _nothing(k)
    for rows in _slices(data):
        d = rows - base
        d_sum = np.ones(len(d)) @ d
        if np.isfinite(d_sum).all():
            t = d @ np.ones(k)
            n = np.asarray(float(len(d)))
            found = _Complete(n, d_sum, d.T @ d, np.asarray(t.sum()), np.asarray(t @ t), t @ d)
            whole = _Complete(*(one + other for one, other in zip(whole, found, strict=True)))
        else:
            gaps = _sums_with_gaps(rows, d, base)
            sums = _Sums(*(one + other for one, other in zip(sums, gaps, strict=True)))
    return _Sums(*(one + other for one, other in zip(sums, _expanded(whole), strict=True)))


def _sums_with_gaps(rows: FloatArray, d: FloatArray, base: FloatArray) -> _Sums:
    if np.isinf(rows).any():
        raise ValueError("a score is infinite")
    seen = ~np.isnan(rows)
    d[~seen] = 0
    t = d.sum(axis=1) - (~seen) @ base
    is_complete = seen.all(axis=1)
    whole = d[is_complete]
    presented = seen.astype(np.float64)
    return _Sums(
        n=presented.T @ presented,
        d=d.T @ presented,
        dd=d.T @ d,
        t=t @ presented,
        tt=(t * t) @ presented,
        dt=t @ d,
        n_complete=np.array([float(len(whole))]),
        complete_d=whole.sum(axis=0),
        complete_dd=whole.T @ whole,
        all_t=np.array([float(len(t)), t.sum(), t @ t]),
    )


def _expanded(whole: _Complete) -> _Sums:
    k, n = len(whole.d), float(whole.n)
    return _Sums(
        n=np.full((k, k), n),
        d=np.repeat(whole.d[:, None], k, axis=1),
        dd=whole.dd,
        t=np.full(k, whole.t),
        tt=np.full(k, whole.tt),
        dt=whole.dt,
        n_complete=np.array([n]),
        complete_d=whole.d,
        complete_dd=whole.dd,
        all_t=np.array([n, whole.t, whole.tt]),
    )


def _item_rest_r(sums: _Sums, variances: FloatArray) -> FloatArray:
    """Correlate each item with the rest, from sums of items and totals."""
    n, d = np.diagonal(sums.n), np.diagonal(sums.d)
    of_totals = _variance(sums.tt, sums.t, sums.t, n)
    with_total = _variance(sums.dt, d, sums.t, n)
    of_rest = of_totals - 2 * with_total + variances
    is_known = (variances > 0) & (of_rest > ROUNDING * (of_totals + variances))
    found: FloatArray = np.full(len(n), np.nan)
    scale = np.sqrt(np.where(is_known, variances * of_rest, 1.0))
    np.divide(with_total - variances, scale, out=found, where=is_known)
    return found


def _variance(
    products: FloatArray, left: FloatArray, right: FloatArray, n: FloatArray
) -> FloatArray:
    """Covariance by n - 1 of sums of products and sums; NaN for fewer than two persons."""
    found: FloatArray = np.full(np.shape(products), np.nan)
    np.divide(
        products - left * right / np.maximum(n, 1), np.maximum(n - 1, 1), out=found, where=n > 1
    )
    return found


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    found: FloatArray = np.full(part.shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
