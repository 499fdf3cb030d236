"""Numbers with units and ranges, read a second time: exact fractions, by the rules of the desk."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

Facts = Mapping[str, Any]
NUMERAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
MOST_TYPED: Final = 100
FARTHEST: Final = 10**18  # of a unit from the item's own
SAME_SIGNS: Final = str.maketrans({"\N{DOT OPERATOR}": "·", "\N{BULLET}": "·"})


def one_width(typed: str) -> str:
    """Return a text in one width, without what stands around it."""
    return unicodedata.normalize("NFKC", typed).strip()


def number_in(typed: object) -> Fraction | None:
    """Return the number a text says, or nothing.

    Examples
    --------
    >>> number_in(" １２．５ "), number_in("\u22121e2"), number_in("1,5")
    (Fraction(25, 2), Fraction(-100, 1), None)
    """
    plain = one_width(typed).replace("\N{MINUS SIGN}", "-") if isinstance(typed, str) else ""
    is_number = len(plain) <= MOST_TYPED and NUMERAL.fullmatch(plain) is not None
    return Fraction(plain) if is_number else None


def amount_in(typed: str, units: Sequence[tuple[str, Fraction]]) -> Fraction | None:
    """Return the amount a text says in the item's own unit; a unit must be one of ``units``.

    Examples
    --------
    >>> units = [("V", Fraction(1)), ("kV", Fraction(1000))]
    >>> amount_in("1.2 ｋＶ", units), amount_in("1.2 MV", units), amount_in("7", units)
    (Fraction(1200, 1), None, Fraction(7, 1))
    """
    alone = number_in(typed)
    plain = one_width(typed).replace("\N{MINUS SIGN}", "-")
    if alone is not None or len(plain) > MOST_TYPED:
        return alone
    found = NUMERAL.match(plain)
    if found is None:
        return None
    worth = [factor for unit, factor in units if unit == unit_name(plain[found.end() :])]
    return Fraction(found[0]) * worth[-1] if worth else None


def unit_name(typed: str) -> str:
    """Return a unit in one spelling; upper and lower case stay apart."""
    return "".join(one_width(typed).translate(SAME_SIGNS).split())


def units_of(content: Facts, key: Facts) -> list[tuple[str, Fraction]]:
    """Return the units that may stand behind a number, each with its worth in the item's own."""
    listed = [each for each in key.get("units") or [] if isinstance(each, dict)]
    if not listed:
        return []
    own = content.get("unit")
    found = [(unit_name(own if isinstance(own, str) else ""), Fraction(1))]
    for each in listed:
        worth = _worth(each.get("factor"))
        if worth is not None:
            found.append((unit_name(str(each.get("unit") or "")), worth))
    return found


def _worth(said: object) -> Fraction | None:
    """Return a factor such as 1000 or 1/60; nothing for one that is out of all proportion."""
    above, is_parted, below = (
        (said if isinstance(said, str) else "").replace("／", "/").partition("/")
    )
    top, bottom = number_in(above), number_in(below) if is_parted else Fraction(1)
    if top is None or not bottom:
        return None
    return top / bottom if Fraction(1, FARTHEST) <= top / bottom <= FARTHEST else None


def is_right_number(content: Facts, key: Facts, typed: str) -> bool:
    """Say whether what was typed lies within the tolerance, bounds included, or in the range."""
    amount = amount_in(typed, units_of(content, key))
    if amount is None:
        return False
    if key.get("tolerance_mode") == "range":
        return _is_between(key, amount)
    value, width = number_in(str(key.get("value", ""))), number_in(str(key.get("tolerance", "0")))
    if value is None or width is None:
        return False
    if key.get("tolerance_mode") == "relative":
        width *= abs(value)
    return value - width <= amount <= value + width


def _is_between(key: Facts, amount: Fraction) -> bool:
    least, most, without = number_in(key.get("least")), number_in(key.get("most")), key.get("open")
    is_high = least is None or amount > least
    is_low = most is None or amount < most
    at_least = amount == least and without not in {"least", "both"}
    at_most = amount == most and without not in {"most", "both"}
    return (is_high or at_least) and (is_low or at_most)
