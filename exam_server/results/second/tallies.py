"""What the second computation has compared so far, and where the two differ."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Difference:
    """Where the two computations differ, and both values in words of figures.

    ``kind``: response, counts (in the sums or not), paper (one has no marks), theory, practical,
    performance, composite, outcome, reasons, candidate (one knows nobody of that ticket), receipt
    (the answers are not those a receipt was given for), chain (of receipts, broken at a link),
    theory_raw (before it was equated) or conversion (a table is not the one that was approved).
    """

    kind: str
    ticket: str
    first: str
    second: str
    exam_session: str = ""
    item: str = ""
    position: int = 0


@dataclass
class Tally:
    """What was compared so far."""

    papers: int = 0
    responses: int = 0
    persons_marks: int = 0
    receipts: int = 0
    without_receipt: int = 0
    markings: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def shown(value: Fraction | None) -> str:
    """Return a mark as figures; nothing for none.

    Examples
    --------
    >>> shown(Fraction(143, 2)), shown(None)
    ('71.5', '')
    """
    if value is None:
        return ""
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


def exactly(mark: Decimal | None) -> Fraction | None:
    """Return a stored mark as a fraction."""
    return None if mark is None else Fraction(mark)
