"""Judgement (判断): A is true, B is false. An answer is an option's id."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.choices import (
    choice_key_form,
    choice_of,
    choice_orders,
    choice_problems,
    keyed,
    option_ids,
    retyped_choice,
    seat_choice,
)
from itembank.items.item_types import About, Choice
from itembank.items.key_forms import KeyField, Typed
from itembank.items.shapes import rows
from itembank.problems import Problem
from scoring.marks import match_set

NAME = "true_false"
ABOUT = About(
    letter="C",
    words={"zh_Hans_CN": "判断", "en": "true or false"},
    titles={"zh_Hans_CN": "判断题", "en": "True or false"},
    content=("stem", "options"),
    key=("correct",),
    ask={
        "zh": "将判断结果填入括号中，正确的填“√”，错误的填“×”，",
        "en": "write ✓ for true and × for false into the brackets; ",
    },
    place=30,
)


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item.

    ``key_not_single`` for several right options; ``options_not_judgement`` unless there are
    exactly A (true) and B (false), both keeping their places.
    """
    problems = choice_problems(content, key)
    if not _is_judgement(content):
        problems.append(Problem("options", "options_not_judgement"))
    if len(keyed(key)) > 1:
        problems.append(Problem("key", "key_not_single"))
    return problems


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_an_option`` unless the answer is an option's id."""
    is_option = isinstance(answer, str) and answer in option_ids(content)
    return None if is_option else "answer_not_an_option"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for the keyed option."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    return match_set([answer], key["correct"], max_mark)


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return key["correct"][0]


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return a tick for the first option, which says true, a cross for the second."""
    correct = key.get("correct", [])
    return "√" if view["options"] and view["options"][0]["id"] in correct else "×"


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    return seat_choice(content)


def seat_orders(
    content: Mapping[str, Any], _key: Mapping[str, Any], rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return the options as one seat shows them."""
    return choice_orders(content, rng)


def _is_judgement(content: Mapping[str, Any]) -> bool:
    options = rows(content, "options")
    return [option.get("id") for option in options] == ["A", "B"] and all(
        option.get("fixed") for option in options
    )


def key_form(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form."""
    return choice_key_form(content, key, is_single=True)


def retyped(content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    return retyped_choice(content, key, typed, is_single=True)


def choice(content: Mapping[str, Any], key: Mapping[str, Any]) -> Choice:
    """Return its options for figures of who took which."""
    return choice_of(content, key, is_one=True)
