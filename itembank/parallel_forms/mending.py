"""Forms as picks of one alternative in each cell, and single picks drawn again until rows are kept.

Most rows count alike whichever alternative is picked, as alike units share a cell: those are left
out. Of the others every alternative of a cell is judged at once, for all forms that miss a row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from itembank.parallel_forms.model import KEPT_WITHIN, FloatArray, FormModel, IntArray

MOST_ROUNDS = 1500
AT_ONCE = 400  # forms judged together


@dataclass(frozen=True)
class Bounds:
    """The rows that a pick can break: what each alternative adds, and the bounds of the sums."""

    adds: FloatArray  # (n_cells, n_alternatives, n_rows)
    low: FloatArray
    high: FloatArray
    scale: FloatArray

    @property
    def kept(self) -> tuple[FloatArray, FloatArray]:
        """Return the bounds as a sum of floats keeps them."""
        slack = KEPT_WITHIN * self.scale
        return self.low - slack, self.high + slack

    def missed(self, sums: FloatArray) -> FloatArray:
        """Return how much sums, rows last, miss in all, every row in parts of its own bounds."""
        apart = np.maximum(self.low - sums, sums - self.high) / self.scale
        total: FloatArray = np.where(apart > KEPT_WITHIN, apart, 0.0).sum(axis=-1)
        return total


def bounds_of(model: FormModel, units: IntArray) -> Bounds:
    """Return the rows of a model that depend on which alternative of each cell is picked.

    A row that every choice keeps, or in which all alternatives of each cell add the same, is no
    bound: the solved forms keep it, and so does every form drawn from them.
    """
    matrix = csr_array(model.matrix)[:, units.ravel()].toarray()
    adds = matrix.reshape(len(model.rows), *units.shape)
    most, least = adds.max(axis=2), adds.min(axis=2)
    is_idle = (most.sum(axis=1) <= model.high) & (least.sum(axis=1) >= model.low)
    rows = np.flatnonzero(~is_idle & (most > least).any(axis=1))
    low, high = model.low[rows], model.high[rows]
    scale = np.maximum(1.0, np.minimum(np.abs(low), np.abs(high)))
    scale = np.where(np.isfinite(scale), scale, 1.0)
    return Bounds(np.ascontiguousarray(np.moveaxis(adds[rows], 0, 2)), low, high, scale)


class Picks:
    """What each form picked of each cell; the first ``n_standing`` forms are never changed.

    ``may``, shape (n_forms, n_cells, n_alternatives), says what each form may have at all.
    """

    def __init__(
        self, bounds: Bounds, chosen: IntArray, may: NDArray[np.bool_], n_standing: int = 0
    ) -> None:
        self.bounds, self.chosen, self.may, self.n_standing = bounds, chosen, may, n_standing
        self.n_forms, self.n_cells, self.n_alternatives = may.shape
        self.low, self.high = bounds.kept
        self.sums = np.zeros((self.n_forms, bounds.low.size))
        for cell in range(self.n_cells):
            self.sums += bounds.adds[cell, chosen[:, cell]]

    def allow_only(self, rng: np.random.Generator) -> None:
        """Draw every pick again that its form may not have; each cell has one that it may."""
        forms = slice(self.n_standing, None)
        places = np.arange(self.n_standing, self.n_forms)
        for cell in range(self.n_cells):
            may, now = self.may[forms, cell], self.chosen[forms, cell]
            is_wrong = ~may[np.arange(now.size), now]
            drawn = np.where(may, rng.random(may.shape), -1.0).argmax(axis=1)
            self.pick(places[is_wrong], cell, drawn[is_wrong])

    def mend(self, rng: np.random.Generator) -> IntArray:
        """Draw picks again until every form keeps its rows; return the forms that do not."""
        wrong: IntArray = np.arange(self.n_standing, self.n_forms)
        for _ in range(MOST_ROUNDS):
            wrong = wrong[self.bounds.missed(self.sums[wrong]) > 0]
            if not wrong.size:
                break
            cells = rng.integers(self.n_cells, size=wrong.size)
            for first in range(0, wrong.size, AT_ONCE):
                some = slice(first, first + AT_ONCE)
                self._better(wrong[some], cells[some], rng)
        return wrong

    def _better(self, forms: IntArray, cells: IntArray, rng: np.random.Generator) -> None:
        """Give each form the alternative of a cell with which it misses least, a drawn one."""
        adds = self.bounds.adds[cells]
        places, now = np.arange(forms.size), self.chosen[forms, cells]
        after = (self.sums[forms] - adds[places, now])[:, None, :] + adds
        missed = np.where(self.may[forms, cells], self.bounds.missed(after), np.inf)
        is_best = missed <= missed.min(axis=1)[:, None] + KEPT_WITHIN
        coming = np.where(is_best, rng.random(missed.shape), -1.0).argmax(axis=1)
        self.sums[forms] = after[places, coming]
        self.chosen[forms, cells] = coming

    def may_come(self, forms: IntArray, cell: int) -> NDArray[np.bool_]:
        """Say which alternatives of a cell forms may have and keep every row, shape (forms, …)."""
        adds = self.bounds.adds[cell]
        rows = np.flatnonzero((adds != adds[0]).any(axis=0))
        may: NDArray[np.bool_] = self.may[forms, cell].copy()
        if rows.size:
            adds = adds[:, rows]
            now = self.sums[np.ix_(forms, rows)] - adds[self.chosen[forms, cell]]
            sums = now[:, None, :] + adds
            may &= ((sums >= self.low[rows]) & (sums <= self.high[rows])).all(axis=2)
        return may

    def pick(self, forms: IntArray, cell: int, coming: IntArray) -> None:
        """Let each of these forms have another alternative of a cell."""
        adds = self.bounds.adds[cell]
        self.sums[forms] += adds[coming] - adds[self.chosen[forms, cell]]
        self.chosen[forms, cell] = coming
