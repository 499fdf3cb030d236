"""Late work that is taken in: its numbers, and what of it counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from proctor.late_work import FAMILIES, MALFORMED, OLDER, LateEvent, TakenIn, take_in

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def answer(seq: int, minute: float | None, *, lease: int = 1, position: int = 1) -> LateEvent:
    given_at = None if minute is None else at(minute)
    return LateEvent(lease, seq, "answer", position, given_at)


def codes(taken: list[TakenIn]) -> list[str | None]:
    return [each.refused_code for each in taken]


def test_nothing_takes_the_place_of_what_was_confirmed() -> None:
    """The next item was chosen by it, whatever time a computer gives for another answer."""
    assert codes(take_in([answer(5, 99)], {}, 4, closed=[1])) == ["item_confirmed"]
    confirmed = replace(answer(6, 10), kind="confirmed")
    late = [answer(5, 9), confirmed, answer(7, 11)]
    assert codes(take_in(late, {}, 4)) == [None, None, "item_confirmed"]


def test_an_older_answer_never_takes_the_place_of_a_newer_one() -> None:
    standing = {("answer", 1): at(10)}
    assert codes(take_in([answer(5, 9)], standing, 4)) == [OLDER]
    assert codes(take_in([answer(5, 10)], standing, 4)) == [OLDER]
    assert codes(take_in([answer(5, 11)], standing, 4)) == [None]


def test_two_computers_are_put_together_by_the_time_of_each_answer() -> None:
    late = [answer(8, 12, lease=1), answer(3, 11, lease=2), answer(9, 13, lease=1)]
    taken = take_in(late, {}, 20)
    assert [(each.seq, each.event.seq) for each in taken] == [(21, 3), (22, 8), (23, 9)]
    assert codes(taken) == [None, None, None]


def test_of_equal_times_the_same_computers_own_order_decides() -> None:
    assert codes(take_in([answer(5, 9), answer(6, 9)], {}, 4)) == [None, None]
    assert codes(take_in([answer(5, 9), answer(6, 9, lease=2)], {}, 4)) == [None, OLDER]


def test_what_could_not_have_counted_in_time_does_not_count_now() -> None:
    bad = LateEvent(1, 5, "answer", 1, at(99), "malformed_answer")
    assert codes(take_in([bad, answer(6, None)], {}, 4)) == ["malformed_answer", MALFORMED]
    assert codes(take_in([answer(5, 9)], {("answer", 1): None}, 4)) == [OLDER]


def test_flags_and_visits_take_no_answers_place() -> None:
    standing = {("answer", 1): at(30)}
    late = [LateEvent(1, 5, kind, 1, at(9)) for kind in ("flagged", "seen")]
    assert codes(take_in(late, standing, 4)) == [None, None]


EVENTS = st.lists(
    st.builds(
        LateEvent,
        lease_number=st.integers(1, 3),
        seq=st.integers(1, 50),
        kind=st.sampled_from(["answer", "seen", "flagged", "unflagged"]),
        position=st.integers(1, 4),
        at=st.none() | st.integers(0, 30).map(at),
    ),
    unique_by=lambda event: (event.lease_number, event.seq),
    max_size=25,
)
STANDING = st.dictionaries(
    st.tuples(st.sampled_from(["answer", "flag"]), st.integers(1, 4)),
    st.none() | st.integers(0, 30).map(at),
)


@given(EVENTS, STANDING, st.integers(0, 100))
def test_every_event_gets_its_number_and_the_clock_only_moves_forward(
    events: list[LateEvent], standing: dict[tuple[str, int], datetime | None], last_seq: int
) -> None:
    before = dict(standing)
    taken = take_in(events, standing, last_seq)
    assert standing == before
    assert [each.seq for each in taken] == list(range(last_seq + 1, last_seq + 1 + len(events)))
    assert {(e.event.lease_number, e.event.seq) for e in taken} == {
        (e.lease_number, e.seq) for e in events
    }
    newest = dict(standing)
    for each in taken:
        family = FAMILIES.get(each.event.kind)
        if each.refused_code is not None or family is None:
            continue
        place = (family, each.event.position)
        assert each.event.at is not None
        if place in newest:
            known = newest[place]
            assert known is not None
            assert each.event.at >= known
        newest[place] = each.event.at


@given(EVENTS, STANDING, st.integers(0, 100), st.randoms(use_true_random=False))
def test_the_order_in_which_it_is_asked_for_changes_nothing(
    events: list[LateEvent],
    standing: dict[tuple[str, int], datetime | None],
    last_seq: int,
    random: Random,
) -> None:
    mixed = list(events)
    random.shuffle(mixed)
    assert take_in(mixed, standing, last_seq) == take_in(events, standing, last_seq)
