"""What waits for a person: each desk tells its own, the start page shows them in order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum

from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import SITE_ZONE

SOON = timedelta(days=7)


class Urgency(IntEnum):
    """How much a thing presses."""

    OVERDUE = 0
    TODAY = 1
    SOON = 2
    LATER = 3


@dataclass(frozen=True)
class Todo:
    """One thing that waits: its code names the sentence, which may name the details.

    ``count`` says of how many it speaks; ``due`` is the day or moment it should be done by,
    ``since`` that from which it has waited.
    """

    code: str
    count: int
    url_endpoint: str
    url_values: Mapping[str, str] = field(default_factory=dict)
    urgency: Urgency = Urgency.LATER
    detail: Mapping[str, object] = field(default_factory=dict)
    due: date | datetime | None = None
    since: date | datetime | None = None


TodoList = Callable[..., list[Todo]]  # (db, actor, *, now)


def local_day(moment: date | datetime) -> date:
    """Return the day at the site."""
    if isinstance(moment, datetime):
        return moment.astimezone(SITE_ZONE).date()
    return moment


def urgency_by(due: date | datetime, now: datetime) -> Urgency:
    """Return how much a thing presses that should be done by then.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 6, 10, 4, 0, tzinfo=UTC)
    >>> [urgency_by(date(2026, 6, day), noon).name for day in (9, 10, 12, 30)]
    ['OVERDUE', 'TODAY', 'SOON', 'LATER']
    """
    left = local_day(due) - local_day(now)
    if left < timedelta():
        return Urgency.OVERDUE
    if left == timedelta():
        return Urgency.TODAY
    return Urgency.SOON if left <= SOON else Urgency.LATER


def todos_of(lists: Iterable[TodoList], db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return all that waits for a person, the most urgent and then the earliest first."""
    found = [todo for each in lists for todo in each(db, actor, now=now)]
    return sorted(
        found, key=lambda todo: (todo.urgency, local_day(todo.due or todo.since or date.max))
    )
