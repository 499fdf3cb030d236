"""Numbers of a case and of its bank, refused with the place where they stand."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from itembank.parallel_forms.model import FloatArray

Items = Sequence[Mapping[str, str]]
SHOWN = 60  # characters of what is refused


class CaseError(ValueError):
    """The case means nothing; the argument says what and where."""


def refuse(where: str, why: str) -> NoReturn:
    """Raise that something in a case means nothing."""
    msg = f"{where}: {why}"
    raise CaseError(msg)


def given(case: Mapping[str, Any], name: str) -> Any:
    """Return what a case must say."""
    if case.get(name) is None:
        refuse(name, "not given")
    return case[name]


def whole_number(where: str, value: object, least: int) -> int:
    """Return a whole number of a case.

    Examples
    --------
    >>> whole_number("forms", 3, 1)
    3
    """
    number = real_number(where, value)
    if number != int(number) or number < least:
        refuse(where, f"{_shown(value)} is no whole number from {least}")
    return int(number)


def real_number(where: str, value: object) -> float:
    """Return a finite number of a case; text is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        refuse(where, f"{_shown(value)} is no number")
    return float(value)


def real_numbers(where: str, values: object) -> FloatArray:
    """Return a list of finite numbers of a case."""
    if not isinstance(values, list) or not values:
        refuse(where, f"{_shown(values)} is no list of numbers")
    return np.array([real_number(f"{where}.{place}", each) for place, each in enumerate(values)])


def column(items: Items, name: str) -> list[str]:
    """Return a column of a bank; every line has it."""
    for item in items:
        if name not in item:
            refuse("bank", f"no column {name!r}")
        if item[name] is None:
            refuse(_line(item), f"{name} is missing")
    return [item[name] for item in items]


def number_column(
    items: Items, name: str, least: float = -np.inf, below: float = np.inf
) -> FloatArray:
    """Return a column of finite numbers, from ``least`` to less than ``below``."""
    values = np.empty(len(items))
    for place, text in enumerate(column(items, name)):
        try:
            values[place] = float(text)
        except ValueError:
            refuse(_line(items[place]), f"{name} {_shown(text)} is no number")
        if not np.isfinite(values[place]) or not least <= values[place] < below:
            refuse(_line(items[place]), f"{name} {_shown(text)} cannot be")
    return values


def checked_bank(bank: Items) -> Items:
    """Return the lines of a bank with distinct ids, if there are any."""
    if not bank:
        refuse("bank", "no items")
    seen: set[str] = set()
    for each in column(bank, "id"):
        if not each or each in seen:
            refuse("bank", f"id {_shown(each)} is empty or stands twice")
        seen.add(each)
    return bank


def checked_sets(enemy_sets: object) -> list[list[str]]:
    """Return enemy sets: lists of ids."""
    if not isinstance(enemy_sets, list):
        refuse("enemies", f"{_shown(enemy_sets)} is no list of sets")
    for place, each in enumerate(enemy_sets):
        if not isinstance(each, list) or not all(isinstance(item, str) for item in each):
            refuse(f"enemies.{place}", f"{_shown(each)} is no list of ids")
    return enemy_sets


def _line(item: Mapping[str, str]) -> str:
    return f"bank, item {item.get('id')!r}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
