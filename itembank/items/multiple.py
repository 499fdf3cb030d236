"""Multiple choice (多选): all right options and no other. An answer is a list of ids."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.choices import choice_orders, choice_problems, option_ids, seat_choice
from itembank.problems import Problem
from scoring.marks import match_set

NAME = "multiple"


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    return choice_problems(content, key)


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_a_list`` or ``answer_not_an_option`` unless all are options' ids."""
    if not isinstance(answer, list) or not all(isinstance(part, str) for part in answer):
        return "answer_not_a_list"
    return None if set(answer) <= option_ids(content) else "answer_not_an_option"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for exactly the keyed options; no part marks."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    return match_set(answer, key["correct"], max_mark)


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return list(key["correct"])


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    return seat_choice(content)


def seat_orders(
    content: Mapping[str, Any], _key: Mapping[str, Any], rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return the options as one seat shows them."""
    return choice_orders(content, rng)
