"""Help for who checks a form with its keys: items whose stem gives another's answer away."""

from collections.abc import Sequence
from dataclasses import dataclass

from exam_server.forms.custody import HeldItem
from itembank.clues import asked_of, clues_between

MOST_SHOWN = 20


@dataclass(frozen=True)
class FormClue:
    """The item at ``giver`` names the answer of the item at ``asked``."""

    giver: int
    asked: int
    answer: str


def clues_in(items: Sequence[HeldItem]) -> list[FormClue]:
    """Return the clues of a form by position, those that speak most of the same matter first."""
    asked = [
        asked_of(
            str(held.position),
            held.asked.type,
            held.asked.content,
            held.asked.key,
        )
        for held in items
    ]
    found = sorted(clues_between(asked), key=lambda clue: -clue.share)
    return [FormClue(int(clue.giver), int(clue.asked), clue.answer) for clue in found[:MOST_SHOWN]]
