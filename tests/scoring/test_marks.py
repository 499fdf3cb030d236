"""Marking policies: exact, and out of the reach of odd answers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.blanks import match_texts
from scoring.marks import match_set, read_number
from scoring.quantities import match_number

FULL = Decimal("0.5")
NONE = Decimal(0)
letters = st.sets(st.sampled_from("ABCDEFGH"))


@given(letters, letters)
def test_exactly_the_keyed_options_earn_the_mark(given_: set[str], key: set[str]) -> None:
    is_right = bool(given_) and given_ == key
    assert match_set(sorted(given_), sorted(key, reverse=True), FULL) == (FULL if is_right else 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "twelve",
        "NaN",
        "sNaN",
        "Infinity",
        "1_000",
        "1,000",
        "1e",
        "1e999",
        "9.99999999999999999999999999999E+999999",
        "1" * 101,
        "٣",
        "--1",
        ".",
    ],
)
def test_what_nobody_types_as_a_number_is_none(text: str) -> None:
    assert read_number(text) is None
    assert match_number(text, Decimal(1), Decimal(1), FULL) == NONE


@pytest.mark.parametrize(
    ("text", "number"),
    [("１２．５", "12.5"), ("−3", "-3"), (" +.5 ", "0.5"), ("5.", "5"), ("1E3", "1000")],
)
def test_numbers_are_read_as_people_type_them(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@given(
    value=st.decimals(-1000, 1000, places=4),
    tolerance=st.decimals(0, 10, places=4),
    is_relative=st.booleans(),
)
def test_a_tolerance_includes_its_bounds_and_nothing_beyond(
    *, value: Decimal, tolerance: Decimal, is_relative: bool
) -> None:
    width = tolerance * abs(value) if is_relative else tolerance

    def earned(number: Decimal) -> Decimal:
        return match_number(f"{number:f}", value, tolerance, FULL, is_relative=is_relative)

    least = Decimal("0.000000001")
    assert earned(value + width) == earned(value - width) == FULL
    assert earned(value + width + least) == earned(value - width - least) == NONE


def test_a_tolerance_is_exact_past_the_usual_precision() -> None:
    just_beyond = "1.1" + "0" * 60 + "1"
    assert match_number(just_beyond, Decimal(1), Decimal("0.1"), FULL) == NONE
    assert match_number("1.1" + "0" * 60, Decimal(1), Decimal("0.1"), FULL) == FULL


def test_an_empty_text_fills_no_blank_even_if_the_key_lists_one() -> None:
    assert match_texts({"1": " "}, {"1": ["volt", "", " "]}, FULL) == NONE
    assert match_texts({}, {"1": [""]}, FULL) == NONE
    assert match_texts({}, {}, FULL) == NONE


@pytest.mark.parametrize(
    ("text", "is_case_sensitive", "mark"),
    [
        ("ｋＷ·ｈ", False, FULL),
        ("  kW·h ", True, FULL),
        ("KW·H", False, FULL),
        ("KW·H", True, NONE),
    ],
)
def test_width_spaces_and_case(*, text: str, is_case_sensitive: bool, mark: Decimal) -> None:
    given_ = {"1": text}
    found = match_texts(given_, {"1": ["kW·h"]}, FULL, is_case_sensitive=is_case_sensitive)
    assert found == mark


@given(st.integers(1, 8), st.data())
def test_another_right_blank_never_lowers_the_mark(n_blanks: int, data: st.DataObject) -> None:
    accepted = {str(blank): ["right"] for blank in range(n_blanks)}
    n_right = data.draw(st.integers(0, n_blanks))
    marks = [
        match_texts({str(blank): "right" for blank in range(count)}, accepted, FULL)
        for count in (max(n_right - 1, 0), n_right, n_blanks)
    ]
    assert marks == sorted(marks)
    assert marks[-1] == FULL
