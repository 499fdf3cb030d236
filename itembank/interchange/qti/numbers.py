"""Arithmetic of QTI's expressions: exact but for roots, powers and functions of angles."""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Final, TypeVar

from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.values import (
    Maybe,
    UnscorableError,
    as_number,
    exact,
    number,
    single,
)

LARGEST_POWER: Final = 1000
MOST_FIGURES: Final = 30
LARGEST_WHOLE: Final = 10**400
N = TypeVar("N", bound=Fraction | int)


def rounded_figure(value: Fraction, mode: str, figures: int) -> Fraction:
    """Round to significant figures or decimal places, halves away from zero.

    Examples
    --------
    >>> rounded_figure(Fraction("3.175"), "significantFigures", 3)
    Fraction(159, 50)
    """
    if not 0 <= figures <= MOST_FIGURES:
        raise UnscorableError("qti_wrong_range")
    if mode.startswith("significant"):
        if value == 0:
            return value
        figures -= _magnitude(abs(value)) + 1
    scale = Fraction(10) ** figures
    return Fraction(_half_away(value * scale)) / scale


def _magnitude(value: Fraction) -> int:
    """Return the power of ten of the first figure."""
    guess = len(str(value.numerator)) - len(str(value.denominator))
    while Fraction(10) ** guess > value:
        guess -= 1
    while Fraction(10) ** (guess + 1) <= value:
        guess += 1
    return guess


def _half_away(value: Fraction) -> int:
    whole = math.floor(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def _flat(given: Sequence[Maybe]) -> list[Fraction] | None:
    """Return all numbers of all arguments; ``None`` where one is NULL."""
    found: list[Fraction] = []
    for each in given:
        if each is None:
            return None
        for item in each.items:
            value = as_number(single(each.base, item))
            if value is None:
                return None
            found.append(value)
    return found


def _bounded(made: N) -> N:
    """Return a number that is not beyond all use; raises UnscorableError: ``qti_wrong_range``."""
    if max(abs(made.numerator), made.denominator) > LARGEST_WHOLE:
        raise UnscorableError("qti_wrong_range")
    return made


def _of_all(how: Callable[[list[Fraction]], Fraction]) -> Callable[[list[Maybe], Element], Maybe]:
    def compute(given: list[Maybe], _element: Element) -> Maybe:
        found = _flat(given)
        if not found:
            return None
        is_whole = all(each is not None and each.base == "integer" for each in given)
        made = _bounded(how(found))
        return single("integer" if is_whole and made.denominator == 1 else "float", made)

    return compute


def _of_two(
    how: Callable[[Fraction, Fraction], Fraction | int | None],
) -> Callable[[list[Maybe], Element], Maybe]:
    def compute(given: list[Maybe], _element: Element) -> Maybe:
        found = _flat(given)
        if found is None or len(found) != 2:  # noqa: PLR2004 - two operands
            return None
        made = how(*found)
        return None if made is None else number(_bounded(made))

    return compute


def _of_one(how: Callable[[Fraction], Fraction | int]) -> Callable[[list[Maybe], Element], Maybe]:
    def compute(given: list[Maybe], _element: Element) -> Maybe:
        value = as_number(given[0]) if given else None
        return None if value is None else number(how(value))

    return compute


def _quotient(one: Fraction, other: Fraction) -> Fraction | None:
    return one / other if other else None


def _power(one: Fraction, other: Fraction) -> Fraction | None:
    if other.denominator == 1 and abs(other) <= LARGEST_POWER:
        if not one and other < 0:
            return None
        if abs(other) * len(str(one)) > LARGEST_POWER:
            raise UnscorableError("qti_wrong_range")
        return one ** int(other)
    try:
        made = float(one) ** float(other)
    except (OverflowError, ZeroDivisionError):
        return None
    return Fraction(made) if isinstance(made, float) and math.isfinite(made) else None


def _divided(one: Fraction, other: Fraction) -> int | None:
    return math.floor(one / other) if other else None


def _remainder(one: Fraction, other: Fraction) -> int | Fraction | None:
    if not other:
        return None
    left = one - other * math.floor(one / other)
    return int(left) if left.denominator == 1 else left


def _round_to(given: list[Maybe], element: Element) -> Maybe:
    value = as_number(given[0]) if given else None
    said = element.get("figures")
    figures = as_number(given[1]) if len(given) > 1 else exact(said) if said else None
    if value is None:
        return None
    mode = element.get("roundingMode", "significantFigures")
    return number(rounded_figure(value, mode, int(figures or 0)))


def _constant(_given: list[Maybe], element: Element) -> Maybe:
    known = {"pi": math.pi, "e": math.e}
    name = element.get("name")
    if name not in known:
        raise UnscorableError("qti_unknown_expression", element=f"mathConstant {name}")
    return number(Fraction(known[name]))


EXACT: Final[Mapping[str, Callable[[Fraction], Fraction]]] = {
    "abs": abs,
    "floor": lambda value: Fraction(math.floor(value)),
    "ceil": lambda value: Fraction(math.ceil(value)),
    "signum": lambda value: Fraction((value > 0) - (value < 0)),
    "toRadians": lambda value: value * Fraction(math.pi) / 180,
    "toDegrees": lambda value: value * 180 / Fraction(math.pi),
}
FLOATS: Final[Mapping[str, Callable[..., float]]] = {
    **{
        name: getattr(math, name)
        for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "atan2")
    },
    "sec": lambda value: 1 / math.cos(value),
    "csc": lambda value: 1 / math.sin(value),
    "cot": lambda value: 1 / math.tan(value),
    "asec": lambda value: math.acos(1 / value),
    "acsc": lambda value: math.asin(1 / value),
    "acot": lambda value: math.atan(1 / value),
    "sech": lambda value: 1 / math.cosh(value),
    "csch": lambda value: 1 / math.sinh(value),
    "coth": lambda value: 1 / math.tanh(value),
    "log": math.log10,
    "ln": math.log,
    "exp": math.exp,
}


