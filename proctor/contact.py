"""Time a seat was out of contact: what can be measured, and what of it the candidate has lost."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from proctor.clock import ClockFacts, ends_at

Stretch = tuple[datetime, datetime | None]


def lost_time(losses: Sequence[Stretch], facts: ClockFacts, now: datetime) -> timedelta:
    """Return how long a running sitting had no contact: pauses and overlaps do not count.

    A loss that lasts (``None``) counts up to ``now``; nothing counts before the start or after
    the end.

    Examples
    --------
    >>> nine = datetime.fromisoformat("2026-03-01T09:00:00+00:00")
    >>> facts = ClockFacts(nine, timedelta(minutes=60))
    >>> lost_time([(nine, nine + timedelta(minutes=3))], facts, nine + timedelta(minutes=30))
    datetime.timedelta(seconds=180)
    """
    end = ends_at(facts, now)
    if facts.started_at is None or end is None:
        return timedelta()
    last = min(now, end)
    pauses = [(start, min(stop or last, last)) for start, stop in facts.pauses]
    out = [(max(start, facts.started_at), min(stop or last, last)) for start, stop in losses]
    return _length([*out, *pauses]) - _length(pauses)


def whole_minutes(lost: timedelta) -> int:
    """Return a lost time in minutes, a begun one counting whole.

    Examples
    --------
    >>> whole_minutes(timedelta(seconds=61)), whole_minutes(timedelta())
    (2, 0)
    """
    return math.ceil(lost / timedelta(minutes=1))


def _length(stretches: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """Return how long at least one of the stretches lasted."""
    total, reached = timedelta(), None
    for start, stop in sorted(stretches):
        begin = start if reached is None else max(start, reached)
        if stop > begin:
            total += stop - begin
            reached = stop
    return total
