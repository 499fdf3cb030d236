"""Many papers of one kind as a flow: types and their cells feed points, points fill ranges."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from itembank.demands import Demand, PoolItem, is_in_area_path, lies_in, tops
from itembank.flows import Network

Rests = Counter[int]  # how many items can be used how often yet
SOURCE, SINK = ("source",), ("sink",)


@dataclass(frozen=True)
class Cut:
    """What bounds a flow: these types in these ranges (all, if none) need more than there is.

    The range "" is whatever lies in none that the demand names.
    """

    areas: tuple[str, ...]
    types: tuple[str, ...]
    need: int
    lacks: int


def uses_in(rests: Rests, papers: int) -> int:
    """Return how often items can be used in so many papers, each at most once in each."""
    return sum(min(rest, papers) * number for rest, number in rests.items())


class PaperFlow:
    """A bank and a demand, asked for several numbers of papers.

    ``rests`` says how often the items of each entry of the pool can be used yet; ``limits`` are
    items of a point in one paper.
    """

    def __init__(
        self,
        pool: Sequence[PoolItem],
        rests: Sequence[Rests],
        demand: Demand,
        limits: Mapping[str, int],
    ) -> None:
        self.pool, self.rests, self.demand, self.limits = pool, rests, demand, limits
        self.slots = _slots(demand)
        self.areas = {
            path: innermost(path, self.slots) or "" for path in {item.area for item in pool}
        }
        cells: dict[str, list[str]] = {}
        for path, kind in demand.cells:
            cells.setdefault(kind, []).append(path)
        self.starts = [self._start(item, cells.get(item.type, [])) for item in pool]

    def sends(self, papers: int) -> bool:
        """Say whether so many papers can be made."""
        return self._network(papers).largest_flow(SOURCE, SINK) == papers * self.demand.n_items

    def cut(self, papers: int) -> Cut:
        """Return what keeps so many papers from being made; it lacks nothing where they can be."""
        network, whole = self._network(papers), papers * self.demand.n_items
        lacks = whole - network.largest_flow(SOURCE, SINK)
        near = network.reached(SOURCE)
        types = tuple(name for name in self.demand.types if ("type", name) in near)
        slots = {path: n for path, n in self.slots.items() if n}
        areas = tuple(path for path in slots if ("area", path) not in near)
        from_others = sum(n for name, n in self.demand.types.items() if name not in types)
        filled = sum(n for path, n in slots.items() if path not in areas)
        need = whole - papers * (from_others + filled)
        named = areas if len(areas) < len(slots) else ()
        return Cut(named, types, max(need, 0), lacks)

    def _start(self, item: PoolItem, cells: Collection[str]) -> tuple[str, ...] | None:
        """Return from where an item is asked for, if its type is."""
        if item.type not in self.demand.types:
            return None
        cell = innermost(item.area, cells)
        return ("rest", item.type) if cell is None else ("plain", cell, item.type)

    def _network(self, papers: int) -> Network:
        network = Network()
        _add_types(network, self.demand, papers)
        for path, number in self.slots.items():
            network.edge(("area", path), SINK, papers * number)
        uses = [uses_in(each, papers) for each in self.rests]
        of_point: Counter[str] = Counter()
        for item, number in zip(self.pool, uses, strict=True):
            of_point[item.point] += number
        watched = {point for point, n in of_point.items() if n > papers * self.limits[point]}
        for item, start, number in zip(self.pool, self.starts, uses, strict=True):
            area, point = ("area", self.areas[item.area]), ("point", item.point)
            if start is None:
                continue
            network.edge(start, point if item.point in watched else area, number)
            if item.point in watched and not network.has(point, area):
                network.edge(point, area, papers * self.limits[item.point])
        return network


def _add_types(network: Network, demand: Demand, papers: int) -> None:
    """Part what is asked of each type over its cells, the inner ones out of the outer."""
    for name, number in demand.types.items():
        cells = {area: n for (area, kind), n in demand.cells.items() if kind == name}
        network.edge(SOURCE, ("type", name), papers * number)
        network.edge(("type", name), ("rest", name), papers * max(0, number - tops(cells)))
        for area, n in cells.items():
            below = {each: m for each, m in cells.items() if lies_in(each, area)}
            above = innermost(area, cells.keys() - {area})
            start = ("type", name) if above is None else ("cell", above, name)
            here, plain = ("cell", area, name), ("plain", area, name)
            network.edge(start, here, papers * n)
            network.edge(here, plain, papers * max(0, n - tops(below)))


def _slots(demand: Demand) -> dict[str, int]:
    """Return what each named range has beside those named below it, and the rest under ""."""
    slots = {}
    for path in ("", *demand.areas):
        inner = {each: n for each, n in demand.areas.items() if lies_in(each, path)}
        whole = demand.areas[path] if path else demand.n_items
        slots[path] = max(0, whole - tops(inner))
    return slots


def innermost(area: str, named: Collection[str]) -> str | None:
    """Return the deepest of the named ranges that a range is or lies in."""
    around = [path for path in named if path and is_in_area_path(area, path)]
    return max(around, key=len, default=None)
