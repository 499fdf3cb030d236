"""Calculations worked out a second time: a formula read by its own grammar, for a form's values.

``sum = term ± term …``, ``term = factor × factor …`` (``*``, ``/``), ``factor = ± factor | power``,
``power = atom [** factor]``, ``atom = number | name | sqrt(sum) | (sum)``. Fractions throughout; a
root that is none is taken to more digits than any answer asks for.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from math import floor, isqrt
from typing import Any, Final, NamedTuple

from exam_server.results.second.numerals import number_in

Facts = Mapping[str, Any]
WORD: Final = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|(\*\*|[-+*/()]))", re.ASCII)
ROOT_DIGITS: Final = 80
HIGHEST_POWER: Final = 12
USUAL_DECIMALS: Final = 2
CALCULATION: Final = "calculation"
NUMERIC: Final = "numeric"


class Ready(NamedTuple):
    """What was asked and how it is marked: type, content, key, nothing left to be drawn."""

    type: str
    content: Facts
    key: Facts


class NotReadError(ValueError):
    """A formula that this grammar does not know, or that has no value here."""


def settled(
    kind: str, content: Facts, key: Facts, drawn: Mapping[str, Mapping[str, str]]
) -> Ready | None:
    """Return an item with the values of its form put into its key; nothing where that fails.

    ``drawn`` are the values by part, the item itself under an empty text. The stem stays as the
    bank has it: it earns nothing.
    """
    try:
        if kind == CALCULATION:
            return Ready(NUMERIC, content, key_for(content, key, drawn[""]))
        if not drawn:
            return Ready(kind, content, key)
        keys, parts = dict(key["parts"]), []
        for part in content["parts"]:
            name = part["id"]
            if part["type"] == CALCULATION:
                keys[name] = key_for(part, keys[name], drawn[name])
                parts.append({**part, "type": NUMERIC})
            else:
                parts.append(part)
    except (NotReadError, KeyError, ZeroDivisionError):
        return None
    return Ready(kind, {**content, "parts": parts}, {**key, "parts": keys})


def key_for(content: Facts, key: Facts, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the numeric key of a calculation with some values.

    Examples
    --------
    >>> key_for({"decimals": 1}, {"formula": "U / R"}, {"U": "10", "R": "4"})["value"]
    '2.5'
    """
    numbers = {name: number_in(value) for name, value in values.items()}
    numbers["pi"] = number_in(str(key.get("pi", "3.14")))
    known = {name: number for name, number in numbers.items() if number is not None}
    decimals = content.get("decimals")
    exact = _Formula(str(key["formula"]).strip(), known).value()
    told = {"value": _rounded(exact, USUAL_DECIMALS if decimals is None else decimals)}
    for name, usual in (("tolerance", "0"), ("tolerance_mode", "absolute")):
        told[name] = str(key.get(name) or usual)
    return {**told, **({"units": key["units"]} if key.get("units") else {})}


def _rounded(value: Fraction, decimals: int) -> str:
    """Return a number as figures, rounded half away from nothing."""
    units = floor(abs(value) * 10**decimals + Fraction(1, 2))
    figures = str(units).rjust(decimals + 1, "0")
    whole, rest = figures[: len(figures) - decimals], figures[len(figures) - decimals :]
    sign = "-" if value < 0 and units else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


class _Formula:
    """A formula that is read from left to right, and worked out while it is read."""

    def __init__(self, text: str, known: Mapping[str, Fraction]) -> None:
        self._known, self._words, place = known, list[str](), 0
        while place < len(text):
            found = WORD.match(text, place)
            if found is None:
                raise NotReadError(text)
            self._words.append(found[0].strip())
            place = found.end()
        self._words.reverse()

    def value(self) -> Fraction:
        found = self._sum()
        if self._words:
            raise NotReadError(self._words[-1])
        return found

    def _next(self, *wanted: str) -> str:
        """Take the next word if it is one of those; all, if none are named."""
        is_there = bool(self._words) and (not wanted or self._words[-1] in wanted)
        return self._words.pop() if is_there else ""

    def _sum(self) -> Fraction:
        found = self._term()
        while sign := self._next("+", "-"):
            found = found + self._term() if sign == "+" else found - self._term()
        return found

    def _term(self) -> Fraction:
        found = self._factor()
        while sign := self._next("*", "/"):
            found = found * self._factor() if sign == "*" else found / self._factor()
        return found

    def _factor(self) -> Fraction:
        sign = self._next("+", "-")
        if sign:
            return -self._factor() if sign == "-" else self._factor()
        base = self._atom()
        return _power(base, self._factor()) if self._next("**") else base

    def _atom(self) -> Fraction:
        word = self._next()
        if word == "(":
            found = self._sum()
            self._close()
        elif word == "sqrt" and self._next("("):
            found = _root(self._sum())
            self._close()
        elif word in self._known:
            found = self._known[word]
        elif word[:1].isdigit():
            found = Fraction(word)
        else:
            raise NotReadError(word)
        return found

    def _close(self) -> None:
        if not self._next(")"):
            raise NotReadError(")")


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > HIGHEST_POWER:
        raise NotReadError(str(exponent))
    found = Fraction(1)
    for _ in range(abs(exponent.numerator)):
        found *= base
    return 1 / found if exponent < 0 else found


def _root(value: Fraction) -> Fraction:
    if value < 0:
        raise NotReadError(str(value))
    # the root of a/b is the root of a·b over b: exact where a·b is a square
    inside, scale = value.numerator * value.denominator, 10**ROOT_DIGITS
    exact = isqrt(inside)
    if exact * exact == inside:
        return Fraction(exact, value.denominator)
    return Fraction(isqrt(inside * scale * scale), scale * value.denominator)
