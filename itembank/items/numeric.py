"""Numeric (数值): a number within a tolerance. An answer is the text as typed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from itembank.items.choices import stem_problems
from itembank.problems import Problem
from scoring.marks import match_number, read_number

NAME = "numeric"
LONGEST_ANSWER = 100


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    problems = stem_problems(content)
    if read_number(str(key.get("value", ""))) is None:
        problems.append(Problem("key.value", "key_not_a_number"))
    tolerance = read_number(str(key.get("tolerance", "0")))
    if tolerance is None or tolerance < 0:
        problems.append(Problem("key.tolerance", "tolerance_not_a_number"))
    if key.get("tolerance_mode", "absolute") not in {"absolute", "relative"}:
        problems.append(Problem("key.tolerance_mode", "tolerance_mode"))
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
    value, tolerance = Decimal(key["value"]), Decimal(key.get("tolerance", "0"))
    if key.get("tolerance_mode") == "relative":
        tolerance *= abs(value)
    return match_number(answer, value, tolerance, max_mark)


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    return {"stem": content["stem"], "unit": content.get("unit")}
