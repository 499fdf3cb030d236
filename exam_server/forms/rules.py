"""A paper structure's demand: as typed, as stored, as the assembler takes it.

Stored JSON, every entry about one form::

    {
      "sections": [{"type": "single", "title": "单项选择题", "count": 80, "mark": "0.5"}],
      "areas": {"A-B": 6},                                  # any tier; exact counts
      "cells": [{"area": "A-B", "type": "single", "count": 4}],
      "importance": {"X": 24},                              # X, Y, Z; exact counts
      "difficulty": [2.2, 3.0]                              # mean of 1–5, or null
    }

Sections stand in the order of the paper; marks are decimal text. Whatever is not named is free.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from exam_server.errors import Problem
from itembank.blueprint import IMPORTANCE, items_per_area
from itembank.demands import Demand
from itembank.items.registry import TYPES

MOST_ITEMS = 300
MOST_DECIMALS = 2
HIGHEST_MARK = 100
RATIO: Final = re.compile(r"\s*(\d{1,3})\s*[:：]\s*(\d{1,3})\s*[:：]\s*(\d{1,3})\s*")


@dataclass(frozen=True)
class Preset:
    """A usual paper (domain: paper structures): minutes and type, count, mark of each section."""

    name: str
    minutes: int
    sections: tuple[tuple[str, int, str], ...]


PRESETS: Final = (
    Preset("hundred", 90, (("single", 80, "1"), ("true_false", 20, "1"))),
    Preset("standard", 90, (("single", 140, "0.5"), ("true_false", 60, "0.5"))),
    Preset("national", 120, (("single", 160, "0.5"), ("true_false", 40, "0.5"))),
    Preset("three", 90, (("single", 70, "1"), ("multiple", 10, "2"), ("true_false", 20, "0.5"))),
)


def demand_of(stored: Mapping[str, Any]) -> Demand:
    """Return what the assembler is asked for."""
    types: Counter[str] = Counter()
    for section in stored["sections"]:
        types[section["type"]] += int(section["count"])
    band = stored.get("difficulty")
    return Demand(
        types=dict(types),
        areas=stored.get("areas", {}),
        cells={(each["area"], each["type"]): each["count"] for each in stored.get("cells", [])},
        importance=stored.get("importance", {}),
        difficulty=(float(band[0]), float(band[1])) if band else None,
    )


def stored_demand(demand: Demand, sections: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the JSON to store; ``demand_of`` turns it back."""
    return {
        "sections": [dict(section) for section in sections],
        "areas": dict(demand.areas),
        "cells": [
            {"area": area, "type": name, "count": count}
            for (area, name), count in demand.cells.items()
        ],
        "importance": dict(demand.importance),
        "difficulty": list(demand.difficulty) if demand.difficulty else None,
    }


