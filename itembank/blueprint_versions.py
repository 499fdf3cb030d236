"""A blueprint as it stood at one time, and what differs between two of them.

A point is known by an id of its own, so a point that moved or has another name is still the same;
a range is known by its path.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

KINDS = (
    "point_added",
    "point_dropped",
    "point_moved",
    "point_renamed",
    "importance_changed",
    "levels_changed",
    "work_types_changed",
    "point_retired",
    "point_taken_up",
    "area_added",
    "area_dropped",
    "area_renamed",
    "weight_changed",
)
MERGES = 100  # a chain of merges is never this long


@dataclass(frozen=True)
class StoodArea:
    """A range as it stood."""

    path: str
    name: str
    weight: str = ""  # a decimal number, without needless zeros; empty for none


@dataclass(frozen=True)
class StoodPoint:
    """A point as it stood; ``uid`` names it for good, ``code`` includes its range's path."""

    uid: str
    code: str
    name: str
    importance: str = ""
    levels: str = ""  # "543": which skill levels it is for; empty for all
    work_types: tuple[str, ...] = ()  # empty for all
    retired: str | None = None  # why no item may be written for it


@dataclass(frozen=True)
class Stood:
    """A whole blueprint as it stood."""

    areas: Sequence[StoodArea] = field(default_factory=tuple)
    points: Sequence[StoodPoint] = field(default_factory=tuple)


@dataclass(frozen=True)
class Difference:
    """One thing that differs: of which row, under which codes, what it was and what it is."""

    kind: str
    key: str  # a point's id, a range's path
    code_before: str
    code_after: str
    name: str
    before: str = ""
    after: str = ""

    @property
    def is_point(self) -> bool:
        """Whether a point differs, and not a range."""
        return not self.kind.startswith(("area_", "weight_"))


def weight_text(weight: Decimal | None) -> str:
    """Return a weight as it is compared and kept.

    Examples
    --------
    >>> weight_text(Decimal("12.50")), weight_text(Decimal(100)), weight_text(None)
    ('12.5', '100', '')
    """
    if weight is None:
        return ""
    whole = weight.to_integral_value()
    return f"{whole if weight == whole else weight.normalize():f}"


def as_plain(stood: Stood) -> dict[str, Any]:
    """Return a blueprint as plain lists and texts, for keeping."""
    points = [{**asdict(each), "work_types": list(each.work_types)} for each in stood.points]
    return {"areas": [asdict(each) for each in stood.areas], "points": points}


def from_plain(plain: Mapping[str, Any]) -> Stood:
    """Return what ``as_plain`` made plain."""
    return Stood(
        tuple(StoodArea(**each) for each in plain["areas"]),
        tuple(
            StoodPoint(**{**each, "work_types": tuple(each["work_types"])})
            for each in plain["points"]
        ),
    )


def digest_of(stood: Stood) -> str:
    """Return the SHA-256 of all that a blueprint says; the order of its rows is no matter."""
    areas = sorted(stood.areas, key=lambda each: each.path)
    points = sorted(stood.points, key=lambda each: each.uid)
    text = json.dumps(as_plain(Stood(areas, points)), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(old: Stood, new: Stood) -> list[Difference]:
    """Return all that differs, ranges first, each row under the code it has last.

    Examples
    --------
    >>> old = Stood((StoodArea("A", "Basics", "100"),), (StoodPoint("p", "A-001", "law"),))
    >>> new = Stood((StoodArea("A", "Basics", "100"),), (StoodPoint("p", "A-002", "law"),))
    >>> [(each.kind, each.before, each.after) for each in differences(old, new)]
    [('point_moved', 'A-001', 'A-002')]
    """
    return [*_areas(old, new), *_points(old, new)]


def heir_of(uid: str, merged: Mapping[str, str]) -> str | None:
    """Return which point has the items of one that was merged away, over merges of merges.

    Examples
    --------
    >>> heir_of("a", {"a": "b", "b": "c"}), heir_of("x", {"a": "b"})
    ('c', None)
    """
    heir = merged.get(uid)
    for _ in range(MERGES):
        if heir is None or heir not in merged:
            return heir
        heir = merged[heir]
    return heir


def _areas(old: Stood, new: Stood) -> Iterator[Difference]:
    before = {each.path: each for each in old.areas}
    after = {each.path: each for each in new.areas}
    for path in sorted({*before, *after}):
        was, now = before.get(path), after.get(path)
        if was is None and now is not None:
            yield Difference("area_added", path, "", path, now.name, after=now.weight)
        elif now is None and was is not None:
            yield Difference("area_dropped", path, path, "", was.name, before=was.weight)
        elif was is not None and now is not None:
            if was.name != now.name:
                yield Difference("area_renamed", path, path, path, now.name, was.name, now.name)
            if was.weight != now.weight:
                yield Difference(
                    "weight_changed", path, path, path, now.name, was.weight, now.weight
                )


def _points(old: Stood, new: Stood) -> Iterator[Difference]:
    before = {each.uid: each for each in old.points}
    after = {each.uid: each for each in new.points}
    for point in sorted(new.points, key=lambda each: each.code):
        was = before.get(point.uid)
        if was is None:
            yield Difference("point_added", point.uid, "", point.code, point.name)
        else:
            yield from _changed(was, point)
    for point in sorted(old.points, key=lambda each: each.code):
        if point.uid not in after:
            yield Difference("point_dropped", point.uid, point.code, "", point.name)


def _changed(was: StoodPoint, now: StoodPoint) -> Iterator[Difference]:
    row = (now.uid, was.code, now.code, now.name)
    facts = (
        ("point_moved", was.code, now.code),
        ("point_renamed", was.name, now.name),
        ("importance_changed", was.importance, now.importance),
        ("levels_changed", " ".join(was.levels), " ".join(now.levels)),
        ("work_types_changed", "、".join(was.work_types), "、".join(now.work_types)),
    )
    for kind, before, after in facts:
        if before != after:
            yield Difference(kind, *row, before, after)
    if was.retired != now.retired:
        kind = "point_taken_up" if now.retired is None else "point_retired"
        yield Difference(kind, *row, was.retired or "", now.retired or "")
