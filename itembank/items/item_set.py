"""Item set (材料题): questions on one material. An answer maps part ids to the parts' answers.

The position's mark is split among the parts by their shares; a part's answer of a wrong shape
earns nothing for that part and harms no other.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items import registry
from itembank.items.choices import stem_problems
from itembank.items.item_types import About
from itembank.items.key_forms import KeyField, Typed
from itembank.items.shapes import ID, key_of_part, rows, share_of_part
from itembank.problems import Problem

NAME = "item_set"
MOST_PARTS = 20
ABOUT = About(
    letter="F",
    words={"zh_Hans_CN": "材料题", "en": "questions on one material"},
    titles={"zh_Hans_CN": "材料题（综合题）", "en": "Questions on one material"},
    content=("stem", "parts"),
    key=("parts",),
    place=110,
    has_parts=True,
)


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the material and every part; a part's places bear its id."""
    parts = rows(content, "parts")
    problems = stem_problems(content)
    if not 1 <= len(parts) <= MOST_PARTS:
        detail: dict[str, object] = {"most": MOST_PARTS, "count": len(parts)}
        return [*problems, Problem("parts", "part_count", detail)]
    ids = [part.get("id") for part in parts]
    if not all(isinstance(each, str) and ID.fullmatch(each) for each in ids):
        return [*problems, Problem("parts", "list_ids")]
    if len(set(ids)) < len(ids):
        return [*problems, Problem("parts", "list_ids")]
    for part in parts:
        problems += _part_problems(part, key_of_part(key, part["id"]))
    return problems


def _part_problems(part: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    where, kind = f"parts.{part['id']}", part.get("type")
    problems = []
    if share_of_part(part) is None:
        problems.append(Problem(f"{where}.mark_share", "share_not_a_number", {"part": part["id"]}))
    if not isinstance(kind, str) or not _may_be_part(kind):
        return [*problems, Problem(f"{where}.type", "part_type", {"part": part["id"]})]
    return problems + [
        Problem(f"{where}.{each.where}", each.code, each.detail)
        for each in registry.item_type(kind).content_problems(part, key)
    ]


def _may_be_part(kind: str) -> bool:
    return kind in registry.TYPES and not registry.item_type(kind).ABOUT.has_parts


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_parts`` unless the answer maps parts to answers of any shape."""
    ids = {part["id"] for part in content["parts"]}
    is_right_shape = isinstance(answer, dict) and set(answer) <= ids
    return None if is_right_shape else "answer_not_parts"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal | None:
    """Return the sum of what the parts earn; ``None`` while a person has to mark one."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    earned = part_scores(content, key, answer, max_mark)
    told = [each for each in earned.values() if each is not None]
    return sum(told, Decimal(0)) if len(told) == len(earned) else None


def part_scores(
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    answer: Mapping[str, Any],
    max_mark: Decimal,
) -> dict[str, Decimal | None]:
    """Return what each part earns."""
    return {
        each.part: registry.item_type(each.type).score(
            each.content, each.key, answer.get(each.part), each.mark
        )
        for each in registry.pieces(NAME, content, key, max_mark)
    }


def right_answer(content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return {
        part["id"]: registry.item_type(part["type"]).right_answer(
            part, key_of_part(key, part["id"])
        )
        for part in content["parts"]
    }


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets: the material and every part as its type shows it."""
    parts = [
        {
            "id": part["id"],
            "type": part["type"],
            "mark_share": str(share_of_part(part) or 1),
            **registry.item_type(part["type"]).seat_content(part),
        }
        for part in content["parts"]
    ]
    return {"stem": content["stem"], "parts": parts}


def seat_orders(
    content: Mapping[str, Any], key: Mapping[str, Any], rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return the orders inside the parts, by part id; the parts keep theirs."""
    orders: dict[str, list[str]] = {}
    for part in content["parts"]:
        own = registry.item_type(part["type"]).seat_orders(part, key_of_part(key, part["id"]), rng)
        if own:
            orders[part["id"]] = own[""]
    return orders


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the parts' keys, numbered; each on lines of its own when one takes several."""
    said = [
        registry.item_type(part["type"]).key_words(part, key_of_part(key, part["id"]))
        for part in view["parts"]
    ]
    between = "\n" if any("\n" in each for each in said) else "　"
    return between.join(f"({number}) {each}" for number, each in enumerate(said, start=1))


def key_form(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the parts' keys as forms of their types."""
    return [
        each.inside(part["id"])
        for part in content["parts"]
        for each in registry.key_form(part["type"], part, key_of_part(key, part["id"]))
    ]


def retyped(content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says; of a type whose key cannot be typed it stays."""
    parts = {
        part["id"]: registry.retyped(
            part["type"], part, key_of_part(key, part["id"]), typed.inside(part["id"])
        )
        for part in content["parts"]
    }
    return {**key, "parts": {**key.get("parts", {}), **parts}}
