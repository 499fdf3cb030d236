"""Template processing read as a calculation: values to draw, a formula, conditions.

Only what our own calculations can say is read; anything else gives nothing, and the item comes
with one set of its values.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from itembank.drawn_values import MOST_DRAWS
from itembank.expressions import NAME
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.values import exact, shown
from itembank.item_model_reading import MOST_DECIMALS, RESERVED

JOINED: Final[Mapping[str, str]] = {
    "sum": "+",
    "product": "*",
    "subtract": "-",
    "divide": "/",
    "power": "**",
}
COMPARED: Final[Mapping[str, str]] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "equal": "=="}
RANDOM: Final = ("randomInteger", "random", "randomFloat")
HALF: Final = ("0.5", ".5")
NATURAL: Final = ("decimalPlaces",)


class _UnreadError(ValueError):
    """A rule that no calculation of ours can say."""


@dataclass
class Template:
    """A template as read: our names for its variables, what is drawn, what is worked out."""

    names: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    worked_out: dict[str, Element] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    formula: str = ""
    decimals: int | None = None


def template_of(item: Element, response: str) -> Template | None:
    """Return what an item's template says; ``None`` where it says more than we can."""
    rules = item.first("templateProcessing")
    found = Template()
    try:
        for rule in rules.elements() if rules is not None else ():
            _read(rule, found, response)
    except (_UnreadError, IndexError):
        return None
    return found if found.formula and found.parameters else None


def _read(rule: Element, found: Template, response: str) -> None:
    inner = rule.elements()
    if rule.name == "templateConstraint":
        found.conditions += _conditions(inner[0], found)
    elif rule.name == "setTemplateValue":
        _set(rule.get("identifier"), inner[0], found)
    elif rule.name == "setCorrectResponse" and rule.get("identifier") == response:
        found.formula, found.decimals = _answer(inner[0], found)
    else:
        raise _UnreadError


def _set(name: str, value: Element, found: Template) -> None:
    if name in found.names or name in found.worked_out:
        raise _UnreadError  # set twice: which one is meant depends on the run
    if not any(each.name in RANDOM for each in value.walk()):
        found.worked_out[name] = value
        return
    own = name if NAME.fullmatch(name) and name not in RESERVED else f"p{len(found.names) + 1}"
    if own in found.parameters:
        raise _UnreadError
    found.names[name] = own
    found.parameters[own] = _drawn(value)


def _drawn(value: Element) -> Any:
    """Return the values that may be drawn: by steps, or listed."""
    if value.name == "randomInteger":
        low, high, step = _ends(value)
        return {"from": str(low), "to": str(low + (high - low) // step * step), "step": str(step)}
    randoms = [each for each in value.walk() if each.name in RANDOM]
    if len(randoms) != 1 or value.find("variable"):
        raise _UnreadError
    listed = [_worked(value, randoms[0], each) for each in _values(randoms[0])]
    return [shown(each) for each in dict.fromkeys(listed)]


def _ends(random: Element) -> tuple[int, int, int]:
    said = [
        exact(random.get(name, usual)) for name, usual in (("min", "0"), ("max", ""), ("step", "1"))
    ]
    if any(each is None or each.denominator != 1 for each in said):
        raise _UnreadError
    low, high, step = (int(each or 0) for each in said)
    if step < 1 or not 0 <= (high - low) // step < MOST_DRAWS:
        raise _UnreadError
    return low, high, step


def _values(random: Element) -> list[Fraction]:
    if random.name == "randomInteger":
        low, high, step = _ends(random)
        return [Fraction(each) for each in range(low, high + 1, step)]
    listed = [exact(each.text()) for each in random.find("baseValue")]
    if random.name != "random" or not listed or None in listed:
        raise _UnreadError
    return [each for each in listed if each is not None]


def _worked(value: Element, random: Element, drawn: Fraction) -> Fraction:
    """Return what a value is for one number drawn."""
    if value is random:
        return drawn
    if value.name == "baseValue":
        number = exact(value.text())
        if number is not None:
            return number
        raise _UnreadError
    given = [_worked(each, random, drawn) for each in value.elements()]
    ways: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = {
        "integerToFloat": lambda each: each[0],
        "sum": lambda each: sum(each, Fraction(0)),
        "product": _product,
        "subtract": lambda each: each[0] - each[1],
        "divide": lambda each: each[0] / each[1],
    }
    if value.name not in ways or not given:
        raise _UnreadError
    try:
        return ways[value.name](given)
    except ZeroDivisionError:
        raise _UnreadError from None


def _product(given: Sequence[Fraction]) -> Fraction:
    return Fraction(math.prod(given))


def _answer(value: Element, found: Template) -> tuple[str, int | None]:
    """Return the formula, and to how many decimals it is rounded as a whole."""
    if value.name == "variable" and value.get("identifier") in found.worked_out:
        return _answer(found.worked_out[value.get("identifier")], found)
    figures = value.get("figures")
    if value.name == "roundTo" and value.get("roundingMode") in NATURAL and figures.isdecimal():
        if int(figures) > MOST_DECIMALS:
            raise _UnreadError
        return _text(value.elements()[0], found), int(figures)
    return _text(value, found), None


def _text(value: Element, found: Template) -> str:
    """Return an expression in our words."""
    inner = value.elements()
    if value.name == "baseValue":
        number = exact(value.text())
        if number is None:
            raise _UnreadError
        return shown(number) if number >= 0 else f"({shown(number)})"
    if value.name == "variable":
        return _named(value.get("identifier"), found)
    if value.name == "integerToFloat":
        return _text(inner[0], found)
    if value.name == "power" and inner[1].name == "baseValue" and inner[1].text() in HALF:
        return f"sqrt({_text(inner[0], found)})"
    if value.name not in JOINED or not inner:
        raise _UnreadError
    return "(" + JOINED[value.name].join(_text(each, found) for each in inner) + ")"


def _named(name: str, found: Template) -> str:
    if name in found.names:
        return found.names[name]
    if name in found.worked_out:
        return _text(found.worked_out[name], found)
    raise _UnreadError


def _conditions(value: Element, found: Template) -> list[str]:
    inner = value.elements()
    if value.name == "and":
        return [one for each in inner for one in _conditions(each, found)]
    if value.name == "not" and inner[0].name in ("equal", "match"):
        one, other = (_text(each, found) for each in inner[0].elements()[:2])
        return [f"{one} != {other}"]
    if value.name not in COMPARED or value.get("toleranceMode", "exact") != "exact":
        raise _UnreadError
    one, other = (_text(each, found) for each in inner[:2])
    return [f"{one} {COMPARED[value.name]} {other}"]