def _function(given: list[Maybe], element: Element) -> Maybe:
    found, name = _flat(given), element.get("name")
    if found is None or not found:
        return None
    if name in EXACT:
        return number(EXACT[name](found[0]))
    if name not in FLOATS:
        raise UnscorableError("qti_unknown_expression", element=f"mathOperator {name}")
    try:
        made = FLOATS[name](*map(float, found))
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return None
    return number(Fraction(made)) if math.isfinite(made) else None


def _mean(found: list[Fraction]) -> Fraction:
    return sum(found, Fraction(0)) / len(found)


def _variance(found: list[Fraction], given_up: int) -> Fraction:
    mean = _mean(found)
    return sum(((each - mean) ** 2 for each in found), Fraction(0)) / max(1, len(found) - given_up)


def _root(value: Fraction) -> Fraction:
    return Fraction(math.sqrt(value))


STATISTICS: Final[Mapping[str, Callable[[list[Fraction]], Fraction]]] = {
    "mean": _mean,
    "sampleVariance": lambda found: _variance(found, 1),
    "sampleSD": lambda found: _root(_variance(found, 1)),
    "popVariance": lambda found: _variance(found, 0),
    "popSD": lambda found: _root(_variance(found, 0)),
}


def _statistic(given: list[Maybe], element: Element) -> Maybe:
    name = element.get("name", element.name)
    if name not in STATISTICS:
        raise UnscorableError("qti_unknown_expression", element=f"statsOperator {name}")
    found = _flat(given)
    try:
        return number(_bounded(STATISTICS[name](found))) if found else None
    except OverflowError:
        raise UnscorableError("qti_wrong_range") from None


def _product(found: list[Fraction]) -> Fraction:
    return Fraction(math.prod(found))


def _whole(how: Callable[..., int]) -> Callable[[list[Fraction]], Fraction]:
    return lambda found: Fraction(reduce(how, map(int, found)))


NUMBERS_BY_NAME: Final[Mapping[str, Callable[[list[Maybe], Element], Maybe]]] = {
    "sum": _of_all(lambda found: sum(found, Fraction(0))),
    "product": _of_all(_product),
    "max": _of_all(max),
    "min": _of_all(min),
    "gcd": _of_all(_whole(math.gcd)),
    "lcm": _of_all(_whole(math.lcm)),
    "subtract": _of_two(lambda one, other: one - other),
    "divide": _of_two(_quotient),
    "power": _of_two(_power),
    "integerDivide": _of_two(_divided),
    "integerModulus": _of_two(_remainder),
    "mod": _of_two(_remainder),
    "round": _of_one(lambda value: math.floor(value + Fraction(1, 2))),
    "truncate": _of_one(math.trunc),
    "integerToFloat": _of_one(lambda value: value),
    "roundTo": _round_to,
    "mathConstant": _constant,
    "mathOperator": _function,
    "statsOperator": _statistic,
    **dict.fromkeys(STATISTICS, _statistic),
}
