"""Calculations: every draw can be answered, the same seed draws the same, forms differ."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from itembank.drawing import as_asked, drawn, samples
from itembank.items.registry import item_problems, item_type, seat_view

FULL = Decimal("2.5")
FORMULA = '<span data-type="inline-math" data-latex="I=\\frac{U}{{R}}"></span>'
STEM = f"<p>U = {{U}} V, R = {{R}} Ω {FORMULA}</p>"
CONTENT = {
    "stem": STEM,
    "unit": "A",
    "decimals": 2,
    "translations": {"en": {"stem": "<p>{U} V over {R} ohm</p>"}},
}
KEY: dict[str, Any] = {
    "parameters": {"U": {"from": "100", "to": "240", "step": "20"}, "R": ["10", "22", "47"]},
    "formula": "U / R",
    "conditions": ["answer <= 20"],
    "units": [{"unit": "mA", "factor": "0.001"}],
}
numbers = st.integers(-40, 40).map(str)


def test_a_form_asks_with_its_values_and_tells_nothing_of_the_formula() -> None:
    values = drawn("calculation", CONTENT, KEY, np.random.default_rng(5), 0)
    asked = as_asked("calculation", CONTENT, KEY, values)
    u, r = values[""]["U"], values[""]["R"]
    assert asked.type == "numeric"
    assert asked.content["stem"].startswith(f"<p>U = {u} V, R = {r} Ω")
    assert f"\\frac{{U}}{{{r}}}" in asked.content["stem"]
    assert asked.content["translations"]["en"]["stem"] == f"<p>{u} V over {r} ohm</p>"
    shown = seat_view(*asked)
    assert shown["decimals"] == 2
    assert shown["units"] == ["mA"]
    assert "U / R" not in str(shown)


@given(
    formula=st.sampled_from(["U / R", "sqrt(U**2 + R**2)", "U * R - 1/3", "(U + R) / (U - R)"]),
    us=st.lists(numbers, min_size=1, max_size=4, unique=True),
    rs=st.lists(numbers, min_size=1, max_size=4, unique=True),
    decimals=st.integers(0, 4),
    seed=st.integers(0, 2**60),
    turn=st.integers(0, 2**16),
)
def test_the_computed_answer_of_every_draw_earns_the_full_mark(
    formula: str, us: list[str], rs: list[str], decimals: int, seed: int, turn: int
) -> None:
    content = {**CONTENT, "decimals": decimals}
    key = {"parameters": {"U": us, "R": rs}, "formula": formula}
    assume(not item_problems("calculation", content, key))
    values = drawn("calculation", content, key, np.random.default_rng(seed), turn)
    assert drawn("calculation", content, key, np.random.default_rng(seed), turn) == values
    kind, shown, asked_key = as_asked("calculation", content, key, values)
    right = item_type(kind).right_answer(shown, asked_key)
    assert item_problems(kind, shown, asked_key) == []
    assert item_type(kind).score(shown, asked_key, right, FULL) == FULL
    u, r = (float(values[""][name]) for name in "UR")
    exact = {"U / R": lambda: u / r, "U * R - 1/3": lambda: u * r - 1 / 3}.get(formula)
    if exact is not None:
        assert abs(float(right) - exact()) <= 0.5 * 10**-decimals + 1e-9


@given(seed=st.integers(0, 2**60), first=st.integers(65, 80))
def test_forms_of_one_run_draw_different_values_while_there_are_any(seed: int, first: int) -> None:
    turns = range(first, first + 6)
    found = [
        drawn("calculation", CONTENT, KEY, np.random.default_rng(seed), turn) for turn in turns
    ]
    assert len({str(each) for each in found}) == len(found)
    assert all(
        Decimal(each[""]["U"]) / Decimal(each[""]["R"]) <= 20  # what the conditions leave
        for each in found
    )


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"parameters": {"U": ["1"], "R": ["0", "4"]}}, "draws_without_answer", "R = 0, U = 1"),
        ({"formula": "sqrt(R - U)"}, "draws_without_answer", "R = 10, U = 100"),
        ({"most": "15"}, "draws_outside", "R = 10, U = 160 → 16.00"),
        ({"conditions": ["answer > 9999"]}, "draws_none", None),
        ({"formula": "U / X"}, "model_name_unknown", None),
        ({"formula": "__import__('os')"}, "model_expression", None),
        ({"parameters": {"U": {"from": "0", "to": "999", "step": "1"}, "R": ["1", "2"]}},
         "draws_too_many", None),
    ],
)  # fmt: skip
def test_a_formula_that_fails_for_a_possible_draw_is_refused(
    change: dict[str, Any], code: str, named: str | None
) -> None:
    found = {each.code: each for each in item_problems("calculation", CONTENT, {**KEY, **change})}
    assert code in found
    assert named is None or named in str(found[code].detail["values"])
    assert str(found[code].where).startswith("key.")


def test_the_order_in_which_a_store_returns_parameters_changes_nothing() -> None:
    turned = {**KEY, "parameters": dict(reversed(KEY["parameters"].items()))}
    found = [
        drawn("calculation", CONTENT, key, np.random.default_rng(9), 4) for key in (KEY, turned)
    ]
    assert found[0] == found[1]


def test_only_exact_answers_are_drawn_where_the_writer_wants_that() -> None:
    key = {**KEY, "exact_decimals": 1}
    answers = [each.key["value"] for _, each in samples("calculation", CONTENT, key, 20)]
    assert answers
    assert all(answer.endswith("0") for answer in answers)


def test_a_part_of_a_set_is_drawn_with_its_translation() -> None:
    part = {"id": "2", "type": "calculation", "mark_share": "1", **CONTENT}
    said = part.pop("translations")
    whole = {
        "stem": "<p>One motor.</p>",
        "parts": [part],
        "translations": {"en": {"parts": [{"id": "2", **said["en"]}]}},
    }
    key = {"parts": {"2": KEY}}
    assert item_problems("item_set", whole, key) == []
    values = drawn("item_set", whole, key, np.random.default_rng(3), 1)
    asked = as_asked("item_set", whole, key, values)
    assert item_problems(*asked) == []
    assert "U = {U}" not in str(asked)
    right = item_type("item_set").right_answer(asked.content, asked.key)
    assert item_type("item_set").score(asked.content, asked.key, right, FULL) == FULL
