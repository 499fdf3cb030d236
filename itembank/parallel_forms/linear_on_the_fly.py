"""Linear on the fly: each candidate a form of his own, drawn from one solved pool of cells.

Solved parallel forms are laid side by side: items that count alike in the rows share a cell, one
item of each form. A drawn form takes one item of each cell. Because alike items share a cell, few
draws miss a row, and those are mended by drawing single cells again. Every form keeps every row;
an item's exposure is about one in the number of solved forms, and known exactly afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

from itembank.parallel_forms.families import families_of
from itembank.parallel_forms.keeping_apart import Neighbours, coloured, kept_apart
from itembank.parallel_forms.model import KEPT_WITHIN, FloatArray, FormModel, IntArray

MOST_ROUNDS = 4000
AT_ONCE = 1000  # forms drawn together


@dataclass(frozen=True)
class Cells:
    """Units that stand for one another: one of each row of ``units`` makes a form."""

    units: IntArray  # (n_cells, n_alternatives)


@dataclass(frozen=True)
class Drawn:
    """Forms for candidates, and how they share their units.

    ``largest_exposure`` is the largest share of the forms that one unit stands in, ``mean_overlap``
    the mean number of units that two forms have in common.
    """

    forms: IntArray  # (n_drawn, n_cells)
    largest_exposure: float
    mean_overlap: float


def cells_of(model: FormModel, forms: Sequence[IntArray]) -> Cells:
    """Lay solved forms of equal length side by side, units that count alike in one cell.

    Raises
    ------
    ValueError
        If the forms share a unit or are not equally long.
    """
    units = np.concatenate(forms)
    if len({form.size for form in forms}) != 1 or np.unique(units).size != units.size:
        msg = f"cells need disjoint forms of one length: {[form.size for form in forms]!r}"
        raise ValueError(msg)
    traits = _traits(model)
    first = np.sort(forms[0])
    columns = [first]
    for form in forms[1:]:
        apart = np.abs(traits[first][:, None, :] - traits[form][None, :, :]).sum(axis=2)
        _, partners = linear_sum_assignment(apart)
        columns.append(form[partners])
    return Cells(np.column_stack(columns))


def _traits(model: FormModel) -> FloatArray:
    """Return what a unit adds to the rows: counts as they are, sums by usual units."""
    families, sums = families_of(model)
    hot = [
        (family.labels[:-1, None] == np.arange(1, family.low.size)).astype(np.float64)
        for family in families
        if family.low.size > 1
    ]
    return np.hstack([*hot, sums.values[:, :-1].T])


def draw(
    model: FormModel,
    cells: Cells,
    n_drawn: int,
    rng: np.random.Generator,
    *,
    seen: NDArray[np.bool_] | None = None,
    neighbours: Neighbours | None = None,
) -> Drawn | None:
    """Draw forms from cells; None if some form could not be mended.

    ``seen``, shape (n_drawn, n_units), says what each candidate has had before: he gets none of
    it. Forms of ``neighbours`` share no more than they may: they begin as different solved forms.

    Examples
    --------
    >>> from itembank.demands import Row
    >>> from itembank.parallel_forms.model import model_of
    >>> model = model_of([Row("length", "", np.ones(4), 2, 2)], 2, np.ones(4, dtype=np.int64))
    >>> drawn = draw(model, Cells(np.array([[0, 1], [2, 3]])), 8, np.random.default_rng(1))
    >>> drawn.largest_exposure, drawn.forms.shape
    (0.5, (8, 2))
    """
    batches: list[IntArray] = []
    n_cells, n_alternatives = cells.units.shape
    colours = None if neighbours is None else coloured(n_drawn, n_alternatives, neighbours, rng)
    for first in range(0, n_drawn, AT_ONCE):
        last = min(first + AT_ONCE, n_drawn)
        had = None if seen is None else seen[first:last]
        picks = _even_picks(n_cells, n_alternatives, last - first, rng)
        if colours is not None:
            picks = np.repeat(colours[first:last, None], n_cells, axis=1)
        batch = _mended(model, cells, picks, rng, had)
        if batch is None:
            return None
        batches.append(batch)
    forms: IntArray | None = np.concatenate(batches)
    if neighbours is not None and forms is not None:
        forms = kept_apart(model, cells.units, forms, neighbours, rng, seen=seen)
    if forms is None:
        return None
    uses = np.bincount(forms.ravel(), minlength=model.n_units)
    pairs = n_drawn * (n_drawn - 1) / 2
    shared = float((uses * (uses - 1) / 2).sum() / pairs) if pairs else 0.0
    return Drawn(forms, float(uses.max() / n_drawn), shared)


def overlaps(forms: IntArray, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return how many units the forms of each pair, such as neighbours, have in common.

    Examples
    --------
    >>> overlaps(np.array([[1, 2, 3], [3, 4, 1]]), [(0, 1)])
    [2]
    """
    return [int(np.intersect1d(forms[left], forms[right]).size) for left, right in pairs]


