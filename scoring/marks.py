"""Marking policies: what an answer earns. They know values, no item types.

All marks are exact ``Decimal`` numbers.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Final

NOTHING: Final = Decimal(0)
SMALLEST: Final = Decimal("0.0001")  # marks are whole numbers of it
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


def match_points(
    given: Collection[str], points: Mapping[str, Decimal], full: Decimal, max_mark: Decimal
) -> Decimal:
    """Return the share of the full points that the chosen options bring, of the full mark.

    Options may bring points or take them away; what is earned stays between nothing and the full
    mark. The share is exact to four decimals, rounded down.

    Examples
    --------
    >>> points = {"A": Decimal(1), "B": Decimal(-1), "C": Decimal(1)}
    >>> match_points(["A"], points, Decimal(2), Decimal(3))
    Decimal('1.5000')
    >>> match_points(["B"], points, Decimal(2), Decimal(3))
    Decimal('0')
    """
    earned = sum((Fraction(points.get(each, NOTHING)) for each in set(given)), Fraction(0))
    if earned <= 0:
        return NOTHING
    if earned >= full:
        return max_mark
    units = Fraction(max_mark) * earned / Fraction(full) / Fraction(SMALLEST)
    return int(units) * SMALLEST


def match_pairs(
    given: Mapping[str, str], key: Mapping[str, str], max_mark: Decimal, *, is_partial: bool = False
) -> Decimal:
    """Return the full mark when every left names its right; with part marks, the share that does.

    Examples
    --------
    >>> match_pairs({"a": "x", "b": "z"}, {"a": "x", "b": "y"}, Decimal(1))
    Decimal('0')
    >>> match_pairs({"a": "x", "b": "z"}, {"a": "x", "b": "y"}, Decimal(1), is_partial=True)
    Decimal('0.5000')
    """
    right = sum(given.get(left) == paired for left, paired in key.items())
    if right < len(key) and not is_partial:
        return NOTHING
    return share_of(max_mark, right, len(key))


def match_order(
    given: Sequence[str],
    key: Sequence[str],
    max_mark: Decimal,
    *,
    is_partial: bool = False,
    given_away: Collection[str] = (),
) -> Decimal:
    """Return the full mark for exactly the keyed order; with part marks, the share in its place.

    Those ``given_away`` stood in their place from the start and earn nothing.

    Examples
    --------
    >>> match_order(["A", "C", "B"], ["A", "B", "C"], Decimal(3))
    Decimal('0')
    >>> match_order(["A", "C", "B"], ["A", "B", "C"], Decimal(3), is_partial=True)
    Decimal('1.0000')
    >>> match_order(["A"], ["A", "B"], Decimal(2), is_partial=True, given_away=["A"])
    Decimal('0')
    """
    if list(given) == list(key):
        return max_mark
    if not is_partial:
        return NOTHING
    asked = [place for place, each in enumerate(key) if each not in given_away]
    right = sum(place < len(given) and given[place] == key[place] for place in asked)
    return share_of(max_mark, right, len(asked))


def match_area(
    point: tuple[Fraction, Fraction], areas: Iterable[Mapping[str, object]], max_mark: Decimal
) -> Decimal:
    """Return the full mark for a point inside one of the areas, borders included.

    An area is a ``shape`` (``circle``, ``rect``, ``poly``) and its ``coords``: x, y, r; two
    corners; or the corners in turn. The comparison is exact.

    Examples
    --------
    >>> circle = {"shape": "circle", "coords": [0, 0, 5]}
    >>> match_area((Fraction(3), Fraction(4)), [circle], Decimal(1))
    Decimal('1')
    """
    return max_mark if any(_is_inside(point, area) for area in areas) else NOTHING


def _is_inside(point: tuple[Fraction, Fraction], area: Mapping[str, object]) -> bool:
    x, y = point
    coords = area["coords"]
    if not isinstance(coords, list):
        msg = f"an area without coordinates: {area!r}"
        raise ValueError(msg)  # noqa: TRY004 - a bug of the caller's values, like all misuse
    exact = [Fraction(each) for each in coords]
    if area["shape"] == "circle":
        centre_x, centre_y, radius = exact
        return (x - centre_x) ** 2 + (y - centre_y) ** 2 <= radius**2
    if area["shape"] == "rect":
        left, top, right, bottom = exact
        return left <= x <= right and top <= y <= bottom
    return _is_in_polygon(x, y, list(zip(exact[::2], exact[1::2], strict=True)))


def _is_in_polygon(x: Fraction, y: Fraction, corners: list[tuple[Fraction, Fraction]]) -> bool:
    """Count the borders a ray to the right crosses; a point on a border is inside."""
    is_inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        across = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        is_between = min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
        if across == 0 and is_between:
            return True
        if (y1 > y) != (y2 > y) and (across > 0) == (y2 > y1):
            is_inside = not is_inside
    return is_inside


def share_of(max_mark: Decimal, right: int, asked: int) -> Decimal:
    """Return the share of a mark, to four decimals, rounded down; all of it stays exact.

    Examples
    --------
    >>> share_of(Decimal(1), 2, 3)
    Decimal('0.6666')
    """
    if not right:
        return NOTHING
    if right == asked:
        return max_mark
    return (max_mark * right / asked).quantize(SMALLEST, rounding=ROUND_DOWN)


def split_mark(max_mark: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """Split a mark by shares to four decimals; the parts add up to it exactly.

    What rounding leaves over goes to the parts that lost most by it, earlier ones first.

    Raises
    ------
    ValueError
        If a share is not above zero.

    Examples
    --------
    >>> split_mark(Decimal(1), [Decimal(1), Decimal(1), Decimal(1)])
    [Decimal('0.3334'), Decimal('0.3333'), Decimal('0.3333')]
    """
    if not shares or min(shares) <= 0:
        msg = f"shares of a mark must be above zero: {list(shares)!r}"
        raise ValueError(msg)
    whole = sum(map(Fraction, shares))
    exact = [Fraction(max_mark) * Fraction(share) / whole / Fraction(SMALLEST) for share in shares]
    units = [int(each) for each in exact]
    left_over = int(Fraction(max_mark) / Fraction(SMALLEST)) - sum(units)
    by_loss = sorted(range(len(shares)), key=lambda place: (units[place] - exact[place], place))
    for place in by_loss[:left_over]:
        units[place] += 1
    return [unit * SMALLEST for unit in units]


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
