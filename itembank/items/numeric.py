"""Numeric (数值): a number within a tolerance. An answer is the text as typed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.choices import stem_problems
from itembank.items.item_types import About
from itembank.problems import Problem
from scoring.marks import match_number, read_number

NAME = "numeric"
ABOUT = About(
    letter="U",
    words={"zh_Hans_CN": "数值", "en": "numeric"},
    titles={"zh_Hans_CN": "数值题", "en": "Numeric answers"},
    content=("stem", "unit"),
    key=("value", "tolerance", "tolerance_mode"),
    place=55,
)
LONGEST_ANSWER = 100
LONGEST_UNIT = 40


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    problems = stem_problems(content)
    if _number(key, "value") is None:
        problems.append(Problem("key.value", "key_not_a_number"))
    tolerance = _number(key, "tolerance")
    if tolerance is None or tolerance < 0:
        problems.append(Problem("key.tolerance", "tolerance_not_a_number"))
    if key.get("tolerance_mode", "absolute") not in ("absolute", "relative"):
        problems.append(Problem("key.tolerance_mode", "tolerance_mode"))
    unit = content.get("unit")
    if unit is not None and (not isinstance(unit, str) or len(unit) > LONGEST_UNIT):
        problems.append(Problem("unit", "unit_too_long", {"most": LONGEST_UNIT}))
    return problems


def answer_problem(_content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_a_text`` unless the answer is a short text."""
    is_text = isinstance(answer, str) and len(answer) <= LONGEST_ANSWER
    return None if is_text else "answer_not_a_text"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for a number within the tolerance, bounds included."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    value, tolerance = _number(key, "value"), _number(key, "tolerance")
    if value is None or tolerance is None:
        msg = f"a key that is no number was published: {dict(key)!r}"
        raise ValueError(msg)
    is_relative = key.get("tolerance_mode") == "relative"
    return match_number(answer, value, tolerance, max_mark, is_relative=is_relative)


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return str(key["value"])


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the value, its tolerance and its unit."""
    unit = view.get("unit") or ""
    if key.get("tolerance_mode") == "relative":
        return f"{key['value']} {unit} (± {key['tolerance']} × {key['value']})"
    return f"{key['value']} ± {key.get('tolerance', '0')} {unit}".strip()


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    return {"stem": content["stem"], "unit": content.get("unit")}


def seat_orders(
    _content: Mapping[str, Any], _key: Mapping[str, Any], _rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return nothing: a number has no order."""
    return {}


def _number(key: Mapping[str, Any], name: str) -> Decimal | None:
    return read_number(str(key.get(name, "0" if name == "tolerance" else "")))
