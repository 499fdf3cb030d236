"""Arithmetic of the second computation: fractions, rounded by whole numbers."""

from fractions import Fraction
from math import floor
from typing import Final

TEN_THOUSANDTHS: Final = 10_000  # the smallest share of a mark that is kept


def cut(value: Fraction) -> Fraction:
    """Return a mark cut off behind its fourth decimal.

    Examples
    --------
    >>> cut(Fraction(2, 3))
    Fraction(3333, 5000)
    """
    return Fraction(floor(value * TEN_THOUSANDTHS), TEN_THOUSANDTHS)


def nearest(value: Fraction, mode: str, decimals: int) -> Fraction:
    """Return a published mark: rounded ``half_up``, ``half_even`` or ``down``; never below 0.

    Examples
    --------
    >>> nearest(Fraction("59.95"), "half_up", 1), nearest(Fraction("59.95"), "down", 1)
    (Fraction(60, 1), Fraction(599, 10))
    >>> nearest(Fraction("0.25"), "half_even", 1), nearest(Fraction("0.35"), "half_even", 1)
    (Fraction(1, 5), Fraction(2, 5))
    """
    scaled = value * 10**decimals
    whole = floor(scaled)
    rest = scaled - whole
    is_up = {
        "down": False,
        "half_up": rest >= Fraction(1, 2),
        "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
    }[mode]
    return Fraction(whole + is_up, 10**decimals)


def shares(whole: Fraction, weights: list[Fraction]) -> list[Fraction]:
    """Return a mark split by weights into ten-thousandths that add up to it.

    What is left over goes one by one to those that lost most, the earlier of equals first.

    Examples
    --------
    >>> [str(each * 10_000) for each in shares(Fraction(1), [Fraction(1)] * 3)]
    ['3334', '3333', '3333']
    """
    total = sum(weights)
    fair = [whole * TEN_THOUSANDTHS * weight / total for weight in weights]
    given = [floor(each) for each in fair]
    lost = [(each - floor(each), -place) for place, each in enumerate(fair)]
    rest = int(whole * TEN_THOUSANDTHS) - sum(given)
    for _, place in sorted(lost, reverse=True)[:rest]:
        given[-place] += 1
    return [Fraction(each, TEN_THOUSANDTHS) for each in given]
