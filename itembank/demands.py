"""What forms must have, as plain data, and as rows of a linear programme."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class PoolItem:
    """An item that may be chosen; ``area`` is a path such as ``A-B``, ``point`` a full code.

    ``enemies`` are ids never to stand in one form with it; one of the two may name the other.
    Items of one ``item_set`` stand in a form together or not at all. ``p_value`` is the mean share
    of the mark, None while nothing is known; ``information`` is by ability, as it is named in a
    band; ``times_used`` counts the forms of earlier days.
    """

    id: str
    type: str
    area: str
    point: str
    importance: str | None = None
    difficulty: float = 3.0
    enemies: frozenset[str] = frozenset()
    item_set: str | None = None
    p_value: float | None = None
    information: Mapping[str, float] = field(default_factory=dict, hash=False)
    words: int = 0
    time_s: float = 0.0
    times_used: int = 0


@dataclass(frozen=True)
class Band:
    """A demand with two bounds, both included; ``itembank.band_rows`` lists the kinds."""

    kind: str
    name: str
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True)
class Demand:
    """What every form must have: counts per type, area (any tier), cell and importance.

    A cell is an area and a type. ``difficulty`` is a band for the mean expert difficulty, both
    bounds included. An item stands in at most ``max_use_per_item`` forms: 1 keeps forms disjoint;
    two forms have at most ``most_shared`` units (items, or item sets) in common. ``bands`` are
    further demands, ``marks`` what an item of a type is worth. ``banned`` items, and those used
    ``most_times_used`` times already, are not taken. A band of kind ``earlier`` bounds how many
    items a form has of those ``earlier`` lists under its name.

    Raises
    ------
    ValueError
        If a count is negative, an item may not be used, or a band is upside down.
    """

    types: Mapping[str, int]
    areas: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], int] = field(default_factory=dict)
    importance: Mapping[str, int] = field(default_factory=dict)
    difficulty: tuple[float, float] | None = None
    max_use_per_item: int = 1
    bands: tuple[Band, ...] = ()
    marks: Mapping[str, float] = field(default_factory=dict)
    banned: frozenset[str] = frozenset()
    most_times_used: int | None = None
    most_shared: int | None = None
    earlier: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse demands that mean nothing."""
        counts = (self.types, self.areas, self.cells, self.importance)
        if min(count for each in counts for count in (0, *each.values())) < 0:
            msg = f"a count is negative: {self!r}"
            raise ValueError(msg)
        if self.max_use_per_item < 1:
            msg = f"items without use: {self.max_use_per_item!r}"
            raise ValueError(msg)
        if self.difficulty is not None and self.difficulty[0] > self.difficulty[1]:
            msg = f"the band of difficulty is upside down: {self.difficulty!r}"
            raise ValueError(msg)
        if any(band.low > band.high for band in self.bands):
            msg = f"a band is upside down: {self.bands!r}"
            raise ValueError(msg)

    @property
    def n_items(self) -> int:
        """Return the length of a form."""
        return sum(self.types.values())


Fits = Callable[[PoolItem], bool]


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
    return [*count_rows(pool, demand), *_point_rows(pool, demand), *_enemy_rows(pool)]


def count_rows(pool: Sequence[PoolItem], demand: Demand) -> list[Row]:
    """Return what a demand counts: length, types, ranges, cells, importance, mean difficulty."""

    def count(fits: Fits) -> np.ndarray:
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
        shares = np.array([item.difficulty for item in pool]) / n_items
        rows.append(Row("difficulty", "mean", shares, *demand.difficulty))
    return rows


def _point_rows(pool: Sequence[PoolItem], demand: Demand) -> list[Row]:
    """Return one item per point at most, or as few repeats as the counts force."""
    limits = point_limits(pool, demand)
    points = np.array([item.point for item in pool])
    in_set = Counter((item.point, item.item_set) for item in pool if item.item_set)
    for (point, _), count in in_set.items():
        limits[point] = max(limits[point], count)  # a set comes whole, its own repeats with it
    rows = [
        Row("point", point, (points == point).astype(float), 0, limit)
        for point, limit in limits.items()
    ]
    return [row for row in rows if row.coefficients.sum() > row.high]


