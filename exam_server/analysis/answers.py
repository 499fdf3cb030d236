"""The options of an item and who chose them; answers that were written, as texts."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from itembank.items.registry import choice_of, item_type
from itembank.items.shapes import key_of_part


@dataclass(frozen=True)
class Question:
    """Something answered by choosing options: an item, or a part of an item set."""

    part: str
    type: str
    options: Sequence[str]
    keys: Sequence[str]


def questions_in(
    kind: str, content: Mapping[str, Any], key: Mapping[str, Any], part: str = ""
) -> Iterator[Question]:
    """Give the questions of an item that are answered by choosing options."""
    if item_type(kind).ABOUT.has_parts:
        for each in content.get("parts", []):
            own_key = key_of_part(key, each["id"])
            yield from questions_in(each["type"], each, own_key, str(each["id"]))
        return
    choice = choice_of(kind, content, key)
    if choice is not None:
        yield Question(part, kind, choice.options, choice.keys)


def chance_of(kind: str, content: Mapping[str, Any]) -> float:
    """Return the share of the mark that blind guessing earns.

    Examples
    --------
    >>> chance_of("single", {"options": [{"id": "A"}, {"id": "B"}, {"id": "C"}, {"id": "D"}]})
    0.25
    >>> chance_of("numeric", {})
    0.0
    """
    choice = choice_of(kind, content, {})
    return 1 / len(choice.options) if choice and choice.is_one and choice.options else 0.0


def chosen_options(question: Question, answers: Sequence[Any]) -> NDArray[np.bool_]:
    """Return who chose which option, shape (n_persons, n_options)."""
    found = np.zeros((len(answers), len(question.options)), dtype=bool)
    for place, answer in enumerate(answers):
        given = answer.get(question.part) if question.part and isinstance(answer, dict) else answer
        picked = given if isinstance(given, list) else [given]
        for column, option in enumerate(question.options):
            found[place, column] = option in picked
    return found


def answer_text(answer: Any) -> str:
    """Return a written answer as a short text; equal answers give equal texts.

    Examples
    --------
    >>> answer_text(" １２.５ "), answer_text({"1": "ohm", "2": "V"})
    ('12.5', 'ohm / V')
    >>> answer_text([["b", "y"], ["a", "x"]]), answer_text(["B", "A"])
    ('a–x, b–y', 'B A')
    """
    if isinstance(answer, dict):
        return " / ".join(answer_text(answer[key]) for key in sorted(answer, key=str))
    if isinstance(answer, list) and any(isinstance(each, list) for each in answer):
        return ", ".join(sorted("–".join(map(str, each)) for each in answer))
    if isinstance(answer, list):
        return " ".join(map(str, answer))
    return " ".join(unicodedata.normalize("NFKC", str(answer)).split())
