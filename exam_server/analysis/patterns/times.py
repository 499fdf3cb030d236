"""How long each candidate had each item before them, from when it was shown until the next was."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis.responses import FormResponses
from exam_server.delivery.models import AnswerEvent
from scoring.moments import FloatArray

AT_ONCE: Final = 500
LEAST_S: Final = 0.5  # shorter is passing by
Seen = tuple[int, str, int, datetime]  # sitting, kind, position, when received


def seconds_of(db: Session, forms: Sequence[FormResponses]) -> dict[int, dict[int, float]]:
    """Return seconds by sitting and position; nothing where an item was never shown alone."""
    found: dict[int, dict[int, float]] = {}
    for form in forms:
        ids = sorted(form.sittings)
        for first in range(0, len(ids), AT_ONCE):
            chosen = (
                select(
                    AnswerEvent.sitting_id,
                    AnswerEvent.kind,
                    AnswerEvent.position,
                    AnswerEvent.received_at,
                )
                .where(
                    AnswerEvent.sitting_id.in_(ids[first : first + AT_ONCE]),
                    AnswerEvent.refused_code.is_(None),
                )
                .order_by(AnswerEvent.sitting_id, AnswerEvent.seq)
            )
            found |= dwells((row[0], row[1], row[2], row[3]) for row in db.execute(chosen))
    return found


def dwells(events: Iterable[Seen]) -> dict[int, dict[int, float]]:
    """Sum how long each item was before each candidate; events by sitting, in their order.

    Examples
    --------
    >>> at = [datetime(2026, 1, 1, 9, 0, second) for second in (0, 20, 30)]
    >>> dwells([(1, "seen", 3, at[0]), (1, "seen", 4, at[1]), (1, "answer", 4, at[2])])
    {1: {3: 20.0, 4: 10.0}}
    """
    found: dict[int, dict[int, float]] = {}
    open_sitting, open_position, since = 0, 0, None
    for sitting, kind, position, at in events:
        if sitting != open_sitting:
            open_sitting, open_position, since = sitting, 0, None
        own = found.setdefault(sitting, {})
        if since is not None:
            own[open_position] = own.get(open_position, 0.0) + (at - since).total_seconds()
            since = at
        if kind == "seen":
            open_position, since = position, at
    return {
        sitting: {each: s for each, s in own.items() if s >= LEAST_S}
        for sitting, own in found.items()
    }


def time_table(
    forms: Sequence[FormResponses], whole: FormResponses, seconds: dict[int, dict[int, float]]
) -> FloatArray:
    """Return seconds like the marks of ``whole``, NaN where none are known."""
    columns = {(item.uid, item.version): at for at, item in enumerate(whole.items)}
    rows = {sitting: at for at, sitting in enumerate(whole.sittings)}
    table = np.full(whole.marks.shape, np.nan)
    for form in forms:
        place_of = {item.position: columns[item.uid, item.version] for item in form.items}
        for sitting in form.sittings:
            for position, spent in seconds.get(sitting, {}).items():
                if position in place_of:
                    table[rows[sitting], place_of[position]] = spent
    return table
