"""How many papers of a kind a bank carries in a year, and what runs out first.

Types, cells and ranges of a demand are two families of sets, each nested in itself: types with
their cells, and ranges with their points. Items that agree in type and point are interchangeable.
So a flow of n times the demand parts into n papers, each item at most once in each (integer
decomposition of totally unimodular systems, Baum and Trotter 1978), and the largest flow says
exactly how many papers there are. Importance crosses ranges and is counted alone, and how many
items two papers share is bounded by counting pairs: what comes of these is a bound.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from itembank.demands import (
    Demand,
    Fits,
    PoolItem,
    is_important,
    is_in_area,
    is_in_cell,
    is_type,
    point_limits,
)
from itembank.paper_flows import Cut, PaperFlow, Rests, innermost, uses_in

MOST_PAPERS = 400
KINDS = ("cell", "least", "area", "importance", "type")  # the narrowest is named first


@dataclass(frozen=True)
class Stack:
    """Items that a draw cannot tell apart: ``by_uses`` says how many had how many uses before."""

    type: str
    area: str
    point: str
    importance: str | None
    by_uses: Mapping[int, int]


@dataclass(frozen=True)
class Cell:
    """Items that papers need so many of: of some types, in some ranges, or of an importance.

    ``kind`` is ``type``, ``area``, ``cell``, ``least`` (a range's items of a type that its other
    types cannot stand for), ``importance``; ``joint`` (several ranges and types do not do
    together), ``points`` (they would, were a point's items not limited in one paper), ``shared``.
    ``per_paper`` is exact, or the least a paper can do with (``is_least``). ``items`` may still be
    used; alone they carry ``carries`` papers.
    """

    kind: str
    areas: tuple[str, ...]
    types: tuple[str, ...]
    per_paper: int
    items: int
    carries: int
    is_least: bool = False


@dataclass(frozen=True)
class Short:
    """A cell that does not do: so many uses it needs for so many papers, has, and lacks items."""

    cell: Cell
    papers: int
    need: int
    have: int
    lacks: int


@dataclass(frozen=True)
class Draw:
    """How many papers a bank carries, up to ``MOST_PAPERS``, and what runs out at the next.

    The number is exact, or the most there can be; then ``at_least`` are certain. ``short`` is
    what the wanted number lacks; no ``lacks`` of them does without the others' (``lacks`` is the
    least that must be written in all).
    """

    wanted: int
    carried: int
    at_least: int
    first: Short | None
    cells: Sequence[Cell] = field(default_factory=list)
    short: Sequence[Short] = field(default_factory=list)
    lacks: int = 0

    @property
    def is_exact(self) -> bool:
        """Say whether the number is the largest that can be made."""
        return self.at_least == self.carried


def simulate(
    stacks: Sequence[Stack],
    demand: Demand,
    *,
    wanted: int,
    most_uses: int = 1,
    most_shared: int | None = None,
) -> Draw:
    """Say how many papers a bank carries when an item comes at most so many times.

    Two papers share at most ``most_shared`` items. Bands, enemies and difficulty are not looked
    at: where a demand has them, the number is the most there can be.

    Raises ValueError if a number is negative, or items may not be used.

    Examples
    --------
    >>> stacks = [Stack("single", a, f"{a}-1", "X", {0: n}) for a, n in (("A", 7), ("B", 20))]
    >>> draw = simulate(stacks, Demand({"single": 4}, areas={"A": 2, "B": 2}), wanted=5)
    >>> draw.carried, draw.first.cell.areas, draw.first.need, draw.first.have, draw.first.lacks
    (3, ('A',), 8, 7, 1)
    """
    if min(wanted, most_shared or 0) < 0 or most_uses < 1:
        msg = f"no such draw: {wanted!r} papers, {most_uses!r} uses, {most_shared!r} shared"
        raise ValueError(msg)
    stacks = [each for each in stacks if sum(each.by_uses.values())]
    uses = 1 if most_shared == 0 else most_uses
    bank = _Bank(stacks, demand, most_uses=most_uses, per_item=uses)
    carried = bank.carried()
    found = bank.drawn(wanted, carried)
    if uses == 1 or most_shared is None or most_shared >= demand.n_items:
        return replace(found, at_least=0 if demand.importance else carried)
    most = next(n for n in count() if n == carried or not bank.may_share(n + 1, most_shared))
    apart = _Bank(stacks, demand, most_uses=most_uses, per_item=1).carried()
    certain = 0 if demand.importance else min(most, apart)
    if most == carried:
        return replace(found, at_least=certain)
    return replace(found, carried=most, at_least=certain, first=bank.shared_short(most + 1))


class _Bank:
    """A bank's stacks with what is left of each, and the cells a demand counts."""

    def __init__(
        self, stacks: Sequence[Stack], demand: Demand, *, most_uses: int, per_item: int
    ) -> None:
        self.demand, self.per_item = demand, per_item
        self.pool = [
            PoolItem(str(number), each.type, each.area, each.point, each.importance)
            for number, each in enumerate(stacks)
        ]
        limits = point_limits(self.pool, demand)
        self.rests: list[Rests] = [
            _rests(each.by_uses, most_uses=most_uses, per_item=per_item) for each in stacks
        ]
        self.groups = self._grouped()
        self.cells = [self._cell(*each) for each in _counted(demand)]
        self.flow = PaperFlow(self.pool, self.rests, demand, limits)
        self.of_types = {name: self._together(is_type(name)) for name in demand.types}

    def carried(self) -> int:
        """Return the largest number of papers; more than one is tried only where cells allow it."""
        most = min((each.carries for each in self.cells), default=MOST_PAPERS)
        if not self.demand.n_items or self.flow.sends(most):
            return most
        low, high = 0, most  # low is possible, high is not
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.flow.sends(middle) else (low, middle)
        return low

    def drawn(self, wanted: int, carried: int) -> Draw:
        """Return what is known once the number is."""
        first = None if carried >= MOST_PAPERS else self._first(carried + 1)
        short = self._short(wanted) if wanted > carried else []
        if wanted > carried and not short and first is not None:
            joint = self._joint(wanted)
            short = [joint] if joint else []
        lacks = self._lacks_in_all(wanted) if wanted > carried else 0
        return Draw(wanted, carried, carried, first, self.cells, short, lacks)

    def may_share(self, papers: int, most_shared: int) -> bool:
        """Say whether items, spread as evenly as they can be, need not meet too often."""
        pairs = papers * (papers - 1) // 2
        least = sum(
            _least_meetings(self.of_types[name], papers * number)
            for name, number in self.demand.types.items()
        )
        return least <= most_shared * pairs

    def shared_short(self, papers: int) -> Short:
        """Return that two papers would share too many items."""
        items = sum(sum(each.values()) for each in self.rests)
        need = papers * self.demand.n_items
        cell = Cell("shared", (), (), self.demand.n_items, items, papers - 1)
        return Short(cell, papers, need, items, 0)

    def _cell(self, kind: str, names: tuple[str, str], number: int, fits: Fits) -> Cell:
        area, name = names
        rests = self._together(fits)
        low, high = 0, MOST_PAPERS + 1
        while high - low > 1:
            middle = (low + high) // 2
            does = uses_in(rests, middle) >= number * middle
            low, high = (middle, high) if does else (low, middle)
        return Cell(
            kind,
            (area,) if area else (),
            (name,) if name else (),
            number,
            sum(rests.values()),
            low,
            is_least=kind == "least",
        )

    def _grouped(self) -> list[tuple[PoolItem, Rests]]:
        """Return the bank without its points, for what does not ask for them; one item a group."""
        groups: dict[tuple[str, str, str | None], tuple[PoolItem, Rests]] = {}
        for item, rests in zip(self.pool, self.rests, strict=True):
            key = (item.type, item.area, item.importance)
            groups.setdefault(key, (item, Counter()))[1].update(rests)
        return list(groups.values())

    def _together(self, fits: Fits) -> Rests:
        together: Rests = Counter()
        for item, rests in self.groups:
            if fits(item):
                together.update(rests)
        return together

    def _first(self, papers: int) -> Short | None:
        short = self._short(papers)
        return short[0] if short else self._joint(papers)

    def _short(self, papers: int) -> list[Short]:
        """Return the cells that cannot carry so many papers, the first to run out first."""
        found = []
        for cell in sorted(self.cells, key=lambda each: (each.carries, KINDS.index(each.kind))):
            if cell.carries >= papers:
                break
            have, need = uses_in(self._together(_fits(cell)), papers), cell.per_paper * papers
            found.append(Short(cell, papers, need, have, self._items_for(need - have, papers)))
        return found

    def _joint(self, papers: int) -> Short | None:
        cut = self.flow.cut(papers)
        if not cut.lacks:
            return None
        rests = self._together(lambda item: _is_cut(item, cut, self.demand))
        kind = "points" if uses_in(rests, papers) >= cut.need else "joint"
        cell = Cell(
            kind,
            cut.areas,
            cut.types,
            cut.need // papers,
            sum(rests.values()),
            papers - 1,
            is_least=True,
        )
        lacks = self._items_for(cut.lacks, papers)
        return Short(cell, papers, cut.need, cut.need - cut.lacks, lacks)

    def _lacks_in_all(self, papers: int) -> int:
        cut = self.flow.cut(papers)
        return self._items_for(cut.lacks, papers)

    def _items_for(self, uses: int, papers: int) -> int:
        """Return how many new items give so many uses in so many papers."""
        return -(-uses // min(self.per_item, papers))


def _counted(demand: Demand) -> Iterator[tuple[str, tuple[str, str], int, Fits]]:
    """Give every count of a demand with what can meet it, and what ranges and types force."""
    total = demand.n_items
    for name, number in demand.types.items():
        yield "type", ("", name), number, is_type(name)
    for area, number in demand.areas.items():
        yield "area", (area, ""), number, is_in_area(area)
        for name, of_type in demand.types.items():
            forced = number + of_type - total  # even if all others of the range are of other types
            if forced > demand.cells.get((area, name), 0) and len(demand.types) > 1:
                yield "least", (area, name), forced, is_in_cell(area, name)
    for (area, name), number in demand.cells.items():
        yield "cell", (area, name), number, is_in_cell(area, name)
    for name, number in demand.importance.items():
        yield "importance", ("", name), number, is_important(name)


def _is_cut(item: PoolItem, cut: Cut, demand: Demand) -> bool:
    """Say whether an item lies in a cut's ranges and types."""
    if item.type not in cut.types:
        return False
    return not cut.areas or (innermost(item.area, demand.areas) or "") in cut.areas


def _fits(cell: Cell) -> Fits:
    if cell.kind == "importance":
        return is_important(cell.types[0])
    if not cell.areas:
        return is_type(cell.types[0])
    return is_in_cell(cell.areas[0], cell.types[0]) if cell.types else is_in_area(cell.areas[0])


def _rests(by_uses: Mapping[int, int], *, most_uses: int, per_item: int) -> Rests:
    rests: Counter[int] = Counter()
    for used, number in by_uses.items():
        if used < most_uses:
            rests[min(most_uses - used, per_item)] += number
    return rests


def _least_meetings(rests: Rests, uses: int) -> int:
    """Return how many pairs of uses of one item there are at least; evenly spread, few meet.

    Examples
    --------
    >>> _least_meetings(Counter({2: 3}), 5)
    2
    """
    least, before = 0, 0
    while uses > 0:
        able = sum(number for rest, number in rests.items() if rest > before)
        taken = min(able, uses)
        if not taken:
            return least
        least += taken * before
        uses -= taken
        before += 1
    return least
