"""Composites: component marks combined by weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

WHOLE: Final = 100
MOST_DECIMALS: Final = 20
EXACT: Final = Context(prec=120)  # sums of marks keep every digit until the one rounding
MODES: Final = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
}


@dataclass(frozen=True)
class Rounding:
    """How published marks are rounded: ``half_up``, ``half_even`` or ``down`` to some decimals.

    ``half_up`` takes a half away from 0, ``down`` goes towards 0.
    """

    mode: str = "half_up"
    decimals: int = 1


@dataclass(frozen=True)
class Composites:
    """Composites in the order of the persons; ``None`` where a weighted component is missing.

    ``below_minimum`` names, for each person, the components under their minimum.
    """

    composites: tuple[Decimal | None, ...]
    missing: tuple[tuple[str, ...], ...]
    below_minimum: tuple[tuple[str, ...], ...]


def rounded(value: Decimal, rounding: Rounding) -> Decimal:
    """Round a mark as the rule set says.

    Raises
    ------
    ValueError
        If the value is no finite Decimal, or the way of rounding is unknown.

    Examples
    --------
    >>> rounded(Decimal("59.95"), Rounding("half_up", 1))
    Decimal('60.0')
    >>> rounded(Decimal("59.95"), Rounding("down", 1))
    Decimal('59.9')
    """
    if rounding.mode not in MODES:
        msg = f"rounding is one of {', '.join(MODES)}: {rounding.mode!r}"
        raise ValueError(msg)
    if not isinstance(rounding.decimals, int) or abs(rounding.decimals) > MOST_DECIMALS:
        msg = f"decimals are a whole number up to {MOST_DECIMALS}: {rounding.decimals!r}"
        raise ValueError(msg)
    unit = Decimal(1).scaleb(-rounding.decimals)
    found = exact_mark(value, "a value").quantize(
        unit, rounding=MODES[rounding.mode], context=EXACT
    )
    return found or abs(found)  # there is no mark of minus nothing


def exact_mark(value: object, name: str) -> Decimal:
    """Return a mark as it counts: a float would be another number than the one published.

    Raises
    ------
    ValueError
        If it is no finite Decimal (or int).
    """
    if not isinstance(value, Decimal | int) or not Decimal(value).is_finite():
        msg = f"a mark is a finite Decimal, {name} is {value!r}"
        raise ValueError(msg)
    return Decimal(value)


def combine(
    scores: Sequence[Mapping[str, Decimal | None]],
    weights: Mapping[str, Decimal],
    minima: Mapping[str, Decimal | None],
    rounding: Rounding,
) -> Composites:
    """Combine component marks by weights; the composite is rounded once, at the end.

    Parameters
    ----------
    scores : sequence of mappings, one per person
        Component name → mark of 100, or ``None`` when there is none.
    weights : mapping
        Component name → per cent; they total 100. A component of weight 0 does not count.
    minima : mapping
        Component name → least mark, or ``None`` for no minimum.
    rounding : Rounding
        Applied to the composite.

    Returns
    -------
    Composites

    Raises
    ------
    ValueError
        If weights are negative or do not total 100, a mark, weight or minimum is no finite
        Decimal, a minimum is of a component that has no weight (not even 0), or the way of
        rounding is unknown.

    Examples
    --------
    >>> combine(
    ...     [{"theory": Decimal(72), "practical": Decimal("80.5")}],
    ...     {"theory": Decimal(40), "practical": Decimal(60)},
    ...     {"practical": Decimal(81)},
    ...     Rounding("half_up", 1),
    ... )
    Composites(composites=(Decimal('77.1'),), missing=((),), below_minimum=(('practical',),))
    """
    exact = [Fraction(exact_mark(weight, name)) for name, weight in weights.items()]
    if sum(exact) != WHOLE or min(exact) < 0:
        msg = f"weights must be at least 0 and total 100: {dict(weights)!r}"
        raise ValueError(msg)
    unknown = sorted(name for name in minima.keys() - weights.keys() if minima[name] is not None)
    if unknown:
        msg = f"a minimum of a component without a weight: {unknown!r}"
        raise ValueError(msg)
    counted = [name for name, weight in weights.items() if weight > 0]
    missing = tuple(tuple(n for n in counted if person.get(n) is None) for person in scores)
    composites = tuple(
        None if lacks else _composite(person, weights, counted, rounding)
        for person, lacks in zip(scores, missing, strict=True)
    )
    below = tuple(tuple(_below(person, minima, counted)) for person in scores)
    return Composites(composites, missing, below)


def _composite(
    person: Mapping[str, Decimal | None],
    weights: Mapping[str, Decimal],
    counted: Sequence[str],
    rounding: Rounding,
) -> Decimal:
    total = Decimal(0)
    for name in counted:
        total = EXACT.add(total, EXACT.multiply(exact_mark(person[name], name), weights[name]))
    return rounded(total.scaleb(-2, EXACT), rounding)


def _below(
    person: Mapping[str, Decimal | None],
    minima: Mapping[str, Decimal | None],
    counted: Sequence[str],
) -> list[str]:
    found = []
    for name in counted:
        mark, least = person.get(name), minima.get(name)
        if mark is not None and least is not None and mark < exact_mark(least, name):
            found.append(name)
    return found
