"""Values of QTI's variables: exact, typed, or ``None`` for NULL."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

NUMBERS: Final = ("integer", "float", "duration")
TEXTS: Final = ("string", "identifier", "uri", "file")
DURATION: Final = re.compile(
    r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.IGNORECASE
)
MOST_DIGITS: Final = 60
LARGEST_EXPONENT: Final = 300


class UnscorableError(ValueError):
    """What a file asks for cannot be computed exactly: ``code`` says what."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Value:
    """A value that is not NULL: of one kind, one or several.

    A record's ``items`` are pairs of a name and a ``Value``; a pair is a tuple of two texts, the
    smaller first where their order does not matter; a point is a tuple of two numbers.
    """

    base: str
    items: tuple[Any, ...]
    cardinality: str = "single"

    @property
    def one(self) -> Any:
        """Return the only item."""
        return self.items[0]


Maybe = Value | None


def single(base: str, item: Any) -> Value:
    """Return one value."""
    return Value(base, (item,))


def truth(is_true: bool | None) -> Maybe:  # noqa: FBT001 - the value itself
    """Return a boolean, or NULL for ``None``."""
    return None if is_true is None else single("boolean", is_true)


def number(value: Fraction | int) -> Value:
    """Return a number: an integer where it is one as given."""
    return single("integer" if isinstance(value, int) else "float", Fraction(value))


def gathered(base: str, items: Iterable[Any], cardinality: str) -> Maybe:
    """Return a container; an empty one is NULL."""
    held = tuple(items)
    return Value(base, held, cardinality) if held else None


def read(base: str, text: str) -> Any:
    """Return an item of a base type from its text; ``None`` where it is none.

    Examples
    --------
    >>> read("float", "0.63"), read("pair", "B  A"), read("point", "10 20")
    (Fraction(63, 100), ('A', 'B'), (Fraction(10, 1), Fraction(20, 1)))
    >>> read("integer", "many") is None
    True
    """
    plain = text.strip()
    if base in ("integer", "float"):
        return exact(plain)
    if base == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(plain.lower())
    if base in ("pair", "directedPair"):
        ends = tuple(plain.split())
        if len(ends) != 2:  # noqa: PLR2004 - a pair
            return None
        return tuple(sorted(ends)) if base == "pair" else ends
    if base == "point":
        places = [exact(each) for each in re.split(r"[\s,]+", plain)]
        return tuple(places) if len(places) == 2 and None not in places else None  # noqa: PLR2004
    if base == "duration":
        return _duration(plain)
    return plain if base == "identifier" else text


def exact(text: str) -> Fraction | None:
    """Return a number exactly; ``None`` for what is none, or beyond all use."""
    if len(text) > MOST_DIGITS:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found.adjusted()) > LARGEST_EXPONENT:
        return None
    return Fraction(found)


def _duration(text: str) -> Fraction | None:
    found = DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return exact(text)
    seconds = (86400, 3600, 60, 1)
    return sum(
        (Fraction(said) * each for said, each in zip(found.groups(), seconds, strict=True) if said),
        Fraction(0),
    )


def as_number(value: Maybe) -> Fraction | None:
    """Return a single number; a text that is one counts, as answers are typed."""
    if value is None or value.cardinality not in ("single", "multiple", "ordered"):
        return None
    if len(value.items) != 1:
        return None
    item = value.one
    if isinstance(item, bool):
        return None
    if isinstance(item, Fraction):
        return item
    return exact(item.strip()) if isinstance(item, str) else None


def as_text(value: Maybe) -> str | None:
    """Return a single value as text."""
    if value is None or value.cardinality == "record" or len(value.items) != 1:
        return None
    return shown(value.one)


def shown(item: Any) -> str:
    """Return an item as text.

    Examples
    --------
    >>> shown(Fraction(5, 2)), shown(("A", "B")), shown(True)
    ('2.5', 'A B', 'true')
    """
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, tuple):
        return " ".join(map(shown, item))
    if isinstance(item, Fraction):
        if item.denominator == 1:
            return str(item.numerator)
        return format(Decimal(item.numerator) / Decimal(item.denominator), "f")
    return str(item)


def as_truth(value: Maybe) -> bool | None:
    """Return a condition: NULL stays ``None``; a number or text is true unless 0 or empty."""
    if value is None:
        return None
    item = value.one
    if isinstance(item, bool):
        return item
    if isinstance(item, Fraction):
        return item != 0
    return bool(item) and item != "false"


def same(one: Any, other: Any) -> bool:
    """Say whether two items are the same; a number in a text equals the number."""
    if isinstance(one, Fraction) != isinstance(other, Fraction):
        texts = [exact(each.strip()) if isinstance(each, str) else each for each in (one, other)]
        return None not in texts and texts[0] == texts[1]
    return bool(one == other)


def same_values(one: Value, other: Value) -> bool:
    """Say whether two values are the same; the order of a multiple one does not matter."""
    if "record" in (one.cardinality, other.cardinality):
        return one.cardinality == other.cardinality and dict(one.items) == dict(other.items)
    if len(one.items) != len(other.items):
        return False
    if "multiple" not in (one.cardinality, other.cardinality):
        return all(map(same, one.items, other.items))
    left = list(other.items)
    for each in one.items:
        found = next((place for place, item in enumerate(left) if same(each, item)), None)
        if found is None:
            return False
        left.pop(found)
    return True
