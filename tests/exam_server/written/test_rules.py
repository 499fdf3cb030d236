"""When a written answer has a mark: tolerance to the hundredth, nobody's mark passed over."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.written.rules import (
    ARBITER,
    FIRST,
    SECOND,
    Marked,
    Plan,
    differ,
    is_control_due,
    rounds_open,
    severities,
    standing_mark,
)

marks = st.decimals(min_value=0, max_value=20, places=2)
fine_marks = st.decimals(min_value=0, max_value=20, places=4)  # sevenths of a mark, for one
plans = st.builds(Plan, st.sampled_from([1, 2]), st.decimals(0, 5, places=2), st.just(0))


@given(plan=plans, first=marks, second=marks)
def test_the_order_of_two_markers_changes_nothing(
    plan: Plan, first: Decimal, second: Decimal
) -> None:
    assert standing_mark(plan, {FIRST: first, SECOND: second}) == standing_mark(
        plan, {FIRST: second, SECOND: first}
    )


@given(plan=plans, first=marks, second=marks)
def test_two_marks_stand_as_their_mean_or_wait_for_the_arbiter(
    plan: Plan, first: Decimal, second: Decimal
) -> None:
    given_marks = {FIRST: first, SECOND: second}
    stands = standing_mark(plan, given_marks)
    assert (stands is None) == differ(plan, given_marks)
    if stands is not None:
        assert min(first, second) <= stands <= max(first, second)
        assert stands * 2 == first + second


@given(first=fine_marks, second=fine_marks)
def test_a_mean_is_never_finer_than_the_store_keeps(first: Decimal, second: Decimal) -> None:
    stands = standing_mark(Plan(2, Decimal(20), 0), {FIRST: first, SECOND: second})
    assert stands is not None
    assert stands * 10_000 % 1 == 0
    assert 0 <= stands * 2 - (first + second) <= Decimal("0.0001")


@given(plan=plans, first=marks, second=marks, arbiter=marks)
def test_an_arbiter_has_the_last_word(
    plan: Plan, first: Decimal, second: Decimal, arbiter: Decimal
) -> None:
    given_marks = {FIRST: first, SECOND: second, ARBITER: arbiter}
    assert standing_mark(plan, given_marks) == arbiter
    assert not differ(plan, given_marks)
    assert rounds_open(plan, given_marks) == []


@pytest.mark.parametrize(("second", "stands"), [("6", "5"), ("6.01", None), ("4", "4")])
def test_the_tolerance_itself_is_near_enough(second: str, stands: str | None) -> None:
    plan = Plan(2, Decimal(2), 0)
    found = standing_mark(plan, {FIRST: Decimal(4), SECOND: Decimal(second)})
    assert found == (None if stands is None else Decimal(stands))


@given(plan=plans, held=st.sets(st.sampled_from([FIRST, SECOND])))
def test_no_answer_waits_for_more_markers_than_the_plan_has(plan: Plan, held: set[int]) -> None:
    waits = rounds_open(plan, held)
    assert len(held) + len(waits) == max(plan.n_markers, len(held))
    assert not held & set(waits)


@given(every=st.integers(2, 9), n=st.integers(0, 200))
def test_one_in_so_many_is_a_control(every: int, n: int) -> None:
    plan = Plan(1, Decimal(0), every)
    controls = 0
    for marked in range(n):
        controls += is_control_due(plan, marked, controls)
    assert controls == n // every


def pair(answer: int, first: str, second: str) -> list[Marked]:
    return [Marked(1, answer, Decimal(first)), Marked(2, answer, Decimal(second))]


def test_a_strict_marker_shows_against_the_other_and_against_the_agreed() -> None:
    marked = [m for n in range(12) for m in pair(n, f"{5 + n % 3}", f"{7 + n % 3 + n % 2}")]
    strict, lenient = severities(marked)
    assert (strict.verdict, lenient.verdict) == ("strict", "lenient")
    assert strict.beside_others == pytest.approx(-2.5)
    controls = [Marked(1, 100 + n, Decimal(6 + n % 2), agreed=Decimal(6)) for n in range(10)]
    agreed = severities([*marked, *controls])[0]
    assert agreed.beside_agreed == pytest.approx(0.5)
    assert agreed.verdict == "lenient"  # controls speak before the other marker
    assert agreed.n == 12


def test_few_answers_tell_nothing() -> None:
    assert {each.verdict for each in severities(pair(1, "0", "9"))} == {"too_few"}
