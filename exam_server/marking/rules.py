"""What an examiner types for a component: a mark of 100, absent, void, or nothing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from scoring.marks import read_number

COMPONENTS: Final = ("practical", "performance")
WHOLE: Final = Decimal(100)
SMALLEST_STEP: Final = Decimal("0.01")
DECIMAL_COMMA: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{1,2}$)")
WORDS: Final[Mapping[str, str]] = {
    "缺考": "absent",
    "缺": "absent",
    "q": "absent",
    "a": "absent",
    "absent": "absent",
    "作废": "void",
    "无效": "void",
    "z": "void",
    "v": "void",
    "void": "void",
}


@dataclass(frozen=True)
class Entered:
    """What stands for a component: ``marked`` with a mark, ``absent``, ``void``, ``withdrawn``."""

    standing: str
    mark: Decimal | None = None


def read_entry(text: str) -> Entered:
    """Read what was typed and is no problem; nothing typed withdraws.

    Examples
    --------
    >>> read_entry("８５。５"), read_entry("85,5").mark, read_entry("缺考").standing
    (Entered(standing='marked', mark=Decimal('85.5')), Decimal('85.5'), 'absent')
    >>> read_entry(" ")
    Entered(standing='withdrawn', mark=None)
    """
    plain = plain_entry(text)
    if not plain:
        return Entered("withdrawn")
    if plain in WORDS:
        return Entered(WORDS[plain])
    mark = read_number(plain)
    if mark is None:
        msg = f"neither a mark nor a word: {text!r}"
        raise ValueError(msg)
    return Entered("marked", mark)


def mark_problem(text: str) -> str | None:
    """Return ``mark_not_a_number``, ``mark_out_of_range``, ``mark_decimals``, or nothing.

    Examples
    --------
    >>> mark_problem("101"), mark_problem("缺考"), mark_problem("60.125")
    ('mark_out_of_range', None, 'mark_decimals')
    """
    plain = plain_entry(text)
    if not plain or plain in WORDS:
        return None
    mark = read_number(plain)
    if mark is None:
        return "mark_not_a_number"
    if not 0 <= mark <= WHOLE:
        return "mark_out_of_range"
    return "mark_decimals" if mark % SMALLEST_STEP else None


def plain_entry(text: str) -> str:
    """Return what was typed in one spelling: half width, a point before decimals.

    A comma, or the full stop a Chinese keyboard gives, counts as the point; a comma before three
    digits does not, it may part thousands.

    Examples
    --------
    >>> plain_entry(" ８５。５ "), plain_entry("85,5"), plain_entry("1,000")
    ('85.5', '85.5', '1,000')
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold().replace("。", ".")
    return DECIMAL_COMMA.sub(".", plain)
