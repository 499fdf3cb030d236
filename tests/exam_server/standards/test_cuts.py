"""From ratings to a cut: figures worked out by hand, and what never may happen."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.standards.cuts import (
    Items,
    booklet,
    cut_by_bookmarks,
    cut_by_compromise,
    cut_by_groups,
    cut_by_items,
    impact,
)
from exam_server.standards.rules import missing_places, places_of

UNKNOWN = float("nan")


def items(n: int, *, marks: float = 1, calibrated: int = 0) -> Items:
    known = np.arange(n) < calibrated
    return Items(
        marks=np.full(n, marks),
        difficulties=np.linspace(0.9, 0.3, n),
        slopes=np.where(known, 1.0, np.nan),
        locations=np.where(known, np.linspace(1, -1, n), np.nan),
    )


def test_an_angoff_cut_is_the_weighted_mean_of_the_members() -> None:
    two = Items(np.array([1.0, 3.0]), *[np.full(2, UNKNOWN)] * 3)
    found = cut_by_items(np.array([[40.0, 80.0], [60.0, 60.0], [50.0, 70.0]]), two)
    # cuts of 100: (40 + 3·80)/4 = 70, (60 + 180)/4 = 60, (50 + 210)/4 = 65
    assert [each.cut for each in found.members] == pytest.approx([70, 60, 65])
    assert found.cut == pytest.approx(65)
    assert found.error == pytest.approx(5 / np.sqrt(3))
    assert found.median == pytest.approx(65)


def test_an_error_over_items_too_is_never_smaller() -> None:
    ratings = np.array([[40.0, 80, 60, 20], [50, 70, 65, 35], [55, 90, 40, 30]])
    found = cut_by_items(ratings, items(4))
    assert found.error is not None
    assert found.error_both is not None
    assert found.error_both >= found.error - 1e-9


def test_a_member_far_from_all_others_is_named_as_a_fact() -> None:
    middle = np.array([50.0, 60, 70, 40])
    ratings = np.clip(np.array([middle + d for d in (-2, -1, 0, 1, 2, 30)]), 0, 100)
    found = cut_by_items(ratings, items(4))
    assert [each.is_far for each in found.members] == [False] * 5 + [True]
    close = cut_by_items(np.array([middle + d for d in (0, 0, 0, 0, 3)]), items(4))
    assert not any(each.is_far for each in close.members)


def test_one_member_or_one_item_is_no_panel() -> None:
    assert cut_by_items(np.array([[50.0, 60.0]]), items(2)).refused == "too_few_judges"


def test_a_booklet_goes_from_easy_to_hard_and_leaves_out_what_is_not_calibrated() -> None:
    assert booklet(items(5, calibrated=4), 0.67) == [4, 3, 2, 1]
    assert booklet(items(3), 0.67) == []


def test_a_later_bookmark_never_lowers_the_cut() -> None:
    five = items(5, calibrated=5)
    cuts = [cut_by_bookmarks(np.array([page]), five, 0.67).cut for page in range(1, 7)]
    assert cuts[0] == 0
    assert all(low < high for low, high in pairwise(cuts) if low and high)
    assert cuts == sorted(cuts, key=lambda cut: cut or 0)
    assert cut_by_bookmarks(np.array([2]), items(3), 0.67).refused == "no_calibrated_items"


def test_a_compromise_lies_between_what_is_acceptable_or_there_is_none() -> None:
    scores = np.linspace(30, 95, 400)
    answers = np.array([[50.0, 70, 10, 50], [52, 72, 12, 48], [48, 68, 8, 52]])
    found = cut_by_compromise(answers, scores)
    assert found.cut is not None
    assert 50 <= found.cut <= 70
    assert found.error is not None
    assert cut_by_compromise(answers, np.full(9, 99.0)).refused == "no_compromise"
    assert cut_by_compromise(answers, np.array([])).refused == "no_scores"
    falling = np.array([[70.0, 50, 10, 50]])
    assert cut_by_compromise(falling, scores).refused == "questions_not_rising"


def test_groups_come_to_a_cut_or_say_why_not() -> None:
    marks = np.array([40.0, 45, 52, 58, 60, 62, 70, 80, 85])
    ratings = np.array([1.0, 1, 1, 2, 2, 2, 3, 3, 4])
    assert cut_by_groups("borderline_group", marks, ratings).cut == 60
    contrasting = cut_by_groups("contrasting_groups", marks, ratings)
    assert contrasting.cut is not None
    assert 52 < contrasting.cut <= 70
    regression = cut_by_groups("borderline_regression", marks, ratings)
    assert regression.cut == pytest.approx(59.81, abs=0.01)
    assert cut_by_groups("borderline_group", marks, ratings * 0 + 4).refused == "nobody_borderline"
    assert cut_by_groups("contrasting_groups", marks, ratings * 0 + 4).refused == "one_group_empty"


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=60),
    st.lists(st.integers(0, 1000), min_size=2, max_size=6),
)
def test_a_higher_cut_never_lets_more_pass(tenths: list[int], cuts: list[int]) -> None:
    shares = impact(np.array(tenths) / 10, [cut / 10 for cut in sorted(cuts)])
    assert shares == sorted(shares, reverse=True)
    exact = [sum(mark >= cut for mark in tenths) / len(tenths) for cut in sorted(cuts)]
    assert shares == pytest.approx(exact)


def test_every_method_asks_for_its_own_places() -> None:
    assert places_of("hofstee", 40, asks_hofstee=False) == [-1, -2, -3, -4]
    assert places_of("borderline_group", 0, asks_hofstee=False) == []
    assert missing_places([1, 2, 3], {1: 1, 3: 1}) == [2]
