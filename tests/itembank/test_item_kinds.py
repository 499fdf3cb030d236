"""Matching, ordering, hotspot and item sets: what is wrong with one, what an answer earns."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.items.item_set import part_scores
from itembank.items.registry import item_problems, item_type
from itembank.items.shapes import part_marks
from tests.items import HOTSPOT, MATCHING, ORDERING, RIGHT, column

FULL = Decimal(3)
NONE = Decimal(0)
PARTLY = {"policy": "part_marks"}
PAIRS = {"pairs": [["a", "y"], ["b", "x"]]}
ORDER = {"order": ["C", "B", "A"]}
FIRST_GIVEN = {
    "stem": "<p>Order</p>",
    "options": [{**each, "fixed": each["id"] == "A"} for each in column(A="1", B="3", C="2")],
}
RECT = {"areas": [{"shape": "rect", "coords": [10, 20, 30, 40]}]}
TRIANGLE = {"areas": [{"shape": "poly", "coords": [0, 0, 100, 0, 0, 100]}]}
HOLLOW = {"areas": [{"shape": "poly", "coords": [0, 0, 90, 0, 90, 90, 60, 90, 60, 30, 0, 30]}]}


def set_of(*shares: str, name: str = "single") -> tuple[dict[str, Any], dict[str, Any]]:
    content, key, _ = RIGHT[name]
    ids = [str(number) for number in range(1, len(shares) + 1)]
    parts = [
        {**content, "id": each, "type": name, "mark_share": share}
        for each, share in zip(ids, shares, strict=True)
    ]
    return {"stem": "<p>Read.</p>", "parts": parts}, {"parts": dict.fromkeys(ids, key)}


@pytest.mark.parametrize(
    ("name", "content", "key", "answer", "mark"),
    [
        ("matching", MATCHING, PAIRS, [["a", "y"], ["b", "x"]], FULL),
        ("matching", MATCHING, PAIRS, [["a", "y"]], NONE),
        ("matching", MATCHING, PAIRS | PARTLY, [["a", "y"]], Decimal("1.5")),
        ("matching", MATCHING, PAIRS | PARTLY, [["a", "x"], ["b", "y"]], NONE),
        ("matching", MATCHING, PAIRS | PARTLY, [["a", "y"], ["b", "y"]], NONE),
        ("matching", MATCHING, PAIRS | PARTLY, [["a", "y"], ["a", "x"]], NONE),
        ("matching", MATCHING, PAIRS, [["a", "y"], ["b", "x", "z"]], NONE),
        ("ordering", ORDERING, ORDER, ["C", "B", "A"], FULL),
        ("ordering", ORDERING, ORDER, ["C", "B"], NONE),
        ("ordering", ORDERING, ORDER | PARTLY, ["C", "B"], Decimal(2)),
        ("ordering", ORDERING, ORDER | PARTLY, ["C", "A", "B"], Decimal(1)),
        ("ordering", ORDERING, ORDER | PARTLY, ["C", "C", "A"], NONE),
        ("ordering", FIRST_GIVEN, {"order": ["A", "C", "B"]} | PARTLY, ["A", "B", "C"], NONE),
        ("hotspot", HOTSPOT, RECT, [10, 40], FULL),
        ("hotspot", HOTSPOT, RECT, [9.999, 40], NONE),
        ("hotspot", HOTSPOT, RECT, [10, 40, 1], NONE),
        ("hotspot", HOTSPOT, RECT, [True, 30], NONE),
        ("hotspot", HOTSPOT, TRIANGLE, [50, 50], FULL),
        ("hotspot", HOTSPOT, TRIANGLE, [50.001, 50], NONE),
        ("hotspot", HOTSPOT, TRIANGLE, [0, 0], FULL),
        ("hotspot", HOTSPOT, HOLLOW, [75, 60], FULL),
        ("hotspot", HOTSPOT, HOLLOW, [30, 60], NONE),
        ("hotspot", HOTSPOT, HOLLOW, [30, 30], FULL),
        ("item_set", *set_of("1", "2"), {"1": "B"}, Decimal(1)),
        ("item_set", *set_of("1", "2"), {"2": "B"}, Decimal(2)),
        ("item_set", *set_of("1", "2"), {"1": ["?"], "2": "B"}, Decimal(2)),
        ("item_set", *set_of("1", "2"), {"3": "B", "2": "B"}, NONE),
        ("item_set", *set_of("1", "2"), ["B", "B"], NONE),
        ("item_set", *set_of("1", "1", "1", name="numeric"), {"2": "12.4"}, Decimal(1)),
    ],
)
def test_an_answer_earns_its_mark(
    name: str, content: dict[str, Any], key: dict[str, Any], answer: Any, mark: Decimal
) -> None:
    assert item_problems(name, content, key) == []
    assert item_type(name).score(content, key, answer, FULL) == mark


def changed(name: str, **values: Any) -> dict[str, Any]:
    return {**RIGHT[name][0], **values}


@pytest.mark.parametrize(
    ("name", "content", "key", "where", "code"),
    [
        ("matching", changed("matching", left=[]), PAIRS, "left", "list_count"),
        ("matching", changed("matching", right=column(x="1", y=" ")), PAIRS, "right.y", ""),
        ("matching", changed("matching", left=column(a="1", b="1")), PAIRS, "left", ""),
        ("matching", changed("matching", left=[{"id": "a b"}] * 2), PAIRS, "left", "list_ids"),
        ("matching", changed("matching", reuse="yes"), PAIRS, "reuse", "reuse_not_said"),
        ("matching", MATCHING, {}, "key", "key_missing"),
        ("matching", MATCHING, {"pairs": [["a", "y"]]}, "left.b", "pair_missing"),
        ("matching", MATCHING, {"pairs": [["a", "y"], ["b", "q"]]}, "key.pairs", "pair_unknown"),
        ("matching", MATCHING, {"pairs": [["a", "y"], ["b", "y"]]}, "key.pairs", ""),
        ("matching", MATCHING, PAIRS | {"policy": "half"}, "key.policy", "policy_unknown"),
        ("ordering", ORDERING, {"order": ["A", "B"]}, "key.order", "order_not_all"),
        ("ordering", ORDERING, {"order": "ABC"}, "key", "key_missing"),
        ("ordering", FIRST_GIVEN, ORDER, "options.A", "fixed_not_in_place"),
        ("hotspot", changed("hotspot", picture="/etc/passwd"), RECT, "picture", "picture_missing"),
        ("hotspot", changed("hotspot", alt=" "), RECT, "alt", "picture_without_alt"),
        ("hotspot", changed("hotspot", width=0), RECT, "picture", "picture_size"),
        ("hotspot", HOTSPOT, {"areas": []}, "key", "key_missing"),
        ("hotspot", HOTSPOT, {"areas": [{"shape": "star"}]}, "key.areas.1", "area_shape"),
        ("hotspot", HOTSPOT, {"areas": [{"shape": "rect", "coords": [1]}]}, "key.areas.1", ""),
        ("hotspot", changed("hotspot", width=20), RECT, "key.areas.1", "area_outside"),
        ("item_set", changed("item_set", parts=[]), {}, "parts", "part_count"),
        ("item_set", *set_of("0"), "parts.1.mark_share", "share_not_a_number"),
        ("item_set", {**set_of("1")[0], "parts": [{"id": "1", "type": "item_set"}]}, {}, "", ""),
        ("item_set", set_of("1")[0], {"parts": {"1": []}}, "parts.1.key", "key_missing"),
    ],
)
def test_a_wrong_item_is_named_with_its_place(
    name: str, content: dict[str, Any], key: dict[str, Any], where: str, code: str
) -> None:
    found = {(each.where, each.code) for each in item_problems(name, content, key)}
    assert any(each[0].startswith(where) and each[1].startswith(code) for each in found), found


@pytest.mark.parametrize(
    "coords", [[10, 10, 10, 40], [0, 0, 50, 50, 100, 100], [10, 10, 0], [10, 10, 20, "x"]]
)
def test_an_area_without_inside_is_refused(coords: list[Any]) -> None:
    shape = {3: "circle", 4: "rect", 6: "poly"}[len(coords)]
    problems = item_problems("hotspot", HOTSPOT, {"areas": [{"shape": shape, "coords": coords}]})
    assert {each.code for each in problems} <= {"area_empty", "area_coords"}
    assert problems


def test_a_right_may_be_used_again_where_the_item_says_so() -> None:
    content = changed("matching", reuse=True)
    key = {"pairs": [["a", "x"], ["b", "x"]]}
    assert item_problems("matching", content, key) == []
    assert item_type("matching").score(content, key, key["pairs"], FULL) == FULL


@given(st.integers(0, 10**6))
def test_a_seat_never_starts_from_the_right_order(seed: int) -> None:
    ordering = item_type("ordering")
    rng = np.random.default_rng(seed)
    assert ordering.seat_orders(ORDERING, ORDER, rng)[""] != ORDER["order"]
    key = {"order": ["A", "C", "B"]}
    assert ordering.seat_orders(FIRST_GIVEN, key, rng)[""] == ["A", "B", "C"]


@pytest.mark.parametrize("name", ["matching", "ordering"])
def test_what_is_sent_to_seats_does_not_stand_as_it_was_typed(name: str) -> None:
    content, _, _ = RIGHT[name]
    column_name = "right" if name == "matching" else "options"
    turned = {**content, column_name: content[column_name][::-1]}
    kind = item_type(name)
    assert kind.seat_content(content) == kind.seat_content(turned)


def test_a_given_place_is_shown_as_given() -> None:
    first = item_type("ordering").seat_content(FIRST_GIVEN)["options"][0]
    assert first == {"id": "A", "content": "1", "fixed": True}


@given(
    st.lists(st.integers(1, 100_000), min_size=1, max_size=20),
    st.integers(0, 100_000).map(lambda units: Decimal(units) / 10_000),
)
def test_the_parts_marks_add_up_to_the_position(shares: list[int], mark: Decimal) -> None:
    content, key = set_of(*(str(Decimal(share) / 100) for share in shares))
    marks = part_marks(content, mark)
    assert sum(marks.values()) == mark
    answer = dict.fromkeys(marks, "B")
    assert part_scores(content, key, answer, mark) == marks
