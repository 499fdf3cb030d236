"""The end of a sitting as a function of facts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.clock import (
    LEAST_LEFT,
    ClockFacts,
    correction_problem,
    credit_problem,
    ends_at,
    is_in_time,
    is_over,
    paused_for,
    time_left,
)

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GRACE = timedelta(seconds=3)
minutes = st.integers(0, 200).map(lambda n: timedelta(minutes=n))
stretches = st.tuples(minutes, minutes).map(lambda pair: (NINE + pair[0], NINE + pair[0] + pair[1]))


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def test_before_the_start_there_is_no_end_and_all_time_is_left() -> None:
    facts = ClockFacts(None, HOUR)
    assert ends_at(facts, NINE) is None
    assert time_left(facts, NINE) == HOUR
    assert not is_in_time(facts, NINE, GRACE)


def test_the_end_and_its_grace_are_inside_what_follows_is_not() -> None:
    facts = ClockFacts(NINE, HOUR)
    assert is_in_time(facts, at(60) + GRACE, GRACE)
    assert not is_in_time(facts, at(60) + GRACE + timedelta(microseconds=1), GRACE)
    assert not is_in_time(facts, NINE - timedelta(microseconds=1), GRACE)


def test_a_sitting_is_over_only_after_its_grace() -> None:
    facts = ClockFacts(NINE, HOUR)
    assert not is_over(facts, at(60) + GRACE, GRACE)
    assert is_over(facts, at(60) + GRACE + timedelta(microseconds=1), GRACE)


def test_a_lasting_pause_moves_the_end_with_the_clock() -> None:
    facts = ClockFacts(NINE, HOUR, pauses=((at(10), None),))
    assert ends_at(facts, at(30)) == at(80)
    assert time_left(facts, at(30)) == timedelta(minutes=50)
    assert not is_over(facts, at(500), GRACE)


def test_a_pause_of_seat_and_room_at_once_counts_once() -> None:
    facts = ClockFacts(NINE, HOUR, pauses=((at(10), at(20)), (at(15), at(25))))
    assert paused_for(facts, at(30)) == timedelta(minutes=15)


def test_the_hard_end_stands_whatever_was_added() -> None:
    facts = ClockFacts(NINE, HOUR, credits=(HOUR,), hard_end=at(90))
    assert ends_at(facts, NINE) == at(90)
    assert credit_problem(facts, timedelta(minutes=5), at(10)) == "past_hard_end"


def test_time_is_added_to_what_runs_only() -> None:
    five = timedelta(minutes=5)
    assert credit_problem(ClockFacts(None, HOUR), five, NINE) == "not_started"
    assert credit_problem(ClockFacts(NINE, HOUR), timedelta(), NINE) == "credit_not_positive"
    assert credit_problem(ClockFacts(NINE, HOUR), five, at(10)) is None


@given(st.lists(stretches, max_size=4), stretches, minutes)
def test_a_pause_never_shortens_time(
    pauses: list[tuple[datetime, datetime]], more: tuple[datetime, datetime], now: timedelta
) -> None:
    before = ends_at(ClockFacts(NINE, HOUR, pauses=tuple(pauses)), NINE + now)
    after = ends_at(ClockFacts(NINE, HOUR, pauses=(*pauses, more)), NINE + now)
    assert before is not None
    assert after is not None
    assert after >= before


@given(st.lists(stretches, max_size=5), minutes)
def test_time_not_running_is_never_more_than_time_passed(
    pauses: list[tuple[datetime, datetime]], now: timedelta
) -> None:
    facts = ClockFacts(NINE, HOUR, pauses=tuple(pauses))
    assert timedelta() <= paused_for(facts, NINE + now) <= now


@given(st.lists(minutes, max_size=4), minutes)
def test_a_credit_never_shortens_time(credits_: list[timedelta], more: timedelta) -> None:
    before = ends_at(ClockFacts(NINE, HOUR, credits=tuple(credits_)), NINE)
    after = ends_at(ClockFacts(NINE, HOUR, credits=(*credits_, more)), NINE)
    assert before is not None
    assert after == before + more


def test_only_what_was_added_can_be_taken_back() -> None:
    five = timedelta(minutes=5)
    facts = ClockFacts(NINE, HOUR, credits=(five,))
    assert correction_problem(facts, five, at(10)) is None
    assert correction_problem(facts, five + five, at(10)) == "nothing_to_take_back"
    assert correction_problem(facts, timedelta(), at(10)) == "correction_not_positive"
    assert correction_problem(ClockFacts(None, HOUR, credits=(five,)), five, NINE) == "not_started"


@given(minutes, minutes, st.integers(0, 400).map(lambda n: timedelta(minutes=n)))
def test_taking_time_back_never_makes_late_what_was_given_in_time(
    added: timedelta, taken: timedelta, now: timedelta
) -> None:
    facts = ClockFacts(NINE, HOUR, credits=(added,))
    if correction_problem(facts, taken, NINE + now) is None:
        after = ClockFacts(NINE, HOUR, credits=(added, -taken))
        assert time_left(after, NINE + now) >= LEAST_LEFT
        assert sum(after.credits, timedelta()) >= timedelta()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Shanghai"])
@given(st.integers(0, 366 * 24 * 60), minutes)
def test_an_hour_is_an_hour_across_daylight_saving(
    zone: str, minute: int, paused: timedelta
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    pause = (start + timedelta(minutes=1), start + timedelta(minutes=1) + paused)
    end = ends_at(ClockFacts(start, HOUR, pauses=(pause,)), start + timedelta(days=1))
    assert end is not None
    assert end - start == HOUR + paused
    shown = end.astimezone(ZoneInfo(zone))
    assert shown.astimezone(UTC) == start + HOUR + paused
    back = datetime.fromisoformat(shown.isoformat())
    assert back == end
