"""Texts and numbers that are typed."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from itembank.interchange.qti.declarations import Declaration
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.parts import Part, distinct, keyed
from itembank.interchange.qti.values import Maybe, exact, read, shown, single

NUMERIC: Final = ("equal", "equalRounded", "lt", "gt", "lte", "gte")
NEVER_SAID: Final = "⁂ never said"
HAIR: Final = Fraction(1, 10**12)
FIGURES: Final = re.compile(r"[0-9]{1,2}")
MOST_TEXTS: Final = 60
ENDS: Final = ("least", "most")


def is_numeric(item: Element, declared: Declaration) -> bool:
    """Say whether a typed answer is a number: declared as one, or compared as one."""
    if declared.base in ("integer", "float"):
        return True
    return bool(parents_of(item, declared.name) & set(NUMERIC))


def parents_of(item: Element, name: str) -> set[str]:
    """Return the names of the expressions that take a response directly."""
    processing = item.first("responseProcessing")
    if processing is None:
        return set()
    return {
        each.name
        for each in processing.walk()
        if any(
            inner.name == "variable" and inner.get("identifier") == name
            for inner in each.elements()
        )
    }


def text_part(item: Element, names: list[tuple[str, Declaration]]) -> Part:
    """Return blanks to be filled; ``names`` are the blanks' ids with their responses."""
    known = {blank: _texts_for(item, declared) for blank, declared in names}
    right = {blank: texts[0] for blank, texts in known.items() if texts}
    declared_of = dict(names)

    def say(answer: Any) -> dict[str, Maybe]:
        given = answer or {}
        return {
            declared.name: _typed(declared, given.get(blank, ""))
            for blank, declared in declared_of.items()
        }

    samples: list[Any] = [None, right]
    for blank, texts in known.items():
        tried = distinct([*texts, *_other_cases(texts), NEVER_SAID])
        samples += [{**right, blank: each} for each in tried]
        samples += [{blank: each} for each in tried[:3]]
        samples.append({other: text for other, text in right.items() if other != blank})
    content = {"stem": "", "blanks": [{"id": blank} for blank, _ in names]}
    key: dict[str, Any] = {}
    if len(right) == len(names):
        key = {"blanks": {blank: list(texts) for blank, texts in known.items()}}
    return Part("text_entry", content, key, say, samples, right or None)


def _typed(declared: Declaration, text: str) -> Maybe:
    item = read(declared.base, text) if text else None
    return None if item is None else single(declared.base, item)


def _texts_for(item: Element, declared: Declaration) -> list[str]:
    """Return the texts a response is compared with, the key first."""
    found = [shown(each) for each in keyed(declared)]
    if declared.mapping is not None:
        found += [shown(key) for key, _, _ in declared.mapping.entries]
    processing = item.first("responseProcessing")
    for each in processing.walk() if processing is not None else ():
        beside = each.elements()
        if any(_speaks_of(inner, declared.name) for inner in beside):
            found += [inner.text() for inner in beside if inner.name == "baseValue"]
    return distinct(each for each in found if each.strip())[:MOST_TEXTS]


def _speaks_of(element: Element, name: str) -> bool:
    return any(
        each.name == "variable" and each.get("identifier") == name for each in element.walk()
    )


def _other_cases(texts: list[str]) -> list[str]:
    return [how(each) for each in texts[:8] for how in (str.upper, str.lower, str.title)]


def numeric_part(item: Element, declared: Declaration, drawn: Sequence[Fraction] = ()) -> Part:
    """Return a number to be typed; its key is found by trying where it earns the mark.

    ``drawn`` are numbers a template has drawn, which the answer may be compared with.
    """
    breaks = sorted(set(_breaks(item, declared, drawn)))
    points = [*breaks, *(each + side * HAIR for each in breaks for side in (1, -1))]
    points += [(one + other) / 2 for one, other in pairwise(breaks)]
    widest = max([abs(each) for each in breaks], default=Fraction(1)) + 1
    points += [widest * 3, -widest * 3]

    def say(answer: Any) -> dict[str, Maybe]:
        number = exact(answer) if isinstance(answer, str) and answer else answer
        if number is None or number == "":
            return {declared.name: None}
        item_ = shown(number) if declared.base == "string" else number
        return {declared.name: single(declared.base, item_)}

    right = next((shown(each) for each in keyed(declared) if exact(shown(each)) is not None), None)
    samples: list[Any] = [None, *sorted(set(points))]
    content = {"stem": "", "unit": None}
    return Part("numeric", content, {}, say, samples, right)


def _breaks(item: Element, declared: Declaration, drawn: Sequence[Fraction]) -> list[Fraction]:
    """Return the numbers at which what a response earns may change."""
    values = [each for each in keyed(declared) if exact(shown(each)) is not None]
    found = [exact(shown(each)) or Fraction(0) for each in values] + list(drawn)
    if declared.mapping is not None:
        found += [exact(shown(key)) or Fraction(0) for key, _, _ in declared.mapping.entries]
    processing = item.first("responseProcessing")
    for each in processing.walk() if processing is not None else ():
        constants = [exact(inner.text()) for inner in each.find("baseValue")]
        near = [number for number in [*constants, *found[:8]] if number is not None]
        if each.name in NUMERIC or each.name == "mapTolResponse":
            found += [edge for number in near for edge in _edges(each, number)]
    return found


