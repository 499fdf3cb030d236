"""Single choice (单选): one right option. An answer is an option's id.

With the policy ``by_option`` each option earns by its ``points``: several may be equally right,
others may earn a part.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.choices import (
    BY_OPTION,
    WHOLE,
    choice_key_form,
    choice_of,
    choice_orders,
    choice_problems,
    choice_score,
    choice_words,
    keyed,
    marking_problems,
    option_ids,
    policy_of,
    retyped_choice,
    seat_choice,
)
from itembank.items.item_types import About, Choice
from itembank.items.key_forms import KeyField, Typed
from itembank.problems import Problem

NAME = "single"
ABOUT = About(
    letter="B",
    words={"zh_Hans_CN": "单选", "en": "single choice"},
    titles={"zh_Hans_CN": "单项选择题", "en": "Single choice"},
    content=("stem", "options"),
    key=("correct", "policy", "points"),
    ask={
        "zh": "选择一个正确的答案，将相应的字母填入题内的括号中，",
        "en": "write the letter of the one right answer into the brackets; ",
    },
    place=10,
)
POLICIES = (WHOLE, BY_OPTION)


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item; ``key_not_single`` for several right options."""
    problems = [*choice_problems(content, key), *marking_problems(content, key, policies=POLICIES)]
    if len(keyed(key)) > 1 and policy_of(key) != BY_OPTION:
        problems.append(Problem("key", "key_not_single"))
    return problems


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_an_option`` unless the answer is an option's id."""
    is_option = isinstance(answer, str) and answer in option_ids(content)
    return None if is_option else "answer_not_an_option"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for the keyed option; by its points where these are set."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    return choice_score(content, key, [answer], max_mark, is_single=True)


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return key["correct"][0]


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


def key_form(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form."""
    return choice_key_form(content, key, is_single=True)


def retyped(content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    return retyped_choice(content, key, typed, is_single=True)


def choice(content: Mapping[str, Any], key: Mapping[str, Any]) -> Choice:
    """Return its options for figures of who took which."""
    return choice_of(content, key, is_one=True)
