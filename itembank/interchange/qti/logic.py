"""Conditions: what is true of values already computed."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from itembank.interchange.qti.declarations import TRUE, area_of, is_in_area
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.patterns import is_match
from itembank.interchange.qti.values import (
    Maybe,
    as_number,
    as_text,
    as_truth,
    exact,
    same_values,
    truth,
)


def _is_null(given: list[Maybe], _element: Element) -> Maybe:
    value = given[0] if given else None
    return truth(is_null(value))


def _is_not_null(given: list[Maybe], _element: Element) -> Maybe:
    return truth(not is_null(given[0] if given else None))


def is_null(value: Maybe) -> bool:
    """Say whether a value is NULL; an empty text and an empty container are."""
    return value is None or not value.items or value.items == ("",)


def _not(given: list[Maybe], _element: Element) -> Maybe:
    held = as_truth(given[0]) if given else None
    return truth(None if held is None else not held)


def _and(given: list[Maybe], _element: Element) -> Maybe:
    held = [as_truth(each) for each in given]
    if False in held:
        return truth(is_true=False)
    return truth(None if None in held else True)


def _or(given: list[Maybe], _element: Element) -> Maybe:
    held = [as_truth(each) for each in given]
    if True in held:
        return truth(is_true=True)
    return truth(None if None in held else False)


def _any_n(given: list[Maybe], element: Element) -> Maybe:
    least = int(exact(element.get("min", "0")) or 0)
    most = int(exact(element.get("max", str(len(given)))) or 0)
    held = [as_truth(each) for each in given]
    sure, unsure = held.count(True), held.count(None)
    if least <= sure and sure + unsure <= most:
        return truth(is_true=True)
    return truth(None if least <= sure + unsure and sure <= most else False)


def _match(given: list[Maybe], _element: Element) -> Maybe:
    one, other = _two(given)
    if one is None or other is None:
        return None
    return truth(same_values(one, other))


def _two(given: list[Maybe]) -> tuple[Maybe, Maybe]:
    padded = [*given, None, None]
    return padded[0], padded[1]


def _string_match(given: list[Maybe], element: Element) -> Maybe:
    one, other = map(as_text, _two(given))
    if one is None or other is None:
        return None
    if element.get("caseSensitive", "true") not in TRUE:
        one, other = one.casefold(), other.casefold()
    is_part = element.get("substring", "false") in TRUE
    return truth(other in one if is_part else one == other)


def _pattern(given: list[Maybe], element: Element) -> Maybe:
    said = as_text(given[0]) if given else None
    pattern = element.get("pattern") or (as_text(given[1]) if len(given) > 1 else "") or ""
    if said is None:
        return None
    return truth(is_match(pattern, said, is_case_sensitive=_counts_case(element)))


def _counts_case(element: Element) -> bool:
    return element.get("caseSensitive", "true") in TRUE


def _equal(given: list[Maybe], element: Element) -> Maybe:
    one, other = _two(given)
    if one is None or other is None:
        return None
    first, second = as_number(one), as_number(other)
    if first is None or second is None:
        is_counted = {"float", "integer"} & {one.base, other.base}
        return None if is_counted else truth(same_values(one, other))
    return truth(is_within(first, second, element))


def is_within(value: Fraction, given: Fraction, element: Element) -> bool:
    """Say whether a number is as close to a value as ``equal`` asks, bounds as it says."""
    mode = element.get("toleranceMode", "exact")
    if mode == "exact":
        return value == given
    said = [exact(each) or Fraction(0) for each in element.get("tolerance", "0").split()]
    below, above = said[0], said[-1]
    if mode == "relative":
        below, above = abs(value) * below / 100, abs(value) * above / 100
    low, high = value - below, value + above
    is_above = given >= low if element.get("includeLowerBound", "true") in TRUE else given > low
    is_below = given <= high if element.get("includeUpperBound", "true") in TRUE else given < high
    return is_above and is_below


def _compared(how: Callable[[Fraction, Fraction], bool]) -> Callable[[list[Maybe], Element], Maybe]:
    def compare(given: list[Maybe], _element: Element) -> Maybe:
        one, other = map(as_number, _two(given))
        return None if one is None or other is None else truth(how(one, other))

    return compare


def _inside(given: list[Maybe], element: Element) -> Maybe:
    area, value = area_of(element), given[0] if given else None
    if value is None or area is None:
        return None
    return truth(any(is_in_area(each, area) for each in value.items))


LOGIC: Final[Mapping[str, Callable[[list[Maybe], Element], Maybe]]] = {
    "isNull": _is_null,
    "isNotNull": _is_not_null,
    "not": _not,
    "and": _and,
    "or": _or,
    "anyN": _any_n,
    "allN": _any_n,
    "match": _match,
    "stringMatch": _string_match,
    "patternMatch": _pattern,
    "equal": _equal,
    "lt": _compared(operator.lt),
    "gt": _compared(operator.gt),
    "lte": _compared(operator.le),
    "gte": _compared(operator.ge),
    "durationLT": _compared(operator.lt),
    "durationGTE": _compared(operator.ge),
    "inside": _inside,
}
