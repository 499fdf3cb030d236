"""Item types: what is wrong with an item, what an answer earns."""

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.items.registry import TYPES, item_type, seat_view
from itembank.shuffle import item_order, option_order
from tests.items import RIGHT

FULL = Decimal("0.5")
NONE = Decimal(0)


def choice(n_options: int = 4) -> dict[str, Any]:
    options = [
        {"id": letter, "content": f"option {letter}", "fixed": False}
        for letter in "ABCDEFGH"[:n_options]
    ]
    return {"stem": "<p>Which?</p>", "options": options, "blanks": [], "unit": None}


BLANKS = {
    "stem": '<p><span data-type="blank" data-blank="1"></span></p>',
    "options": [],
    "blanks": [{"id": "1"}, {"id": "2"}],
    "unit": None,
}
TEXTS = {"blanks": {"1": ["PLC", "可编程控制器"], "2": ["50"]}, "case_sensitive": False}
NUMBER = {"value": "12.5", "tolerance": "0.1", "tolerance_mode": "absolute"}
PARTLY = {"correct": ["A", "C"], "policy": "part_marks"}
MINUS = {"correct": ["A", "C"], "policy": "minus"}
WEIGHED = {
    "correct": ["A", "B", "C"],
    "policy": "by_option",
    "points": {"A": "1.5", "B": "1", "C": "0.5", "D": "-0.5"},
}
EITHER = {
    "correct": ["A", "C"],
    "policy": "by_option",
    "points": {"A": "2", "B": "1", "C": "2", "D": "-1"},
}
SHARE = {"value": "200", "tolerance": "0.05", "tolerance_mode": "relative"}


@pytest.mark.parametrize(
    ("name", "content", "key", "answer", "mark"),
    [
        ("single", choice(), {"correct": ["B"]}, "B", FULL),
        ("single", choice(), {"correct": ["B"]}, "A", NONE),
        ("single", choice(), {"correct": ["B"]}, None, NONE),
        ("single", choice(), {"correct": ["B"]}, ["B"], NONE),
        ("multiple", choice(), {"correct": ["A", "C"]}, ["C", "A"], FULL),
        ("multiple", choice(), {"correct": ["A", "C"]}, ["A"], NONE),
        ("multiple", choice(), {"correct": ["A", "C"]}, ["A", "B", "C"], NONE),
        ("multiple", choice(), {"correct": ["A", "C"]}, [], NONE),
        ("multiple", choice(), PARTLY, ["A"], Decimal("0.25")),
        ("multiple", choice(), PARTLY, ["A", "B", "C"], NONE),
        ("multiple", choice(), MINUS, ["A", "B", "C"], Decimal("0.25")),
        ("multiple", choice(), MINUS, ["A", "B"], NONE),
        ("multiple", choice(), WEIGHED, ["A", "B"], Decimal("0.4166")),
        ("multiple", choice(), WEIGHED, ["A", "B", "C"], FULL),
        ("multiple", choice(), WEIGHED, ["A", "D"], Decimal("0.1666")),
        ("multiple", choice(), WEIGHED, ["D"], NONE),
        ("single", choice(), EITHER, "A", FULL),
        ("single", choice(), EITHER, "C", FULL),
        ("single", choice(), EITHER, "B", Decimal("0.25")),
        ("single", choice(), EITHER, "D", NONE),
        ("true_false", choice(2), {"correct": ["A"]}, "A", FULL),
        ("numeric", choice(), NUMBER, "12.6", FULL),
        ("numeric", choice(), NUMBER, "12.61", NONE),
        ("numeric", choice(), NUMBER, " １２．４ ", FULL),
        ("numeric", choice(), NUMBER, "twelve", NONE),
        ("numeric", choice(), NUMBER, "NaN", NONE),
        ("numeric", choice(), SHARE, "210", FULL),
        ("numeric", choice(), SHARE, "210.01", NONE),
        ("text_entry", BLANKS, TEXTS, {"1": " ｐｌｃ ", "2": "50"}, FULL),
        ("text_entry", BLANKS, TEXTS, {"1": "可编程控制器"}, Decimal("0.25")),
        ("text_entry", BLANKS, TEXTS, {"1": "DCS", "2": "60"}, NONE),
        ("text_entry", BLANKS, TEXTS, "PLC", NONE),
    ],
)
def test_an_answer_earns_its_mark(
    name: str, content: dict[str, Any], key: dict[str, Any], answer: Any, mark: Decimal
) -> None:
    assert item_type(name).score(content, key, answer, FULL) == mark


@pytest.mark.parametrize(
    ("name", "content", "key", "code"),
    [
        ("single", {**choice(), "stem": "<p> </p>"}, {"correct": ["A"]}, "stem_empty"),
        ("single", choice(), {"correct": []}, "key_missing"),
        ("single", choice(), {"correct": ["A", "B"]}, "key_not_single"),
        ("single", choice(), {"correct": ["E"]}, "key_without_option"),
        ("single", choice(1), {"correct": ["A"]}, "option_count"),
        ("multiple", {**choice(), "options": [{"id": "A", "content": "x"}] * 2}, {}, "option_ids"),
        ("single", choice(), {"correct": ["A"], "policy": "minus"}, "policy_unknown"),
        ("single", choice(), {**EITHER, "correct": ["A", "B"]}, "key_not_best"),
        ("multiple", choice(), {**WEIGHED, "correct": ["A"]}, "key_not_best"),
        ("multiple", choice(), {**WEIGHED, "points": {"A": "x"}}, "points_not_a_number"),
        ("multiple", choice(), {**WEIGHED, "points": {"A": "1001"}}, "points_not_a_number"),
        ("multiple", choice(), {**WEIGHED, "points": {"A": "-1"}}, "points_none_right"),
        ("multiple", choice(), {**WEIGHED, "points": None}, "points_none_right"),
        ("numeric", choice(), {"value": "x"}, "key_not_a_number"),
        ("numeric", choice(), {**NUMBER, "tolerance": "-1"}, "tolerance_not_a_number"),
        ("text_entry", {**BLANKS, "blanks": []}, TEXTS, "blank_missing"),
        ("text_entry", BLANKS, {"blanks": {}}, "blank_without_key"),
        ("text_entry", BLANKS, TEXTS, "blank_not_in_stem"),
    ],
)
def test_a_wrong_item_is_named(
    name: str, content: dict[str, Any], key: dict[str, Any], code: str
) -> None:
    assert code in {problem.code for problem in item_type(name).content_problems(content, key)}


