"""Breaks stop the clock until their allowance is used up; pauses and the hard end with them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proctor.breaks import Stretch
from proctor.clock import (
    ClockFacts,
    break_left,
    ends_at,
    is_over,
    is_paused,
    paused_for,
    runs_on_at,
    time_left,
)

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
HOUR, TEN = timedelta(hours=1), timedelta(minutes=10)
NO_GRACE = timedelta()
LAST = 300


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def stretch(start: int, length: int | None) -> Stretch:
    return at(start), None if length is None else at(start + length)


lengths = st.none() | st.integers(0, 60)
stretches = st.lists(st.builds(stretch, st.integers(0, 200), lengths), max_size=4)
allowances = st.integers(0, 90).map(lambda n: timedelta(minutes=n))


@st.composite
def breaks_in_turn(draw: st.DrawFn) -> list[Stretch]:
    """Draw breaks as they come: one after another, only the last may still last."""
    found, minute = [], 0
    for _ in range(draw(st.integers(0, 4))):
        start = minute + draw(st.integers(0, 40))
        minute = start + draw(st.integers(0, 40))
        found.append((at(start), at(minute)))
    if found and draw(st.booleans()):
        found[-1] = (found[-1][0], None)
    return found


def minute_by_minute(facts: ClockFacts, now: int) -> int:
    """Count the minutes in which time did not run, one by one: the rule said another way."""

    def covers(stretches: tuple[Stretch, ...], minute: int) -> bool:
        return any(
            start <= at(minute) and (end is None or at(minute) < end) for start, end in stretches
        )

    still, left = 0, facts.break_allowance // timedelta(minutes=1)
    for minute in range(now):
        if covers(facts.pauses, minute):
            still += 1
        elif covers(facts.breaks, minute) and left > 0:
            left -= 1
            still += 1
    return still


@given(breaks_in_turn(), stretches, allowances, st.integers(0, LAST))
def test_time_stands_still_in_pauses_and_in_breaks_while_the_allowance_lasts(
    breaks: list[Stretch], pauses: list[Stretch], allowance: timedelta, now: int
) -> None:
    facts = ClockFacts(
        NINE, HOUR, pauses=tuple(pauses), breaks=tuple(breaks), break_allowance=allowance
    )
    assert paused_for(facts, at(now)) == timedelta(minutes=minute_by_minute(facts, now))


@given(breaks_in_turn(), allowances, allowances, st.integers(0, LAST))
def test_more_allowance_never_shortens_time(
    breaks: list[Stretch], allowance: timedelta, more: timedelta, now: int
) -> None:
    def end(allowed: timedelta) -> datetime:
        facts = ClockFacts(NINE, HOUR, breaks=tuple(breaks), break_allowance=allowed)
        found = ends_at(facts, at(now))
        assert found is not None
        return found

    assert end(allowance) <= end(allowance + more) <= end(allowance) + more


@given(breaks_in_turn(), allowances, st.integers(0, LAST), st.integers(0, LAST))
def test_the_hard_end_stands_whatever_the_breaks(
    breaks: list[Stretch], allowance: timedelta, hard: int, now: int
) -> None:
    facts = ClockFacts(
        NINE, HOUR, hard_end=at(hard), breaks=tuple(breaks), break_allowance=allowance
    )
    end = ends_at(facts, at(now))
    assert end is not None
    assert end <= at(hard)


@given(breaks_in_turn(), stretches, allowances, st.integers(0, LAST), st.integers(0, LAST))
def test_the_end_never_comes_nearer_as_time_passes(
    breaks: list[Stretch], pauses: list[Stretch], allowance: timedelta, now: int, later: int
) -> None:
    facts = ClockFacts(
        NINE, HOUR, pauses=tuple(pauses), breaks=tuple(breaks), break_allowance=allowance
    )
    early, late = ends_at(facts, at(min(now, later))), ends_at(facts, at(max(now, later)))
    assert early is not None
    assert late is not None
    assert early <= late


def test_at_the_end_of_the_allowance_time_runs_on_by_itself() -> None:
    facts = ClockFacts(NINE, HOUR, breaks=((at(20), None),), break_allowance=TEN)
    assert runs_on_at(facts) == at(30)
    assert time_left(facts, at(25)) == time_left(facts, at(30)) == timedelta(minutes=40)
    assert time_left(facts, at(31)) == timedelta(minutes=39)
    assert (break_left(facts, at(24)), break_left(facts, at(90))) == (
        timedelta(minutes=6),
        NO_GRACE,
    )
    assert not is_over(facts, at(70), NO_GRACE)
    assert is_over(facts, at(70) + timedelta(microseconds=1), NO_GRACE)
    assert is_paused(facts)


def test_a_pause_inside_a_break_uses_nothing_up() -> None:
    pauses = ((at(25), at(45)),)
    facts = ClockFacts(NINE, HOUR, pauses=pauses, breaks=((at(20), None),), break_allowance=TEN)
    assert runs_on_at(facts) == at(50)
    lasting = ClockFacts(
        NINE, HOUR, pauses=((at(25), None),), breaks=((at(20), None),), break_allowance=TEN
    )
    assert runs_on_at(lasting) is None
    assert break_left(lasting, at(200)) == timedelta(minutes=5)


def test_without_an_allowance_a_break_changes_nothing() -> None:
    facts = ClockFacts(NINE, HOUR, breaks=((at(20), None),))
    assert ends_at(facts, at(40)) == at(60)
    assert runs_on_at(facts) == at(20)
