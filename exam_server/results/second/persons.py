"""Which mark of a written answer stands, written a second time from the rules of the desk."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Final, NamedTuple

from exam_server.results.second.arithmetic import TEN_THOUSANDTHS

ARBITER: Final = 3


class Round(NamedTuple):
    """A mark that has not been superseded: 1 and 2 of blind markers, 3 of the arbiter, 0 none."""

    number: int
    mark: Fraction


def mark_that_stands(
    rounds: Sequence[Round], n_markers: int, tolerance: Fraction
) -> Fraction | None:
    """Return the mark that stands: the arbiter's, or the mean of blind ones close enough.

    Examples
    --------
    >>> blind = [Round(1, Fraction(7)), Round(2, Fraction(8))]
    >>> mark_that_stands(blind, 2, Fraction(1)), mark_that_stands(blind, 2, Fraction(1, 2))
    (Fraction(15, 2), None)
    """
    for each in rounds:
        if each.number == ARBITER:
            return each.mark
    blind = [each.mark for each in rounds if 0 < each.number < ARBITER]
    if len(blind) < max(1, n_markers) or max(blind) - min(blind) > tolerance:
        return None
    mean = sum(blind, Fraction(0)) / len(blind)
    return Fraction(floor(mean * TEN_THOUSANDTHS + Fraction(1, 2)), TEN_THOUSANDTHS)
