"""Whole papers: order does not matter, and no answer whatever can stop the marking."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.items.registry import TYPES, item_problems, item_type, seat_view
from itembank.shuffle import item_order, option_order
from tests.items import LETTERS, RIGHT, choice, earned

FULL = Decimal("0.5")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from("AB1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
KEYS = ["correct", "value", "tolerance", "blanks", "pairs", "order", "areas", "parts", "policy"]
FIELDS = ["stem", "options", "left", "right", "reuse", "picture", "alt", "width", "parts", "unit"]
FIELDS += ["blanks", "id", "type", "mark_share", "translations", "height"]
few = st.none() | st.booleans() | st.integers(-1, 3) | st.text(max_size=3) | st.just([])
row = st.fixed_dictionaries({"id": few | st.just("A"), "content": few, "type": few}) | few
rows = st.lists(row, max_size=3) | st.dictionaries(st.text(max_size=2), few, max_size=2)
odd = st.lists(st.tuples(st.sampled_from(FIELDS), few | rows), max_size=2).map(dict)
papers = st.lists(
    st.tuples(st.integers(2, 8), st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7))),
    min_size=1,
    max_size=12,
)


def test_there_is_an_example_of_every_type() -> None:
    assert set(RIGHT) == set(TYPES)


@pytest.mark.parametrize("name", sorted(RIGHT))
@given(answer=anything)
def test_whatever_is_sent_earns_between_nothing_and_the_full_mark(name: str, answer: Any) -> None:
    content, key, _ = RIGHT[name]
    kind = item_type(name)
    mark = earned(name, content, key, answer, FULL)
    assert 0 <= mark <= FULL
    if answer is None or kind.answer_problem(content, answer):
        assert mark == 0
        assert kind.score(content, key, answer, FULL) == 0


@pytest.mark.parametrize("name", sorted(RIGHT))
@given(key=st.dictionaries(st.sampled_from(KEYS), anything))
def test_a_key_without_problems_can_be_marked_by(name: str, key: dict[str, Any]) -> None:
    content, _, answer = RIGHT[name]
    kind = item_type(name)
    if not kind.content_problems(content, key):
        assert 0 <= earned(name, content, key, answer, FULL) <= FULL


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_the_right_answer_to_a_right_item_earns_the_full_mark(name: str) -> None:
    content, key, answer = RIGHT[name]
    kind = item_type(name)
    assert kind.content_problems(content, key) == []
    assert kind.answer_problem(content, answer) is None
    assert earned(name, content, key, answer, FULL) == FULL
    assert kind.score(content, key, None, FULL) == 0
    right = kind.right_answer(content, key)
    assert earned(name, content, key, right, FULL) == FULL


@pytest.mark.parametrize("name", sorted(RIGHT))
@settings(max_examples=40)
@given(content=odd, key=few | rows)
def test_content_of_any_shape_is_judged_and_what_passes_can_be_shown(
    name: str, content: dict[str, Any], key: Any
) -> None:
    right, right_key, answer = RIGHT[name]
    mixed = {**right, **content}
    if not item_problems(name, mixed, right_key):
        seat_view(name, mixed)
        earned(name, mixed, right_key, answer, FULL)
    if isinstance(key, dict):
        item_problems(name, content, key)


@pytest.mark.parametrize("name", sorted(RIGHT))
@given(seed=st.integers(0, 10**6))
def test_a_seats_order_holds_the_same_ids_and_earns_the_same(name: str, seed: int) -> None:
    content, key, answer = RIGHT[name]
    kind = item_type(name)
    orders = kind.seat_orders(content, key, np.random.default_rng(seed))
    parts = {part["id"]: part for part in content.get("parts", [])}
    for part, order in orders.items():
        shown = parts.get(part, content)
        shuffled = shown["right"] if "right" in shown else shown["options"]
        assert sorted(order) == sorted(each["id"] for each in shuffled)
        shuffled = [next(each for each in shuffled if each["id"] == one) for one in order]
        place = "right" if "right" in shown else "options"
        parts[part] = {**shown, place: shuffled}
    if parts:
        content = parts.get("", {**content, "parts": list(parts.values())})
    assert earned(name, content, key, answer, FULL) == FULL


@given(papers, st.integers(0, 10**6))
def test_a_permuted_paper_scores_the_same(
    paper: list[tuple[int, set[int], set[int]]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    kind = item_type("multiple")
    items = [
        (choice(size), *([LETTERS[n] for n in sorted(some) if n < size] for some in (key, answer)))
        for size, key, answer in paper
    ]
    plain = [kind.score(content, {"correct": key}, given_, FULL) for content, key, given_ in items]
    shown = []
    for position in item_order([range(len(items))], rng):
        content, key, given_ = items[position]
        order = option_order(content["options"], rng)
        options = [{**content["options"][LETTERS.index(each)]} for each in order]
        clicked = [each for each in order if each in given_]
        content = {**content, "options": options}
        shown.append(kind.score(content, {"correct": key}, clicked, FULL))
    assert sum(shown) == sum(plain)


@pytest.mark.parametrize(
    "content", [choice(3, is_fixed=True), choice(2), {**choice(2), "options": []}]
)
def test_a_judgement_has_two_options_that_keep_their_places(content: dict[str, Any]) -> None:
    problems = item_type("true_false").content_problems(content, {"correct": ["A"]})
    assert "options_not_judgement" in {problem.code for problem in problems}


@pytest.mark.parametrize("key", [{}, {"correct": None}, {"correct": "A"}])
def test_a_key_that_is_no_list_is_missing(key: dict[str, Any]) -> None:
    problems = item_type("single").content_problems(choice(4), key)
    assert [problem.code for problem in problems] == ["key_missing"]
