"""Drawn forms of neighbours kept apart: two that lie beside each other share no more than they may.

A unit belongs to one cell, so two forms share as many units as they picked alike. One pick at a
time is drawn again, for the alternative that fewest neighbours have, wherever the form then still
keeps every row and its candidate has not seen the unit before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from itembank.parallel_forms.model import KEPT_WITHIN, FloatArray, FormModel, IntArray

MOST_ROUNDS = 30  # over all forms


@dataclass(frozen=True)
class Neighbours:
    """Forms that lie beside each other, by number, and how many units two may have in common."""

    pairs: Sequence[tuple[int, int]]
    most_shared: int


def coloured(
    n_forms: int, n_colours: int, neighbours: Neighbours, rng: np.random.Generator
) -> IntArray:
    """Give each form a colour none of its neighbours has, while there are enough, all as often.

    Examples
    --------
    >>> pairs = [(0, 1), (1, 2)]
    >>> found = coloured(3, 2, Neighbours(pairs, 0), np.random.default_rng(1)).tolist()
    >>> found[0] != found[1] != found[2]
    True
    """
    beside = _beside(n_forms, neighbours)
    colours = np.full(n_forms, -1, dtype=np.int64)
    used = np.zeros(n_colours)
    for form in range(n_forms):
        near = colours[beside[form]]
        taken = np.bincount(near[near >= 0], minlength=n_colours)
        order = rng.permutation(n_colours)
        colours[form] = min(order.tolist(), key=lambda each: (taken[each], used[each]))
        used[colours[form]] += 1
    return colours


def kept_apart(
    model: FormModel,
    units: IntArray,
    forms: IntArray,
    neighbours: Neighbours,
    rng: np.random.Generator,
    *,
    seen: NDArray[np.bool_] | None = None,
) -> IntArray | None:
    """Return forms of which no pair shares more than it may; None where that was not reached.

    Then they are mixed as far as that and the rows allow.

    Parameters
    ----------
    model : FormModel
        The rows; every form keeps them before and after.
    units : ndarray, shape (n_cells, n_alternatives)
    forms : ndarray, shape (n_forms, n_cells)
        One unit of each cell.
    neighbours : Neighbours
    rng : numpy.random.Generator
    seen : ndarray, shape (n_forms, n_units), optional
        What each candidate has had before.

    Examples
    --------
    >>> from itembank.demands import Row
    >>> from itembank.parallel_forms.model import model_of
    >>> model = model_of([Row("length", "", np.ones(4), 2, 2)], 1, np.ones(4, dtype=np.int64))
    >>> cells, alike = np.array([[0, 1], [2, 3]]), np.array([[0, 2], [0, 2]])
    >>> beside = Neighbours([(0, 1)], 0)
    >>> found = kept_apart(model, cells, alike, beside, np.random.default_rng(1))
    >>> np.intersect1d(found[0], found[1]).size
    0
    """
    apart = _Apart(model, units, forms, neighbours, seen)
    for _ in range(MOST_ROUNDS):
        crowded = [form for form in range(len(forms)) if apart.too_close(form).size]
        if not crowded:
            for form in rng.permutation(len(forms)).tolist():
                apart.mix(form, rng)
            return apart.forms
        for form in rng.permutation(crowded).tolist():
            apart.move(form, rng)
    return None


def _beside(n_forms: int, neighbours: Neighbours) -> list[IntArray]:
    beside: list[set[int]] = [set() for _ in range(n_forms)]
    for left, right in neighbours.pairs:
        beside[left].add(right)
        beside[right].add(left)
    return [np.array(sorted(each), dtype=np.int64) for each in beside]


class _Apart:
    """Picks of each form, who lies beside whom, and what each form has in every row."""

    def __init__(
        self,
        model: FormModel,
        units: IntArray,
        forms: IntArray,
        neighbours: Neighbours,
        seen: NDArray[np.bool_] | None,
    ) -> None:
        self.units, self.most_shared, self.seen = units, neighbours.most_shared, seen
        matrix = model.matrix.toarray()
        # of each cell the rows that its units count in, and by how much
        self.rows = [np.flatnonzero(matrix[:, each].any(axis=1)) for each in units]
        self.adds: list[FloatArray] = [
            matrix[np.ix_(rows, each)] for rows, each in zip(self.rows, units, strict=True)
        ]
        self.picks = np.asarray((units[None, :, :] == forms[:, :, None]).argmax(axis=2))
        self.sums = np.array([matrix[:, form].sum(axis=1) for form in forms])
        slack = KEPT_WITHIN * np.maximum(1.0, np.abs(self.sums).max(axis=0, initial=1.0))
        self.low, self.high = model.low - slack, model.high + slack
        self.beside = _beside(len(forms), neighbours)

    @property
    def forms(self) -> IntArray:
        """Return the units of every form."""
        found: IntArray = self.units[np.arange(len(self.units)), self.picks]
        return found

    def too_close(self, form: int) -> IntArray:
        """Return the neighbours that share more with a form than they may."""
        near = self.beside[form]
        shared = (self.picks[near] == self.picks[form]).sum(axis=1)
        close: IntArray = near[shared > self.most_shared]
        return close

    def move(self, form: int, rng: np.random.Generator) -> None:
        """Draw single picks of a form again until no neighbour is too close, or none helps."""
        near = self.beside[form]
        for cell in rng.permutation(len(self.units)).tolist():
            close = self.too_close(form)
            if not close.size:
                return
            now = self.picks[form, cell]
            if not (self.picks[close, cell] == now).any():
                continue
            taken = np.bincount(self.picks[near, cell], minlength=self.units.shape[1])
            fewer = np.flatnonzero(self._may_come(form, cell) & (taken < taken[now]))
            if fewer.size:
                best = fewer[taken[fewer] == taken[fewer].min()]
                self._pick(form, cell, int(rng.choice(best)))

    def mix(self, form: int, rng: np.random.Generator) -> None:
        """Draw the picks of a form again where neither rows nor neighbours mind."""
        near = self.beside[form]
        shared = (self.picks[near] == self.picks[form]).sum(axis=1)
        for cell in rng.permutation(len(self.units)).tolist():
            now, theirs = self.picks[form, cell], self.picks[near, cell]
            left = shared - (theirs == now)
            full = theirs[left >= self.most_shared]
            may = self._may_come(form, cell)
            may[full] = False
            coming = int(rng.choice(np.flatnonzero(may))) if may.any() else int(now)
            self._pick(form, cell, coming)
            shared = left + (theirs == coming)

    def _may_come(self, form: int, cell: int) -> NDArray[np.bool_]:
        rows, adds = self.rows[cell], self.adds[cell]
        sums = (self.sums[form, rows] - adds[:, self.picks[form, cell]])[:, None] + adds
        kept = (sums >= self.low[rows, None]) & (sums <= self.high[rows, None])
        may: NDArray[np.bool_] = kept.all(axis=0)
        return may if self.seen is None else may & ~self.seen[form, self.units[cell]]

    def _pick(self, form: int, cell: int, alternative: int) -> None:
        adds = self.adds[cell]
        self.sums[form, self.rows[cell]] += adds[:, alternative] - adds[:, self.picks[form, cell]]
        self.picks[form, cell] = alternative
