"""Expressions over lists of values and over texts, and operators that others have added."""

import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.values import (
    Maybe,
    UnscorableError,
    as_number,
    as_text,
    exact,
    gathered,
    same,
    single,
    truth,
)

MOST_REPEATED: Final = 1000


def _put_together(cardinality: str) -> Callable[[list[Maybe], Element], Maybe]:
    def put(given: list[Maybe], _element: Element) -> Maybe:
        there = [each for each in given if each is not None]
        items = [item for each in there for item in each.items]
        return gathered(there[0].base if there else "", items, cardinality)

    return put


def _size(given: list[Maybe], _element: Element) -> Maybe:
    held = given[0] if given else None
    return single("integer", Fraction(len(held.items) if held is not None else 0))


def _at(given: list[Maybe], element: Element) -> Maybe:
    held = given[0] if given else None
    place = as_number(given[1]) if len(given) > 1 else exact(element.get("n"))
    if held is None or place is None or not 1 <= place <= len(held.items):
        return None
    return single(held.base, held.items[int(place) - 1])


def _field(given: list[Maybe], element: Element) -> Maybe:
    held = given[0] if given else None
    if held is None or held.cardinality != "record":
        return None
    found: Maybe = dict(held.items).get(element.get("fieldIdentifier"))
    return found


def _is_member(given: list[Maybe], _element: Element) -> Maybe:
    one, other = [*given, None, None][:2]
    if one is None or other is None:
        return None
    return truth(any(same(one.one, each) for each in other.items))


def _contains(given: list[Maybe], _element: Element) -> Maybe:
    whole, part = [*given, None, None][:2]
    if whole is None or part is None:
        return None
    if whole.cardinality == "ordered" and part.cardinality == "ordered":
        n = len(part.items)
        runs = (whole.items[at : at + n] for at in range(len(whole.items) - n + 1))
        return truth(any(all(map(same, run, part.items)) for run in runs))
    left = list(whole.items)
    for each in part.items:
        found = next((at for at, item in enumerate(left) if same(each, item)), None)
        if found is None:
            return truth(is_true=False)
        left.pop(found)
    return truth(is_true=True)


def _without(given: list[Maybe], _element: Element) -> Maybe:
    one, other = [*given, None, None][:2]
    if one is None or other is None:
        return None
    items = [each for each in other.items if not same(one.one, each)]
    return gathered(other.base, items, other.cardinality)


def _repeated(given: list[Maybe], element: Element) -> Maybe:
    times = int(exact(element.get("numberRepeats", "1")) or 0)
    if times * max(1, len(given)) > MOST_REPEATED:
        raise UnscorableError("qti_wrong_range")
    return _put_together("ordered")(given * max(0, times), element)


def _cut(given: list[Maybe]) -> Maybe:
    """Return part of a text: place (from 1) and length, as some engines read ``substring``."""
    said = as_text(given[0])
    place, length = as_number(given[1]), as_number(given[2])
    if said is None or place is None or length is None:
        return None
    start = int(place) - 1
    return single("string", said[start : start + int(length)])


def _substring(given: list[Maybe], element: Element) -> Maybe:
    if len(given) == 3:  # noqa: PLR2004 - text, place, length
        return _cut(given)
    part, whole = (as_text(each) for each in [*given, None, None][:2])
    if part is None or whole is None:
        return None
    if element.get("caseSensitive", "true") not in ("true", "1"):
        part, whole = part.casefold(), whole.casefold()
    return truth(part in whole)


def _plain(said: str) -> str:
    apart = unicodedata.normalize("NFKD", said)
    return "".join(each for each in apart if not unicodedata.combining(each))


def _comma_number(said: str) -> Fraction | None:
    return exact(said.strip().replace(",", "."))


# Operators of known engines, by the last part of their names.
CUSTOM: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "trim": ("string", str.strip),
    "toascii": ("string", _plain),
    "tolower": ("string", str.lower),
    "tolowercase": ("string", str.lower),
    "touppercase": ("string", str.upper),
    "parsecommadecimal": ("float", _comma_number),
    "parsedecimal": ("float", exact),
}


def _custom(given: list[Maybe], element: Element) -> Maybe:
    said = element.get("definition") or element.get("class")
    name = said.replace(".", ":").rpartition(":")[2].lower()
    if name == "explode" and given:
        return _explode(given[0], element.get("delimiter") or element.get("qtism:delimiter"))
    if name not in CUSTOM:
        raise UnscorableError("qti_custom_operator", operator=said[:60])
    base, act = CUSTOM[name]
    text = as_text(given[0]) if given else None
    made = None if text is None else act(text)
    return None if made is None else single(base, made)


def _explode(value: Maybe, delimiter: str) -> Maybe:
    text = as_text(value)
    if text is None or not delimiter:
        return None
    return gathered("string", text.split(delimiter), "ordered")


CONTAINERS: Final[Mapping[str, Callable[[list[Maybe], Element], Maybe]]] = {
    "multiple": _put_together("multiple"),
    "ordered": _put_together("ordered"),
    "containerSize": _size,
    "index": _at,
    "fieldValue": _field,
    "member": _is_member,
    "contains": _contains,
    "delete": _without,
    "repeat": _repeated,
    "substring": _substring,
    "customOperator": _custom,
}
