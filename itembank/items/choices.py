"""What the choice types share: options and keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from itembank.problems import Problem

IDS = "ABCDEFGH"
FEWEST, MOST = 2, 8


def choice_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with stem, options and key of a choice item."""
    return [*stem_problems(content), *option_problems(content), *key_problems(content, key)]


def stem_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the stem."""
    stem = str(content.get("stem", ""))
    is_empty = not stem.replace("<p>", "").replace("</p>", "").strip()
    return [Problem("stem", "stem_empty")] if is_empty else []


def option_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the options."""
    options: Sequence[Mapping[str, Any]] = content.get("options", [])
    if not FEWEST <= len(options) <= MOST:
        return [Problem("options", "option_count", {"count": len(options)})]
    ids = [option.get("id") for option in options]
    if sorted(map(str, ids)) != list(IDS[: len(ids)]):
        return [Problem("options", "option_ids")]
    problems = [
        Problem(f"options.{option['id']}", "option_empty", {"option": option["id"]})
        for option in options
        if not str(option.get("content", "")).strip()
    ]
    texts = [str(option.get("content", "")).strip() for option in options]
    if len(set(texts)) < len(texts):
        problems.append(Problem("options", "option_repeated"))
    return problems


def key_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the keyed options."""
    correct = keyed(key)
    ids = {option.get("id") for option in content.get("options", [])}
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
