"""Papers, composites and decisions of the second computation, in fractions."""

import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from exam_server.results.second.answers import earned
from exam_server.results.second.arithmetic import nearest
from exam_server.results.second.facts import (
    Asked,
    Attempt,
    Conversion,
    Counting,
    Entered,
    Outcome,
    Theory,
)
from exam_server.results.second.knowing import PERSONS, SET

COMPONENTS: Final = ("theory", "practical", "performance")
HUNDRED: Final = 100
MOST_KEPT: Final = 50_000
Own = Callable[[Asked, Mapping[str, Any], Any], Fraction | None]
Given = Mapping[str, Fraction]


class Marker:
    """Marks responses; the same answer to the same item is marked once.

    Where the rules here do not know an item, ``own`` (its own type's module) marks it and it is
    counted in ``unknown``: those marks have not been computed a second time.
    """

    def __init__(self, own: Own) -> None:
        self._own = own
        self._done: dict[tuple[object, ...], Fraction | None] = {}
        self.unknown: dict[str, int] = {}

    def mark(self, asked: Asked, answer: str | None, given: Given) -> Fraction | None:
        """Return the mark of a response, its answer as JSON text; ``None`` while one is missing."""
        if asked.way == "full_marks":
            return asked.full
        if None in asked.ready:
            self.unknown[asked.type] = self.unknown.get(asked.type, 0) + 1
        if given or asked.type in PERSONS or asked.type == SET:
            return self._best(asked, answer, given)
        place = (*asked.place, answer)
        if place not in self._done:
            if len(self._done) >= MOST_KEPT:  # what people type differs without end
                self._done.clear()
            self._done[place] = self._best(asked, answer, given)
        return self._done[place]

    def _best(self, asked: Asked, answer: str | None, given: Given) -> Fraction | None:
        read = None if answer is None else json.loads(answer)
        marks = [
            self._own(asked, key, read)
            if ready is None
            else earned(*ready, read, asked.full, given)
            for key, ready in zip(asked.keys, asked.ready, strict=True)
        ]
        told = [mark for mark in marks if mark is not None]
        return max(told) if len(told) == len(marks) else None


def paper_marks(
    answers: Mapping[int, str | None],
    given: Mapping[tuple[int, str], Fraction],
    items: Sequence[Asked],
    marker: Marker,
) -> dict[int, Fraction | None]:
    """Return the mark at each position of a paper, with persons' marks by position and part."""
    by_position: dict[int, dict[str, Fraction]] = {}
    for (position, part), mark in given.items():
        by_position.setdefault(position, {})[part] = mark
    return {
        each.position: marker.mark(
            each, answers.get(each.position), by_position.get(each.position, {})
        )
        for each in items
    }


def theory_of(
    items: Sequence[Asked], marks: Mapping[int, Fraction | None], counting: Counting
) -> Fraction | None:
    """Return the theory mark of 100, rounded once; ``None`` while any mark is missing."""
    found = sum_of(items, marks)
    if found is None:
        return None
    return nearest(found[0] * HUNDRED / found[1], counting.rounding, counting.decimals)


def equated_of(
    items: Sequence[Asked],
    marks: Mapping[int, Fraction | None],
    counting: Counting,
    conversion: Conversion | None,
) -> Theory:
    """Return the theory mark that counts: by the table of the form, where one stands."""
    raw, found = theory_of(items, marks, counting), sum_of(items, marks)
    if conversion is None or found is None:
        return Theory(raw)
    total, whole = found
    worth = conversion.rows.get(total) if whole == conversion.most else None
    if worth is None:
        return Theory(None)
    of_hundred = worth * HUNDRED / conversion.most_reference
    return Theory(nearest(of_hundred, counting.rounding, counting.decimals), raw)


def sum_of(
    items: Sequence[Asked], marks: Mapping[int, Fraction | None]
) -> tuple[Fraction, Fraction] | None:
    """Return the raw mark of a paper and the most there is; ``None`` while any is missing."""
    counted = [(marks[each.position], each.full) for each in items if each.counts]
    whole = sum((full for _, full in counted), Fraction(0))
    if not whole:
        return None
    total = Fraction(0)
    for mark, _ in counted:
        if mark is None:
            return None
        total += mark
    return total, whole


def outcome_of(
    told: Theory,
    attempts: Sequence[Attempt],
    entered: Mapping[str, Entered],
    counting: Counting,
) -> Outcome:
    """Return what one candidate's theory mark and entered marks come to."""
    theory = told.mark
    marks = {"theory": theory} | {
        name: entered[name].mark if name in entered else None for name in COMPONENTS[1:]
    }
    counted = [name for name in COMPONENTS if counting.weights[name] > 0]
    lacking = [name for name in counted if marks[name] is None]
    composite = None
    if not lacking:
        whole = sum((marks[n] or 0) * counting.weights[n] for n in counted) / Fraction(HUNDRED)
        composite = nearest(whole, counting.rounding, counting.decimals)
    standings = {n: e.standing for n, e in entered.items() if e.mark is None and n in counted}
    if "theory" in counted and (how := _theory_standing(theory, attempts)):
        standings = {"theory": how, **standings}
    outcome, reasons = _decided(composite, marks, lacking, standings, counting)
    others = marks["practical"], marks["performance"]
    return Outcome(theory, *others, composite, outcome, reasons, told.raw)


def _theory_standing(theory: Fraction | None, attempts: Sequence[Attempt]) -> str:
    """Return ``void``, ``absent``, or nothing: void without another paper, never started."""
    if theory is None and any(each.is_void for each in attempts):
        return "void"
    never = any(each.is_absent for each in attempts)
    return "absent" if never and not any(each.is_present for each in attempts) else ""


def _decided(
    composite: Fraction | None,
    marks: Mapping[str, Fraction | None],
    lacking: Sequence[str],
    standings: Mapping[str, str],
    counting: Counting,
) -> tuple[str, tuple[str, ...]]:
    for outcome in ("void", "absent"):
        named = tuple(f"{outcome}_{n}" for n, standing in standings.items() if standing == outcome)
        if named:
            return outcome, named
    low = [
        f"below_minimum_{name}"
        for name in COMPONENTS
        if counting.weights[name] > 0 and _is_below(marks[name], counting.minima[name])
    ]
    if composite is None:
        return "incomplete", (*(f"missing_{name}" for name in lacking), *low)
    if composite < counting.pass_mark:
        low.append("below_pass_mark")
    return ("fail" if low else "pass"), tuple(low)


def _is_below(mark: Fraction | None, least: Fraction | None) -> bool:
    return mark is not None and least is not None and mark < least