class _Draws:
    """Drawn forms with what each misses, while single cells are drawn again."""

    def __init__(
        self, model: FormModel, cells: Cells, forms: IntArray, seen: NDArray[np.bool_] | None
    ) -> None:
        self.model, self.cells, self.forms, self.seen = model, cells, forms, seen
        self.matrix = csr_array(model.matrix).toarray()
        self.sums = np.array([self.matrix[:, form].sum(axis=1) for form in forms])
        self.missed = _missed(model, self.sums)
        if seen is not None:
            self.missed += np.take_along_axis(seen, forms, axis=1).sum(axis=1)

    def redraw(self, wrong: IntArray, rng: np.random.Generator) -> None:
        """Draw one cell of each of these forms anew, and keep what makes it no worse."""
        n_cells, n_alternatives = self.cells.units.shape
        cell = rng.integers(n_cells, size=wrong.size)
        coming = self.cells.units[cell, rng.integers(n_alternatives, size=wrong.size)]
        leaving = self.forms[wrong, cell]
        sums = self.sums[wrong] + (self.matrix[:, coming] - self.matrix[:, leaving]).T
        missed = _missed(self.model, sums)
        if self.seen is not None:
            after = self.forms[wrong]
            after[np.arange(wrong.size), cell] = coming
            missed += np.take_along_axis(self.seen[wrong], after, axis=1).sum(axis=1)
        is_kept = missed <= self.missed[wrong]
        kept = wrong[is_kept]
        self.forms[kept, cell[is_kept]] = coming[is_kept]
        self.sums[kept], self.missed[kept] = sums[is_kept], missed[is_kept]


def _even_picks(
    n_cells: int, n_alternatives: int, n_drawn: int, rng: np.random.Generator
) -> IntArray:
    """Return picks in which every alternative of a cell comes equally often."""
    even = np.tile(np.arange(n_alternatives), -(-n_drawn // n_alternatives))[:n_drawn]
    picks: IntArray = rng.permuted(np.tile(even, (n_cells, 1)), axis=1).T
    return picks


def _mended(
    model: FormModel,
    cells: Cells,
    picks: IntArray,
    rng: np.random.Generator,
    seen: NDArray[np.bool_] | None,
) -> IntArray | None:
    """Draw single cells again until every form keeps its rows and has nothing seen."""
    places = np.arange(len(cells.units))
    draws = _Draws(model, cells, np.asarray(cells.units[places, picks]), seen)
    wrong = np.arange(len(picks))
    for _ in range(MOST_ROUNDS):
        wrong = wrong[draws.missed[wrong] > 0]
        if not wrong.size:
            return draws.forms
        draws.redraw(wrong, rng)
    return None


def _missed(model: FormModel, sums: FloatArray) -> FloatArray:
    """Return how much each form misses, every row in parts of its own bounds."""
    scale = np.maximum(1.0, np.minimum(np.abs(model.low), np.abs(model.high)))
    scale = np.where(np.isfinite(scale), scale, 1.0)
    apart = np.maximum(model.low - sums, sums - model.high) / scale
    total: FloatArray = np.where(apart > KEPT_WITHIN, apart, 0.0).sum(axis=1)
    return total
