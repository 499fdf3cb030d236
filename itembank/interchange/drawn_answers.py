"""What every combination of values answers, for calculations that other programs have written."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

from itembank.drawn_values import MOST_DRAWS
from itembank.expressions import NoValueError, read_expression
from itembank.item_model_reading import MOST_DECIMALS

EXACT_PI: Final = "3.14159265358979323846"


def decimals_of(formula: str, values: Mapping[str, Sequence[Decimal]]) -> int | None:
    """Return after how many decimals every answer ends; ``None`` where one does not.

    Examples
    --------
    >>> decimals_of("a / 4", {"a": [Decimal(1), Decimal(2)]}), decimals_of("1 / a", {"a": [3]})
    (2, None)
    """
    read, most = read_expression(formula), 0
    for chosen in product(*values.values()):
        exact = {name: Fraction(each) for name, each in zip(values, chosen, strict=True)}
        try:
            answer = read.value({**exact, "pi": Fraction(EXACT_PI)})
        except (NoValueError, KeyError):
            return None
        fits = [n for n in range(most, MOST_DECIMALS + 1) if answer.number * 10**n % 1 == 0]
        if not answer.is_exact or not fits:
            return None
        most = fits[0]
    return most


def thinned(values: Mapping[str, Sequence[Decimal]]) -> dict[str, list[Decimal]]:
    """Return so many values that no more combinations are made than may be."""
    kept = {name: list(each[:: max(1, len(each) // MOST_DRAWS)]) for name, each in values.items()}
    while prod(map(len, kept.values())) > MOST_DRAWS:
        longest = max(kept, key=lambda name: len(kept[name]))
        kept[longest].pop(len(kept[longest]) // 2)
    return kept
