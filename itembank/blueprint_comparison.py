"""Which point of a revised blueprint is which point of the one before: codes shift, names stay."""

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from itembank.blueprint import AreaFacts, PointFacts


@dataclass(frozen=True)
class Table:
    """A whole blueprint."""

    areas: Sequence[AreaFacts]
    points: Sequence[PointFacts]


@dataclass(frozen=True)
class Comparison:
    """Pairs of before and after, and what only one of two blueprints has."""

    areas: list[tuple[AreaFacts, AreaFacts]]
    points: list[tuple[PointFacts, PointFacts]]
    added_areas: list[AreaFacts]
    added_points: list[PointFacts]
    absent_areas: list[AreaFacts]
    absent_points: list[PointFacts]

    @property
    def moved(self) -> list[tuple[PointFacts, PointFacts]]:
        """Return the points that stand under another code now."""
        return [pair for pair in self.points if pair[0].full_code != pair[1].full_code]


def compare(old: Table, new: Table) -> Comparison:
    """Pair the points of two blueprints; ranges are paired by their codes.

    A point is the same if code, ranges' names and name agree; else if it alone on both sides has
    its ranges' names and its name, then its name; what is left is paired by code: renamed.

    Examples
    --------
    >>> areas = [AreaFacts("A", "Basics")]
    >>> old = Table(areas, [PointFacts("A", "001", "law"), PointFacts("A", "002", "duty")])
    >>> new = Table(areas, [PointFacts("A", "001", "oath"), PointFacts("A", "002", "law")])
    >>> [(was.full_code, now.full_code) for was, now in compare(old, new).moved]
    [('A-001', 'A-002')]
    """
    known = {area.path: area for area in old.areas}
    paths = {area.path for area in new.areas}
    pairs = _pairs(old, new)
    taken = {was.full_code for was, _ in pairs}
    placed = {now.full_code for _, now in pairs}
    return Comparison(
        areas=[(known[area.path], area) for area in new.areas if area.path in known],
        points=pairs,
        added_areas=[area for area in new.areas if area.path not in known],
        added_points=[point for point in new.points if point.full_code not in placed],
        absent_areas=[area for area in old.areas if area.path not in paths],
        absent_points=[point for point in old.points if point.full_code not in taken],
    )


def _pairs(old: Table, new: Table) -> list[tuple[PointFacts, PointFacts]]:
    old_trails, new_trails = _trails(old.areas), _trails(new.areas)
    before, after = list(old.points), list(new.points)
    found: list[tuple[PointFacts, PointFacts]] = []

    def pair(key: Callable[[PointFacts, Mapping[str, str]], Hashable]) -> None:
        lone = _lone(before, lambda point: key(point, old_trails))
        for name, now in _lone(after, lambda point: key(point, new_trails)).items():
            if name in lone:
                found.append((lone[name], now))
                before.remove(lone[name])
                after.remove(now)

    pair(lambda point, trails: (point.full_code, trails.get(point.area), _folded(point.name)))
    pair(lambda point, trails: (trails.get(point.area), _folded(point.name)))
    pair(lambda point, _: _folded(point.name))
    pair(lambda point, _: point.full_code)
    order = {point.full_code: place for place, point in enumerate(new.points)}
    return sorted(found, key=lambda each: order[each[1].full_code])


def _lone(
    points: Iterable[PointFacts], key: Callable[[PointFacts], Hashable]
) -> dict[Hashable, PointFacts]:
    """Return the points that alone have their key."""
    groups: dict[Hashable, list[PointFacts]] = {}
    for point in points:
        groups.setdefault(key(point), []).append(point)
    return {name: group[0] for name, group in groups.items() if len(group) == 1}


def _trails(areas: Sequence[AreaFacts]) -> dict[str, str]:
    names = {area.path: _folded(area.name) for area in areas}

    def trail(path: str) -> str:
        above = path.rpartition("-")[0]
        return f"{trail(above)}/{names.get(path, '')}" if path else ""

    return {path: trail(path) for path in names}


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).lower()
