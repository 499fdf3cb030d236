"""The bar over a timeline: where in its time each thing lies, in thousandths of its width."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exam_server.proctoring.story import STRETCHES, StoryEvent, Wanted
from exam_server.seating.models import Sitting

WIDTH = 1000
SHORTEST = timedelta(minutes=1)
MARKS = ("message", "called", "incident", "approve_move", "late_came", "receipt", "void_ended")
STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240))
MOST_LABELS = 10


@dataclass(frozen=True)
class Band:
    """A stretch: a loss of contact, an outage of the server, a pause."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """The bar: stretches, answers as ticks, other things as marks, and labels of time."""

    start: datetime
    end: datetime
    bands: Sequence[Band]
    ticks: Sequence[float]
    marks: Sequence[tuple[str, float]]
    labels: Sequence[tuple[datetime, float]]
    ended: float | None


def bar_of(
    events: Sequence[StoryEvent], sitting: Sitting, wanted: Wanted, *, now: datetime
) -> Bar | None:
    """Return the bar over the time asked for, or over all of it; ``None`` before anything."""
    if not events:
        return None
    first = sitting.started_at or events[0].at
    last = max(sitting.ended_at or now, *(event.at for event in events))
    start, end = wanted.start or first, wanted.end or last
    end = max(end, start + SHORTEST)

    def place(at: datetime) -> float:
        share = (at - start) / (end - start)
        return round(WIDTH * min(max(share, 0.0), 1.0), 1)

    def is_inside(at: datetime) -> bool:
        return start <= at <= end

    bands = [
        Band(event.kind, place(event.at), max(2.0, place(until) - place(event.at)))
        for event in events
        if event.kind in STRETCHES
        for until in [event.until or min(now, end)]
        if until >= start and event.at <= end
    ]
    return Bar(
        start=start,
        end=end,
        bands=bands,
        ticks=[place(e.at) for e in events if e.kind == "answer" and is_inside(e.at)],
        marks=[(e.kind, place(e.at)) for e in events if e.kind in MARKS and is_inside(e.at)],
        labels=[(at, place(at)) for at in _labels(start, end)],
        ended=place(sitting.ended_at) if sitting.ended_at and is_inside(sitting.ended_at) else None,
    )


def _labels(start: datetime, end: datetime) -> list[datetime]:
    """Return round times between start and end, not more than fit."""
    step = next((each for each in STEPS if (end - start) / each <= MOST_LABELS), STEPS[-1])
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + ((start - midnight) // step + 1) * step
    found: list[datetime] = []
    while at < end and len(found) <= MOST_LABELS:
        found.append(at)
        at += step
    return found
