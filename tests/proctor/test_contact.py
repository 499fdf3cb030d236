"""Lost time: measured from losses of contact, never more than passed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proctor.clock import ClockFacts
from proctor.contact import lost_time, whole_minutes

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
minutes = st.integers(0, 90).map(lambda n: timedelta(minutes=n))
stretches = st.tuples(minutes, minutes).map(lambda pair: (NINE + pair[0], NINE + pair[0] + pair[1]))


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def lost(*losses: tuple[float, float | None], now: float = 50, **facts: object) -> float:
    clock = ClockFacts(NINE, HOUR, **facts)  # type: ignore[arg-type]
    stretches = [(at(start), None if stop is None else at(stop)) for start, stop in losses]
    return lost_time(stretches, clock, at(now)) / timedelta(minutes=1)


def test_losses_add_up_and_overlaps_count_once() -> None:
    assert lost((10, 12), (20, 25)) == 7
    assert lost((10, 20), (15, 25)) == 15


def test_a_loss_that_lasts_counts_up_to_now_and_never_past_the_end() -> None:
    assert lost((40, None)) == 10
    assert lost((40, None), now=80) == 20


def test_nothing_is_lost_before_the_start() -> None:
    assert lost((-10, 2)) == 2
    assert lost_time([(NINE, at(5))], ClockFacts(None, HOUR), at(5)) == timedelta()


def test_a_pause_gives_its_time_back_by_itself() -> None:
    assert lost((10, 30), pauses=((at(15), at(25)),)) == 10
    assert lost((10, None), pauses=((at(15), None),)) == 5


def test_a_begun_minute_counts_whole() -> None:
    assert whole_minutes(timedelta(seconds=1)) == 1
    assert whole_minutes(timedelta(minutes=2)) == 2


@given(st.lists(stretches, max_size=5), st.lists(stretches, max_size=3), minutes)
def test_lost_time_is_never_more_than_time_passed(
    losses: list[tuple[datetime, datetime]],
    pauses: list[tuple[datetime, datetime]],
    now: timedelta,
) -> None:
    facts = ClockFacts(NINE, HOUR, pauses=tuple(pauses))
    assert timedelta() <= lost_time(losses, facts, NINE + now) <= now
