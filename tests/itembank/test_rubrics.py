"""Answers in words: rubrics, what is wrong with one, and the mark that a person's points earn."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.items.registry import item_problems, item_type, seat_view
from itembank.items.rubrics import Criterion, given_problems, mark_of, rubric_of
from itembank.items.written_marks import FormPlace, mark_with, waiting_parts, written_places
from tests.items import RIGHT, RUBRIC, WRITTEN, WRITTEN_KEY

FULL = Decimal(8)
points = st.integers(1, 100_000).map(lambda each: Decimal(each) / 100)
rubrics = st.lists(points, min_size=1, max_size=6).map(
    lambda worth: tuple(Criterion(str(n), "…", each) for n, each in enumerate(worth))
)


def essay(answer: Any = "text") -> tuple[FormPlace, Any]:
    return FormPlace(7, "essay", WRITTEN, WRITTEN_KEY, FULL), answer


@pytest.mark.parametrize(
    ("rubric", "code"),
    [
        ([], "rubric_missing"),
        ("none", "rubric_missing"),
        ([{"id": "1", "words": "x", "points": "1"}] * 2, "list_ids"),
        ([{"id": "1", "words": " ", "points": "1"}], "criterion_empty"),
        ([{"id": "1", "words": "x", "points": "0"}], "criterion_points"),
        ([{"id": "1", "words": "x", "points": 1}], "criterion_points"),
        ([{"id": "1", "words": "x", "points": "0.125"}], "criterion_points"),
        ([{"id": "1", "words": "x", "points": "1e9"}], "criterion_points"),
        ([{**RUBRIC[1], "levels": [{"points": "7", "words": "y"}]}], "level_points"),
        ([{**RUBRIC[1], "levels": [{"points": "6", "words": "y"}] * 2}], "level_points"),
        ([{**RUBRIC[1], "levels": [{"points": "5", "words": "y"}]}], "level_full_missing"),
        ([{**RUBRIC[1], "levels": [{"points": "6", "words": ""}]}], "level_empty"),
    ],
)
def test_a_rubric_that_cannot_be_marked_by_is_told(rubric: Any, code: str) -> None:
    problems = item_problems("short_answer", WRITTEN, {"rubric": rubric})
    assert code in {each.code for each in problems}


def test_the_points_of_a_part_add_up_to_its_share() -> None:
    own = item_type("essay")
    assert own.content_problems({**WRITTEN, "mark_share": "10"}, WRITTEN_KEY) == []
    (problem,) = own.content_problems({**WRITTEN, "mark_share": "1"}, WRITTEN_KEY)
    assert problem.code == "rubric_not_share"
    assert problem.detail == {"points": "10", "share": "1"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("most_characters", -1, "not_a_whole_number"),
        ("lines", True, "not_a_whole_number"),
        ("lines", "6", "not_a_whole_number"),
        ("fewest_characters", 501, "limits_upside_down"),
    ],
)
def test_limits_are_whole_numbers_in_order(field: str, value: Any, code: str) -> None:
    problems = item_type("essay").content_problems({**WRITTEN, field: value}, WRITTEN_KEY)
    assert [each.code for each in problems] == [code]


def test_the_machine_gives_nothing_for_nothing_and_no_mark_for_a_text() -> None:
    for empty in (None, "", " \n　"):
        place, answer = essay(empty)
        assert waiting_parts(place, answer) == []
        assert mark_with(place, answer, {}) == 0
    place, answer = essay("x" * 30_000)
    assert waiting_parts(place, answer) == [""]
    assert mark_with(place, answer, {}) is None
    assert mark_with(place, answer, {"": Decimal("3.5")}) == Decimal("3.5")
    with pytest.raises(ValueError, match="out of range"):
        mark_with(place, answer, {"": Decimal(9)})


def test_a_set_has_no_mark_until_every_written_part_has_one() -> None:
    content, key, answer = RIGHT["item_set"]
    place = FormPlace(3, "item_set", content, key, Decimal(28))
    waiting = waiting_parts(place, answer)
    assert waiting == ["9", "10"]
    assert mark_with(place, answer, {"9": Decimal(1)}) is None
    without = {part: each for part, each in answer.items() if part not in waiting}
    by_machine = mark_with(place, without, {})
    assert by_machine is not None
    half = mark_with(place, answer, {"9": Decimal(1), "10": Decimal("0.5")})
    assert half == by_machine + Decimal("1.5")


def test_what_a_person_marks_of_a_form_is_listed_with_rubric_and_share() -> None:
    content, key, _ = RIGHT["item_set"]
    single = RIGHT["single"]
    items = [
        FormPlace(1, "single", single[0], single[1], Decimal(1)),
        FormPlace(2, "short_answer", WRITTEN, WRITTEN_KEY, Decimal(5)),
        FormPlace(3, "item_set", content, key, Decimal(56)),
    ]
    places = written_places(items)
    assert [(each.position, each.part, each.type) for each in places] == [
        (2, "", "short_answer"),
        (3, "9", "short_answer"),
        (3, "10", "essay"),
    ]
    assert places[0].max_mark == 5
    assert places[1].max_mark == 10
    assert [each.points for each in places[0].rubric] == [Decimal(4), Decimal(6)]
    assert [each.points for each in places[0].rubric[1].levels] == [Decimal(6), Decimal("2.5")]
    assert places[1].material == content["stem"]


def test_a_seat_sees_the_limits_and_nothing_of_rubric_and_model_answer() -> None:
    shown = seat_view("essay", WRITTEN, WRITTEN_KEY)
    assert shown == {
        "stem": WRITTEN["stem"],
        "fewest_characters": 0,
        "most_characters": 500,
        "lines": 6,
    }


@given(rubrics, st.data())
def test_points_earn_their_exact_share_and_more_points_never_less(
    rubric: tuple[Criterion, ...], data: st.DataObject
) -> None:
    full = data.draw(points)
    given_ = {
        each.id: Decimal(data.draw(st.integers(0, int(each.points * 100)))) / 100 for each in rubric
    }
    mark = mark_of(rubric, given_, full)
    whole = sum((each.points for each in rubric), Decimal(0))
    exact = full * sum(given_.values(), Decimal(0)) / whole
    assert 0 <= exact - mark < Decimal("0.0001")
    assert mark_of(rubric, {each.id: each.points for each in rubric}, full) == full
    assert mark_of(rubric, dict.fromkeys(given_, Decimal(0)), full) == 0
    assert mark_of(rubric[::-1], given_, full) == mark
    first = rubric[0]
    more = {**given_, first.id: first.points}
    assert mark_of(rubric, more, full) >= mark


def test_points_that_are_no_mark_are_named_by_criterion() -> None:
    rubric = rubric_of(WRITTEN_KEY)
    wrong = {"1": Decimal("4.01"), "3": Decimal(1)}
    problems = {each.where: each.code for each in given_problems(rubric, wrong)}
    assert problems == {
        "1": "points_out_of_range",
        "2": "criterion_not_marked",
        "3": "criterion_unknown",
    }
    with pytest.raises(ValueError, match="no mark"):
        mark_of(rubric, wrong, FULL)
    fine = {"1": Decimal("0.125"), "2": Decimal("NaN")}
    assert {each.code for each in given_problems(rubric, fine)} == {
        "points_too_fine",
        "points_out_of_range",
    }
