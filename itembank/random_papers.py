"""One paper drawn at random: counts, points and enemies as the demand has them, without a solver.

Items are taken at random while no count is full; what is then missing is mended by exchanges, as
few as can be. For practice, where a paper is wanted in milliseconds and no second one like it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from itembank.band_rows import band_row
from itembank.demands import (
    Demand,
    Fits,
    PoolItem,
    is_important,
    is_in_area,
    is_in_area_but,
    is_in_cell,
    is_type,
    lies_in,
    point_limits,
    tops,
)
from itembank.units import units_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
# Bands whose sums need nothing but what an item of the pool says of itself.
OWN_BANDS = frozenset(
    {"area", "type", "cell", "importance", "area_marks", "type_marks", "difficulty"}
)
COUNTED = frozenset({"type", "area", "cell", "importance"})
KEPT = 1e-9
BEGINNINGS = 3
STEPS = 80  # exchanges tried after one beginning
LEAVING = 6  # items looked at in one step, those the paper can best spare


@dataclass(frozen=True)
class RanOut:
    """What of a demand ran out: the kind of count, its name, what a paper needs and what it got.

    ``type``, ``area``, ``cell`` and ``importance``: the pool has too few. ``joint_…`` of these, of
    ``rest`` (a range outside those named below it) and of ``total``: enough alone, too few beside
    the other counts, points and enemies. ``difficulty`` and the kinds of bands: a bound and the
    nearest value that was reached.
    """

    kind: str
    name: str
    need: float
    have: float


@dataclass(frozen=True)
class _Count:
    kind: str
    name: str
    values: FloatArray  # by item, or by unit
    low: float
    high: float


def draw_paper(
    pool: Sequence[PoolItem], demand: Demand, rng: np.random.Generator
) -> tuple[str, ...] | RanOut:
    """Return the ids of a paper drawn at random, in the order of the pool, or what ran out first.

    Parameters
    ----------
    pool : sequence of PoolItem
    demand : Demand
        Counts per type, range, cell and importance are met exactly, the mean difficulty and bands
        on what items say of themselves are kept; one item of a point, or as few as the counts
        force; no two enemies; item sets whole. Bands on figures of earlier days are not looked at.
    rng : numpy.random.Generator
        The same pool, demand and seed give the same paper.

    Raises
    ------
    ValueError
        If no item is asked for.

    Examples
    --------
    >>> pool = [PoolItem(f"i{n}", "single", "AB"[n % 2], f"P-{n}") for n in range(40)]
    >>> drawn = draw_paper(pool, Demand({"single": 4}, areas={"B": 3}), np.random.default_rng(1))
    >>> [sum(int(each[1:]) % 2 == half for each in drawn) for half in (0, 1)]
    [1, 3]
    >>> draw_paper(pool, Demand({"single": 30}, areas={"A": 21}), np.random.default_rng(1))
    RanOut(kind='area', name='A', need=21, have=20)
    """
    if demand.n_items < 1:
        msg = f"no item is asked for: {demand!r}"
        raise ValueError(msg)
    board = _Board(pool, demand)
    if board.short is not None:
        return board.short
    worst: RanOut | None = None
    for _ in range(BEGINNINGS):
        board.begin(rng)
        if board.mend(rng):
            return tuple(pool[place].id for place in board.places())
        worst = worst or board.worst()
    return worst or board.worst()


class _Kinds:
    """Items of a pool by all that counts of them: what is asked of many is asked once."""

    def __init__(self, pool: Sequence[PoolItem]) -> None:
        keys = [(item.type, item.area, item.importance) for item in pool]
        first = {key: place for place, key in reversed(list(enumerate(keys)))}
        index = {key: number for number, key in enumerate(first)}
        self.of_items = np.array([index[key] for key in keys])
        self.examples = [pool[place] for place in first.values()]

    def those(self, fits: Fits) -> BoolArray:
        """Return who of the pool fits."""
        found: BoolArray = np.array([fits(each) for each in self.examples])[self.of_items]
        return found


def _asked(kinds: _Kinds, demand: Demand) -> Iterator[_Count]:
    """Give the demand's counts as they are written, the narrowest kinds first."""
    for (area, name), n in demand.cells.items():
        yield _exactly("cell", f"{area} {name}", kinds.those(is_in_cell(area, name)), n)
    for area, n in demand.areas.items():
        yield _exactly("area", area, kinds.those(is_in_area(area)), n)
    for name, n in demand.importance.items():
        yield _exactly("importance", name, kinds.those(is_important(name)), n)
    for name, n in demand.types.items():
        yield _exactly("type", name, kinds.those(is_type(name)), n)


