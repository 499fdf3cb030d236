"""What totals tell of items when ability is conditioned away: symmetric functions, kept in range.

Items are added one after another; what each contributes comes from the way back, as a sum of
positive terms only, so nothing cancels. Every step is scaled by its largest value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
CELLS = 4_000_000  # of one array on the way, so that many sets of items still fit in memory


@dataclass(frozen=True)
class Conditioned:
    """What totals tell, of each set of items.

    Attributes
    ----------
    log_values
        Logarithms of the symmetric functions at the totals, summed over persons, shape (n_sets,).
    expected
        Persons expected in each category of each item, shape (n_sets, n_items, n_categories).
    """

    log_values: FloatArray
    expected: FloatArray


def conditioned(factors: FloatArray, n_by_total: FloatArray) -> Conditioned:
    """Go forth and back over the items of each set.

    Parameters
    ----------
    factors : ndarray, shape (n_sets, n_items, n_categories)
        exp of each category's easiness: 1 for category 0, 0 for categories an item has not and
        for items that were not given.
    n_by_total : ndarray, shape (n_sets, n_totals)
        Persons of each total.

    References
    ----------
    .. [1] Fischer (1981), "On the existence and uniqueness of maximum-likelihood estimates in the
       Rasch model", Psychometrika 46, 59-77 (the functions; the way back is reverse
       differentiation).

    Examples
    --------
    >>> found = conditioned(np.array([[[1.0, 1.0], [1.0, 3.0]]]), np.array([[0.0, 4.0, 0.0]]))
    >>> found.expected[0, :, 1], np.exp(found.log_values / 4)
    (array([1., 3.]), array([4.]))
    """
    n_sets, n_items, _ = factors.shape
    at_once = max(1, CELLS // ((n_items + 1) * n_by_total.shape[1]))
    parts = [
        _conditioned(factors[start : start + at_once], n_by_total[start : start + at_once])
        for start in range(0, n_sets, at_once)
    ]
    return Conditioned(
        np.concatenate([each.log_values for each in parts]),
        np.concatenate([each.expected for each in parts]),
    )


def _conditioned(factors: FloatArray, n_by_total: FloatArray) -> Conditioned:
    n_sets, n_items, n_categories = factors.shape
    n_totals = n_by_total.shape[1]
    ways = np.zeros((n_items + 1, n_sets, n_totals))
    ways[0, :, 0] = 1
    scales = np.ones((n_items, n_sets))
    for item in range(n_items):
        for rank in range(min(n_categories, n_totals)):
            own = factors[:, item, rank, None]
            ways[item + 1, :, rank:] += ways[item, :, : n_totals - rank] * own
        scales[item] = ways[item + 1].max(axis=1)
        ways[item + 1] /= scales[item][:, None]
    is_used = n_by_total > 0
    last = np.where(is_used, ways[-1], 1.0)
    log_values = (n_by_total * np.log(last)).sum(axis=1)
    log_values += n_by_total.sum(axis=1) * np.log(scales).sum(axis=0)
    ahead, expected = n_by_total / last, np.zeros(factors.shape)
    for item in range(n_items - 1, -1, -1):
        before = np.zeros(ahead.shape)
        for rank in range(min(n_categories, n_totals)):
            own = (factors[:, item, rank] / scales[item])[:, None]
            moved = ahead[:, rank:] * own
            expected[:, item, rank] = (moved * ways[item, :, : n_totals - rank]).sum(axis=1)
            before[:, : n_totals - rank] += moved
        ahead = before
    return Conditioned(log_values, expected)
