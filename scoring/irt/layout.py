"""Where responses, categories and parameters stand in the arrays of a fit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.irt.curves import n_parameters

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
KINDS = {"rasch": "2pl", "pcm": "gpcm"}
N_NODES, REACH = 61, 6.0


@dataclass(frozen=True)
class Family:
    """Items of one model and one number of categories.

    Attributes
    ----------
    kind
        The model of ``scoring.irt.curves``.
    items
        Their places in the test.
    columns
        Columns of their categories 1, 2, … in the indicators, shape (n_items, n_categories − 1).
    """

    kind: str
    items: IntArray
    columns: IntArray

    @property
    def n_categories(self) -> int:
        """How many categories each item has."""
        return int(self.columns.shape[1]) + 1

    @property
    def n_parameters(self) -> int:
        """How many parameters each item has."""
        return n_parameters(self.kind, self.n_categories)


@dataclass(frozen=True)
class Layout:
    """Families of a test, and the columns of its indicators.

    Attributes
    ----------
    families
        Every item belongs to one.
    n_items, width
        Items; the most parameters an item has.
    n_categories
        Categories of each item.
    n_columns
        Columns of categories above 0 in the indicators.
    models
        The model each item was asked to follow.
    """

    families: tuple[Family, ...]
    n_items: int
    width: int
    n_categories: IntArray
    n_columns: int
    models: tuple[str, ...]


def layout_of(models: tuple[str, ...], n_categories: IntArray) -> Layout:
    """Put items of the same model and number of categories together.

    Examples
    --------
    >>> found = layout_of(("2pl", "grm", "2pl"), np.array([2, 3, 2]))
    >>> [(family.kind, family.items.tolist()) for family in found.families]
    [('2pl', [0, 2]), ('grm', [1])]
    """
    starts = np.concatenate([[0], np.cumsum(n_categories - 1)])
    kinds = [KINDS.get(model, model) for model in models]
    wanted = dict.fromkeys(zip(kinds, n_categories.tolist(), strict=True))
    families = []
    for kind, n in wanted:
        is_own = [(k, m) == (kind, n) for k, m in zip(kinds, n_categories.tolist(), strict=True)]
        items = np.flatnonzero(is_own)
        families.append(Family(kind, items, starts[items][:, None] + np.arange(n - 1)))
    width = max(family.n_parameters for family in families)
    return Layout(tuple(families), len(models), width, n_categories, int(starts[-1]), models)


def nodes(n: int = N_NODES) -> tuple[FloatArray, FloatArray]:
    """Return standard normal quadrature: n points and the logarithms of their weights.

    Examples
    --------
    >>> points, logs = nodes()
    >>> bool(abs(np.exp(logs) @ points**2 - 1) < 1e-6)
    True
    """
    points = np.linspace(-REACH, REACH, n)
    weights = np.exp(-(points**2) / 2)
    return points, np.log(weights / weights.sum())


def indicators_of(responses: FloatArray, layout: Layout) -> FloatArray:
    """Return what each person did, as columns to be multiplied by curves.

    Returns
    -------
    ndarray, shape (n_persons, n_columns + [n_items] + 1)
        Whether the response is category 1, 2, …, item by item; with missing responses, whether
        the item has one; ones.
    """
    n_persons = len(responses)
    is_missing = np.isnan(responses)
    has_missing = bool(is_missing.any())
    more = (layout.n_items if has_missing else 0) + 1
    found = np.zeros((n_persons, layout.n_columns + more))
    for family in layout.families:
        for step in range(family.n_categories - 1):
            found[:, family.columns[:, step]] = responses[:, family.items] == step + 1
    if has_missing:
        found[:, layout.n_columns : -1] = ~is_missing
    found[:, -1] = 1
    return found


def chosen_in(indicators: FloatArray, layout: Layout) -> tuple[IntArray, NDArray[np.bool_]]:
    """Return the categories that indicators tell of, and which are given; (n_persons, n_items)."""
    chosen = np.zeros((len(indicators), layout.n_items), np.int64)
    is_given = np.ones(chosen.shape, bool)
    for family in layout.families:
        for step in range(family.n_categories - 1):
            is_so = indicators[:, family.columns[:, step]] > 0
            chosen[:, family.items] += (step + 1) * is_so
    if indicators.shape[1] > layout.n_columns + 1:
        is_given = indicators[:, layout.n_columns : -1] > 0
    return chosen, is_given
