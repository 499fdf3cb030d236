"""Accommodations (便利措施): what a person needs so that the exam measures the same."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

PER_CENT: Final = Decimal(100)


@dataclass(frozen=True)
class Accommodation:
    """What is granted to a person for every exam.

    Attributes
    ----------
    extra_percent
        Extra time in per cent of the paper's minutes.
    extra_minutes
        Minutes on top of that.
    break_minutes
        How long breaks may stop the clock in all.
    valid_from, valid_to
        The days between which it holds, both included; ``None`` for no bound.
    """

    extra_percent: int = 0
    extra_minutes: int = 0
    break_minutes: int = 0
    valid_from: date | None = None
    valid_to: date | None = None


def extra_minutes(minutes: int, accommodation: Accommodation) -> int:
    """Return the whole minutes added to a paper; a part of a minute counts as a whole one.

    Examples
    --------
    >>> extra_minutes(90, Accommodation(extra_percent=25))
    23
    >>> extra_minutes(90, Accommodation(extra_percent=50, extra_minutes=5))
    50
    """
    share = Decimal(minutes) * accommodation.extra_percent / PER_CENT
    return int(share.to_integral_value(rounding=ROUND_CEILING)) + accommodation.extra_minutes


def holds_on(accommodation: Accommodation, day: date) -> bool:
    """Say whether an accommodation holds on a day."""
    begins, ends = accommodation.valid_from, accommodation.valid_to
    return (begins is None or begins <= day) and (ends is None or day <= ends)
