"""What needs a person, in which order, and what a proctor may put aside."""

from datetime import UTC, datetime, timedelta

import pytest

from proctor.needs import MAY_BE_SEEN, URGENCIES, SeatFacts, Seen, needs_of

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def kinds(facts: SeatFacts) -> list[str]:
    return [need.kind for need in needs_of(facts)]


def test_a_quiet_seat_needs_nobody() -> None:
    assert kinds(SeatFacts("running", room_started_at=NINE, arrived_at=NINE)) == []


def test_the_most_urgent_comes_first_and_the_oldest_within_it() -> None:
    facts = SeatFacts(
        "running",
        lost_at=at(1),
        called_at=at(9),
        move_asked_at=at(5),
        signals={"focus_lost": (2, at(0))},
    )
    assert kinds(facts) == ["move_asked", "called", "lost", "signals"]


def test_a_line_gets_half_a_minute_before_anybody_is_troubled() -> None:
    (need,) = needs_of(SeatFacts("running", lost_at=NINE))
    assert need.shows_at == NINE + timedelta(seconds=30)


@pytest.mark.parametrize("status", ["assigned", "handed_in", "void", "held"])
def test_no_line_is_missed_where_nobody_works(status: str) -> None:
    assert "lost" not in kinds(SeatFacts(status, lost_at=NINE))


def test_an_unconfirmed_clock_is_not_told_twice_when_the_line_is_lost() -> None:
    assert kinds(SeatFacts("running", clock_changed_at=NINE)) == ["clock_late"]
    assert kinds(SeatFacts("running", clock_changed_at=NINE, lost_at=NINE)) == ["lost"]


@pytest.mark.parametrize("status", ["assigned", "checked_in", "ready"])
def test_who_came_and_cannot_begin_is_named_a_minute_after_the_start_or_coming(
    status: str,
) -> None:
    (early,) = needs_of(SeatFacts(status, room_started_at=NINE, arrived_at=at(-10)))
    (late,) = needs_of(SeatFacts(status, room_started_at=NINE, arrived_at=at(12)))
    assert (early.shows_at, late.shows_at) == (at(1), at(13))


def test_an_empty_place_is_absent_and_no_need() -> None:
    assert kinds(SeatFacts("assigned", room_started_at=NINE)) == []
    assert kinds(SeatFacts("checked_in", arrived_at=at(-10))) == []


def test_one_mistyped_code_is_nothing_three_are() -> None:
    assert kinds(SeatFacts("assigned", signals={"wrong_code": (2, NINE)})) == []
    assert kinds(SeatFacts("assigned", signals={"wrong_code": (3, NINE)})) == ["signals"]


def test_what_was_put_aside_comes_back_only_when_it_happens_anew() -> None:
    seen = {"lost": Seen(at(5))}
    assert kinds(SeatFacts("running", lost_at=at(4), seen=seen)) == []
    assert kinds(SeatFacts("running", lost_at=at(6), seen=seen)) == ["lost"]


def test_what_was_put_off_comes_back_by_itself() -> None:
    (need,) = needs_of(SeatFacts("running", lost_at=NINE, seen={"lost": Seen(at(2), at(7))}))
    assert need.shows_at == at(7)


def test_who_waits_for_a_person_cannot_be_put_aside() -> None:
    seen = {kind: Seen(at(60)) for kind in URGENCIES}
    facts = SeatFacts("held", held_at=NINE, called_at=NINE, move_asked_at=NINE, not_me_at=NINE)
    shown = kinds(SeatFacts(**{**vars(facts), "seen": seen}))
    assert set(shown) == {"held", "called", "move_asked", "not_me"}
    assert MAY_BE_SEEN.isdisjoint(shown)
