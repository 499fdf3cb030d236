"""How a composite came about, in figures anybody can check."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

COMPONENTS: Final = ("theory", "practical", "performance")
WHOLE: Final = Decimal(100)


def explanation(
    marks: Mapping[str, Decimal | None], composite: Decimal | None, rules: Mapping[str, Any]
) -> str:
    """Return the sum behind a composite; the arrow shows where it was rounded, once.

    ``rules`` are the values a decision keeps: ``theory_weight`` and the like, as text.

    Examples
    --------
    >>> weights = {"theory_weight": "40", "practical_weight": "60", "performance_weight": "0"}
    >>> marks = {"theory": Decimal("71.4"), "practical": Decimal("80.25")}
    >>> explanation(marks, Decimal("76.7"), weights)
    '71.4 × 40 % + 80.25 × 60 % = 76.71 → 76.7'
    >>> explanation({"theory": Decimal("71.4")}, None, weights)
    '71.4 × 40 % + – × 60 %'
    """
    weights = {name: Decimal(rules[f"{name}_weight"]) for name in COMPONENTS}
    counted = [name for name in COMPONENTS if weights[name] > 0]
    given = {name: marks.get(name) for name in counted}
    told = " + ".join(
        f"{'–' if mark is None else mark} × {weights[name]} %" for name, mark in given.items()
    )
    if composite is None:
        return told
    exact = sum(((mark or Decimal(0)) * weights[name] for name, mark in given.items()), Decimal(0))
    exact /= WHOLE
    rounded = "" if exact == composite else f" → {composite}"
    return f"{told} = {_shown(exact)}{rounded}"


def _shown(value: Decimal) -> str:
    """Return a number without needless zeros or an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
