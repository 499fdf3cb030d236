"""Clues: found where a stem answers another item, not where it only names a word of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.clues import Asked, clues_between

ASKED = Asked("1", "电动机正反转控制用什么电器?", ("接触器",), ("变压器",))


@pytest.mark.parametrize(
    ("stem", "is_clue"),
    [
        ("接触器在电动机正反转控制中的额定电压是多少?", True),
        ("接触器与变压器在电动机正反转控制中有何不同?", False),
        ("接触器的线圈由什么绕成?", False),
        ("电动机正反转控制的目的是什么?", False),
    ],
)
def test_a_clue_answers_and_speaks_of_the_same_matter(stem: str, *, is_clue: bool) -> None:
    assert bool(list(clues_between([ASKED, Asked("2", stem, (), ())]))) is is_clue


def test_short_answers_and_what_the_item_says_itself_are_no_clue() -> None:
    short = Asked("1", "电路中电流的单位是什么?", ("安",), ())
    open_one = Asked("2", "安培表测量电路中电流的单位?", ("安培表",), ())
    other = Asked("3", "电路中电流的单位安培表示什么? 安培表", (), ())
    assert list(clues_between([short, open_one, other])) == []


@given(st.lists(st.builds(Asked, st.text("ab", min_size=1), st.text("电压流安", max_size=12),
    st.tuples(st.text("电压流安", max_size=4)), st.tuples(st.text("电压流安", max_size=4))),
    unique_by=lambda item: item.id, max_size=6))  # fmt: skip
def test_the_order_of_the_form_does_not_change_its_clues(items: list[Asked]) -> None:
    assert set(clues_between(items)) == set(clues_between(items[::-1]))
    assert all(clue.giver != clue.asked for clue in clues_between(items))
