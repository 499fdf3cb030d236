"""Essay (论述、案例分析): a text of some length.

A person marks it by its rubric. An answer is a text.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from itembank.items.item_types import PERSON, About
from itembank.items.shapes import text
from itembank.items.written import (
    CONTENT,
    KEY,
    seat_written,
    written_answer_problem,
    written_problems,
    written_score,
    written_words,
)
from itembank.items.written_cells import read_written_cell, written_cell
from itembank.problems import Problem

NAME = "essay"
LINES = 15
ABOUT = About(
    letter="W",
    words={"zh_Hans_CN": "论述", "en": "essay"},
    titles={"zh_Hans_CN": "论述题", "en": "Essay"},
    content=CONTENT,
    key=KEY,
    ask={"zh": "写在横线上，", "en": "answer on the lines; "},
    place=100,
    marked_by=PERSON,
)


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    return written_problems(content, key)


def answer_problem(_content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_a_text`` unless the answer is a text."""
    return written_answer_problem(answer)


def score(
    _content: Mapping[str, Any], _key: Mapping[str, Any], answer: Any, _max_mark: Decimal
) -> Decimal | None:
    """Return nothing for an empty answer, ``None`` for one that a person has to read."""
    return written_score(answer)


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return the model answer."""
    return text(key, "model_answer")


def key_words(_view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the model answer and the rubric."""
    return written_words(key)


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    return seat_written(content, LINES)


def seat_orders(
    _content: Mapping[str, Any], _key: Mapping[str, Any], _rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return nothing: a text has no order."""
    return {}


def sheet_key(_content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the key as a cell of a sheet."""
    return written_cell(key)


def read_sheet_key(cell: str) -> dict[str, Any]:
    """Return the key that a cell of a sheet says."""
    return read_written_cell(cell)
