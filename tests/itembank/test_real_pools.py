"""Forms from whole real pools, by their own exam rules, within the time an officer waits."""

import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from itembank.assembly import Assembly, Infeasible, assemble
from itembank.demands import Demand, PoolItem
from itembank.interchange.cn_radio import read_cn_radio
from itembank.interchange.report import Parsed
from itembank.interchange.us_pool import read_us_pool

LONGEST_S = 10  # of the processor: a busy machine takes its own time
PATIENCE_S = 120
TECHNICIAN = "banks/us-amateur-radio/technician-2026-2030"


def pool_of(parsed: Parsed) -> list[PoolItem]:
    """Return the items with made-up difficulties 1 to 5, the same on every run."""
    rng = np.random.default_rng(2026)
    return [
        PoolItem(
            item.code,
            item.type,
            "-".join(code for code, _ in item.path[:-1]),
            "-".join(code for code, _ in item.path),
            difficulty=float(rng.integers(1, 6)),
        )
        for item in parsed.items
    ]


@pytest.fixture(scope="module")
def technician(shared: Path) -> list[PoolItem]:
    body = (shared / TECHNICIAN / "technician-2026-2030.json").read_bytes()
    return pool_of(read_us_pool(body, {}))


@pytest.fixture(scope="module")
def class_a(shared: Path) -> list[PoolItem]:
    body = (shared / "banks/cn-amateur-radio-2025/class_a.csv").read_bytes()
    return pool_of(read_cn_radio(body, {}))


@pytest.fixture(scope="module")
def rule(shared: Path) -> Demand:
    """Return the US exam rule as a demand."""
    stated = json.loads((shared / TECHNICIAN / "exam-rule.json").read_text(encoding="utf-8"))
    areas = {name: each["questions"] for name, each in stated["subelements"].items()}
    return Demand({"single": stated["questions"]}, areas)


def made(pool: list[PoolItem], demand: Demand, n_forms: int, seed: int = 1) -> list[list[PoolItem]]:
    """Assemble in time; return the items of each form, no item in two of them."""
    started = time.process_time()
    found = assemble(pool, demand, n_forms, np.random.default_rng(seed), time_limit=PATIENCE_S)
    assert time.process_time() - started < LONGEST_S
    assert isinstance(found, Assembly), found
    by_id = {item.id: item for item in pool}
    forms = [[by_id[each] for each in form] for form in found.forms]
    assert len({item.id for form in forms for item in form}) == n_forms * demand.n_items
    return forms


@pytest.mark.parametrize("n_forms", [2, 3, 4])
def test_each_technician_form_has_one_item_of_each_group(
    technician: list[PoolItem], rule: Demand, n_forms: int
) -> None:
    groups = {item.point for item in technician}
    assert len(groups) == rule.n_items == 35
    for form in made(technician, rule, n_forms):
        assert {item.point for item in form} == groups


def test_parallel_forms_are_equally_hard(technician: list[PoolItem], rule: Demand) -> None:
    for form in made(technician, replace(rule, difficulty=(2.95, 3.05)), 4):
        assert 2.95 <= np.mean([item.difficulty for item in form]) <= 3.05 + 1e-9


def test_class_a_forms_have_its_single_and_multiple_items_of_as_many_points(
    class_a: list[PoolItem],
) -> None:
    for form in made(class_a, Demand({"single": 32, "multiple": 8}), 4):
        assert Counter(item.type for item in form) == {"single": 32, "multiple": 8}
        assert max(Counter(item.point for item in form).values()) == 1


def test_a_seed_makes_the_same_forms_of_a_real_pool(
    technician: list[PoolItem], rule: Demand
) -> None:
    assert made(technician, rule, 2, seed=7) == made(technician, rule, 2, seed=7)
    assert made(technician, rule, 2, seed=7) != made(technician, rule, 2, seed=8)


def test_more_forms_than_the_pool_holds_name_the_ranges_that_are_short(
    technician: list[PoolItem], rule: Demand
) -> None:
    counted = Counter(item.area for item in technician)
    found = assemble(technician, rule, 12, np.random.default_rng(1))
    assert isinstance(found, Infeasible)
    assert {(each.name, each.need, each.have) for each in found.shortages} >= {
        (area, count * 12, counted[area])
        for area, count in rule.areas.items()
        if count * 12 > counted[area]
    }


def test_a_mean_no_form_can_reach_is_told_in_time(class_a: list[PoolItem]) -> None:
    demand = Demand({"single": 32, "multiple": 8}, difficulty=(5.0, 5.0))
    started = time.process_time()
    found = assemble(class_a, demand, 2, np.random.default_rng(1), time_limit=PATIENCE_S)
    assert time.process_time() - started < LONGEST_S
    assert isinstance(found, Infeasible)
    assert [(each.kind, each.need) for each in found.shortages] == [("difficulty", 5.0)]
