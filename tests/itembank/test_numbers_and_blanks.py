"""Numbers with units and ranges; blanks of free order, and all or nothing."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.items.registry import item_problems, item_type
from scoring.blanks import n_right

FULL = Decimal(2)
VOLT = {"stem": "<p>U?</p>", "unit": "V"}
UNITS = {
    "value": "1200",
    "tolerance": "0",
    "units": [{"unit": "kV", "factor": "1000"}, {"unit": "mV", "factor": "1/1000"}],
}


def ranged(least: str, most: str, ends: str) -> dict[str, Any]:
    return {"tolerance_mode": "range", "least": least, "most": most, "open": ends}


@pytest.mark.parametrize(
    ("key", "answer", "is_right"),
    [
        (UNITS, "1200", True),
        (UNITS, "1.2 kV", True),
        (UNITS, "１．２ｋＶ", True),
        (UNITS, "1200 V", True),
        (UNITS, "1200000mV", True),
        (UNITS, "1.2", False),
        (UNITS, "1.2 KV", False),
        (UNITS, "1.2 MV", False),
        ({"value": "1200", "tolerance": "0"}, "1200 V", False),
        (ranged("3", "5", ""), "3", True),
        (ranged("3", "5", "least"), "3", False),
        (ranged("3", "5", "most"), "5", False),
        (ranged("3", "5", "both"), "4.999", True),
        (ranged("3", "", ""), "1e9", True),
        (ranged("", "-2", "most"), "−2", False),
    ],
)
def test_a_number_is_read_with_its_unit_and_judged_by_its_range(
    key: dict[str, Any],
    answer: str,
    is_right: bool,  # noqa: FBT001 - a case of the table
) -> None:
    assert item_problems("numeric", VOLT, key) == []
    assert item_type("numeric").score(VOLT, key, answer, FULL) == (FULL if is_right else 0)
    right = item_type("numeric").right_answer(VOLT, key)
    assert item_type("numeric").score(VOLT, key, right, FULL) == FULL


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (ranged("", "", ""), "range_without_end"),
        (ranged("5", "3", ""), "range_empty"),
        (ranged("3", "3", "most"), "range_empty"),
        (ranged("x", "3", ""), "key_not_a_number"),
        ({**UNITS, "units": [{"unit": "V", "factor": "1"}]}, "unit_wrong"),
        ({**UNITS, "units": [{"unit": "kV", "factor": "0"}]}, "unit_worth"),
    ],
)
def test_a_wrong_range_or_unit_is_named(key: dict[str, Any], code: str) -> None:
    assert code in {each.code for each in item_problems("numeric", VOLT, key)}


METALS = {
    "stem": "".join(f'<span data-type="blank" data-blank="{n}"></span>' for n in "123"),
    "blanks": [{"id": n} for n in "123"],
}
FREE = {"blanks": {"1": ["Cu"], "2": ["Ag", "silver"], "3": ["Al"]}, "groups": [["1", "2"]]}


@pytest.mark.parametrize(
    ("more", "answer", "mark"),
    [
        ({}, {"1": "ag", "2": "Cu", "3": "Al"}, FULL),
        ({}, {"1": "Ag", "2": "silver", "3": "Al"}, Decimal("1.3333")),
        ({}, {"1": "Al", "2": "Cu", "3": "Ag"}, Decimal("0.6666")),
        ({"whole": True}, {"1": "Ag", "2": "Cu", "3": "Al"}, FULL),
        ({"whole": True}, {"1": "Ag", "2": "Cu", "3": "Zn"}, Decimal(0)),
    ],
)
def test_blanks_of_a_group_may_change_places(
    more: dict[str, Any], answer: dict[str, str], mark: Decimal
) -> None:
    key = {**FREE, **more}
    assert item_problems("text_entry", METALS, key) == []
    assert item_type("text_entry").score(METALS, key, answer, FULL) == mark


@pytest.mark.parametrize(
    "groups", [[["1"]], [["1", "9"]], [["1", "2"], ["2", "3"]], "12", [[[], 1]]]
)
def test_a_group_names_blanks_of_the_stem_each_once(groups: Any) -> None:
    found = item_problems("text_entry", METALS, {**FREE, "groups": groups})
    assert [each.code for each in found] == ["blank_groups"]


letters = st.sampled_from("abc")


@given(
    accepted=st.lists(st.sets(letters, min_size=1), min_size=2, max_size=4),
    typed=st.lists(letters, min_size=4, max_size=4),
)
def test_the_count_is_the_best_of_all_assignments(
    accepted: list[set[str]], typed: list[str]
) -> None:
    names = [str(n) for n in range(len(accepted))]
    given_ = dict(zip(names, typed, strict=False))
    best = max(
        sum(
            given_[blank] in accepted[int(other)] for blank, other in zip(names, order, strict=True)
        )
        for order in permutations(names)
    )
    assert n_right(given_, dict(zip(names, accepted, strict=True)), [names]) == best