def point_limits(pool: Sequence[PoolItem], demand: Demand) -> dict[str, int]:
    """Return how many items of each point a form may have: 1 where the points suffice.

    Where a range, type, cell or importance class asks for more items than it has points, its
    points may repeat, as evenly as possible: ``ceil(items / points)``.

    Examples
    --------
    >>> pool = [PoolItem("i1", "single", "A", "A-1"), PoolItem("i2", "single", "A", "A-1")]
    >>> point_limits(pool, Demand({"single": 2}))
    {'A-1': 2}
    """
    limits = dict.fromkeys((item.point for item in pool), 1)
    alike: dict[tuple[str, str, str | None], tuple[PoolItem, set[str]]] = {}
    for item in pool:
        key = (item.type, item.area, item.importance)
        alike.setdefault(key, (item, set()))[1].add(item.point)
    for count, fits in _shares(demand):
        points = set[str]().union(*(points for item, points in alike.values() if fits(item)))
        for point in points:
            limits[point] = max(limits[point], -(-count // len(points)))
    return limits


def _shares(demand: Demand) -> Iterator[tuple[int, Fits]]:
    """Give each count with the items that can meet it; ranges without those named below them."""
    yield from ((count, is_type(name)) for name, count in demand.types.items())
    yield from ((count, is_important(name)) for name, count in demand.importance.items())
    yield from ((count, is_in_cell(*cell)) for cell, count in demand.cells.items())
    for path in ("", *demand.areas):
        inner = {each: count for each, count in demand.areas.items() if lies_in(each, path)}
        count = demand.areas[path] if path else demand.n_items
        yield count - tops(inner), is_in_area_but(path, inner)


def _enemy_rows(pool: Sequence[PoolItem]) -> list[Row]:
    """Return one row a pair, whichever of the two names the other."""
    places = {item.id: place for place, item in enumerate(pool)}
    pairs = {
        (min(item.id, enemy), max(item.id, enemy))
        for item in pool
        for enemy in item.enemies & places.keys() - {item.id}
        if item.item_set is None or item.item_set != pool[places[enemy]].item_set
    }
    rows = []
    for pair in sorted(pairs):
        coefficients = np.zeros(len(pool))
        coefficients[[places[each] for each in pair]] = 1
        rows.append(Row("enemies", " ".join(pair), coefficients, 0, 1))
    return rows


def lies_in(path: str, area: str) -> bool:
    """Say whether a range lies below another; everything lies below the empty path.

    Examples
    --------
    >>> lies_in("A-B", "A"), lies_in("AB", "A"), lies_in("A", "A")
    (True, False, False)
    """
    return not area or path.startswith(f"{area}-")


def tops(counts: Mapping[str, int]) -> int:
    """Return the sum over ranges that lie in no other named range.

    Examples
    --------
    >>> tops({"A": 5, "A-B": 3, "C": 2})
    7
    """
    return sum(
        count for path, count in counts.items() if not any(lies_in(path, other) for other in counts)
    )


def is_type(name: str) -> Fits:
    """Return the claim that picks items of a type."""
    return lambda item: item.type == name


def is_in_area(path: str) -> Fits:
    """Return the claim that picks items in a range, at any tier below it."""
    return lambda item: is_in_area_path(item.area, path)


def is_in_area_path(area: str, path: str) -> bool:
    """Say whether a range is another or lies below it."""
    return area == path or area.startswith(f"{path}-")


def is_in_area_but(path: str, inner: Collection[str]) -> Fits:
    """Return the claim that picks items in a range, or all for "", outside others' ranges."""
    in_area = is_in_area(path) if path else lambda _: True
    in_inner = [is_in_area(each) for each in inner]
    return lambda item: in_area(item) and not any(fits(item) for fits in in_inner)


def is_in_cell(path: str, name: str) -> Fits:
    """Return the claim that picks items of a type in a range."""
    in_area = is_in_area(path)
    return lambda item: item.type == name and in_area(item)


def is_important(name: str) -> Fits:
    """Return the claim that picks items of an importance."""
    return lambda item: item.importance == name
