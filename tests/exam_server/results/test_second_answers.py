"""Both computations give every answer the same mark; where the first errs, the second says so."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_server.results.second.arithmetic import nearest, shares
from exam_server.results.second.deciding import Marker
from exam_server.results.second.facts import Asked
from exam_server.results.second.formulas import NotReadError, key_for
from exam_server.results.second.own_modules import mark_by_own_module
from itembank import drawn_values
from itembank.expressions import NoValueError, Value, read_expression, rounded_half_up
from itembank.items import choices, hotspot, matching, numeric, ordering, text_entry
from scoring import blanks
from scoring.composite import Rounding, rounded
from scoring.marks import split_mark
from tests.answered import MAKERS, Case, case_of, first, second
from tests.items import CALCULATION, CALCULATION_KEY, RIGHT

MARKS = st.decimals(min_value="0.1", max_value="60", places=2)
FRACTIONS = st.decimals(min_value=0, max_value=100, places=4)


def cases(n: int, *kinds: str) -> list[Case]:
    rng = Random(2026)  # noqa: S311 - the same answers in every run
    return [case_of(rng.choice(kinds or sorted(MAKERS)), rng) for _ in range(n)]


def check(n: int) -> None:
    assert sorted(MAKERS) == sorted(RIGHT), "a type without random answers"
    earned = set()
    for case in cases(n):
        found = second(case)
        assert found == first(case), case
        earned.add((case.type, found is not None and found > 0, found == Fraction(case.full)))
    whole = {kind for kind, is_some, is_full in earned if is_some and is_full}
    nothing = {kind for kind, is_some, _ in earned if not is_some}
    assert whole == nothing == set(MAKERS)


def test_random_answers_earn_the_same_by_both() -> None:
    check(2_000)


@pytest.mark.long
def test_twenty_thousand_random_answers_earn_the_same_by_both() -> None:
    check(20_000)


def closed_ends(number: Any, least: Any, most: Any, *, is_open: Any) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def half_even(value: Value, decimals: int) -> Decimal:
    told = Decimal(value.number.numerator) / Decimal(value.number.denominator)
    return told.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def in_order_only(given: Any, accepted: Any, _groups: Any = (), **more: Any) -> int:
    return blanks.n_right(given, accepted, (), **more)


def strict_bounds(given: str, value: Any, tolerance: Any, full: Decimal, **more: Any) -> Decimal:
    wide = numeric.read_quantity(given, more["factors"])
    width = Fraction(tolerance) * (abs(Fraction(value)) if more["is_relative"] else 1)
    is_in = wide is not None and (abs(wide - Fraction(value)) < width or wide == value)
    return full if is_in else Decimal(0)


def always_part(*told: Any, **more: Any) -> Decimal:
    return matching_pairs(*told, **{**more, "is_partial": True})


def with_given_away(*told: Any, **more: Any) -> Decimal:
    return ordering_order(*told, **{**more, "given_away": ()})


n_right, matching_pairs, ordering_order = (
    blanks.n_right,
    matching.match_pairs,
    ordering.match_order,
)


@pytest.mark.parametrize(
    ("kind", "module", "name", "fault"),
    [
        ("numeric", numeric, "lies_between", closed_ends),
        ("numeric", numeric, "match_number", strict_bounds),
        ("numeric", numeric, "folded_unit", lambda unit: "".join(unit.split()).casefold()),
        ("numeric", numeric, "read_factor", lambda _: Fraction(1)),
        ("calculation", drawn_values, "rounded_half_up", half_even),
        ("text_entry", text_entry, "match_texts", lambda *a, **m: blanks.match_texts(*a[:3], **m)),
        ("matching", matching, "match_pairs", always_part),
        ("ordering", ordering, "match_order", with_given_away),
        ("multiple", choices, "full_points", lambda points, **_: max(points.values())),
        (
            "hotspot",
            hotspot,
            "match_area",
            lambda at, areas, full: full if at[0] < 200 else 0 * full,
        ),
    ],
)
def test_a_fault_in_a_type_is_found_by_some_answer(
    kind: str, module: Any, name: str, fault: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = cases(600, kind)
    monkeypatch.setattr(module, name, fault)
    assert any(second(case) != first(case) for case in some)


EXPRESSIONS = st.recursive(
    st.sampled_from(["U", "R", "pi", "2", "0.5", "10"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", "-", "*", " / ", "**"]), inner).map("".join),
        inner.map(lambda each: f"({each})"),
        inner.map(lambda each: f"-{each}"),
        inner.map(lambda each: f"sqrt({each})"),
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(EXPRESSIONS, st.integers(0, 6))
def test_both_read_every_formula_alike(text: str, decimals: int) -> None:
    values = {"U": "12", "R": "2.5"}
    exact = {**{name: Fraction(each) for name, each in values.items()}, "pi": Fraction("3.14")}
    try:
        expected = rounded_half_up(read_expression(text).value(exact), decimals)
    except NoValueError:
        return
    try:
        found = key_for({"decimals": decimals}, {"formula": text}, values)["value"]
    except NotReadError:  # a power that only rounding makes whole is left to the type's own module
        assert "sqrt" in text
        return
    assert Decimal(found) == expected


def test_the_same_item_in_forms_of_other_values_is_marked_by_each_form_s_own() -> None:
    marker = Marker(mark_by_own_module)
    for ohms, mark in (("4", 2), ("2", 0)):
        asked = Asked(
            1,
            1,
            "I1",
            "calculation",
            CALCULATION,
            (CALCULATION_KEY,),
            Fraction(2),
            drawn={"": {"U": "12", "R": ohms}},
        )
        assert marker.mark(asked, '"3"', {}) == mark
    assert marker.unknown == {}


def test_what_the_rules_do_not_know_is_marked_by_its_own_module_and_told() -> None:
    content, key, _ = RIGHT["numeric"]
    newer = {**content, "sign": "±"}
    marker = Marker(mark_by_own_module)
    asked = Asked(1, 1, "I1", "numeric", newer, (key,), Fraction(2))
    assert marker.mark(asked, '"12.5"', {}) == 2
    drawn = {"": {"U": "12", "R": "4"}}
    newer = {**CALCULATION_KEY, "formula": "U / R * 2**(R - 4)**0.5"}  # a power that is no number
    asked = Asked(1, 2, "I2", "calculation", CALCULATION, (newer,), Fraction(2), drawn=drawn)
    assert asked.ready == (None,)
    assert marker.unknown == {"numeric": 1}


@given(FRACTIONS, st.sampled_from(["half_up", "half_even", "down"]), st.integers(0, 4))
def test_both_round_alike(value: Decimal, mode: str, decimals: int) -> None:
    assert nearest(Fraction(value), mode, decimals) == rounded(value, Rounding(mode, decimals))


@given(MARKS, st.lists(st.integers(1, 30), min_size=1, max_size=9))
def test_both_split_marks_alike(mark: Decimal, weights: list[int]) -> None:
    found = split_mark(mark, [Decimal(each) for each in weights])
    assert shares(Fraction(mark), [Fraction(each) for each in weights]) == list(
        map(Fraction, found)
    )
