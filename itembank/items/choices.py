"""What the choice types share: options and keys."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.item_types import Choice
from itembank.items.key_forms import KeyField, Typed, Words, letters_of
from itembank.items.shapes import lettered, rows, text, text_problems
from itembank.problems import Problem
from itembank.shuffle import option_order
from scoring.marks import match_points, match_set, read_number

IDS = "ABCDEFGH"
FEWEST, MOST = 2, 8
WHOLE, PART, MINUS, BY_OPTION = "all_or_nothing", "part_marks", "minus", "by_option"
MOST_POINTS = 1000


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


def policy_of(key: Mapping[str, Any]) -> str:
    """Return how an answer is marked; a key that does not say marks it as a whole."""
    policy = key.get("policy", WHOLE)
    return policy if isinstance(policy, str) else ""


def marking_problems(
    content: Mapping[str, Any], key: Mapping[str, Any], *, policies: tuple[str, ...]
) -> list[Problem]:
    """Return what is wrong with the way of marking and with points by option."""
    policy = policy_of(key)
    if policy not in policies:
        return [Problem("key.policy", "policy_unknown")]
    return _points_problems(content, key, policies) if policy == BY_OPTION else []


def _points_problems(
    content: Mapping[str, Any], key: Mapping[str, Any], policies: tuple[str, ...]
) -> list[Problem]:
    ids = [str(option.get("id")) for option in rows(content, "options")]
    said = key.get("points")
    given = said if isinstance(said, dict) else {}
    wrong = [each for each in ids if points_said(given.get(each, "0")) is None]
    if wrong:
        detail = [{"option": each, "most": MOST_POINTS} for each in wrong]
        return [
            Problem(f"key.points.{each['option']}", "points_not_a_number", each) for each in detail
        ]
    points = option_points(content, key)
    most = max(points.values(), default=Decimal(0))
    if most <= 0:
        return [Problem("key.points", "points_none_right")]
    is_single = PART not in policies
    best = {
        each for each, worth in points.items() if worth > 0 and (not is_single or worth == most)
    }
    return [] if best == set(keyed(key)) else [Problem("key", "key_not_best")]


def points_said(said: Any) -> Decimal | None:
    """Return the points of an option; ``None`` unless a number from -1000 to 1000."""
    points = read_number(said) if isinstance(said, str) else None
    return points if points is not None and abs(points) <= MOST_POINTS else None


def option_points(content: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return what each option brings or takes away.

    With part marks a wrong option takes away all that the right ones can bring; with minus, as
    much as one of them brings.
    """
    ids = [str(option.get("id")) for option in rows(content, "options")]
    right = keyed(key)
    if policy_of(key) == BY_OPTION:
        said = key.get("points")
        given = said if isinstance(said, dict) else {}
        return {each: points_said(given.get(each, "0")) or Decimal(0) for each in ids}
    wrong = Decimal(-len(right)) if policy_of(key) == PART else Decimal(-1)
    return {each: Decimal(1) if each in right else wrong for each in ids}


def full_points(points: Mapping[str, Decimal], *, is_single: bool) -> Decimal:
    """Return the points that earn the full mark: the best option's, or all that bring any."""
    if is_single:
        return max(points.values(), default=Decimal(0))
    return sum((each for each in points.values() if each > 0), Decimal(0))


def choice_score(
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    chosen: list[str],
    max_mark: Decimal,
    *,
    is_single: bool,
) -> Decimal:
    """Return what chosen options earn by the key's way of marking."""
    if policy_of(key) == WHOLE:
        return match_set(chosen, key["correct"], max_mark)
    points = option_points(content, key)
    return match_points(chosen, points, full_points(points, is_single=is_single), max_mark)


def choice_of(content: Mapping[str, Any], key: Mapping[str, Any], *, is_one: bool) -> Choice:
    """Return the options as figures count them."""
    options = tuple(str(option["id"]) for option in content.get("options", []))
    return Choice(options, tuple(keyed(key)), is_one)


def choice_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the letters of the right options; with points by option, what each is worth."""
    letters = lettered(view, "options")
    if policy_of(key) == BY_OPTION:
        points = option_points(view, key)
        worth = sorted((letters[each], points[each]) for each in letters if points[each])
        return "　".join(f"{letter} ({each.normalize():+f})" for letter, each in worth)
    return "".join(sorted(letters[each] for each in key.get("correct", []) if each in letters))


RIGHT: Words = {"zh_Hans_CN": "正确选项", "en": "Right options"}
POINTS: Words = {"zh_Hans_CN": "选项分值", "en": "Points of the option"}


def choice_key_form(
    content: Mapping[str, Any], key: Mapping[str, Any], *, is_single: bool
) -> list[KeyField]:
    """Return the right options as a form, or the points of each where options have points."""
    options = letters_of(content, "options")
    if policy_of(key) != BY_OPTION:
        return [KeyField("correct", "one" if is_single else "some", RIGHT, keyed(key), options)]
    said = key.get("points") or {}
    return [
        KeyField(
            f"points.{each.value}",
            "text",
            POINTS,
            [str(said.get(each.value, "0"))],
            html=f"{each.letter} {each.html}",
        )
        for each in options
    ]


def retyped_choice(
    content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed, *, is_single: bool
) -> dict[str, Any]:
    """Return the key that a form says; with points, the options that bring most are right."""
    if policy_of(key) != BY_OPTION:
        return {**key, "correct": sorted(typed.all("correct"))}
    ids = [str(option.get("id")) for option in rows(content, "options")]
    points = {each: typed.one(f"points.{each}") or "0" for each in ids}
    worth = {each: points_said(said) or Decimal(0) for each, said in points.items()}
    most = max(worth.values(), default=Decimal(0))
    right = [each for each in ids if worth[each] > 0 and (not is_single or worth[each] == most)]
    return {**key, "points": points, "correct": right}