def _counts(pool: Sequence[PoolItem], demand: Demand) -> Iterator[_Count]:
    """Give what a paper must keep: its length, its counts, its difficulty, its own bands."""
    n_items, kinds = demand.n_items, _Kinds(pool)
    yield _exactly("total", "items", np.ones(len(pool), bool), n_items)
    yield from _asked(kinds, demand)
    for path in ("", *demand.areas):  # what lies in no range below: a paper begins rightly by it
        inner = {each: n for each, n in demand.areas.items() if lies_in(each, path)}
        if inner:
            whole = demand.areas[path] if path else n_items
            rest = kinds.those(is_in_area_but(path, inner))
            yield _exactly("rest", path, rest, whole - tops(inner))
    if demand.difficulty is not None:
        low, high = (end * n_items for end in demand.difficulty)
        yield _Count("difficulty", "mean", np.array([i.difficulty for i in pool]), low, high)
    for band in demand.bands:
        if band.kind in OWN_BANDS:
            row = band_row(band, pool, demand)
            yield _Count(row.kind, row.name, row.coefficients, row.low, row.high)


def _exactly(kind: str, name: str, values: BoolArray, number: int) -> _Count:
    return _Count(kind, name, values.astype(np.float64), number, number)


class _Board:
    """A paper while it is drawn: units of the pool, what they count, what is taken."""

    def __init__(self, pool: Sequence[PoolItem], demand: Demand) -> None:
        self.n_items = demand.n_items
        self.counts = list(_counts(pool, demand))
        self.units = units_of(pool)
        by_item = np.array([each.values for each in self.counts]).T
        first = [unit[0] for unit in self.units]
        self.adds = by_item[first]
        for number, unit in enumerate(self.units):
            if unit[1:]:
                self.adds[number] = by_item[unit].sum(axis=0)
        self.low = np.array([each.low for each in self.counts])
        self.high = np.array([each.high for each in self.counts])
        self.is_whole = self.low == self.high
        self._set_points(pool, demand)
        self._set_enemies(pool)

    def _set_points(self, pool: Sequence[PoolItem], demand: Demand) -> None:
        names = sorted({item.point for item in pool})
        index = {name: number for number, name in enumerate(names)}
        limits = point_limits(pool, demand)
        most = [limits[name] for name in names]
        self.points: list[list[tuple[int, int]]] = []
        for unit in self.units:
            of_unit = Counter(index[pool[place].point] for place in unit)
            self.points.append(list(of_unit.items()))
            for point, n in of_unit.items():  # a set comes whole, its own repeats with it
                most[point] = max(most[point], n)
        self.most = np.array(most)
        self.first_point = np.array([each[0][0] for each in self.points])
        self.several = [n for n, each in enumerate(self.points) if each[1:] or each[0][1] > 1]

    def _set_enemies(self, pool: Sequence[PoolItem]) -> None:
        of = {pool[place].id: number for number, unit in enumerate(self.units) for place in unit}
        found: list[set[int]] = [set() for _ in self.units]
        for item in pool:
            for other in (of[each] for each in item.enemies if each in of):
                if other != of[item.id]:
                    found[of[item.id]].add(other)
                    found[other].add(of[item.id])
        self.enemies = [sorted(each) for each in found]

    @property
    def short(self) -> RanOut | None:
        """Return the first count for which the whole pool has too few; None: it has enough."""
        for count in self.counts:
            have = count.values.sum()
            if count.kind in COUNTED and have < count.low:
                return RanOut(count.kind, count.name, int(count.low), int(have))
        return None

    def begin(self, rng: np.random.Generator) -> None:
        """Take units at random while no count, point or enemy stands against them."""
        self.taken = np.zeros(len(self.units), bool)
        self.hated = np.zeros(len(self.units), np.int64)  # how many enemies of it are taken
        self.of_point = np.zeros(self.most.size, np.int64)
        self.sums = np.zeros(self.low.size)
        self.weights = np.ones(self.low.size)
        for unit in rng.permutation(len(self.units)).tolist():
            if self.sums[0] >= self.n_items:
                break
            after = self.sums + self.adds[unit]
            if (after[self.is_whole] <= self.high[self.is_whole]).all() and self._may(unit):
                self._move(unit, 1)

    def mend(self, rng: np.random.Generator) -> bool:
        """Exchange units until every count is kept; say whether that came about."""
        for _ in range(STEPS):
            now = self._missed(self.sums)
            if now <= KEPT:
                return True
            leaving, coming, cost = self._best_exchange(rng)
            if cost >= now - KEPT:  # no way down: what is missed counts for more from now on
                self.weights += self._apart(self.sums) > KEPT
            if leaving is not None:
                self._move(leaving, -1)
            if coming is not None:
                self._move(coming, 1)
        return bool(self._missed(self.sums) <= KEPT)

    def _best_exchange(self, rng: np.random.Generator) -> tuple[int | None, int | None, float]:
        """Return an exchange that misses least; None: nothing goes, or nothing comes."""
        found: tuple[int | None, int | None, float] = (None, None, np.inf)
        for leaving in self._sparable(rng):
            if leaving is not None:
                self._move(leaving, -1)
            may = np.flatnonzero(self._all_may())
            may = may[may != leaving]
            costs = self._missed(self.sums + self.adds[may])
            alone = float(self._missed(self.sums)) if leaving is not None else np.inf
            if costs.size:
                best = np.flatnonzero(costs <= costs.min() + KEPT)
                coming = int(may[rng.choice(best)])
                if costs.min() < min(found[2] - KEPT, alone):
                    found = leaving, coming, float(costs.min())
            if alone < found[2] - KEPT:
                found = leaving, None, alone
            if leaving is not None:
                self._move(leaving, 1)
        return found

    def _sparable(self, rng: np.random.Generator) -> list[int | None]:
        """Return the units that the paper can best spare; nothing first where items are missing."""
        taken = rng.permutation(np.flatnonzero(self.taken))
        costs = self._missed(self.sums - self.adds[taken])
        spared = taken[np.argsort(costs, kind="stable")[:LEAVING]].tolist()
        return [None, *spared] if self.sums[0] < self.n_items else spared

    def _all_may(self) -> BoolArray:
        is_free = self.of_point < self.most
        may: BoolArray = is_free[self.first_point] & (self.hated == 0) & ~self.taken
        for unit in self.several:
            may[unit] = self._may(unit)
        return may

    def _may(self, unit: int) -> bool:
        if bool(self.taken[unit]) or bool(self.hated[unit]):
            return False
        return all(
            bool(self.of_point[point] + n <= self.most[point]) for point, n in self.points[unit]
        )

    def _move(self, unit: int, step: int) -> None:
        self.taken[unit] = step > 0
        self.sums = self.sums + step * self.adds[unit]
        for point, n in self.points[unit]:
            self.of_point[point] += step * n
        self.hated[self.enemies[unit]] += step

    def _apart(self, sums: FloatArray) -> FloatArray:
        apart: FloatArray = np.maximum(np.maximum(self.low - sums, sums - self.high), 0)
        return apart

    def _missed(self, sums: FloatArray) -> FloatArray:
        missed: FloatArray = self._apart(sums) @ self.weights
        return missed

    def places(self) -> list[int]:
        """Return the places of the items taken, in the order of the pool."""
        return sorted(place for unit in np.flatnonzero(self.taken) for place in self.units[unit])

    def worst(self) -> RanOut:
        """Return the count that is missed most, as the paper has it now."""
        below = np.maximum(self.low - self.sums, 0)
        row = (
            int(below[1:].argmax()) + 1 if below[1:].any() else int(self._apart(self.sums).argmax())
        )
        count, have = self.counts[row], float(self.sums[row])
        need = count.low if have < count.low else count.high
        if count.kind == "difficulty":
            need, have = need / self.n_items, have / self.n_items
        kind = f"joint_{count.kind}" if count.low == count.high else count.kind
        return RanOut(kind, count.name, round(need, 3), round(have, 3))
