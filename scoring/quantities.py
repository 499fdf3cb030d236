"""Numbers with units as people type them, compared exactly."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from scoring.marks import MOST_CHARACTERS, NOTHING, read_number

AMOUNT: Final = re.compile(r"([+\-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-−]?\d{1,2})?)(.*)", re.DOTALL)
LARGEST_FACTOR: Final = Fraction(10**18)


def folded_unit(text: str) -> str:
    """Return a unit in one spelling: half width, one sign for each of Ω, µ and ·, no spaces.

    Upper and lower case stay apart: mV is no MV.

    Examples
    --------
    >>> folded_unit(" ｋＶ "), folded_unit("\u2126") == folded_unit("\u03a9"), folded_unit("N⋅m")
    ('kV', True, 'N·m')
    """
    plain = unicodedata.normalize("NFKC", text).replace("⋅", "·").replace("•", "·")
    return "".join(plain.split())


def read_factor(text: str) -> Fraction | None:
    """Read a factor above 0: a number, or a fraction such as ``1/60``; ``None`` if it is none.

    Examples
    --------
    >>> read_factor("1/60"), read_factor("０.001"), read_factor("-2")
    (Fraction(1, 60), Fraction(1, 1000), None)
    """
    above, is_fraction, below = text.replace("／", "/").partition("/")
    top, bottom = read_number(above), read_number(below) if is_fraction else Decimal(1)
    if top is None or not bottom:
        return None
    factor = Fraction(top) / Fraction(bottom)
    return factor if 1 / LARGEST_FACTOR <= factor <= LARGEST_FACTOR else None


def read_quantity(text: str, factors: Mapping[str, Fraction] | None = None) -> Fraction | None:
    """Read a number, times the factor of the unit behind it; ``None`` if it is none.

    ``factors`` are by folded unit; without them no unit may stand there.

    Examples
    --------
    >>> read_quantity("１.２ ｋＶ", {"kV": Fraction(1000)})
    Fraction(1200, 1)
    >>> read_quantity("1.2 kV") is None
    True
    """
    number = read_number(text)
    if number is not None:
        return Fraction(number)
    plain = unicodedata.normalize("NFKC", text).strip()
    found = AMOUNT.fullmatch(plain) if len(plain) <= MOST_CHARACTERS else None
    factor = (factors or {}).get(folded_unit(found[2])) if found else None
    number = read_number(found[1]) if found else None
    return None if factor is None or number is None else Fraction(number) * factor


def match_number(
    given: str,
    value: Decimal,
    tolerance: Decimal,
    max_mark: Decimal,
    *,
    is_relative: bool = False,
    factors: Mapping[str, Fraction] | None = None,
) -> Decimal:
    """Return the full mark when the number lies within ``value ± tolerance``, bounds included.

    A relative tolerance is a share of ``value``. The comparison is exact, however many digits
    were typed.

    Examples
    --------
    >>> match_number("3.14", Decimal("3.1"), Decimal("0.05"), Decimal(2))
    Decimal('2')
    >>> match_number("-103", Decimal(-100), Decimal("0.02"), Decimal(2), is_relative=True)
    Decimal('0')
    """
    number = read_quantity(given, factors)
    if number is None:
        return NOTHING
    exact = Fraction(value)
    width = Fraction(tolerance) * (abs(exact) if is_relative else 1)
    return max_mark if abs(number - exact) <= width else NOTHING


def lies_between(
    number: Fraction, least: Decimal | None, most: Decimal | None, *, is_open: tuple[bool, bool]
) -> bool:
    """Say whether a number lies in a range; an open end does not belong to it.

    Examples
    --------
    >>> lies_between(Fraction(3), Decimal(3), None, is_open=(False, False))
    True
    >>> lies_between(Fraction(3), Decimal(3), Decimal(5), is_open=(True, False))
    False
    """
    if least is not None and (number < Fraction(least) or (is_open[0] and number == least)):
        return False
    return most is None or number < Fraction(most) or (not is_open[1] and number == most)
