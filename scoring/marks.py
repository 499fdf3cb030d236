"""Marking policies: what an answer earns. They know values, no item types.

All marks are exact ``Decimal`` numbers.
"""

import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation

NOTHING = Decimal(0)


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


def match_number(given: str, value: Decimal, tolerance: Decimal, max_mark: Decimal) -> Decimal:
    """Return the full mark when the number lies within ``value ± tolerance``, bounds included.

    Examples
    --------
    >>> match_number("3.14", Decimal("3.1"), Decimal("0.05"), Decimal(2))
    Decimal('2')
    """
    number = read_number(given)
    return max_mark if number is not None and abs(number - value) <= tolerance else NOTHING


def match_texts(
    given: Mapping[str, str],
    accepted: Mapping[str, Collection[str]],
    max_mark: Decimal,
    *,
    is_case_sensitive: bool = False,
) -> Decimal:
    """Return the share of blanks filled with an accepted text, of the full mark.

    Full and half width are the same (NFKC), outer spaces do not count. The share is exact to
    four decimals, rounded down.
    """

    def folded(text: str) -> str:
        plain = " ".join(unicodedata.normalize("NFKC", text).split())
        return plain if is_case_sensitive else plain.casefold()

    right = sum(
        folded(given.get(blank, "")) in {folded(text) for text in texts}
        for blank, texts in accepted.items()
    )
    if right == len(accepted):
        return max_mark
    return (max_mark * right / len(accepted)).quantize(Decimal("0.0001"), rounding="ROUND_DOWN")


def read_number(text: str) -> Decimal | None:
    """Read a number as people type it: full width, spaces, a leading plus; ``None`` if it is none.

    Examples
    --------
    >>> read_number(" １２．５ ")
    Decimal('12.5')
    >>> read_number("twelve") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
