"""Whether a place lies in an area of a picture, borders included."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

Corner = tuple[Fraction, Fraction]


def is_inside(x: Fraction, y: Fraction, area: Mapping[str, Any]) -> bool:
    """Say whether a place is in an area, its border included.

    Examples
    --------
    >>> square = {"shape": "poly", "coords": [0, 0, 4, 0, 4, 4, 0, 4]}
    >>> [is_inside(Fraction(2), Fraction(y), square) for y in (2, 4, 5)]
    [True, True, False]
    """
    numbers = [Fraction(each) for each in area["coords"]]
    if area["shape"] == "circle":
        across, down, radius = x - numbers[0], y - numbers[1], numbers[2]
        return across * across + down * down <= radius * radius
    if area["shape"] == "rect":
        return numbers[0] <= x <= numbers[2] and numbers[1] <= y <= numbers[3]
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    return _is_on_border((x, y), corners) or _crossings((x, y), corners) % 2 == 1


def _is_on_border(at: Corner, corners: list[Corner]) -> bool:
    for one, other in pairwise([*corners, corners[0]]):
        is_between = all(
            min(a, b) <= value <= max(a, b) for a, b, value in zip(one, other, at, strict=True)
        )
        if is_between and _turn(one, other, at) == 0:
            return True
    return False


def _crossings(at: Corner, corners: list[Corner]) -> int:
    """Count the sides that a line straight up from a place meets, each end once."""
    return sum(
        (min(one[0], other[0]) <= at[0] < max(one[0], other[0]))
        and _height(one, other, at[0]) > at[1]
        for one, other in pairwise([*corners, corners[0]])
    )


def _height(one: Corner, other: Corner, x: Fraction) -> Fraction:
    return one[1] + (other[1] - one[1]) * (x - one[0]) / (other[0] - one[0])


def _turn(one: Corner, other: Corner, at: Corner) -> Fraction:
    return (other[0] - one[0]) * (at[1] - one[1]) - (other[1] - one[1]) * (at[0] - one[0])
