"""Matching (匹配): every left takes a right. An answer is a list of pairs of ids."""

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
from scoring.marks import match_pairs

NAME = "matching"
ABOUT = About(
    letter="M",
    words={"zh_Hans_CN": "匹配", "en": "matching"},
    titles={"zh_Hans_CN": "匹配题", "en": "Matching"},
    content=("stem", "left", "right", "reuse"),
    key=("pairs", "policy"),
    ask={
        "zh": "将右栏的字母填入对应的括号中，",
        "en": "write the letters of the right column into the brackets; ",
    },
    place=60,
)
FEWEST, MOST = 2, 15
TAKES = {"zh_Hans_CN": "与之匹配的是", "en": "takes"}
PAIR = 2


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    left, right = rows(content, "left"), rows(content, "right")
    problems = [
        *stem_problems(content),
        *list_problems(left, "left", fewest=FEWEST, most=MOST),
        *list_problems(right, "right", fewest=FEWEST, most=MOST),
    ]
    if not isinstance(content.get("reuse", False), bool):
        problems.append(Problem("reuse", "reuse_not_said"))
    problems += policy_problems(key)
    return problems or _key_problems(content, key)


def _key_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the key of an item whose columns are right."""
    pairs = _pairs(key.get("pairs"))
    if not pairs:
        return [Problem("key", "key_missing")]
    lefts, rights = _ids(content, "left"), _ids(content, "right")
    problems = [
        Problem("key.pairs", "pair_unknown", {"left": one, "right": other})
        for one, other in pairs
        if one not in lefts or other not in rights
    ]
    named = [one for one, _ in pairs]
    problems += [
        Problem(f"left.{one}", "pair_missing", {"left": one})
        for one in sorted(lefts)
        if named.count(one) != 1
    ]
    taken = [other for _, other in pairs]
    if len(set(taken)) < len(taken) and not content.get("reuse"):
        problems.append(Problem("key.pairs", "pair_right_twice"))
    return problems


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_pairs`` unless each pair joins a left, once, with a right."""
    pairs = _pairs(answer)
    if pairs is None or len(pairs) > len(content["left"]):
        return "answer_not_pairs"
    lefts, rights = [one for one, _ in pairs], [other for _, other in pairs]
    is_known = set(lefts) <= _ids(content, "left") and set(rights) <= _ids(content, "right")
    may_repeat = bool(content.get("reuse")) or len(set(rights)) == len(rights)
    if is_known and may_repeat and len(set(lefts)) == len(lefts):
        return None
    return "answer_not_pairs"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for the keyed pairs; with part marks, the share of right ones."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    given = dict(_pairs(answer) or [])
    keyed = dict(_pairs(key["pairs"]) or [])
    return match_pairs(given, keyed, max_mark, is_partial=gives_part_marks(key))


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return [list(pair) for pair in key["pairs"]]


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the number of each left with the letter of its right."""
    letters, pairs = lettered(view, "right"), dict(key.get("pairs", []))
    return "　".join(
        f"({number})–{letters.get(pairs.get(each['id'], ''), '?')}"
        for number, each in enumerate(view["left"], start=1)
    )


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets: the right column in an order that tells nothing."""
    right = by_content(content["right"])
    return {
        "stem": content["stem"],
        "left": [{"id": each["id"], "content": each["content"]} for each in content["left"]],
        "right": [{"id": each["id"], "content": each["content"]} for each in right],
        "reuse": bool(content.get("reuse")),
    }


def seat_orders(
    content: Mapping[str, Any], _key: Mapping[str, Any], rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return the right column as one seat shows it."""
    return {"": option_order(content["right"], rng)}


def _pairs(value: Any) -> list[tuple[str, str]] | None:
    """Return pairs of texts; ``None`` for anything else."""
    if not isinstance(value, list):
        return None
    pairs: list[tuple[str, str]] = []
    for each in value:
        is_pair = isinstance(each, list) and len(each) == PAIR
        if not is_pair or not all(isinstance(part, str) for part in each):
            return None
        pairs.append((each[0], each[1]))
    return pairs


def _ids(content: Mapping[str, Any], column: str) -> set[str]:
    return {each["id"] for each in content[column]}


def key_form(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form: for each left the right it takes."""
    pairs, options = dict(_pairs(key.get("pairs")) or []), letters_of(content, "right")
    return [
        KeyField(
            f"pair.{row['id']}",
            "pick",
            TAKES,
            [pairs.get(str(row["id"]), "")],
            options,
            html=f"({number}) {row['content']}",
        )
        for number, row in enumerate(rows(content, "left"), start=1)
    ]


def retyped(content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    rights = {row["id"]: typed.one(f"pair.{row['id']}") for row in rows(content, "left")}
    return {**key, "pairs": [[left, right] for left, right in rights.items() if right]}
