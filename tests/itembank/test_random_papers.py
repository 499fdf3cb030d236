"""A paper drawn at random keeps the structure, or says truly what ran out."""

from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.assembly import Infeasible, assemble
from itembank.demands import (
    Demand,
    PoolItem,
    is_important,
    is_in_area,
    is_in_cell,
    is_type,
    point_limits,
)
from itembank.random_papers import RanOut, draw_paper

AREAS = ("A-A", "A-B", "B-A", "B", "C")


def made(seed: int) -> tuple[list[PoolItem], Demand]:
    """Return a small pool with enemies and sets, and a demand that fits closely or not at all."""
    random = Random(seed)  # noqa: S311 - an example
    pool = []
    for number in range(random.randint(14, 60)):
        area = random.choice(AREAS)
        is_enemy, is_in_set = number > 0 and random.random() < 0.15, random.random() < 0.15
        pool.append(
            PoolItem(
                f"i{number:02}",
                random.choice(["single", "multiple"]),
                area,
                f"{area}-{random.randint(0, 9)}",
                random.choice("XXY"),
                float(random.randint(1, 5)),
                frozenset({f"i{number - 1:02}"}) if is_enemy else frozenset(),
                f"s{number // 2}" if is_in_set else None,
            )
        )
    base = random.sample(pool, 10)
    types = {name: sum(i.type == name for i in base) for name in ("single", "multiple")}
    areas = {path: sum(map(is_in_area(path), base)) for path in ("A", "A-A", "B", "C")}
    cells = {("B", "single"): sum(map(is_in_cell("B", "single"), base))}
    return pool, Demand(types, areas, cells, {"Y": sum(map(is_important("Y"), base))})


def kept(pool: list[PoolItem], demand: Demand, drawn: tuple[str, ...]) -> None:
    """Count a paper by hand."""
    paper = [item for item in pool if item.id in set(drawn)]
    assert len(paper) == len(drawn) == demand.n_items
    counts = [(n, is_type(name)) for name, n in demand.types.items()]
    counts += [(n, is_in_area(path)) for path, n in demand.areas.items()]
    counts += [(n, is_in_cell(*cell)) for cell, n in demand.cells.items()]
    counts += [(n, is_important(name)) for name, n in demand.importance.items()]
    assert [sum(map(fits, paper)) for _, fits in counts] == [n for n, _ in counts]
    sets = {item.item_set for item in paper} - {None}
    assert {i.id for i in pool if i.item_set in sets} <= set(drawn)
    for item in paper:
        friends = {each.id for each in pool if item.item_set and each.item_set == item.item_set}
        assert not item.enemies & set(drawn) - friends
    limits, in_sets = point_limits(pool, demand), Counter((i.point, i.item_set) for i in pool)
    for point, n in Counter(item.point for item in paper).items():
        of_sets = [m for (where, name), m in in_sets.items() if where == point and name]
        assert n <= max(limits[point], *of_sets, 0)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=40)
def test_a_paper_keeps_every_count_point_enemy_and_set(seed: int) -> None:
    pool, demand = made(seed)
    drawn = draw_paper(pool, demand, np.random.default_rng(seed))
    assert drawn == draw_paper(pool, demand, np.random.default_rng(seed))
    if isinstance(drawn, RanOut):
        assert drawn.need != drawn.have
    else:
        kept(pool, demand, drawn)


@pytest.mark.parametrize("seed", range(12))
def test_what_the_solver_finds_is_drawn_and_what_it_refuses_is_not(seed: int) -> None:
    pool, demand = made(seed)
    solved = assemble(pool, demand, 1, np.random.default_rng(1), time_limit=5)
    drawn = draw_paper(pool, demand, np.random.default_rng(seed))
    assert isinstance(drawn, RanOut) is isinstance(solved, Infeasible)


def test_what_runs_out_is_named() -> None:
    pool = [PoolItem(f"i{n}", "single", "AB"[n % 2], f"P-{n}") for n in range(20)]
    rng = np.random.default_rng(1)
    demand = Demand({"single": 12, "multiple": 1})
    assert draw_paper(pool, demand, rng) == RanOut("type", "multiple", 1, 0)
    demand = Demand({"single": 12}, cells={("A", "single"): 11})
    assert draw_paper(pool, demand, rng) == RanOut("cell", "A single", 11, 10)
    foes = [replace(item, enemies=frozenset({"i0"})) for item in pool]
    drawn = draw_paper(foes, Demand({"single": 10}, areas={"A": 10}), rng)
    assert isinstance(drawn, RanOut)
    assert (drawn.kind, drawn.name, drawn.need) == ("joint_area", "A", 10)


def test_the_mean_difficulty_is_kept_and_every_item_has_its_turn() -> None:
    pool = [PoolItem(f"i{n}", "single", "A", f"A-{n}", None, 1.0 + n % 5) for n in range(60)]
    demand = Demand({"single": 10}, difficulty=(2.9, 3.1))
    came: Counter[str] = Counter()
    for seed in range(80):
        drawn = draw_paper(pool, demand, np.random.default_rng(seed))
        assert not isinstance(drawn, RanOut)
        came.update(drawn)
        assert 2.9 <= sum(pool[int(each[1:])].difficulty for each in drawn) / 10 <= 3.1
    assert set(came) == {item.id for item in pool}
