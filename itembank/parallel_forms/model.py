"""The model of parallel forms: rows that every form keeps, uses of an item, and what is best."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from itembank.demands import Row

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
# Sums of floats come out a little off: a bound counts as kept within this.
KEPT_WITHIN = 1e-9


@dataclass(frozen=True)
class Goal:
    """What is made best: the information of a form at several abilities.

    Without ``targets`` the least ``values / weights`` over forms and abilities is made as large as
    it can be (weights are relative targets); with them, the largest ``weights * |values -
    targets|`` as small as it can be (weights are importances).
    """

    values: FloatArray  # (n_points, n_items), of one item each
    weights: FloatArray  # (n_points,), positive
    targets: FloatArray | None = None  # (n_points,)

    @cached_property
    def scaled(self) -> FloatArray:
        """Return the values so that all abilities weigh the same."""
        weights = self.weights[:, None]
        scaled: FloatArray = (
            self.values / weights if self.targets is None else self.values * weights
        )
        return scaled

    @cached_property
    def scaled_targets(self) -> FloatArray | None:
        """Return the targets on the scale of ``scaled``."""
        return None if self.targets is None else self.targets * self.weights

    def reached(self, sums: FloatArray) -> float:
        """Return the objective of forms from their scaled sums, shape (n_forms, n_points)."""
        if self.scaled_targets is None:
            return float(sums.min())
        return float(np.abs(sums - self.scaled_targets).max())


@dataclass(frozen=True)
class FormModel:
    """Rows with bounds that each form keeps, and how many forms an item may stand in.

    ``units`` are what is chosen: an item, or an item set as a whole.
    """

    rows: tuple[tuple[str, str], ...]  # kind and name
    matrix: csr_array  # (n_rows, n_units)
    low: FloatArray
    high: FloatArray
    n_forms: int
    uses: IntArray  # (n_units,)
    goal: Goal | None = None
    most_shared: int | None = None  # units that two forms may have in common

    @property
    def n_units(self) -> int:
        """Return how many units there are to choose from."""
        return int(self.uses.size)

    @cached_property
    def shares(self) -> FloatArray:
        """Return the largest share of the forms that each unit may stand in."""
        return np.asarray(np.minimum(1.0, self.uses / self.n_forms), dtype=np.float64)

    def sums(self, form: IntArray) -> FloatArray:
        """Return what a form has in every row."""
        return np.asarray(self.matrix[:, form].sum(axis=1), dtype=np.float64).ravel()

    def misses(self, form: IntArray) -> list[int]:
        """Return the rows that a form does not keep."""
        sums = self.sums(form)
        slack = KEPT_WITHIN * np.maximum(1.0, np.abs(sums))
        return np.flatnonzero((sums < self.low - slack) | (sums > self.high + slack)).tolist()


def model_of(
    rows: Iterable[Row],
    n_forms: int,
    uses: IntArray,
    *,
    goal: Goal | None = None,
    most_shared: int | None = None,
) -> FormModel:
    """Return the model of rows over a pool; each row is forgotten once it is taken in.

    Raises
    ------
    ValueError
        If there is no row or no form.

    Examples
    --------
    >>> rows = [Row("length", "", np.ones(3), 2, 2)]
    >>> model_of(rows, 1, np.ones(3, dtype=np.int64)).misses(np.array([0]))
    [0]
    """
    names, sparse, limits = [], [], []
    for row in rows:
        names.append((row.kind, row.name))
        sparse.append(csr_array(row.coefficients[None, :]))
        limits.append((row.low, row.high))
    if not names or n_forms < 1:
        msg = f"a model needs rows and forms: {len(names)!r} rows, {n_forms!r} forms"
        raise ValueError(msg)
    low, high = np.array(limits, dtype=np.float64).T
    return FormModel(
        rows=tuple(names),
        matrix=vstack(sparse, format="csr"),
        low=low,
        high=high,
        n_forms=n_forms,
        uses=np.minimum(uses, n_forms),
        goal=goal,
        most_shared=most_shared,
    )
