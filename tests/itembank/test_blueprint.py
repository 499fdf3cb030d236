"""Blueprint checks and sharing out by weight."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.blueprint import AreaFacts, PointFacts, blueprint_problems, items_per_area

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
