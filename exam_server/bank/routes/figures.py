"""What an item's pane shows of its figures: a table and a small curve, the newest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from exam_server.bank.administrations import Administration, administrations_of
from exam_server.bank.models import Item
from exam_server.item_facts import ItemFact

WIDTH, HEIGHT, EDGE = 280.0, 72.0, 8.0
LEAST_R, MOST_R = -0.2, 1.0  # p and r share the scale: both end at 1


def figures_shown(db: Session, item: Item, facts: Sequence[ItemFact]) -> dict[str, Any]:
    """Return the figures of an item; what a table line says, no fact says again."""
    listed = administrations_of(db, item)
    told = {each.source for each in listed}
    return {
        "administrations": listed,
        "curve": curve_of(listed),
        "facts": [each for each in facts if each.kind != "figure" or each.source not in told],
    }


def curve_of(listed: Sequence[Administration]) -> dict[str, Any]:
    """Return the points of p and r over an item's exam sessions; nothing for fewer than two."""
    if len(listed) < 2:  # noqa: PLR2004 - a line has two ends
        return {}
    step = (WIDTH - 2 * EDGE) / (len(listed) - 1)
    oldest_first = list(reversed(listed))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "half": _y(0.5),
        "zero": _y(0.0),
        "p": _points([each.difficulty for each in oldest_first], step),
        "r": _points([each.discrimination for each in oldest_first], step),
    }


def _points(values: Sequence[float | None], step: float) -> list[tuple[float, float]]:
    return [
        (round(EDGE + place * step, 1), _y(value))
        for place, value in enumerate(values)
        if value is not None
    ]


def _y(value: float) -> float:
    share = (max(LEAST_R, min(MOST_R, value)) - LEAST_R) / (MOST_R - LEAST_R)
    return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)
