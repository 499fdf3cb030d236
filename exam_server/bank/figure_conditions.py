"""What the figures of the newest analysis say of an item, as conditions of a list."""

from typing import Any

from sqlalchemy import select

from exam_server.bank.models import Item, ItemFigure
from scoring.item_flags import FEWEST

# The bounds are the usual ones of item analysis.
FIGURES = ("none", "few", "easy", "hard", "weak", "flagged")
EASY, HARD, WEAK = 0.9, 0.3, 0.2


def has_figures(name: str) -> Any:
    """Return the condition that the figures of an item say so."""
    figures = select(ItemFigure.item_id)
    if name == "none":
        return Item.id.not_in(figures)
    enough = ItemFigure.persons >= FEWEST  # of fewer, neither figure says anything
    bounds = {
        "few": ~enough,
        "easy": enough & (ItemFigure.difficulty >= EASY),
        "hard": enough & (ItemFigure.difficulty <= HARD),
        "weak": enough & (ItemFigure.discrimination < WEAK),
        "flagged": ItemFigure.is_flagged,
    }
    return Item.id.in_(figures.where(bounds[name]))
