"""Extra time in whole minutes, and the days on which an accommodation holds."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from proctor.accommodations import Accommodation, extra_minutes, holds_on


@given(st.integers(1, 600), st.integers(0, 300), st.integers(0, 600))
def test_extra_time_is_the_share_in_whole_minutes_up(minutes: int, percent: int, more: int) -> None:
    got = extra_minutes(minutes, Accommodation(percent, more)) - more
    share = Fraction(minutes * percent, 100)
    assert share <= got < share + 1


def test_a_day_outside_its_bounds_has_no_accommodation() -> None:
    first, last = date(2026, 6, 1), date(2026, 6, 30)
    both = Accommodation(25, valid_from=first, valid_to=last)
    day = timedelta(days=1)
    assert [holds_on(both, each) for each in (first - day, first, last, last + day)] == [
        False,
        True,
        True,
        False,
    ]
    assert holds_on(Accommodation(25), date(1900, 1, 1))
