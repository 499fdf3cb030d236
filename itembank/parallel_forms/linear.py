"""Linear programmes as used here: columns from 0 upwards, rows with two bounds, prices."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from itembank.parallel_forms.model import FloatArray


@dataclass(frozen=True)
class LinearAnswer:
    """The columns; prices of the upper and lower bounds of the rows; reduced costs at 0."""

    columns: FloatArray
    high_prices: FloatArray
    low_prices: FloatArray
    reduced_costs: FloatArray


def least(
    cost: FloatArray, rows: csr_array, low: FloatArray, high: FloatArray, most: FloatArray
) -> LinearAnswer | None:
    """Return the columns of least cost, each between 0 and ``most``; None if there are none."""
    has_low, has_high = np.flatnonzero(np.isfinite(low)), np.flatnonzero(np.isfinite(high))
    # Sparse rows and a table of bounds are documented; the type stubs do not know them.
    given: Any = {
        "A_ub": vstack([rows[has_high], -rows[has_low]], format="csr"),
        "b_ub": np.concatenate([high[has_high], -low[has_low]]),
        "bounds": np.column_stack([np.zeros(cost.size), most]),
    }
    solved: Any = linprog(cost, **given)
    if solved.x is None:
        return None
    prices = -np.asarray(solved.ineqlin.marginals, dtype=np.float64)
    high_prices, low_prices = np.zeros(high.size), np.zeros(low.size)
    high_prices[has_high] = prices[: has_high.size]
    low_prices[has_low] = prices[has_high.size :]
    return LinearAnswer(
        np.asarray(solved.x, dtype=np.float64),
        high_prices,
        low_prices,
        np.asarray(solved.lower.marginals, dtype=np.float64),
    )
