"""What the choice types share: options and keys."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from itembank.items.shapes import rows, text, text_problems
from itembank.problems import Problem
from itembank.shuffle import option_order

IDS = "ABCDEFGH"
FEWEST, MOST = 2, 8


def choice_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with stem, options and key of a choice item."""
    return [*stem_problems(content), *option_problems(content), *key_problems(content, key)]


def stem_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the stem."""
    return list(text_problems("stem", text(content, "stem"), Problem("stem", "stem_empty")))


def option_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the options."""
    options = rows(content, "options")
    if not FEWEST <= len(options) <= MOST:
        return [Problem("options", "option_count", {"count": len(options)})]
    ids = [option.get("id") for option in options]
    if sorted(map(str, ids)) != list(IDS[: len(ids)]):
        return [Problem("options", "option_ids")]
    problems: list[Problem] = []
    for option in options:
        where = f"options.{option['id']}"
        empty = Problem(where, "option_empty", {"option": option["id"]})
        problems += text_problems(where, text(option, "content"), empty)
    texts = [text(option, "content") for option in options]
    if len(set(texts)) < len(texts):
        problems.append(Problem("options", "option_repeated"))
    return problems


def key_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the keyed options."""
    correct = keyed(key)
    ids = [option.get("id") for option in rows(content, "options")]
    if not correct:
        return [Problem("key", "key_missing")]
    return [
        Problem("key", "key_without_option", {"option": letter})
        for letter in correct
        if letter not in ids
    ]


def keyed(key: Mapping[str, Any]) -> list[str]:
    """Return the keyed ids; nothing but a list of texts counts as a key."""
    correct = key.get("correct")
    if not isinstance(correct, list) or not all(isinstance(each, str) for each in correct):
        return []
    return correct


def option_ids(content: Mapping[str, Any]) -> set[str]:
    """Return the ids of the options."""
    return {option["id"] for option in content["options"]}


def seat_choice(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets: stem and options, nothing about keys or order."""
    return {
        "stem": content["stem"],
        "options": [
            {"id": option["id"], "content": option["content"]} for option in content["options"]
        ],
    }


def choice_orders(content: Mapping[str, Any], rng: np.random.Generator) -> dict[str, list[str]]:
    """Return the options as one seat shows them."""
    return {"": option_order(content["options"], rng)}
