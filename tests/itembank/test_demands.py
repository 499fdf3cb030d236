"""Demands as data: what they refuse, how often a point may repeat, who is whose enemy."""

import pytest

from itembank.demands import Demand, PoolItem, point_limits, rows_of


def item(name: str, area: str = "A", point: str = "", kind: str = "single") -> PoolItem:
    return PoolItem(name, kind, area, f"{area}-{point or name}", importance="X")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"types": {"single": -1}}, "negative"),
        ({"types": {"single": 2}, "areas": {"A": -1}}, "negative"),
        ({"types": {"single": 2}, "difficulty": (4.0, 3.0)}, "upside down"),
        ({"types": {"single": 2}, "max_use_per_item": 0}, "without use"),
    ],
)
def test_a_demand_that_means_nothing_is_a_bug(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Demand(**given)  # type: ignore[arg-type]  # one table for all fields


def test_a_point_stands_once_where_the_points_suffice() -> None:
    pool = [item(f"i{n}", point=str(n % 3)) for n in range(9)]
    assert set(point_limits(pool, Demand({"single": 3})).values()) == {1}


@pytest.mark.parametrize(("count", "limit"), [(3, 1), (4, 2), (6, 2), (7, 3)])
def test_points_repeat_as_evenly_as_the_count_allows(count: int, limit: int) -> None:
    pool = [item(f"i{n}", point=str(n % 3)) for n in range(9)]
    assert set(point_limits(pool, Demand({"single": count})).values()) == {limit}


def test_only_the_range_that_lacks_points_may_repeat_them() -> None:
    pool = [item(f"a{n}", "A", "1") for n in range(4)]
    pool += [item(f"b{n}", "B") for n in range(4)]
    limits = point_limits(pool, Demand({"single": 4}, {"A": 2, "B": 2}))
    assert limits.pop("A-1") == 2
    assert set(limits.values()) == {1}


def test_what_a_named_range_leaves_to_the_rest_counts_for_the_rest() -> None:
    # 6 from A, 2 of them from A-B: the other 4 must come from the 2 points outside A-B.
    pool = [item(f"b{n}", "A-B") for n in range(5)]
    pool += [item(f"c{n}", "A-C", str(n % 2)) for n in range(6)]
    limits = point_limits(pool, Demand({"single": 6}, {"A": 6, "A-B": 2}))
    assert (limits["A-C-0"], limits["A-C-1"], limits["A-B-b0"]) == (2, 2, 1)


def test_points_of_a_rare_type_may_repeat_for_it() -> None:
    pool = [item(f"s{n}") for n in range(10)]
    pool += [item(f"m{n}", point="m", kind="multiple") for n in range(3)]
    assert point_limits(pool, Demand({"single": 4, "multiple": 2}))["A-m"] == 2


@pytest.mark.parametrize("named", [{"i0": "i1"}, {"i1": "i0"}, {"i0": "i1", "i1": "i0"}])
def test_enemies_are_one_row_whoever_names_the_other(named: dict[str, str]) -> None:
    pool = [
        PoolItem(
            f"i{n}", "single", "A", f"A-{n}", enemies=frozenset(named.get(f"i{n}", "").split())
        )
        for n in range(3)
    ]
    rows = [row for row in rows_of(pool, Demand({"single": 2})) if row.kind == "enemies"]
    assert [(row.name, row.high, row.coefficients.tolist()) for row in rows] == [
        ("i0 i1", 1, [1, 1, 0])
    ]


def test_enemies_outside_the_pool_are_no_matter() -> None:
    pool = [PoolItem("i0", "single", "A", "A-0", enemies=frozenset({"gone", "i0"}))]
    assert not [row for row in rows_of(pool, Demand({"single": 1})) if row.kind == "enemies"]


def test_a_range_holds_what_lies_below_it_and_not_its_namesakes() -> None:
    pool = [item("i0", "A"), item("i1", "A-B"), item("i2", "AB")]
    rows = {row.name: row for row in rows_of(pool, Demand({"single": 1}, {"A": 1}))}
    assert rows["A"].coefficients.tolist() == [1, 1, 0]
