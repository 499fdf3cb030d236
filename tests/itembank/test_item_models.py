"""Item models: exact answers, safe expressions, values that suit."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.expressions import (
    NoValueError,
    UnreadableExpressionError,
    Value,
    read_condition,
    read_expression,
    rounded_half_up,
)
from itembank.item_model_reading import read_model
from itembank.item_models import ItemModel, ModelItem, expand
from itembank.items.registry import item_problems, item_type
from tests.items import LETTERS

OHM: dict[str, Any] = {
    "stem": r"电压为 {U} V，电阻为 {R} Ω，$I = \frac{U}{R}$，求 I（保留两位小数）。",
    "translations": {"en": {"stem": "{U} V across {R} ohm: find the current."}},
    "parameters": {"U": {"from": "10", "to": "400", "step": "10"}, "R": ["22", "33", "47"]},
    "answer": "U / R",
    "unit": "A",
    "tolerance": "0.01",
    "explanation": "I = {U}/{R} = {answer} A",
}


def model(**changes: Any) -> ItemModel:
    read = read_model({**OHM, **changes})
    assert read.problems == []
    assert read.model is not None
    return read.model


def items(n: int = 10, seed: int = 1, **changes: Any) -> list[ModelItem]:
    return expand(model(**changes), np.random.default_rng(seed), n)


def problems(**changes: Any) -> set[tuple[str, str]]:
    return {(each.where, each.code) for each in read_model({**OHM, **changes}).problems}


def value(text: str, **values: str) -> Fraction:
    exact = {name: Fraction(number) for name, number in values.items()}
    return read_expression(text).value(exact).number


def test_every_item_is_right_in_itself_and_different() -> None:
    made = items(30)
    assert len({tuple(item.values.values()) for item in made}) == 30
    for item in made:
        assert item_problems("numeric", item.content, item.key) == []
        exact = Fraction(item.values["U"]) / Fraction(item.values["R"])
        assert abs(Fraction(item.key["value"]) - exact) <= Fraction(1, 200)
        numeric = item_type("numeric")
        answer = numeric.right_answer(item.content, item.key)
        assert numeric.score(item.content, item.key, answer, Decimal(1)) == 1


def test_values_stand_in_every_language_and_not_in_latex_arguments() -> None:
    (item,) = items(1, parameters={"U": ["220"], "R": ["44"]})
    assert r'data-latex="I = \frac{U}{R}"' in item.content["stem"]
    assert "电压为 220 V，电阻为 44 Ω" in item.content["stem"]
    english = item.content["translations"]["en"]["stem"]
    assert english == "<p>220 V across 44 ohm: find the current.</p>"
    assert item.explanation == "I = 220/44 = 5.00 A"


def test_a_value_inside_a_formula_is_taken() -> None:
    stem = r"$U = {U}\,\mathrm{V}$, $R_{R} = {R}$"
    (item,) = items(1, stem=stem, translations={}, parameters={"U": ["220"], "R": ["44"]})
    assert r"U = 220\,\mathrm{V}" in item.content["stem"]
    assert "R_{R} = 44" in item.content["stem"]


def test_the_same_seed_gives_the_same_items() -> None:
    assert items(5, seed=7) == items(5, seed=7)
    assert items(5, seed=7) != items(5, seed=8)


def test_no_more_items_than_there_are_values() -> None:
    assert len(items(10, parameters={"U": ["10", "20"], "R": ["5"]})) == 2
    assert items(10, conditions=["U < 0"]) == []


def test_large_domains_are_drawn_from() -> None:
    wide = {"from": "0.001", "to": "9.999", "step": "0.001"}
    made = items(50, parameters={"U": wide, "R": wide})
    assert len({tuple(item.values.values()) for item in made}) == 50


def test_values_that_divide_by_zero_or_are_ugly_are_left_out() -> None:
    made = items(100, parameters={"U": ["1", "3", "10"], "R": ["0", "3", "4"]}, exact_decimals=2)
    found = {(item.values["U"], item.values["R"]) for item in made}
    assert found == {(1, 4), (3, 3), (3, 4), (10, 4)}
    small = items(100, conditions=["1 <= answer < 2", "R != 47"])
    assert small
    assert all(1 <= item.values["U"] / item.values["R"] < 2 for item in small)


def test_rounding_is_exact_where_floats_are_not() -> None:
    assert value("0.1 + 0.2") == Fraction(3, 10)
    assert rounded_half_up(Value(value("2.675 * 1")), 2) == Decimal("2.68")
    assert rounded_half_up(Value(value("1 / 3")), 8) == Decimal("0.33333333")
    assert value("(0 - 2) ** (0 - 2)") == Fraction(1, 4)


def test_roots_are_exact_or_right_to_fifty_digits() -> None:
    assert value("sqrt(2.25)") == Fraction(3, 2)
    assert abs(value("sqrt(2)") ** 2 - 2) < Fraction(1, 10**50)
    with pytest.raises(NoValueError):
        rounded_half_up(read_expression("sqrt(2) * sqrt(2) / 8").value({}), 1)


def test_pi_has_the_digits_the_stem_states() -> None:
    changes = {"stem": "{U} {R} π={pi}", "translations": {}, "answer": "2 * pi * U / R * R"}
    (item,) = items(1, pi="3.1416", parameters={"U": ["5"], "R": ["1"]}, **changes)
    assert item.key["value"] == "31.42"
    assert "π=3.1416" in item.content["stem"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "U +",
        "__import__('os')",
        "U.real",
        "(lambda: 1)()",
        "[1][0]",
        "'a' * 9",
        "1 if U else 2",
        "U and R",
        "U // R",
        "U % R",
        "1e9",
        "0x10",
        "1_000",
        "True",
        "2j",
        "abs(U)",
        "sqrt(1, 2)",
        "sqrt(x=1)",
        "U := 3",
        "１ + 1",
        "(" * 200 + "1" + ")" * 200,
        "-" * 290 + "1",
        "1" * 40,
        "U < R",
        "f'{U}'",
    ],
)
def test_whatever_is_not_arithmetic_is_unreadable(text: str) -> None:
    if text.startswith("-"):
        assert value(text) == 1
        return
    with pytest.raises(UnreadableExpressionError):
        read_expression(text)


@pytest.mark.parametrize(
    "text", ["1 / 0", "sqrt(0 - 1)", "2 ** 13", "2 ** 0.5", "0 ** (0 - 1)", "9**12**12"]
)
def test_what_has_no_value_says_so_and_takes_no_time(text: str) -> None:
    with pytest.raises(NoValueError):
        value(text)


def test_numbers_in_between_cannot_grow_without_end() -> None:
    text = "(((9**12)**12)**12)**12"
    with pytest.raises(NoValueError):
        value(text)


@given(st.text(alphabet="U0123456789.+-*/() sqrt,<=[]'\"" + LETTERS, max_size=40))
def test_no_text_does_more_than_give_a_number_or_be_refused(text: str) -> None:
    values = {letter: Fraction(2) for letter in LETTERS} | {"U": Fraction(3)}
    try:
        expression = read_expression(text)
        if expression.names <= set(values):
            assert isinstance(expression.value(values).number, Fraction)
    except (UnreadableExpressionError, NoValueError):
        pass
    try:
        condition = read_condition(text)
        if condition.names <= set(values):
            condition.holds(values)
    except (UnreadableExpressionError, NoValueError):
        pass


@pytest.mark.parametrize(
    ("changes", "where", "code"),
    [
        ({"stem": ""}, "stem", "stem_empty"),
        ({"stem": "{U} only"}, "stem", "model_not_shown"),
        ({"parameters": {}}, "parameters", "model_parameters"),
        ({"parameters": {"pi": ["1"]}}, "parameters.pi", "model_name"),
        ({"parameters": {"U": ["x"]}}, "parameters.U", "model_domain"),
        ({"parameters": {"U": {"from": "2", "to": "1", "step": "1"}}}, "parameters.U", ""),
        ({"parameters": {"U": {"from": "0", "to": "1", "step": "0"}}}, "parameters.U", ""),
        ({"parameters": {"U": {"from": "0", "to": "1e9", "step": "1"}}}, "parameters.U", ""),
        ({"answer": "U / X"}, "answer", "model_name_unknown"),
        ({"answer": "U //"}, "answer", "model_expression"),
        ({"conditions": ["U"]}, "conditions.1", "model_condition"),
        ({"conditions": ["X > 1"]}, "conditions.1", "model_name_unknown"),
        ({"tolerance": "-1"}, "tolerance", "model_number"),
        ({"decimals": 99}, "decimals", "model_decimals"),
        ({"tolerance_mode": "some"}, "tolerance_mode", "tolerance_mode"),
        ({"translations": {"en": {"stem": "{U} only"}}}, "translations.en.stem", ""),
    ],
)
def test_what_is_wrong_with_a_model_is_named(
    changes: dict[str, Any], where: str, code: str
) -> None:
    assert any(each[0] == where and each[1].startswith(code) for each in problems(**changes))


anything: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*OHM, "pi", "conditions", "exact_decimals"]), anything))
def test_data_of_any_shape_is_read_or_refused(data: dict[str, Any]) -> None:
    read = read_model({**OHM, **data})
    assert (read.model is None) == bool(read.problems)
    if read.model is not None:
        expand(read.model, np.random.default_rng(1), 2)
