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
