"""Demands with two ends, and what keeps items from coming too often: as stored, as the assembler.

Stored JSON, beside what ``exam_server.forms.rules`` lists::

    "bands": [{"kind": "area_marks", "name": "A", "low": "12", "high": "15"}],
    "reuse": {"last_papers": 3, "most_times_used": 5, "max_uses": 2, "most_shared": 10}

Ends are decimal text, one of the two may be null. ``last_papers`` and ``most_times_used`` count
released papers; the parallel forms of one assembly run are one paper. ``max_uses`` is in how many
forms of a run an item may stand, ``most_shared`` how many items two of them may have in common.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from exam_server.errors import Problem
from itembank.blueprint import IMPORTANCE
from itembank.demands import Band, Demand

KINDS: Final = ("area_marks", "area", "importance", "words", "p_value", "information")
ABILITIES: Final = ("-2", "-1", "0", "1", "2")  # logits; the population is N(0, 1)
BY_ANSWERS: Final = frozenset({"p_value", "information"})  # of items with figures only
MOST_BANDS = 60

Stored = Mapping[str, Any]


def band_list_problems(
    bands: Sequence[Stored], known: Collection[str], marks: Mapping[str, Collection[str]]
) -> list[Problem]:
    """Return what is wrong with bands; ``marks`` are those that each type has in the sections.

    Examples
    --------
    >>> band = {"kind": "words", "name": "", "low": None, "high": None}
    >>> [each.where for each in band_list_problems([band], [], {})]
    ['bands.0.low']
    """
    names: Mapping[str, Collection[str]] = {
        "area_marks": known,
        "area": known,
        "importance": IMPORTANCE,
        "information": ABILITIES,
    }
    problems: list[Problem] = []
    for row, band in enumerate(bands):
        kind, name = band["kind"], band["name"]
        if kind not in KINDS:
            problems.append(Problem(f"bands.{row}.kind", "code_unknown", {"value": kind}))
        elif name not in names.get(kind, ("",)):
            problems.append(Problem(f"bands.{row}.name", "code_unknown", {"value": name}))
        elif kind == "area_marks" and any(len(set(each)) > 1 for each in marks.values()):
            problems.append(Problem(f"bands.{row}.kind", "marks_of_a_type_differ"))
        problems += _end_problems(row, band["low"], band["high"])
    return problems


def _end_problems(row: int, low: Decimal | None, high: Decimal | None) -> list[Problem]:
    if low is None and high is None:
        return [Problem(f"bands.{row}.low", "band_without_ends")]
    if low is None or high is None or low <= high:
        return []
    return [Problem(f"bands.{row}.low", "band_upside_down", {"low": f"{low}", "high": f"{high}"})]


def reuse_problems(reuse: Mapping[str, int]) -> list[Problem]:
    """Return what is wrong with limits on reuse: items in common need items used again."""
    if "most_shared" in reuse and reuse.get("max_uses", 1) < 2:  # noqa: PLR2004 - in two forms
        return [Problem("reuse.most_shared", "nothing_is_shared")]
    return []


def with_bands(demand: Demand, stored: Stored) -> Demand:
    """Return a demand with the bands and limits that are stored beside its counts.

    Which items earlier papers bar is left to the pool: they are not in it.
    """
    reuse = stored.get("reuse", {})
    return replace(
        demand,
        bands=tuple(
            Band(each["kind"], each["name"], **_ends(each)) for each in stored.get("bands", [])
        ),
        marks={each["type"]: float(each["mark"]) for each in stored["sections"] if "mark" in each},
        max_use_per_item=reuse.get("max_uses", 1),
        most_shared=reuse.get("most_shared"),
    )


def _ends(band: Stored) -> dict[str, float]:
    return {end: float(band[end]) for end in ("low", "high") if band[end] is not None}


def asked_kinds(stored: Stored) -> frozenset[str]:
    """Return of which kinds there are bands."""
    return frozenset(each["kind"] for each in stored.get("bands", []))


def ends_text(band: Stored) -> str:
    """Return a band as it was typed.

    Examples
    --------
    >>> ends_text({"low": "1", "high": "2"}), ends_text({"low": None, "high": "2"})
    ('1–2', '≤ 2')
    """
    low, high = band["low"], band["high"]
    if low is None:
        return f"≤ {high}"
    return f"≥ {low}" if high is None else f"{low}–{high}"


def is_between(value: Decimal, band: Stored) -> bool:
    """Say whether a value lies in a band, both ends included."""
    low, high = band["low"], band["high"]
    return (low is None or Decimal(low) <= value) and (high is None or value <= Decimal(high))
