"""Blueprints (鉴定要素细目表): ranges in one to six tiers, points, weights and importance."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from itembank.problems import Problem

MOST_TIERS = 6
WHOLE = Decimal(100)
IMPORTANCE = ("X", "Y", "Z")
FACTORS = ("9", "5", "1")  # 重要系数, as some regions write X, Y and Z
IMPORTANCE_WORDS = ("核心要素", "一般要素", "辅助要素")


@dataclass(frozen=True)
class AreaFacts:
    """A range: its path (codes from tier 1 down, joined by ``-``), name and weight.

    ``ratio`` is the printed importance ratio X:Y:Z (重要程度比例), where the table has one.
    """

    path: str
    name: str
    weight: Decimal | None = None
    ratio: tuple[int, int, int] | None = None

    @property
    def parent(self) -> str:
        """Return the path of the range above; empty for tier 1."""
        return self.path.rpartition("-")[0]


@dataclass(frozen=True)
class PointFacts:
    """A point: its range's path, its code inside it, name and importance X, Y or Z.

    Skill levels ("54", the lowest first) and work types it is for: empty for all, ``None`` where
    a table says nothing of them.
    """

    area: str
    code: str
    name: str
    importance: str | None = None
    levels: str | None = None
    work_types: tuple[str, ...] | None = None

    @property
    def full_code(self) -> str:
        """Return the code that names the point in the whole blueprint."""
        return f"{self.area}-{self.code}"


def blueprint_problems(areas: Sequence[AreaFacts], points: Sequence[PointFacts]) -> list[Problem]:
    """Return what is wrong with a blueprint.

    Codes: ``area_repeated``, ``area_without_parent``, ``too_many_tiers``, ``weights_not_100``,
    ``weights_not_parent``, ``weight_negative``, ``point_repeated``, ``point_without_area``,
    ``importance_unknown``, ``ratio_not_points``.
    """
    return [
        *_area_problems(areas),
        *_weight_problems(areas),
        *_point_problems(areas, points),
        *_ratio_problems(areas, points),
    ]


def importance_ratio(points: Sequence[PointFacts], path: str) -> tuple[int, int, int]:
    """Return how many X, Y and Z points lie in a range and below it.

    Examples
    --------
    >>> importance_ratio([PointFacts("A-B", "001", "n", "X"), PointFacts("B", "001", "n")], "A")
    (1, 0, 0)
    """
    inside = [p for p in points if p.area == path or p.area.startswith(f"{path}-")]
    x, y, z = (sum(point.importance == name for point in inside) for name in IMPORTANCE)
    return x, y, z


def read_importance(text: str) -> str | None:
    """Return X, Y or Z for any way it is written; other text as it is, ``None`` for none.

    Examples
    --------
    >>> [read_importance(text) for text in ("x", "９", "5", "辅助", "", "A")]
    ['X', 'X', 'Y', 'Z', None, 'A']
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    for letter, factor, word in zip(IMPORTANCE, FACTORS, IMPORTANCE_WORDS, strict=True):
        if plain in {letter, factor, word, word[:2]}:
            return letter
    return plain or None


def _area_problems(areas: Sequence[AreaFacts]) -> list[Problem]:
    problems, seen = [], set[str]()
    paths = {area.path for area in areas}
    for area in areas:
        if area.path in seen:
            problems.append(Problem(area.path, "area_repeated"))
        seen.add(area.path)
        if area.parent and area.parent not in paths:
            problems.append(Problem(area.path, "area_without_parent", {"parent": area.parent}))
        if area.path.count("-") >= MOST_TIERS:
            problems.append(Problem(area.path, "too_many_tiers", {"most": MOST_TIERS}))
        if area.weight is not None and area.weight < 0:
            problems.append(Problem(area.path, "weight_negative", {"weight": area.weight}))
    return problems


def _weight_problems(areas: Sequence[AreaFacts]) -> list[Problem]:
    """Check sums where weights are given: tier 1 totals 100, children total their parent."""
    children: dict[str, list[AreaFacts]] = {}
    for area in areas:
        children.setdefault(area.parent, []).append(area)
    weights = {area.path: area.weight for area in areas}
    problems = []
    for parent, group in children.items():
        given = [area.weight for area in group if area.weight is not None]
        whole = weights.get(parent) if parent else WHOLE
        if not given or whole is None:
            continue
        total = sum(given, Decimal(0))
        if total != whole or len(given) < len(group):
            code = "weights_not_parent" if parent else "weights_not_100"
            problems.append(Problem(parent, code, {"total": total, "whole": whole}))
    return problems


def _point_problems(areas: Sequence[AreaFacts], points: Sequence[PointFacts]) -> list[Problem]:
    paths = {area.path for area in areas}
    problems, seen = [], set[str]()
    for point in points:
        if point.full_code in seen:
            problems.append(Problem(point.full_code, "point_repeated"))
        seen.add(point.full_code)
        if point.area not in paths:
            problems.append(Problem(point.full_code, "point_without_area", {"area": point.area}))
        if point.importance not in {None, *IMPORTANCE}:
            problems.append(Problem(point.full_code, "importance_unknown"))
    return problems


def _ratio_problems(areas: Sequence[AreaFacts], points: Sequence[PointFacts]) -> list[Problem]:
    problems = []
    for area in areas:
        counted = importance_ratio(points, area.path)
        if area.ratio is not None and area.ratio != counted:
            given, found = (":".join(map(str, each)) for each in (area.ratio, counted))
            problems.append(
                Problem(area.path, "ratio_not_points", {"ratio": given, "counted": found})
            )
    return problems


def items_per_area(weights: Mapping[str, Decimal], total: int) -> dict[str, int]:
    """Share a number of items out by weight, largest remainder; ties go to the first named.

    Raises ValueError if the number or a weight is negative, or all weights are 0.

    Examples
    --------
    >>> items_per_area({"A": Decimal(5), "B": Decimal(20), "C": Decimal(75)}, 30)
    {'A': 2, 'B': 6, 'C': 22}
    """
    whole = sum(weights.values(), Decimal(0))
    if total < 0 or whole <= 0 or min(weights.values()) < 0:
        msg = f"no shares of {total!r} by these weights: {dict(weights)!r}"
        raise ValueError(msg)
    exact = {path: weight * total / whole for path, weight in weights.items()}
    shared = {path: int(share) for path, share in exact.items()}
    by_remainder = sorted(exact, key=lambda path: shared[path] - exact[path])
    for path in by_remainder[: total - sum(shared.values())]:
        shared[path] += 1
    return shared
