"""Pilot items (试测): which of them a form tries beside its scored items, and where they stand.

They count for nothing, so no demand looks at them; but a candidate meets them among the others:
none is an enemy of an item of the form or asks the same point.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from itembank.demands import PoolItem
from itembank.shortages import Shortage

MOST_STEPS = 5000  # of the search for one form; far more than a paper needs


@dataclass(frozen=True)
class Wanted:
    """How many pilot items of a type a section (from 1) has beside its scored ones."""

    section: int
    type: str
    count: int
    scored: int


@dataclass(frozen=True)
class Pilot:
    """A pilot item in a form; ``place`` is where it stands in its section, from 0."""

    section: int
    id: str
    place: int


@dataclass(frozen=True)
class Tried:
    """A form that pilot items are picked for.

    ``barred`` ids it does not get; its words may rise by ``words_left``; with a form in ``near``,
    by its number, it may have so many of them in common. What it ``has`` already stays.
    """

    scored: Sequence[PoolItem]
    barred: frozenset[str] = frozenset()
    words_left: float = np.inf
    near: Mapping[int, int] = field(default_factory=dict)
    has: tuple[Pilot, ...] | None = None


def pick_pilots(
    pool: Sequence[PoolItem],
    forms: Sequence[Tried],
    wanted: Sequence[Wanted],
    rng: np.random.Generator,
) -> list[tuple[Pilot, ...]] | Shortage:
    """Pick pilot items for forms, one form after another, and their places.

    First come those that fewest of these forms have, then those that fewest papers have had
    (``times_used``), then as drawn. The same pool, forms and seed give the same.

    Returns
    -------
    list of tuple of Pilot, or Shortage
        Of each form by section and place; or of which type there are too few for a form: how many
        were asked, how many could be had.

    Examples
    --------
    >>> pool = [PoolItem("p1", "single", "A", "A-1"), PoolItem("p2", "single", "A", "A-2")]
    >>> form = Tried([PoolItem("i1", "single", "A", "A-1")])
    >>> wanted = [Wanted(1, "single", 1, 1)]
    >>> [[each.id for each in found] for found in
    ...  pick_pilots(pool, [form], wanted, np.random.default_rng(1))]
    [['p2']]
    """
    uses: Counter[str] = Counter(
        each.id for form in forms if form.has is not None for each in form.has
    )
    found: list[tuple[Pilot, ...]] = [form.has or () for form in forms]
    for number, form in enumerate(forms):
        if form.has is not None:
            continue
        lots = rng.random(len(pool))
        drawn = sorted(zip(pool, lots.tolist(), strict=True), key=lambda each: each[1])
        order = sorted(
            (item for item, _ in drawn), key=lambda item: (uses[item.id], item.times_used)
        )
        search = _Search(form, order, _slots(wanted), found)
        if not search.fill(0, 0):
            return search.shortage(wanted)
        found[number] = tuple(_placed(wanted, search.chosen, rng))
        uses.update(each.id for each in search.chosen)
    return found


def _slots(wanted: Sequence[Wanted]) -> list[tuple[int, str]]:
    """Return section and type of every place, those of one type together."""
    slots = [(each.section, each.type) for each in wanted for _ in range(each.count)]
    return sorted(slots, key=lambda each: each[1])


def _placed(
    wanted: Sequence[Wanted], chosen: Sequence[PoolItem], rng: np.random.Generator
) -> Iterator[Pilot]:
    """Give pilot items by section and place; any places of a section are equally likely."""
    slots = _slots(wanted)
    for each in wanted:
        mine = [
            item.id
            for (section, _), item in zip(slots, chosen, strict=True)
            if section == each.section
        ]
        places = sorted(rng.choice(each.scored + each.count, each.count, replace=False).tolist())
        for place, one in zip(places, rng.permutation(len(mine)).tolist(), strict=True):
            yield Pilot(each.section, mine[one], int(place))


class _Search:
    """The first choice, in an order, that no item of a form minds."""

    def __init__(
        self,
        form: Tried,
        order: Sequence[PoolItem],
        slots: Sequence[tuple[int, str]],
        others: Sequence[Sequence[Pilot]],
    ) -> None:
        self.form, self.slots, self.chosen = form, slots, list[PoolItem]()
        points = {item.point for item in form.scored}
        self.order = [
            item
            for item in order
            if item.id not in form.barred
            and item.point not in points
            and not any(_minds(item, other) for other in form.scored)
        ]
        self.near = [
            (frozenset(each.id for each in others[number]), most)
            for number, most in form.near.items()
        ]
        self.deepest, self.steps = 0, 0

    def fill(self, slot: int, first: int) -> bool:
        """Fill the places from one on with items from the ``first`` in the order on."""
        self.deepest = max(self.deepest, slot)
        if slot == len(self.slots):
            return True
        for at in range(first, len(self.order)):
            item = self.order[at]
            if item.type != self.slots[slot][1] or not self._fits(item):
                continue
            self.steps += 1
            if self.steps > MOST_STEPS:
                return False
            self.chosen.append(item)
            if self.fill(slot + 1, self._first_after(slot, at)):
                return True
            self.chosen.pop()
        return False

    def shortage(self, wanted: Sequence[Wanted]) -> Shortage:
        """Return of which type there are too few."""
        name = self.slots[self.deepest][1]
        asked = sum(each.count for each in wanted if each.type == name)
        filled = sum(kind == name for _, kind in self.slots[: self.deepest])
        return Shortage("pilot", name, asked, filled)

    def _first_after(self, slot: int, at: int) -> int:
        """Return where the next place looks from: items of one type stand for one another."""
        is_last = slot + 1 == len(self.slots)
        return at + 1 if not is_last and self.slots[slot + 1][1] == self.slots[slot][1] else 0

    def _fits(self, item: PoolItem) -> bool:
        words = sum(each.words for each in self.chosen) + item.words
        return (
            words <= self.form.words_left
            and not any(
                item.point == each.point or _minds(item, each) or item.id == each.id
                for each in self.chosen
            )
            and all(
                sum(each.id in held for each in [*self.chosen, item]) <= most
                for held, most in self.near
            )
        )


def _minds(one: PoolItem, other: PoolItem) -> bool:
    return one.id in other.enemies or other.id in one.enemies
