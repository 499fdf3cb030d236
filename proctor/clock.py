"""When a sitting ends: a pure function of facts, the same after any restart."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from proctor.breaks import stopped

LEAST_LEFT: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class ClockFacts:
    """What decides a sitting's end.

    Attributes
    ----------
    started_at
        When its room started; ``None`` before the start.
    allowed
        The time the paper allows this candidate: the exam session's and any extra time.
    pauses
        Stretches ``(from, until)`` in which time does not run; ``until`` is ``None`` while
        the pause lasts. They may overlap (a room's pause and a seat's own).
    credits
        Time added; what was taken back of it is negative. Together never negative.
    hard_end
        The instant no sitting may pass, whatever was added; ``None`` for none.
    breaks
        Breaks of the candidate's own, as stretches. They stop the clock until their allowance
        is used up; then time runs on although nobody has come back.
    break_allowance
        How long breaks may stop the clock in all.
    """

    started_at: datetime | None
    allowed: timedelta
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    credits: tuple[timedelta, ...] = ()
    hard_end: datetime | None = None
    breaks: tuple[tuple[datetime, datetime | None], ...] = ()
    break_allowance: timedelta = timedelta()


def paused_for(facts: ClockFacts, now: datetime) -> timedelta:
    """Return how long time has not run since the start; what overlaps counts once."""
    if facts.started_at is None:
        return timedelta()
    total, reached = timedelta(), facts.started_at
    stops, _ = stopped(facts.breaks, facts.break_allowance, facts.pauses)
    for start, end in sorted((*facts.pauses, *stops), key=lambda stop: stop[0]):
        until = min(end or now, now)
        begin = max(start, reached)
        if until > begin:
            total += until - begin
            reached = until
    return total


def is_paused(facts: ClockFacts) -> bool:
    """Say whether a pause or a break lasts, even one that stops the clock no more."""
    return any(end is None for _, end in (*facts.pauses, *facts.breaks))


def break_left(facts: ClockFacts, now: datetime) -> timedelta:
    """Return for how long breaks may still stop the clock."""
    taken = [(start, now if end is None else end) for start, end in facts.breaks]
    return stopped(taken, facts.break_allowance, facts.pauses)[1]


def runs_on_at(facts: ClockFacts) -> datetime | None:
    """Return when time runs on by itself in the break that lasts.

    ``None`` when no break lasts, and while a pause lasts in it: that uses nothing up.
    """
    stops, _ = stopped(facts.breaks, facts.break_allowance, facts.pauses)
    lasting = {start for start, end in facts.breaks if end is None}
    return next((until for start, until in stops if start in lasting), None)


def ends_at(facts: ClockFacts, now: datetime) -> datetime | None:
    """Return the instant a sitting ends as known now; ``None`` before the start.

    While a pause lasts the end moves on with ``now``: it is what would hold if the pause
    ended this moment.

    Examples
    --------
    >>> nine = datetime.fromisoformat("2026-03-01T09:00:00+00:00")
    >>> facts = ClockFacts(nine, timedelta(minutes=60), credits=(timedelta(minutes=5),))
    >>> ends_at(facts, nine).isoformat()
    '2026-03-01T10:05:00+00:00'
    """
    if facts.started_at is None:
        return None
    end = (
        facts.started_at + facts.allowed + sum(facts.credits, timedelta()) + paused_for(facts, now)
    )
    return end if facts.hard_end is None else min(end, facts.hard_end)


def time_left(facts: ClockFacts, now: datetime) -> timedelta:
    """Return the time left; never negative. Before the start all of the allowed time."""
    end = ends_at(facts, now)
    return facts.allowed if end is None else max(end - now, timedelta())


def is_in_time(facts: ClockFacts, received_at: datetime, grace: timedelta) -> bool:
    """Say whether something received then counts: after the start, no later than end and grace."""
    end = ends_at(facts, received_at)
    return (
        facts.started_at is not None
        and end is not None
        and facts.started_at <= received_at <= end + grace
    )


def is_over(facts: ClockFacts, now: datetime, grace: timedelta) -> bool:
    """Say whether time and grace have run out; in a pause only when the hard end has passed."""
    end = ends_at(facts, now)
    return end is not None and now > end + grace


def credit_problem(facts: ClockFacts, added: timedelta, now: datetime) -> str | None:
    """Return why time cannot be added, or ``None``.

    Codes: ``not_started``, ``credit_not_positive``, ``past_hard_end`` (nothing would be gained).
    """
    if added <= timedelta():
        return "credit_not_positive"
    end = ends_at(facts, now)
    if end is None:
        return "not_started"
    if facts.hard_end is not None and end >= facts.hard_end:
        return "past_hard_end"
    return None


def correction_problem(facts: ClockFacts, taken: timedelta, now: datetime) -> str | None:
    """Return why time added earlier cannot be taken back, or ``None``.

    Codes: ``not_started``, ``correction_not_positive``, ``nothing_to_take_back`` (more than was
    added), ``too_little_left`` (less than a minute would remain: nothing given in time may become
    late).
    """
    if taken <= timedelta():
        return "correction_not_positive"
    if taken > sum(facts.credits, timedelta()):
        return "nothing_to_take_back"
    end = ends_at(replace(facts, credits=(*facts.credits, -taken)), now)
    if end is None:
        return "not_started"
    return "too_little_left" if end < now + LEAST_LEFT else None
