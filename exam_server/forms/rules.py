"""A paper structure's demand: what is wrong with it, as stored, as the assembler takes it.

Stored JSON, every entry about one form::

    {
      "sections": [{"type": "single", "title": "单项选择题", "count": 80, "mark": "0.5"}],
      "areas": {"A-B": 6},                                  # any tier; exact counts
      "cells": [{"area": "A-B", "type": "single", "count": 4}],
      "importance": {"X": 24},                              # X, Y, Z; exact counts
      "difficulty": [2.2, 3.0]                              # mean of 1–5, or null
    }

A section may have ``titles``, its title by language, such as ``{"en": "Single choice"}``, and
``pilots``, how many pilot items (试测) stand among its own; ``count`` and every other demand are of
scored items. With pilot items there may be ``notices``: what candidates are told of them.
Sections stand in the order of the paper; marks are decimal text. Whatever is not named is free.
``exam_server.forms.bands`` tells what else may stand there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from exam_server.errors import Problem
from exam_server.forms.bands import with_bands
from itembank.blueprint import IMPORTANCE, items_per_area
from itembank.demands import Demand, lies_in, tops
from itembank.items.item_types import PERSON
from itembank.items.registry import TYPES

MOST_ITEMS = 300
MOST_PILOTS = 50  # in a section
MOST_DECIMALS = 2
HIGHEST_MARK = 100


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
    Preset(
        "technician",
        120,
        (
            ("single", 60, "0.5"),
            ("true_false", 40, "0.5"),
            ("multiple", 20, "1"),
            ("short_answer", 2, "5"),
            ("essay", 2, "10"),
        ),
    ),
)


def demand_of(stored: Mapping[str, Any]) -> Demand:
    """Return what the assembler is asked for."""
    types: Counter[str] = Counter()
    for section in stored["sections"]:
        types[section["type"]] += int(section["count"])
    band = stored.get("difficulty")
    demand = Demand(
        types=dict(types),
        areas=stored.get("areas", {}),
        cells={(each["area"], each["type"]): each["count"] for each in stored.get("cells", [])},
        importance=stored.get("importance", {}),
        difficulty=(float(band[0]), float(band[1])) if band else None,
    )
    return with_bands(demand, stored)


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


def section_problems(sections: Sequence[tuple[str, int, int]]) -> list[Problem]:
    """Return what is wrong with sections given as type, count and pilot items.

    Each place is its row.

    Examples
    --------
    >>> [each.where for each in section_problems([("single", 8, 2), ("essay", 1, 1)])]
    ['sections.1.pilots']
    """
    problems = [
        Problem(f"sections.{row}.type", "no_such_type", {"type": name})
        for row, (name, *_) in enumerate(sections)
        if name not in TYPES
    ]
    problems += [
        Problem(f"sections.{row}.pilots", "pilots_marked_by_persons")
        for row, (name, _, pilots) in enumerate(sections)
        if pilots and name in TYPES and TYPES[name].ABOUT.marked_by == PERSON
    ]
    if not sections:
        problems.append(Problem("sections", "no_sections"))
    if sum(count + pilots for _, count, pilots in sections) > MOST_ITEMS:
        problems.append(Problem("sections", "too_many_items", {"most": MOST_ITEMS}))
    return problems


def area_problems(counts: Mapping[str, int], known: Sequence[str], total: int) -> list[Problem]:
    """Return what is wrong with counts per range: none may exceed what stands above it.

    Examples
    --------
    >>> [each.where for each in area_problems({"A": 2, "A-A": 3, "Q": 1}, ["A", "A-A"], 9)]
    ['areas.Q', 'areas.A']
    """
    problems = [
        Problem(f"areas.{path}", "code_unknown", {"value": path})
        for path in counts
        if path not in known
    ]
    for path, count in counts.items():
        below = tops({each: n for each, n in counts.items() if lies_in(each, path)})
        if below > count:
            problems.append(
                Problem(f"areas.{path}", "below_more_than_above", {"total": below, "count": count})
            )
    return [*problems, *_more_than_paper(counts, total, "areas")]


def cell_problems(cells: Sequence[tuple[str, str]], known: Sequence[str]) -> list[Problem]:
    """Return what is wrong with cells given as range and type: each known, each once."""
    problems = []
    for row, (area, name) in enumerate(cells):
        if area not in known:
            problems.append(Problem(f"cells.{row}.area", "code_unknown", {"value": area}))
        elif name not in TYPES:
            problems.append(Problem(f"cells.{row}.type", "no_such_type", {"type": name}))
        elif (area, name) in cells[:row]:
            value = f"{area} · {name}"
            problems.append(Problem(f"cells.{row}.area", "line_repeated", {"value": value}))
    return problems


def importance_problems(counts: Mapping[str, int], total: int) -> list[Problem]:
    """Return what is wrong with counts per importance."""
    problems = [
        Problem(f"importance.{name}", "code_unknown", {"value": name})
        for name in counts
        if name not in IMPORTANCE
    ]
    return [*problems, *_more_than_paper(counts, total, "importance")]


def _more_than_paper(counts: Mapping[str, int], total: int, where: str) -> list[Problem]:
    asked = tops(counts)
    if asked <= total:
        return []
    return [Problem(where, "counts_more_than_paper", {"total": asked, "count": total})]


def counts_by_weight(weights: Mapping[str, Decimal | None], total: int) -> dict[str, int]:
    """Share a paper's items out by the blueprint's weights, tier by tier, largest remainder.

    ``weights`` gives every range's path; counts are given for the lowest weighted ranges, so
    that what stands above them gets its share as well. Without weights there are no counts.

    Examples
    --------
    >>> counts_by_weight({"A": Decimal(25), "A-A": Decimal(5), "A-B": Decimal(20),
    ...                   "B": Decimal(75)}, 30)
    {'A-A': 2, 'A-B': 6, 'B': 22}
    """
    return _shared_below("", weights, total)


def band_problems(low: float | None, high: float | None) -> list[Problem]:
    """Return what is wrong with a band of difficulty: it needs both ends, the lower one first."""
    if low is None and high is None:
        return []
    if low is None or high is None:
        return [Problem("difficulty_low" if low is None else "difficulty_high", "band_half")]
    if low <= high:
        return []
    return [Problem("difficulty_low", "band_upside_down", {"low": low, "high": high})]


def is_in_band(mean: Fraction, band: Sequence[float]) -> bool:
    """Say whether a mean lies in a band whose ends count as they were typed: 2.2 is 11/5.

    Examples
    --------
    >>> is_in_band(Fraction(176, 80), [2.2, 2.7])
    True
    """
    low, high = (Fraction(str(end)) for end in band)
    return low <= mean <= high


def mark_text(mark: Decimal) -> str:
    """Return a mark as stored: plain digits without idle zeros.

    Examples
    --------
    >>> mark_text(Decimal("0.50")), mark_text(Decimal("10"))
    ('0.5', '10')
    """
    return f"{mark.normalize():f}"


def pilots_in(section: Mapping[str, Any]) -> int:
    """Return how many pilot items a section has beside its scored ones."""
    return int(section.get("pilots", 0))


def n_pilots(stored: Mapping[str, Any]) -> int:
    """Return how many pilot items a form has."""
    return sum(map(pilots_in, stored["sections"]))


def n_items(stored: Mapping[str, Any]) -> int:
    """Return how many items a form has, pilot items included."""
    return sum(int(each["count"]) for each in stored["sections"]) + n_pilots(stored)


def mark_on_paper(stored: Mapping[str, Any]) -> Decimal:
    """Return what all items of a form would earn, those on trial included.

    Examples
    --------
    >>> demand = {"sections": [{"count": 80, "pilots": 2, "mark": "0.5"}]}
    >>> full_mark(demand), mark_on_paper(demand)
    (Decimal('40'), Decimal('41'))
    """
    pilots = (Decimal(each["mark"]) * pilots_in(each) for each in stored["sections"])
    return Decimal(mark_text(sum(pilots, full_mark(stored))))


def full_mark(stored: Mapping[str, Any]) -> Decimal:
    """Return what a form totals, without idle zeros; pilot items count for nothing."""
    marks = (Decimal(section["mark"]) * section["count"] for section in stored["sections"])
    return Decimal(mark_text(sum(marks, Decimal(0))))


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
