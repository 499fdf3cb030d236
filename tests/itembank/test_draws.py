"""How many papers a bank carries: against a programme that chooses every item of every paper."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from itembank.demands import Demand, PoolItem, point_limits, rows_of
from itembank.draws import MOST_PAPERS, Draw, Stack, simulate

TYPES, AREAS = ("single", "multiple"), ("A-A", "A-B", "B")


def can_make(stacks: Sequence[Stack], demand: Demand, papers: int, most_uses: int) -> bool:
    """Say whether so many papers exist, with a 0 or 1 for each item in each paper."""
    pool, rests = [], []
    for stack in stacks:
        for used, number in stack.by_uses.items():
            for _ in range(number):
                pool.append(
                    PoolItem(f"{len(pool)}", stack.type, stack.area, stack.point, stack.importance)
                )
                rests.append(max(0, most_uses - used))
    if not pool:
        return False
    rows = rows_of(pool, demand)
    one = np.array([row.coefficients for row in rows])
    low, high = ([getattr(row, end) for row in rows] for end in ("low", "high"))
    solved = milp(
        np.zeros(len(pool) * papers),
        integrality=np.ones(len(pool) * papers),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(np.kron(np.eye(papers), one), low * papers, high * papers),
            LinearConstraint(np.kron(np.ones((1, papers)), np.eye(len(pool))), 0, rests),
        ],
    )
    return solved.status == 0


@st.composite
def banks(draw: st.DrawFn) -> tuple[list[Stack], Demand, int]:
    stacks = [
        Stack(name, area, f"{area}-00{number}", "X", {0: draw(st.integers(0, 2)), 1: used})
        for area in AREAS
        for number in range(draw(st.integers(1, 2)))
        for name in TYPES
        for used in (draw(st.integers(0, 1)),)
    ]
    # a paper that could be made in a large bank: so many of each type in each range
    inside = {(area, name): draw(st.integers(0, 2)) for area in AREAS for name in TYPES}
    types = {name: sum(n for (_, of), n in inside.items() if of == name) for name in TYPES}
    areas = {area: sum(n for (at, _), n in inside.items() if at == area) for area in AREAS}
    if draw(st.booleans()):
        areas["A"] = areas["A-A"] + areas["A-B"]
        del areas[draw(st.sampled_from(["A-A", "A-B"]))]
    if draw(st.booleans()):
        del areas["B"]
    chosen = draw(st.sampled_from([(), (("A-A", "single"),), (("B", "multiple"),)]))
    demand = Demand(types, areas=areas, cells={each: inside[each] for each in chosen})
    return stacks, demand, draw(st.integers(1, 3))


@settings(deadline=None, max_examples=15)
@given(banks())
def test_so_many_papers_can_be_made_and_no_more(
    found: tuple[list[Stack], Demand, int],
) -> None:
    stacks, demand, most_uses = found
    if not demand.n_items:
        return
    draw = simulate(stacks, demand, wanted=2, most_uses=most_uses)
    assert draw.is_exact
    if draw.carried:
        assert can_make(stacks, demand, draw.carried, most_uses)
    assert not can_make(stacks, demand, draw.carried + 1, most_uses)
    assert draw.first is not None
    assert draw.first.need > draw.first.have
    assert bool(draw.short) == (draw.carried < draw.wanted) == bool(draw.lacks)


def stack(name: str, area: str, *by_uses: int, point: str = "001") -> Stack:
    return Stack(name, area, f"{area}-{point}", "X", dict(enumerate(by_uses)))


def first_of(draw: Draw) -> tuple[str, tuple[str, ...], tuple[str, ...], int, int, int]:
    assert draw.first is not None
    cell = draw.first.cell
    return cell.kind, cell.areas, cell.types, draw.first.need, draw.first.have, draw.first.lacks


PAPER = Demand({"single": 6, "multiple": 2}, areas={"A": 4, "B": 4})


def test_a_range_that_must_give_a_type_is_named_with_what_it_lacks() -> None:
    """Only two of A's four items can be multiple choice, so two are single."""
    bank = [stack("single", "A", 5), stack("multiple", "A", 30), stack("single", "B", 90)]
    draw = simulate(bank, PAPER, wanted=12)
    assert draw.carried == 2
    assert first_of(draw) == ("least", ("A",), ("single",), 6, 5, 1)
    assert (draw.short[0].need, draw.short[0].lacks, draw.lacks) == (24, 19, 19)


def test_ranges_and_types_that_do_alone_but_not_together_are_named_together() -> None:
    demand = Demand({"single": 2, "multiple": 2, "numeric": 2}, areas={"A": 2, "B": 2, "C": 2})
    bank = [stack(name, "A", 9, point=point) for name in demand.types for point in "123"]
    bank += [stack("single", area, 9, point=point) for area in ("B", "C") for point in "123"]
    bank += [stack("multiple", "B", 1), stack("numeric", "C", 1)]
    draw = simulate(bank, demand, wanted=2)
    assert draw.carried == 1
    assert first_of(draw)[:5] == ("joint", ("B", "C"), ("multiple", "numeric"), 4, 2)
    assert [each.cell.kind for each in draw.short] == ["joint"]


def test_more_uses_and_fewer_uses_before_carry_more_papers() -> None:
    bank = [stack("single", area, 20, 4) for area in ("A", "B")]
    demand = Demand({"single": 8}, areas={"A": 4, "B": 4})
    found = [simulate(bank, demand, wanted=1, most_uses=uses).carried for uses in (1, 2, 3)]
    assert found == [5, 11, 17]


def test_items_in_common_are_bounded_by_counting_pairs() -> None:
    """12 items in papers of 6: two apart; each twice makes four papers that share some."""
    bank = [stack("single", "A", 1, point=f"{number:03}") for number in range(12)]
    demand = Demand({"single": 6})

    def carried(shared: int | None) -> tuple[int, int]:
        draw = simulate(bank, demand, wanted=9, most_uses=2, most_shared=shared)
        return draw.at_least, draw.carried

    assert carried(None) == (4, 4)
    assert carried(0) == (2, 2)
    assert carried(6) == (4, 4)
    assert carried(1) == (2, 2)
    assert carried(2) == (2, 4)


def test_importance_makes_the_number_a_bound() -> None:
    demand = Demand({"single": 2}, importance={"X": 1})
    draw = simulate([stack("single", "A", 9)], demand, wanted=3)
    assert (draw.carried, draw.is_exact) == (4, False)


def test_a_bank_without_items_carries_nothing_and_a_paper_without_demands_runs_out_of_nothing() -> (
    None
):
    assert first_of(simulate([], PAPER, wanted=1))[1:] == (
        ("A",),
        ("single",),
        2,
        0,
        2,
    )
    assert simulate([], Demand({}), wanted=1).carried == MOST_PAPERS


def test_points_repeat_no_more_than_a_paper_lets_them() -> None:
    """Ten items stand at one of two points: a paper of two takes one of each."""
    bank = [stack("single", "A", 10), stack("single", "A", 3, point="002")]
    demand = Demand({"single": 2})
    pool = [PoolItem("1", each.type, each.area, each.point) for each in bank]
    assert set(point_limits(pool, demand).values()) == {1}
    draw = simulate(bank, demand, wanted=1)
    assert draw.carried == 3
    assert first_of(draw)[0] == "points"


def test_a_draw_that_means_nothing_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no such draw"):
        simulate([], PAPER, wanted=1, most_uses=0)
