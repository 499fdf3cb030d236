"""Multiple choice (多选): all right options and no other. An answer is a list of ids.

The key's ``policy``: ``all_or_nothing``; ``part_marks``, a share for each right option as long as
none is wrong (少选得部分分); ``minus``, a wrong option takes away a share; ``by_option``, each
option brings or takes away its ``points``. Nothing is the least an answer earns.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.choices import (
    BY_OPTION,
    MINUS,
    PART,
    WHOLE,
    choice_key_form,
    choice_of,
    choice_orders,
    choice_problems,
    choice_score,
    choice_words,
    marking_problems,
    option_ids,
    policy_of,
    retyped_choice,
    seat_choice,
)
from itembank.items.item_types import About, Choice
from itembank.items.key_forms import KeyField, Typed
from itembank.problems import Problem

NAME = "multiple"
ABOUT = About(
    letter="G",
    words={"zh_Hans_CN": "多选", "en": "multiple choice"},
    titles={"zh_Hans_CN": "多项选择题", "en": "Multiple choice"},
    content=("stem", "options"),
    key=("correct", "policy", "points"),
    ask={
        "zh": "选择所有正确的答案，将相应的字母填入题内的括号中，",
        "en": "write the letters of all right answers into the brackets; ",
    },
    place=20,
)
POLICIES = (WHOLE, PART, MINUS, BY_OPTION)


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    return [*choice_problems(content, key), *marking_problems(content, key, policies=POLICIES)]


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_a_list`` or ``answer_not_an_option`` unless all are options' ids."""
    if not isinstance(answer, list) or not all(isinstance(part, str) for part in answer):
        return "answer_not_a_list"
    return None if set(answer) <= option_ids(content) else "answer_not_an_option"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for exactly the keyed options; part of it as the key's policy says."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    return choice_score(content, key, answer, max_mark, is_single=False)


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


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the letters of the right options; with points by option, what each is worth."""
    return choice_words(view, key)


def told(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a candidate is told of the way of marking: that it is not as a whole."""
    return {} if policy_of(key) == WHOLE else {"marking": policy_of(key)}


def key_form(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form."""
    return choice_key_form(content, key, is_single=False)


def retyped(content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    return retyped_choice(content, key, typed, is_single=False)


def choice(content: Mapping[str, Any], key: Mapping[str, Any]) -> Choice:
    """Return its options for figures of who took which."""
    return choice_of(content, key, is_one=False)
