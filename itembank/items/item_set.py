"""Item set (材料题): questions on one material. An answer maps part ids to the parts' answers.

The position's mark is split among the parts by their shares; a part's answer of a wrong shape
earns nothing for that part and harms no other.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items import (
    hotspot,
    matching,
    multiple,
    numeric,
    ordering,
    single,
    text_entry,
    true_false,
)
from itembank.items.choices import stem_problems
from itembank.items.item_types import ItemType
from itembank.items.shapes import ID, rows
from itembank.problems import Problem
from scoring.marks import read_number, split_mark

NAME = "item_set"
MOST_PARTS = 20
LARGEST_SHARE = 1000
PARTS: Mapping[str, ItemType] = {
    module.NAME: module
    for module in (
        single,
        multiple,
        true_false,
        numeric,
        text_entry,
        matching,
        ordering,
        hotspot,
    )
}


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
        problems += _part_problems(part, key_of(key, part["id"]))
    return problems


def _part_problems(part: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    where, kind = f"parts.{part['id']}", part.get("type")
    problems = []
    if share_of_part(part) is None:
        problems.append(Problem(f"{where}.mark_share", "share_not_a_number", {"part": part["id"]}))
    if not isinstance(kind, str) or kind not in PARTS:
        return [*problems, Problem(f"{where}.type", "part_type", {"part": part["id"]})]
    return problems + [
        Problem(f"{where}.{each.where}", each.code, each.detail)
        for each in PARTS[kind].content_problems(part, key)
    ]


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_parts`` unless the answer maps parts to answers of any shape."""
    ids = {part["id"] for part in content["parts"]}
    is_right_shape = isinstance(answer, dict) and set(answer) <= ids
    return None if is_right_shape else "answer_not_parts"


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the sum of what the parts earn."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    return sum(part_scores(content, key, answer, max_mark).values(), Decimal(0))


def part_scores(
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    answer: Mapping[str, Any],
    max_mark: Decimal,
) -> dict[str, Decimal]:
    """Return what each part earns."""
    marks = part_marks(content, max_mark)
    return {
        part["id"]: PARTS[part["type"]].score(
            part, key_of(key, part["id"]), answer.get(part["id"]), marks[part["id"]]
        )
        for part in content["parts"]
    }


def part_marks(content: Mapping[str, Any], max_mark: Decimal) -> dict[str, Decimal]:
    """Return the full mark of each part; they add up to the position's."""
    shares = [share_of_part(part) or Decimal(1) for part in content["parts"]]
    marks = split_mark(max_mark, shares)
    return {part["id"]: mark for part, mark in zip(content["parts"], marks, strict=True)}


def share_of_part(part: Mapping[str, Any]) -> Decimal | None:
    """Return a part's share, 1 when it says none; ``None`` unless it is above 0, at most 1000."""
    said = part.get("mark_share", "1")
    share = read_number(said) if isinstance(said, str) else None
    return share if share is not None and 0 < share <= LARGEST_SHARE else None


def key_of(key: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """Return the key of a part; empty when there is none."""
    keys = key.get("parts")
    found = keys.get(part) if isinstance(keys, dict) else None
    return found if isinstance(found, dict) else {}


def right_answer(content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return {
        part["id"]: PARTS[part["type"]].right_answer(part, key_of(key, part["id"]))
        for part in content["parts"]
    }


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets: the material and every part as its type shows it."""
    parts = [
        {
            "id": part["id"],
            "type": part["type"],
            "mark_share": str(share_of_part(part) or 1),
            **PARTS[part["type"]].seat_content(part),
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
        own = PARTS[part["type"]].seat_orders(part, key_of(key, part["id"]), rng)
        if own:
            orders[part["id"]] = own[""]
    return orders
