"""What forms must have, as plain data, and as rows of a linear programme."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class PoolItem:
    """An item that may be chosen; ``area`` is a path such as ``A-B``, ``point`` a full code."""

    id: str
    type: str
    area: str
    point: str
    importance: str | None = None
    difficulty: float = 3.0
    enemies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Demand:
    """What every form must have: counts per type, area (any tier), cell and importance.

    ``difficulty`` is a band for the mean expert difficulty, both bounds included.
    """

    types: Mapping[str, int]
    areas: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], int] = field(default_factory=dict)
    importance: Mapping[str, int] = field(default_factory=dict)
    difficulty: tuple[float, float] | None = None

    @property
    def n_items(self) -> int:
        """Return the length of a form."""
        return sum(self.types.values())


@dataclass(frozen=True)
class Row:
    """A linear demand on one form: the pool's coefficients and the bounds of their sum."""

    kind: str
    name: str
    coefficients: np.ndarray
    low: float
    high: float


def rows_of(pool: Sequence[PoolItem], demand: Demand) -> list[Row]:
    """Return the demands on one form as rows over the pool."""

    def count(fits: Callable[[PoolItem], bool]) -> np.ndarray:
        return np.array([float(fits(item)) for item in pool])

    n_items = demand.n_items
    rows = [Row("total", "items", np.ones(len(pool)), n_items, n_items)]
    rows += [Row("type", t, count(is_type(t)), n, n) for t, n in demand.types.items()]
    rows += [Row("area", a, count(is_in_area(a)), n, n) for a, n in demand.areas.items()]
    rows += [
        Row("cell", f"{a} {t}", count(is_in_cell(a, t)), n, n) for (a, t), n in demand.cells.items()
    ]
    rows += [
        Row("importance", i, count(is_important(i)), n, n) for i, n in demand.importance.items()
    ]
    if demand.difficulty is not None:
        low, high = (bound * n_items for bound in demand.difficulty)
        difficulties = np.array([item.difficulty for item in pool])
        rows.append(Row("difficulty", "mean", difficulties, low, high))
    return [*rows, *_point_rows(pool, demand), *_enemy_rows(pool)]


def _point_rows(pool: Sequence[PoolItem], demand: Demand) -> list[Row]:
    """Return one item per point at most, or as few repeats as the area's count forces."""
    rows = []
    for point in dict.fromkeys(item.point for item in pool):
        members = np.array([float(item.point == point) for item in pool])
        area = next(item.area for item in pool if item.point == point)
        limit = _repeats(pool, demand, area)
        if members.sum() > limit:
            rows.append(Row("point", point, members, 0, limit))
    return rows


def _repeats(pool: Sequence[PoolItem], demand: Demand, area: str) -> int:
    """Return how many items of one point a form of this area needs at most."""
    named = [path for path in demand.areas if area == path or area.startswith(f"{path}-")]
    path = max(named, key=len, default=None)
    count = demand.n_items if path is None else demand.areas[path]
    points = {i.point for i in pool if path is None or is_in_area(path)(i)}
    return max(1, -(-count // len(points)))


def _enemy_rows(pool: Sequence[PoolItem]) -> list[Row]:
    places = {item.id: place for place, item in enumerate(pool)}
    rows = []
    for item in pool:
        for enemy in sorted(item.enemies & places.keys()):
            if item.id < enemy:
                pair = np.zeros(len(pool))
                pair[[places[item.id], places[enemy]]] = 1
                rows.append(Row("enemies", f"{item.id} {enemy}", pair, 0, 1))
    return rows


def is_type(name: str) -> Callable[[PoolItem], bool]:
    """Return the claim that picks items of a type."""
    return lambda item: item.type == name


def is_in_area(path: str) -> Callable[[PoolItem], bool]:
    """Return the claim that picks items in a range, at any tier below it."""
    return lambda item: item.area == path or item.area.startswith(f"{path}-")


def is_in_cell(path: str, name: str) -> Callable[[PoolItem], bool]:
    """Return the claim that picks items of a type in a range."""
    in_area = is_in_area(path)
    return lambda item: item.type == name and in_area(item)


def is_important(name: str) -> Callable[[PoolItem], bool]:
    """Return the claim that picks items of an importance."""
    return lambda item: item.importance == name
