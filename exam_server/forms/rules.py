"""A paper structure's demand as stored and as the assembler takes it.

Stored: ``{"sections": [{"type", "title", "count", "mark"}], "areas": {path: count},
"importance": {"X": count}, "difficulty": [low, high] | null}``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from exam_server.errors import Problem
from itembank.demands import Demand
from itembank.items.registry import TYPES

MOST_ITEMS = 300


def demand_of(stored: Mapping[str, Any]) -> Demand:
    """Return what the assembler is asked for."""
    types: Counter[str] = Counter()
    for section in stored["sections"]:
        types[section["type"]] += int(section["count"])
    band = stored.get("difficulty")
    return Demand(
        types=dict(types),
        areas=stored.get("areas", {}),
        importance=stored.get("importance", {}),
        difficulty=(float(band[0]), float(band[1])) if band else None,
    )


def read_sections(text: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Read lines such as ``single | 单项选择题 | 30 | 0.5``: type, title, count, mark each."""
    sections: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        name, title, count, mark = (*parts, "", "", "")[:4]
        where = f"sections line {number}"
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
    """Read lines such as ``A-B | 6``: a known code and a count."""
    counts: dict[str, int] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        code, _, count = (part.strip() for part in line.replace("｜", "|").partition("|"))
        if code not in known:
            problems.append(Problem(f"{where} line {number}", "code_unknown", {"value": code}))
        elif not count.isdecimal():
            problems.append(Problem(f"{where} line {number}", "line_incomplete"))
        else:
            counts[code] = int(count)
    return counts, problems


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


def _mark(text: str) -> Decimal | None:
    try:
        mark = Decimal(text)
    except InvalidOperation:
        return None
    exponent = mark.as_tuple().exponent
    is_right = isinstance(exponent, int) and 0 < mark <= 100 and exponent >= -2  # noqa: PLR2004 - two decimals
    return mark if is_right else None
