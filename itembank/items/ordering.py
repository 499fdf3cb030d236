"""Ordering (排序): steps put in order. An answer is a list of ids, shorter while working.

A ``fixed`` option stands in its place from the start: its place in the list is its keyed place.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.choices import stem_problems
from itembank.items.item_types import About
from itembank.items.key_forms import KeyField, Typed, letters_of
from itembank.items.shapes import gives_part_marks, lettered, list_problems, policy_problems, rows
from itembank.problems import Problem
from itembank.shuffle import by_content, option_order
from scoring.marks import match_order

NAME = "ordering"
ABOUT = About(
    letter="O",
    words={"zh_Hans_CN": "排序", "en": "ordering"},
    titles={"zh_Hans_CN": "排序题", "en": "Ordering"},
    content=("stem", "options"),
    key=("order", "policy"),
    place=70,
)
FEWEST, MOST = 2, 12
AT_PLACE = {"zh_Hans_CN": "位上是", "en": "place takes"}


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    options = rows(content, "options")
    problems = [
        *stem_problems(content),
        *list_problems(options, "options", fewest=FEWEST, most=MOST),
        *policy_problems(key),
    ]
    return problems or _key_problems(content, key)


def _key_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    order = key.get("order")
    if not isinstance(order, list) or not order:
        return [Problem("key", "key_missing")]
    ids = [option["id"] for option in content["options"]]
    is_text = all(isinstance(each, str) for each in order)
    if not is_text or sorted(order) != sorted(ids):
        return [Problem("key.order", "order_not_all")]
    fixed = _fixed(content)
    if len(ids) - len(fixed) < FEWEST:
        return [Problem("options", "order_all_fixed")]
    return [
        Problem(f"options.{each}", "fixed_not_in_place", {"option": each})
        for place, each in enumerate(ids)
        if each in fixed and order[place] != each
    ]


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_an_order`` unless it is a list of options' ids, each at most once."""
    if not isinstance(answer, list) or not all(isinstance(each, str) for each in answer):
        return "answer_not_an_order"
    ids = {option["id"] for option in content["options"]}
    is_right_shape = set(answer) <= ids and len(set(answer)) == len(answer)
    return None if is_right_shape else "answer_not_an_order"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for the keyed order; with part marks, the share in its place."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    return match_order(
        answer,
        key["order"],
        max_mark,
        is_partial=gives_part_marks(key),
        given_away=_fixed(content),
    )


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return list(key["order"])


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the letters in their right order."""
    letters = lettered(view, "options")
    return " → ".join(letters[each] for each in key.get("order", []) if each in letters)


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets: options in an order that tells nothing, given places marked."""
    options = by_content(content["options"])
    return {"stem": content["stem"], "options": [_shown(option) for option in options]}


def seat_orders(
    content: Mapping[str, Any], key: Mapping[str, Any], rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return the order a seat starts from: never the right one."""
    order = option_order(content["options"], rng)
    while order == key["order"]:
        order = option_order(content["options"], rng)
    return {"": order}


def _fixed(content: Mapping[str, Any]) -> set[str]:
    return {option["id"] for option in content["options"] if option.get("fixed")}


def _shown(option: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"id": option["id"], "content": option["content"]}
    return {**shown, "fixed": True} if option.get("fixed") else shown


def key_form(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form: what stands at each place; what is fixed is not asked for."""
    order, fixed = list(key.get("order") or []), _fixed(content)
    options = [each for each in letters_of(content, "options") if each.value not in fixed]
    return [
        KeyField(f"place.{place}", "pick", AT_PLACE, [row], options, html=f"{place}.")
        for place, row in enumerate(order, start=1)
        if row not in fixed
    ]


def retyped(content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    order, fixed = list(key.get("order") or []), _fixed(content)
    new = [
        row if row in fixed else typed.one(f"place.{place}")
        for place, row in enumerate(order, start=1)
    ]
    return {**key, "order": new}