@pytest.mark.parametrize("name", sorted(TYPES))
def test_what_a_seat_sees_tells_nothing_of_the_key(name: str) -> None:
    content, key, _ = RIGHT[name]
    secret = {"key": key, "explanation": "secret", "fixed": "secret", "note": "secret"}
    told = {"en": {"stem": "<p>Which one?</p>", "note": "secret"}}
    parts = [{**part, **secret} for part in content.get("parts", [])]
    content = {**content, **secret, "parts": parts, "translations": told}
    shown = seat_view(name, content)
    assert "secret" not in json.dumps(shown)
    assert "areas" not in json.dumps(shown)
    assert shown["translations"] == {"en": {"stem": "<p>Which one?</p>"}}


def test_an_unknown_type_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no such item type"):
        item_type("oral")


@given(st.integers(0, 1000), st.lists(st.booleans(), min_size=2, max_size=8))
def test_a_shuffled_item_earns_the_same_and_fixed_options_stay(
    seed: int, fixed: list[bool]
) -> None:
    content = choice(len(fixed))
    for option, is_fixed in zip(content["options"], fixed, strict=True):
        option["fixed"] = is_fixed
    order = option_order(content["options"], np.random.default_rng(seed))
    assert sorted(order) == [option["id"] for option in content["options"]]
    for place, is_fixed in enumerate(fixed):
        if is_fixed:
            assert order[place] == "ABCDEFGH"[place]
    shown = {**content, "options": [content["options"]["ABCDEFGH".index(each)] for each in order]}
    single = item_type("single")
    assert single.score(shown, {"correct": ["B"]}, "B", FULL) == FULL


@given(st.integers(0, 1000))
def test_items_are_shuffled_inside_their_section_only(seed: int) -> None:
    shown = item_order([[1, 2, 3, 4], [5, 6], [7]], np.random.default_rng(seed))
    assert (sorted(shown[:4]), sorted(shown[4:6]), shown[6]) == ([1, 2, 3, 4], [5, 6], 7)


@st.composite
def marked_choices(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Draw a choice with any key that is right by its rules."""
    name, n = draw(st.sampled_from(["single", "multiple"])), draw(st.integers(2, 6))
    ids = "ABCDEFGH"[:n]
    policies = ["by_option"] if name == "single" else ["part_marks", "minus", "by_option"]
    policy = draw(st.sampled_from(policies))
    if policy != "by_option":
        correct = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
        return name, choice(n), {"correct": correct, "policy": policy}
    worth = draw(st.lists(st.decimals("-3", "3", places=2), min_size=n, max_size=n))
    worth[draw(st.integers(0, n - 1))] = Decimal("2.5")
    least = max(worth) if name == "single" else Decimal("0.01")
    correct = [each for each, points in zip(ids, worth, strict=True) if points >= least]
    points = dict(zip(ids, map(str, worth), strict=True))
    return name, choice(n), {"correct": correct, "policy": policy, "points": points}


@given(marked_choices(), st.data(), st.decimals("0.1", "20", places=4))
def test_part_marks_stay_between_nothing_and_all_and_grow_with_right_options(
    item: tuple[str, dict[str, Any], dict[str, Any]], data: st.DataObject, full: Decimal
) -> None:
    name, content, key = item
    own = item_type(name)
    assert own.content_problems(content, key) == []
    assert own.score(content, key, own.right_answer(content, key), full) == full
    ids = [option["id"] for option in content["options"]]
    if name == "single":
        assert all(0 <= own.score(content, key, each, full) <= full for each in ids)
        assert all(own.score(content, key, each, full) == full for each in key["correct"])
        return
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True))
    mark = own.score(content, key, chosen, full)
    assert 0 <= mark <= full
    assert mark == mark.quantize(Decimal("0.0001"))
    assert own.score(content, key, chosen[::-1], full) == mark
    for each in set(ids) - set(chosen):
        more = own.score(content, key, [*chosen, each], full)
        assert more >= mark if each in key["correct"] else more <= mark


def test_a_candidate_is_told_how_a_multiple_choice_is_marked_and_no_key() -> None:
    assert seat_view("multiple", choice(), MINUS)["marking"] == "minus"
    assert "marking" not in seat_view("multiple", choice(), {"correct": ["A"]})
    part = {**choice(), "id": "1", "type": "multiple"}
    shown = seat_view("item_set", {"stem": "x", "parts": [part]}, {"parts": {"1": WEIGHED}})
    assert shown["parts"][0]["marking"] == "by_option"
    assert "1.5" not in json.dumps(shown)