def read_sections(text: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Read lines such as ``single | 单项选择题 | 30 | 0.5``: type, title, count, mark each."""
    sections: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for where, parts in _lines(text, "sections"):
        name, title, count, mark = (*parts, "", "", "")[:4]
        if name not in TYPES:
            problems.append(Problem(where, "no_such_type", {"type": name}))
        elif not count.isdecimal() or int(count) < 1 or _mark(mark) is None:
            problems.append(Problem(where, "line_incomplete"))
        else:
            section = {"type": name, "title": title or name, "count": int(count), "mark": mark}
            sections.append(section)
    if not sections and not problems:
        problems.append(Problem("sections", "no_sections"))
    if sum(section["count"] for section in sections) > MOST_ITEMS:
        problems.append(Problem("sections", "too_many_items", {"most": MOST_ITEMS}))
    return sections, problems


def read_counts(
    text: str, known: Sequence[str], where: str
) -> tuple[dict[str, int], list[Problem]]:
    """Read lines such as ``A-B | 6``: a known code and a count, each code once."""
    counts: dict[str, int] = {}
    problems = []
    for place, parts in _lines(text, where):
        code, count = (*parts, "")[:2]
        if code not in known:
            problems.append(Problem(place, "code_unknown", {"value": code}))
        elif code in counts:
            problems.append(Problem(place, "line_repeated", {"value": code}))
        elif not count.isdecimal():
            problems.append(Problem(place, "line_incomplete"))
        else:
            counts[code] = int(count)
    return counts, problems


def read_cells(text: str, known: Sequence[str]) -> tuple[dict[tuple[str, str], int], list[Problem]]:
    """Read lines such as ``A-B | single | 4``: range, type and count, each pair once."""
    cells: dict[tuple[str, str], int] = {}
    problems = []
    for where, parts in _lines(text, "cells"):
        area, name, count = (*parts, "", "")[:3]
        if area not in known:
            problems.append(Problem(where, "code_unknown", {"value": area}))
        elif name not in TYPES:
            problems.append(Problem(where, "no_such_type", {"type": name}))
        elif (area, name) in cells:
            problems.append(Problem(where, "line_repeated", {"value": f"{area} | {name}"}))
        elif not count.isdecimal():
            problems.append(Problem(where, "line_incomplete"))
        else:
            cells[area, name] = int(count)
    return cells, problems


def read_importance(text: str, total: int) -> tuple[dict[str, int], list[Problem]]:
    """Read counts such as ``X | 24``, or shares such as ``50:30:20`` of the whole paper.

    Shares are turned into counts by largest remainder.
    """
    ratio = RATIO.fullmatch(text)
    if ratio is None or not any(map(int, ratio.groups())):
        return read_counts(text, IMPORTANCE, "importance")
    shares = {name: Decimal(part) for name, part in zip(IMPORTANCE, ratio.groups(), strict=True)}
    return items_per_area(shares, total), []


def counts_by_weight(
    weights: Mapping[str, Decimal | None], total: int
) -> tuple[dict[str, int], list[Problem]]:
    """Share a paper's items out by the blueprint's weights, tier by tier, largest remainder.

    ``weights`` gives every range's path; counts are given for the lowest weighted ranges, so
    that what stands above them gets its share as well.

    Examples
    --------
    >>> counts_by_weight({"A": Decimal(25), "A-A": Decimal(5), "A-B": Decimal(20),
    ...                   "B": Decimal(75)}, 30)
    ({'A-A': 2, 'A-B': 6, 'B': 22}, [])
    """
    counts = _shared_below("", weights, total)
    return counts, [] if counts else [Problem("areas", "no_weights")]


def band_problems(low: float | None, high: float | None) -> list[Problem]:
    """Return what is wrong with a band of difficulty; half a band is none."""
    if low is None or high is None or low <= high:
        return []
    return [Problem("difficulty_low", "band_upside_down", {"low": low, "high": high})]


def full_mark(stored: Mapping[str, Any]) -> Decimal:
    """Return what a form totals."""
    return sum(
        (Decimal(section["mark"]) * section["count"] for section in stored["sections"]),
        Decimal(0),
    )


def _shared_below(parent: str, weights: Mapping[str, Decimal | None], total: int) -> dict[str, int]:
    inside = {
        path: weight
        for path, weight in weights.items()
        if weight is not None and path.rpartition("-")[0] == parent
    }
    if not any(inside.values()):
        return {parent: total} if parent else {}
    counts: dict[str, int] = {}
    for path, share in items_per_area(inside, total).items():
        counts |= _shared_below(path, weights, share)
    return counts


def _lines(text: str, where: str) -> Iterator[tuple[str, list[str]]]:
    """Give each line that says something: its place and its parts."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            parts = [part.strip() for part in line.replace("｜", "|").split("|")]
            yield f"{where} line {number}", parts


def _mark(text: str) -> Decimal | None:
    try:
        mark = Decimal(text)
    except InvalidOperation:
        return None
    exponent = mark.as_tuple().exponent
    is_right = isinstance(exponent, int) and 0 < mark <= HIGHEST_MARK and exponent >= -MOST_DECIMALS
    return mark if is_right else None
