"""What a paper structure may ask for, and how a shortage is told."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.forms.rules import (
    MOST_ITEMS,
    PRESETS,
    area_problems,
    band_problems,
    cell_problems,
    counts_by_weight,
    demand_of,
    full_mark,
    importance_problems,
    is_in_band,
    section_problems,
    stored_demand,
)
from itembank.shortages import GIVES_WAY
from tests.catalogues import entries

COUNTED = ("type", "area", "cell", "importance")
TOLD = {
    *COUNTED,
    *(kind for kind in GIVES_WAY if kind not in COUNTED),
    *(f"joint_{kind}" for kind in GIVES_WAY if kind in COUNTED),
    "total",
    "time",
}


@pytest.mark.parametrize("band", [(None, None), (2.0, 3.0), (3.0, 3.0)])
def test_a_band_may_be_open_or_a_single_value(band: tuple[float | None, float | None]) -> None:
    assert band_problems(*band) == []


@pytest.mark.parametrize("end", [n / 10 for n in range(10, 51)])
def test_a_mean_at_the_end_of_a_band_lies_in_it(end: float) -> None:
    mean = Fraction(round(end * 10), 10)
    assert is_in_band(mean, [end, 5.0])
    assert is_in_band(mean, [1.0, end])
    assert not is_in_band(mean - Fraction(1, 1000), [end, 5.0])
    assert not is_in_band(mean + Fraction(1, 1000), [1.0, end])


def test_a_band_upside_down_is_refused_with_both_bounds() -> None:
    (problem,) = band_problems(4.0, 3.0)
    assert (problem.code, problem.detail) == ("band_upside_down", {"low": 4.0, "high": 3.0})


@pytest.mark.parametrize(
    ("low", "high", "where"), [(2.0, None, "difficulty_high"), (None, 3.0, "difficulty_low")]
)
def test_half_a_band_is_refused_at_the_missing_end(
    low: float | None, high: float | None, where: str
) -> None:
    assert [(each.where, each.code) for each in band_problems(low, high)] == [(where, "band_half")]


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_kind_of_shortage_has_a_sentence(language: str) -> None:
    sentences = entries(language)
    assert {kind for kind in TOLD if ("error", f"short_{kind}") not in sentences} == set()


def test_a_stored_demand_is_read_back_the_same() -> None:
    stored: dict[str, Any] = {
        "sections": [{"type": "single", "title": "一", "count": 3, "mark": "0.5"}],
        "areas": {"A": 2},
        "cells": [{"area": "A", "type": "single", "count": 1}],
        "importance": {"X": 2},
        "difficulty": [2.0, 3.5],
    }
    demand = demand_of(stored)
    assert demand.types == {"single": 3}
    assert stored_demand(demand, stored["sections"]) == stored


def test_two_sections_of_a_type_ask_for_their_sum() -> None:
    rows = [("single", 3, "1"), ("multiple", 1, "2"), ("single", 4, "2")]
    sections = [{"type": kind, "count": count, "mark": mark} for kind, count, mark in rows]
    assert demand_of({"sections": sections}).types == {"single": 7, "multiple": 1}
    assert full_mark({"sections": sections}) == 13


@pytest.mark.parametrize(
    ("sections", "found"),
    [
        ([("single", 2), ("drawing", 2)], [("sections.1.type", "no_such_type")]),
        ([("single", MOST_ITEMS), ("multiple", 1)], [("sections", "too_many_items")]),
        ([], [("sections", "no_sections")]),
        ([("single", MOST_ITEMS)], []),
    ],
)
def test_a_wrong_section_is_named_with_its_row(
    sections: list[tuple[str, int]], found: list[tuple[str, str]]
) -> None:
    asked = [(kind, count, 0) for kind, count in sections]
    assert [(each.where, each.code) for each in section_problems(asked)] == found


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({"A": 5, "A-A": 2, "A-B": 3, "B": 5}, []),
        ({"A": 4, "A-A": 2, "A-B": 3}, [("areas.A", "below_more_than_above")]),
        ({"A": 6, "B": 5}, [("areas", "counts_more_than_paper")]),
        ({"Q": 1}, [("areas.Q", "code_unknown")]),
    ],
)
def test_counts_per_range_that_no_paper_can_have_are_named(
    counts: dict[str, int], found: list[tuple[str, str]]
) -> None:
    problems = area_problems(counts, ["A", "A-A", "A-B", "B"], 10)
    assert [(each.where, each.code) for each in problems] == found


def test_a_wrong_cell_is_named_with_its_row() -> None:
    cells = [("A", "single"), ("Q", "single"), ("A", "drawing"), ("A", "single")]
    assert [(each.where, each.code) for each in cell_problems(cells, ["A", "B"])] == [
        ("cells.1.area", "code_unknown"),
        ("cells.2.type", "no_such_type"),
        ("cells.3.area", "line_repeated"),
    ]


def test_importance_cannot_ask_for_more_than_the_paper_has() -> None:
    assert importance_problems({"X": 6, "Y": 4}, 10) == []
    problems = importance_problems({"X": 6, "Q": 5}, 10)
    assert [(each.where, each.code) for each in problems] == [
        ("importance.Q", "code_unknown"),
        ("importance", "counts_more_than_paper"),
    ]


def test_a_blueprint_without_weights_shares_nothing_out() -> None:
    assert counts_by_weight({"A": None}, 10) == {}


@given(
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=4), min_size=1, max_size=5),
    st.integers(0, MOST_ITEMS),
)
def test_every_tier_gets_its_share_of_the_paper(tree: list[list[int]], total: int) -> None:
    weights: dict[str, Decimal | None] = {}
    for place, children in enumerate(tree):
        weights[f"{place}"] = Decimal(sum(children))
        weights |= {f"{place}-{n}": Decimal(weight) for n, weight in enumerate(children)}
    counts = counts_by_weight(weights, total)
    assert sum(counts.values()) == total
    whole = sum(map(sum, tree))
    for place, children in enumerate(tree):
        got = sum(n for path, n in counts.items() if path.startswith(f"{place}-"))
        assert abs(got - Fraction(sum(children) * total, whole)) < 1


def test_usual_papers_total_100_marks() -> None:
    for preset in PRESETS:
        assert section_problems([(kind, count, 0) for kind, count, _ in preset.sections]) == []
        rows = [{"count": count, "mark": mark} for _, count, mark in preset.sections]
        assert full_mark({"sections": rows}) == 100
