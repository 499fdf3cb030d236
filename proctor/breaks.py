"""Breaks that stop the clock: each counts until the allowance is used up, then time runs on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

Stretch = tuple[datetime, datetime | None]


def stopped(
    breaks: Iterable[Stretch], allowance: timedelta, pauses: Iterable[Stretch] = ()
) -> tuple[tuple[Stretch, ...], timedelta]:
    """Return the parts of breaks in which time does not run, and what is left of the allowance.

    Parameters
    ----------
    breaks, pauses
        Stretches ``(from, until)``; ``until`` is ``None`` while one lasts.
    allowance
        How long breaks may stop the clock in all. A pause that falls into a break stops the
        clock anyway and uses nothing up.

    Returns
    -------
    tuple
        The stretches, the oldest first: an ``until`` that lies ahead is when time will run on
        by itself, and ``None`` that a pause must end first. What is left supposes that a break
        that lasts goes on until then.

    Examples
    --------
    >>> nine = datetime.fromisoformat("2026-03-01T09:00:00+00:00")
    >>> (stop,), left = stopped([(nine, None)], timedelta(minutes=10))
    >>> stop[1].isoformat(), left
    ('2026-03-01T09:10:00+00:00', datetime.timedelta(0))
    """
    found, left = [], allowance
    still = sorted(pauses, key=lambda pause: pause[0])
    for start, end in sorted(breaks, key=lambda each: each[0]):
        until, left = _stop(start, end, left, still)
        found.append((start, until))
    return tuple(found), left


def _stop(
    start: datetime, end: datetime | None, left: timedelta, pauses: list[Stretch]
) -> tuple[datetime | None, timedelta]:
    """Return until when one break stops the clock and what is left after it."""
    at = start
    for begin, stop in pauses:
        if stop is not None and stop <= at:
            continue
        if end is not None and begin >= end:
            break
        used = max(begin - at, timedelta())
        if used >= left:
            return at + left, timedelta()
        left -= used
        if stop is None:
            return end, left
        at = max(at, stop)
    if end is None or end - at > left:
        return at + left, timedelta()
    return end, left - max(end - at, timedelta())
