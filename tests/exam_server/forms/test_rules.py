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
    band_problems,
    counts_by_weight,
    demand_of,
    full_mark,
    read_cells,
    read_importance,
    read_sections,
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


@pytest.mark.parametrize("band", [(None, None), (2.0, None), (2.0, 3.0), (3.0, 3.0)])
def test_a_band_may_be_open_or_a_single_value(band: tuple[float | None, float | None]) -> None:
    assert band_problems(*band) == []


def test_a_band_upside_down_is_refused_with_both_bounds() -> None:
    (problem,) = band_problems(4.0, 3.0)
    assert (problem.code, problem.detail) == ("band_upside_down", {"low": 4.0, "high": 3.0})


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
    sections, _ = read_sections("single | 一 | 3 | 1\nmultiple | 二 | 1 | 2\nsingle | 三 | 4 | 2")
    assert demand_of({"sections": sections}).types == {"single": 7, "multiple": 1}
    assert full_mark({"sections": sections}) == 13


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("essay | 论述 | 2 | 10", "no_such_type"),
        ("single | 单选 | 0 | 1", "line_incomplete"),
        ("single | 单选 | 5 | 0", "line_incomplete"),
        ("single | 单选 | 5 | 0.125", "line_incomplete"),
        ("single | 单选 | 5 | NaN", "line_incomplete"),
        ("single | 单选 | 301 | 1", "too_many_items"),
        ("", "no_sections"),
    ],
)
def test_a_wrong_section_is_named(line: str, code: str) -> None:
    _, problems = read_sections(line)
    assert [problem.code for problem in problems] == [code]


def test_a_wrong_cell_is_named_with_its_line() -> None:
    text = "A | single | 2\n\nQ | single | 1\nA | essay | 1\nA | single | 3\nB | single | x"
    cells, problems = read_cells(text, ["A", "B"])
    assert cells == {("A", "single"): 2}
    assert [(each.where, each.code) for each in problems] == [
        ("cells line 3", "code_unknown"),
        ("cells line 4", "no_such_type"),
        ("cells line 5", "line_repeated"),
        ("cells line 6", "line_incomplete"),
    ]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", {}),
        ("X | 24", {"X": 24}),
        ("50:30:20", {"X": 15, "Y": 9, "Z": 6}),
        ("1：1：1", {"X": 10, "Y": 10, "Z": 10}),
    ],
)
def test_importance_is_read_as_counts_or_as_shares(text: str, counts: dict[str, int]) -> None:
    assert read_importance(text, 30) == (counts, [])


def test_shares_of_nothing_are_no_counts() -> None:
    assert [problem.code for problem in read_importance("0:0:0", 30)[1]] == ["code_unknown"]


def test_a_blueprint_without_weights_shares_nothing_out() -> None:
    counts, problems = counts_by_weight({"A": None}, 10)
    assert (counts, [problem.code for problem in problems]) == ({}, ["no_weights"])


@given(
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=4), min_size=1, max_size=5),
    st.integers(0, MOST_ITEMS),
)
def test_every_tier_gets_its_share_of_the_paper(tree: list[list[int]], total: int) -> None:
    weights: dict[str, Decimal | None] = {}
    for place, children in enumerate(tree):
        weights[f"{place}"] = Decimal(sum(children))
        weights |= {f"{place}-{n}": Decimal(weight) for n, weight in enumerate(children)}
    counts, _ = counts_by_weight(weights, total)
    assert sum(counts.values()) == total
    whole = sum(map(sum, tree))
    for place, children in enumerate(tree):
        got = sum(n for path, n in counts.items() if path.startswith(f"{place}-"))
        assert abs(got - Fraction(sum(children) * total, whole)) < 1


def test_usual_papers_can_be_read_and_total_100_marks() -> None:
    for preset in PRESETS:
        lines = (f"{kind} | 大题 | {count} | {mark}" for kind, count, mark in preset.sections)
        sections, problems = read_sections("\n".join(lines))
        assert problems == []
        assert full_mark({"sections": sections}) == 100
