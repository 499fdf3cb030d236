"""A type that the program does not have: a scale (刻度), read off as a whole number.

``tests/test_added_type.py`` puts it beside the others and takes it from the editor to the mark.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.choices import stem_problems
from itembank.items.item_types import About
from itembank.items.key_forms import KeyField, Typed
from itembank.problems import Problem

NAME = "scale"
ABOUT = About(
    letter="Z",
    words={"zh_Hans_CN": "刻度", "en": "scale"},
    titles={"zh_Hans_CN": "刻度题", "en": "Scales"},
    content=("stem", "top"),
    key=("at",),
    ask={"zh": "写出读数，", "en": "write the reading; "},
)


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    top, at = content.get("top"), key.get("at")
    is_right = isinstance(top, int) and isinstance(at, int) and 0 <= at <= top
    return [*stem_problems(content), *([] if is_right else [Problem("key.at", "key_missing")])]


def answer_problem(_content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_a_text`` unless the answer is a text."""
    return None if isinstance(answer, str) else "answer_not_a_text"


def score(
    _content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for the right reading."""
    return max_mark if answer == str(key["at"]) else Decimal(0)


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark."""
    return str(key["at"])


def key_words(_view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the reading."""
    return f"reads {key['at']}"


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    return {"stem": content["stem"], "top": content["top"]}


def seat_orders(
    _content: Mapping[str, Any], _key: Mapping[str, Any], _rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return nothing: a scale has no order."""
    return {}


def travels(
    content: Mapping[str, Any], key: Mapping[str, Any]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return what other programs get: a number to be written."""
    return "numeric", {"stem": content["stem"]}, {"value": str(key["at"]), "tolerance": "0"}


def sheet_key(_content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the key as a cell of a sheet."""
    return str(key["at"])


def read_sheet_key(cell: str) -> dict[str, Any]:
    """Return the key that a cell says."""
    return {"at": int(cell)}


def key_form(_content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form."""
    words = {"zh_Hans_CN": "正确读数", "en": "Right reading"}
    return [KeyField("at", "text", words, [str(key["at"])])]


def retyped(_content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    said = typed.one("at")
    return {**key, "at": int(said) if said.isdigit() else None}
