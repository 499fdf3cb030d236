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

    ``rules`` are the values a decision keeps: weights as text, and how many decimals there are.

    Examples
    --------
    >>> weights = {"theory_weight": "40", "practical_weight": "60", "performance_weight": "0"}
    >>> rules = {**weights, "decimals": 1}
    >>> explanation({"theory": Decimal(71), "practical": Decimal("81.05")}, Decimal(77), rules)
    '71.0 × 40 % + 81.05 × 60 % = 77.03 → 77.0'
    >>> explanation({"theory": Decimal("71.4")}, None, rules)
    '71.4 × 40 % + – × 60 %'
    """
    weights = {name: Decimal(rules[f"{name}_weight"]) for name in COMPONENTS}
    counted = [name for name in COMPONENTS if weights[name] > 0]
    told = " + ".join(f"{_mark(name, marks, rules)} × {weights[name]} %" for name in counted)
    if composite is None:
        return told
    exact = sum(((marks[name] or Decimal(0)) * weights[name] for name in counted), Decimal(0))
    exact /= WHOLE
    published = f"{composite:.{rules['decimals']}f}"
    return f"{told} = {published if exact == composite else f'{_shown(exact)} → {published}'}"


def _mark(name: str, marks: Mapping[str, Decimal | None], rules: Mapping[str, Any]) -> str:
    """Return a mark as it is published: theory with the rule set's decimals, others as entered."""
    mark = marks.get(name)
    if mark is None:
        return "–"
    return f"{mark:.{rules['decimals']}f}" if name == "theory" else str(mark)


def _shown(value: Decimal) -> str:
    """Return a number without needless zeros or an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
