"""Blueprint checks and sharing out by weight."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.blueprint import (
    AreaFacts,
    PointFacts,
    blueprint_problems,
    importance_ratio,
    items_per_area,
)

AREAS = [
    AreaFacts("A", "基本要求", Decimal(25)),
    AreaFacts("A-A", "职业道德", Decimal(5)),
    AreaFacts("A-B", "基础知识", Decimal(20)),
    AreaFacts("B", "相关知识", Decimal(75)),
]
POINTS = [PointFacts("A-A", "001", "守则", "X"), PointFacts("A-B", "001", "电路", None)]


def codes(areas: list[AreaFacts], points: list[PointFacts]) -> set[tuple[str, str]]:
    return {(problem.where, problem.code) for problem in blueprint_problems(areas, points)}


def test_a_right_blueprint_has_no_problem() -> None:
    assert codes(AREAS, POINTS) == set()


@pytest.mark.parametrize(
    ("area", "problem"),
    [
        (AreaFacts("A", "again", None), ("A", "area_repeated")),
        (AreaFacts("C-A", "orphan", None), ("C-A", "area_without_parent")),
        (AreaFacts("C", "more", Decimal(1)), ("", "weights_not_100")),
        (AreaFacts("A-C", "more", Decimal(1)), ("A", "weights_not_parent")),
        (AreaFacts("A-A-A-A-A-A-A", "deep", None), ("A-A-A-A-A-A-A", "too_many_tiers")),
    ],
)
def test_a_wrong_range_is_named(area: AreaFacts, problem: tuple[str, str]) -> None:
    assert problem in codes([*AREAS, area], POINTS)


@pytest.mark.parametrize(
    ("point", "problem"),
    [
        (PointFacts("A-A", "001", "again"), ("A-A-001", "point_repeated")),
        (PointFacts("Z", "001", "lost"), ("Z-001", "point_without_area")),
        (PointFacts("A-A", "002", "odd", "W"), ("A-A-002", "importance_unknown")),
    ],
)
def test_a_wrong_point_is_named(point: PointFacts, problem: tuple[str, str]) -> None:
    assert problem in codes(AREAS, [*POINTS, point])


@given(st.lists(st.integers(1, 100), min_size=1, max_size=8), st.integers(0, 200))
def test_sharing_out_loses_no_item_and_stays_near_the_weight(
    weights: list[int], total: int
) -> None:
    named = {str(place): Decimal(weight) for place, weight in enumerate(weights)}
    shared = items_per_area(named, total)
    assert sum(shared.values()) == total
    for name, count in shared.items():
        assert abs(count - named[name] * total / sum(weights)) < 1


def test_the_ratio_counts_the_points_in_a_range_and_below_it() -> None:
    points = [
        PointFacts("A-A", "001", "守则", "X"),
        PointFacts("A-B", "001", "电路", "X"),
        PointFacts("A-B", "002", "磁路", "Z"),
        PointFacts("AB", "001", "不在其下", "Y"),
    ]
    assert importance_ratio(points, "A") == (2, 0, 1)
    assert importance_ratio(points, "A-B") == (1, 0, 1)


@pytest.mark.parametrize(
    ("ratio", "problems"), [((1, 0, 0), set()), ((2, 0, 0), {("A-A", "ratio_not_points")})]
)
def test_a_printed_ratio_that_the_points_do_not_bear_out_is_named(
    ratio: tuple[int, int, int], problems: set[tuple[str, str]]
) -> None:
    areas = [replace(area, ratio=ratio) if area.path == "A-A" else area for area in AREAS]
    assert codes(areas, POINTS) == problems


def test_a_negative_weight_is_named_even_when_the_sum_is_right() -> None:
    areas = [AreaFacts("A", "甲", Decimal(105)), AreaFacts("B", "乙", Decimal(-5))]
    assert codes(areas, []) == {("B", "weight_negative")}


def test_a_point_has_a_code_for_the_whole_blueprint() -> None:
    assert PointFacts("A-A-A", "001", "守则").full_code == "A-A-A-001"


@pytest.mark.parametrize(("weights", "total"), [([0, 0], 5), ([-1, 101], 5), ([50, 50], -1)])
def test_shares_that_mean_nothing_are_a_bug(weights: list[int], total: int) -> None:
    with pytest.raises(ValueError, match="no shares"):
        items_per_area({str(n): Decimal(weight) for n, weight in enumerate(weights)}, total)
