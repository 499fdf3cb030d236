"""The pool of an adaptive test: items with known parameters, in the cells of a blueprint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from itembank.demands import Demand, PoolItem, is_in_area_path, point_limits
from scoring.item_response import item_information, success_chances

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
NODES = np.linspace(-4, 4, 81)  # logits
Cell = tuple[str, tuple[str, ...], str | None]


@dataclass(frozen=True)
class ItemCurve:
    """What is known of an item's answers: right or wrong by a 3PL curve; logits."""

    slope: float
    difficulty: float
    guessing: float = 0.0


@dataclass(frozen=True, eq=False)
class AdaptivePool:
    """Items in cells that differ in nothing the demand counts; ready tables over abilities.

    ``skeletons`` are whole tests as counts per cell, shape (n_skeletons, n_cells): each meets the
    demand exactly. A shadow test is one of them, filled with the best items still free.
    """

    items: tuple[PoolItem, ...]
    curves: tuple[ItemCurve, ...]
    demand: Demand
    forms: tuple[tuple[str, ...], ...] = ()  # the tests by item ids that the skeletons are of

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where an item stands."""
        return {item.id: place for place, item in enumerate(self.items)}

    @cached_property
    def parameters(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Slopes, difficulties and guessings."""
        rows = np.array([(c.slope, c.difficulty, c.guessing) for c in self.curves], float)
        return rows[:, 0], rows[:, 1], rows[:, 2]

    @cached_property
    def right(self) -> FloatArray:
        """Logarithms of the chances of a right answer, (n_nodes, n_items)."""
        return np.log(np.clip(success_chances(NODES, *self.parameters), 1e-12, 1 - 1e-12))

    @cached_property
    def wrong(self) -> FloatArray:
        """Logarithms of the chances of a wrong answer, (n_nodes, n_items)."""
        return np.log1p(-np.exp(self.right))

    @cached_property
    def information(self) -> FloatArray:
        """What each item tells, (n_nodes, n_items)."""
        return item_information(NODES, *self.parameters)

    @cached_property
    def _cells(self) -> tuple[IntArray, list[Cell]]:
        keys = [cell_of(item, self.demand) for item in self.items]
        names = sorted(set(keys), key=str)
        index = {name: number for number, name in enumerate(names)}
        return np.array([index[key] for key in keys]), names

    @property
    def cells(self) -> IntArray:
        """The cell of each item."""
        return self._cells[0]

    @property
    def n_cells(self) -> int:
        """How many cells there are."""
        return len(self._cells[1])

    @cached_property
    def whole(self) -> tuple[tuple[int, ...], ...]:
        """The tests that the skeletons are of, as places."""
        return tuple(tuple(self.places[each] for each in form) for form in self.forms)

    @cached_property
    def skeletons(self) -> IntArray:
        """Whole tests as counts per cell."""
        rows = [self.counts(places) for places in self.whole]
        found = np.unique(np.array(rows, np.int64).reshape(-1, self.n_cells), axis=0)
        return np.asarray(found, np.int64)

    @cached_property
    def groups(self) -> IntArray:
        """Return the part of the blueprint each cell belongs to: what a test keeps pace with.

        Every skeleton has the same number of items of a part.
        """
        tops = [a for a in self.demand.areas if not _inside_another(a, self.demand.areas)]
        keys = [_top(areas, tops) if tops else kind for kind, areas, _ in self._cells[1]]
        names = sorted(set(keys))
        return np.array([names.index(key) for key in keys])

    @cached_property
    def shares(self) -> FloatArray:
        """Return the share of each part in a whole test."""
        whole = self.skeletons[0]
        shares: FloatArray = np.bincount(self.groups, weights=whole) / whole.sum()
        return shares

    @cached_property
    def points(self) -> IntArray:
        """Return the content point of each item, as a number."""
        return np.unique([item.point for item in self.items], return_inverse=True)[1]

    @cached_property
    def point_limits(self) -> IntArray:
        """Return how many items of its point a test may have, for each item."""
        limits = point_limits(self.items, self.demand)
        return np.array([limits[item.point] for item in self.items])

    @cached_property
    def enemies(self) -> tuple[tuple[int, ...], ...]:
        """Return the places that must not follow an item, both ways."""
        found: list[set[int]] = [set() for _ in self.items]
        for place, item in enumerate(self.items):
            for other in (self.places[each] for each in item.enemies if each in self.places):
                found[place].add(other)
                found[other].add(place)
        return tuple(tuple(sorted(each)) for each in found)

    def counts(self, given: Sequence[int]) -> IntArray:
        """Return how many given items each cell has."""
        return np.bincount(self.cells[list(given)], minlength=self.n_cells)

    def keeps_blueprint(self, given: Sequence[int]) -> bool:
        """Say whether a test can stand for the blueprint.

        A whole one meets the demand; one that ended early is the beginning of one that does, and
        no part of it ran ahead of its share by more than an item.
        """
        have = self.counts(given)
        ahead = np.bincount(self.groups, weights=have) - self.shares * len(given)
        is_beginning = (self.skeletons >= have).all(axis=1).any()
        return bool(is_beginning and ahead.max() <= 1 + 1e-9)

    def expected_share(self, theta: float) -> float:
        """Return the share of right answers that is expected over the pool."""
        return float(np.exp([np.interp(theta, NODES, row) for row in self.right.T]).mean())


def cell_of(item: PoolItem, demand: Demand) -> Cell:
    """Return all that a demand counts of an item: type, named ranges, importance."""
    areas = tuple(sorted(area for area in demand.areas if is_in_area_path(item.area, area)))
    return item.type, areas, item.importance if demand.importance else None


def _inside_another(path: str, areas: Mapping[str, int]) -> bool:
    return any(path.startswith(f"{other}-") for other in areas)


def _top(areas: tuple[str, ...], tops: Sequence[str]) -> str:
    return next((area for area in areas if area in tops), "")
