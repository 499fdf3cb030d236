"""Linear on the fly: each candidate a form of his own, drawn from one solved pool of cells.

Solved parallel forms are laid side by side: items that count alike in the rows share a cell, one
item of each form. A drawn form takes one item of each cell. Because alike items share a cell, few
draws miss a row, and those are mended by drawing single cells again. Every form keeps every row;
an item's exposure is about one in the number of solved forms, and known exactly afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from itembank.parallel_forms.families import families_of
from itembank.parallel_forms.keeping_apart import Neighbours, coloured, keep_apart
from itembank.parallel_forms.mending import Picks, bounds_of
from itembank.parallel_forms.model import FloatArray, FormModel, IntArray

OTHER_KIND = 1e6  # further apart than any two units of one kind


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


@dataclass(frozen=True)
class Undrawn:
    """No forms: these, by number, find nothing unseen, miss a row, or lie too close to others."""

    reason: Literal["seen", "rows", "neighbours"]
    forms: tuple[int, ...]


def cells_of(model: FormModel, forms: Sequence[IntArray], kinds: IntArray | None = None) -> Cells:
    """Lay solved forms of equal length side by side, units that count alike in one cell.

    ``kinds``, one number a unit, keeps units of different kinds out of one cell: each form must
    have as many of every kind.

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
        if kinds is not None:
            apart[kinds[first][:, None] != kinds[form]] += OTHER_KIND
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


def draw(  # noqa: PLR0913 - a draw has this many facts
    model: FormModel,
    cells: Cells,
    n_drawn: int,
    rng: np.random.Generator,
    *,
    seen: NDArray[np.bool_] | None = None,
    neighbours: Neighbours | None = None,
    standing: IntArray | None = None,
) -> Drawn | Undrawn:
    """Draw forms from cells.

    Parameters
    ----------
    model : FormModel
        The rows that the solved forms keep, and every drawn form with them.
    cells : Cells
    n_drawn : int
        At least 1.
    rng : numpy.random.Generator
    seen : ndarray, shape (n_drawn, n_units), optional
        What each candidate has had before: he gets none of it.
    neighbours : Neighbours, optional
        Forms that share no more than they may; they begin as different solved forms.
    standing : ndarray, shape (n_standing, n_cells), optional
        Forms drawn earlier, one unit of each cell in the order of the cells. They are not drawn
        again: ``neighbours`` counts them first, then the new ones, and so does what is returned.

    Examples
    --------
    >>> from itembank.demands import Row
    >>> from itembank.parallel_forms.model import model_of
    >>> model = model_of([Row("length", "", np.ones(4), 2, 2)], 2, np.ones(4, dtype=np.int64))
    >>> drawn = draw(model, Cells(np.array([[0, 1], [2, 3]])), 8, np.random.default_rng(1))
    >>> drawn.largest_exposure, drawn.forms.shape
    (0.5, (8, 2))
    """
    n_standing = 0 if standing is None else len(standing)
    n_forms = n_standing + n_drawn
    may = np.ones((n_forms, *cells.units.shape), dtype=np.bool_)
    if seen is not None:
        may[n_standing:] = ~seen[:, cells.units]
    barred = np.flatnonzero(np.any(np.logical_not(np.any(may, axis=2)), axis=1))
    if barred.size:
        return Undrawn("seen", tuple(barred.tolist()))
    chosen = _first_picks(cells, n_forms, neighbours, rng)
    if standing is not None:
        chosen[:n_standing] = (cells.units[None] == standing[:, :, None]).argmax(axis=2)
    picks = Picks(bounds_of(model, cells.units), chosen, may, n_standing)
    picks.allow_only(rng)
    wrong = picks.mend(rng)
    if wrong.size:
        return Undrawn("rows", tuple(wrong.tolist()))
    if neighbours is not None:
        crowded = keep_apart(picks, neighbours, rng)
        if crowded.size:
            return Undrawn("neighbours", tuple(crowded.tolist()))
    return _counted(model, cells.units[np.arange(picks.n_cells), picks.chosen])


def _counted(model: FormModel, forms: IntArray) -> Drawn:
    uses = np.bincount(forms.ravel(), minlength=model.n_units)
    pairs = len(forms) * (len(forms) - 1) / 2
    shared = float((uses * (uses - 1) / 2).sum() / pairs) if pairs else 0.0
    return Drawn(forms, float(uses.max() / len(forms)), shared)


def _first_picks(
    cells: Cells, n_forms: int, neighbours: Neighbours | None, rng: np.random.Generator
) -> IntArray:
    """Return picks in which every alternative of a cell comes equally often."""
    n_cells, n_alternatives = cells.units.shape
    if neighbours is not None:
        colours = coloured(n_forms, n_alternatives, neighbours, rng)
        return np.repeat(colours[:, None], n_cells, axis=1)
    even = np.tile(np.arange(n_alternatives), -(-n_forms // n_alternatives))[:n_forms]
    picks: IntArray = rng.permuted(np.tile(even, (n_cells, 1)), axis=1).T
    return np.ascontiguousarray(picks)


def overlaps(forms: IntArray, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return how many units the forms of each pair, such as neighbours, have in common.

    Examples
    --------
    >>> overlaps(np.array([[1, 2, 3], [3, 4, 1]]), [(0, 1)])
    [2]
    """
    return [int(np.intersect1d(forms[left], forms[right]).size) for left, right in pairs]
