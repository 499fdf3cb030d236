"""What of papers a person has to mark, and the mark of an item with persons' marks in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from itembank.items.item_types import PERSON
from itembank.items.registry import Piece, answer_to, item_type, pieces
from itembank.items.rubrics import Criterion, rubric_of
from itembank.items.shapes import text


@dataclass(frozen=True)
class FormPlace:
    """An item at its position of a form."""

    position: int
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    mark: Decimal


@dataclass(frozen=True)
class WrittenPlace:
    """A position, or a part of it (by its id), that a person marks by its rubric.

    ``material`` is the stem of the item set the part belongs to.
    """

    position: int
    part: str
    type: str
    content: Mapping[str, Any]
    model_answer: str
    rubric: tuple[Criterion, ...]
    max_mark: Decimal
    material: str = ""


def written_places(items: Iterable[FormPlace]) -> list[WrittenPlace]:
    """Return what of a form a person marks, by position and part."""
    return [
        WrittenPlace(
            position=item.position,
            part=piece.part,
            type=piece.type,
            content=piece.content,
            model_answer=text(piece.key, "model_answer"),
            rubric=rubric_of(piece.key),
            max_mark=piece.mark,
            material=str(item.content["stem"]) if piece.part else "",
        )
        for item in items
        for piece in pieces(item.type, item.content, item.key, item.mark)
        if item_type(piece.type).ABOUT.marked_by == PERSON
    ]


def waiting_parts(item: FormPlace, answer: Any) -> list[str]:
    """Return the parts of a response that only a person can mark ('': the item itself).

    An empty answer earns nothing without a person, and so does one of a wrong shape.
    """
    return [piece.part for piece, earned in _earned(item, answer) if earned is None]


def mark_with(item: FormPlace, answer: Any, given: Mapping[str, Decimal]) -> Decimal | None:
    """Return the mark of a response: the machine's, and persons' marks by part ('': the item).

    ``None`` while a person's mark is missing. What the machine marks, and what is empty, takes no
    person's mark.

    Raises
    ------
    ValueError
        If a mark that a person gave is not between nothing and the full mark of its part.
    """
    total = Decimal(0)
    for piece, earned in _earned(item, answer):
        mark = given.get(piece.part) if earned is None else earned
        if mark is None:
            return None
        if not 0 <= mark <= piece.mark:
            msg = f"a mark out of range: {mark!r} of {piece.mark!r}"
            raise ValueError(msg)
        total += mark
    return total


def _earned(item: FormPlace, answer: Any) -> Iterator[tuple[Piece, Decimal | None]]:
    """Give what the machine gives each piece of a response; nothing for one of a wrong shape."""
    is_read = answer is not None and not item_type(item.type).answer_problem(item.content, answer)
    for piece in pieces(item.type, item.content, item.key, item.mark):
        own = answer_to(answer, piece.part) if is_read else None
        score = item_type(piece.type).score
        yield piece, score(piece.content, piece.key, own, piece.mark)
