"""Marking policies: what an answer earns. They know values, no item types.

All marks are exact ``Decimal`` numbers.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal, localcontext
from typing import Final

NOTHING: Final = Decimal(0)
NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
MOST_CHARACTERS: Final = 100
EXACT_DIGITS: Final = 600  # sums, and products of two numbers that short, are not rounded


def match_set(given: Collection[str], key: Collection[str], max_mark: Decimal) -> Decimal:
    """Return the full mark when exactly the keyed options were chosen, else nothing.

    Examples
    --------
    >>> match_set(["C", "A"], ["A", "C"], Decimal("0.5"))
    Decimal('0.5')
    >>> match_set(["A"], ["A", "C"], Decimal("0.5"))
    Decimal('0')
    """
    return max_mark if set(given) == set(key) and given else NOTHING


def match_number(
    given: str,
    value: Decimal,
    tolerance: Decimal,
    max_mark: Decimal,
    *,
    is_relative: bool = False,
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
    number = read_number(given)
    if number is None:
        return NOTHING
    with localcontext() as exact:
        exact.prec = EXACT_DIGITS
        width = tolerance * abs(value) if is_relative else tolerance
        return max_mark if abs(number - value) <= width else NOTHING


def match_texts(
    given: Mapping[str, str],
    accepted: Mapping[str, Collection[str]],
    max_mark: Decimal,
    *,
    is_case_sensitive: bool = False,
) -> Decimal:
    """Return the share of blanks filled with an accepted text, of the full mark.

    Full and half width are the same (NFKC), outer spaces do not count; an empty text fills no
    blank. The share is exact to four decimals, rounded down.

    Examples
    --------
    >>> match_texts({"1": " ＯＨＭ "}, {"1": ["ohm", "Ω"], "2": ["volt"]}, Decimal(1))
    Decimal('0.5000')
    """

    def folded(text: str) -> str:
        plain = " ".join(unicodedata.normalize("NFKC", text).split())
        return plain if is_case_sensitive else plain.casefold()

    right = sum(
        folded(given.get(blank, "")) in {folded(text) for text in texts} - {""}
        for blank, texts in accepted.items()
    )
    if not right:
        return NOTHING
    if right == len(accepted):
        return max_mark
    return (max_mark * right / len(accepted)).quantize(Decimal("0.0001"), rounding="ROUND_DOWN")


def read_number(text: str) -> Decimal | None:
    """Read a number as people type it: full width, spaces, a leading plus; ``None`` if it is none.

    Exponents have at most two digits and the whole at most 100 characters, so that no answer
    can leave the range in which marking is exact.

    Examples
    --------
    >>> read_number(" １２．５ ")
    Decimal('12.5')
    >>> read_number("twelve") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if len(plain) > MOST_CHARACTERS or not NUMBER.fullmatch(plain):
        return None
    return Decimal(plain)
