"""What the rules here do not know is marked by its own type's module, and told apart.

This is the only place where the second computation meets the code of the first.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from exam_server.results.second.facts import Asked
from itembank.drawing import as_asked
from itembank.items.registry import item_type


def mark_by_own_module(asked: Asked, key: Mapping[str, Any], answer: Any) -> Fraction | None:
    """Return the mark that the type's own module gives; ``None`` where a person has to tell."""
    full = Decimal(asked.full.numerator) / Decimal(asked.full.denominator)
    kind, content, own = as_asked(asked.type, asked.content, key, asked.drawn)
    mark = item_type(kind).score(content, own, answer, full)
    return None if mark is None else Fraction(mark)