def _edges(element: Element, number: Fraction) -> list[Fraction]:
    edges = [number]
    for said in element.get("tolerance").split():
        width = exact(said) or Fraction(0)
        if element.get("toleranceMode") == "relative":
            width = abs(number) * width / 100
        edges += [number - width, number + width]
    figures = element.get("figures")
    if element.name == "equalRounded" and FIGURES.fullmatch(figures):
        for unit in (Fraction(1, 10 ** int(figures)), _unit(number, int(figures))):
            edges += [number - unit / 2, number + unit / 2]
    return edges


def _unit(number: Fraction, figures: int) -> Fraction:
    if not number:
        return Fraction(1)
    size = len(str(int(abs(number)))) if abs(number) >= 1 else 0
    return Fraction(10) ** (size - figures)


def numeric_key(
    item: Element, right: str | None, tried: Sequence[tuple[Fraction, bool]]
) -> tuple[dict[str, Any], str]:
    """Return a key that takes the numbers that earned the mark, and a reason where it cannot.

    ``tried`` are numbers and whether they earned it.
    """
    taken = [each for each, is_taken in tried if is_taken]
    if not taken:
        return {}, "qti_no_key"
    low, high = min(taken), max(taken)
    if any(low < each < high and not is_taken for each, is_taken in tried):
        return _exactly(right), "qti_several_right"
    known = {each for each, _ in tried}
    open_ends = [
        name
        for name, hair in zip(ENDS, (-HAIR, HAIR), strict=True)
        if (low if hair < 0 else high) + 2 * hair in known
    ]
    low = low - HAIR if "least" in open_ends else low
    high = high + HAIR if "most" in open_ends else high
    ends = [None if low == min(known) else low, None if high == max(known) else high]
    if open_ends or None in ends or _is_said_by_ends(item):
        key = _range_key(ends, open_ends, _numbers_said(item))
        return (key, "") if key else (_exactly(right), "qti_open_bound")
    key = _relative_key(item, low, high) or _absolute_key(right, low, high)
    return (key, "") if key else (_exactly(right), "qti_scoring_differs")


def _is_said_by_ends(item: Element) -> bool:
    """Say whether a file names the ends of a range and no middle."""
    return bool(item.find("gte", "lte")) and not item.find("equal", "equalRounded")


def _numbers_said(item: Element) -> dict[Fraction, str]:
    said = [each.text() for each in item.find("baseValue")]
    return {number: text for text in said if (number := exact(text)) is not None}


def _range_key(
    ends: Sequence[Fraction | None], open_ends: Sequence[str], typed: Mapping[Fraction, str]
) -> dict[str, Any]:
    """Return a range with open ends, or with one end; nothing where an end has no decimals."""
    said = {
        name: typed.get(end) or _decimal(end)
        for name, end in zip(ENDS, ends, strict=True)
        if end is not None
    }
    if not said or None in said.values():
        return {}
    named = [each for each in open_ends if each in said]
    is_open = {"open": "both" if len(named) > 1 else named[0]} if named else {}
    return {"tolerance_mode": "range", **said, **is_open}


def _exactly(right: str | None) -> dict[str, Any]:
    if right is None:
        return {}
    return {"value": right, "tolerance": "0", "tolerance_mode": "absolute"}


def _absolute_key(right: str | None, low: Fraction, high: Fraction) -> dict[str, Any]:
    value, tolerance = (low + high) / 2, (high - low) / 2
    own = exact(right) if right else None
    text = right if right is not None and own == value else _decimal(value)
    wide = _decimal(tolerance)
    if text is None or wide is None:
        return {}
    return {"value": text, "tolerance": wide, "tolerance_mode": "absolute"}


def _relative_key(item: Element, low: Fraction, high: Fraction) -> dict[str, Any] | None:
    """Return a tolerance that is a share, where the file says it so and it fits."""
    for each in item.find("equal"):
        values = [inner for inner in each.elements() if inner.name == "baseValue"]
        value, share = (
            exact(values[0].text()) if values else None,
            exact(each.get("tolerance", "x")),
        )
        if each.get("toleranceMode") != "relative" or value is None or share is None:
            continue
        width = abs(value) * share / 100
        if (value - width, value + width) == (low, high):
            tolerance = str(Decimal(each.get("tolerance")).scaleb(-2))
            text = values[0].text()
            return {"value": text, "tolerance": tolerance, "tolerance_mode": "relative"}
    return None


def _decimal(value: Fraction) -> str | None:
    """Return a fraction as a decimal number; ``None`` where it does not end."""
    bare = value.denominator
    for prime in (2, 5):
        while bare % prime == 0:
            bare //= prime
    if bare != 1 or value.denominator > 10**40:
        return None
    return re.sub(r"(\.\d*?)0+$|\.$", r"\1", shown(value)).rstrip(".")
