"""Demands beyond exact counts: sets whole, bands, what may not be taken, what forms share."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.assembly import Assembly, Infeasible, assemble
from itembank.demands import Band, Demand, PoolItem


def pool_of(n_items: int = 60) -> list[PoolItem]:
    rng = np.random.default_rng(n_items)
    return [
        PoolItem(
            id=f"i{n}",
            type="multiple" if n % 4 == 0 else "single",
            area="AB"[n % 2],
            point=f"{'AB'[n % 2]}-{n}",
            importance="XYZ"[n % 3],
            item_set=f"s{n // 3}" if n < 12 else None,
            p_value=float(rng.uniform(0.3, 0.9)),
            information={"0": float(rng.uniform(0.1, 0.6))},
            words=int(rng.integers(10, 60)),
            time_s=float(rng.integers(30, 90)),
            times_used=n % 5,
        )
        for n in range(n_items)
    ]


def made(pool: Sequence[PoolItem], demand: Demand, n_forms: int = 2) -> list[list[PoolItem]]:
    found = assemble(pool, demand, n_forms, np.random.default_rng(1), time_limit=10)
    assert isinstance(found, Assembly), found
    by_id = {item.id: item for item in pool}
    forms = [[by_id[each] for each in form] for form in found.forms]
    for form in forms:
        assert len({item.id for item in form}) == len(form) == demand.n_items
    return forms


PLAIN = Demand({"single": 9, "multiple": 3})


def sum_of(band: Band, form: Sequence[PoolItem], marks: dict[str, float]) -> float:
    """Add a band's facts up again, by hand."""
    n = len(form)
    return {
        "area": lambda: sum(i.area == band.name for i in form),
        "type_marks": lambda: sum(marks[i.type] for i in form if i.type == band.name),
        "area_marks": lambda: sum(marks[i.type] for i in form if i.area == band.name),
        "importance": lambda: sum(i.importance == band.name for i in form),
        "p_value": lambda: sum(i.p_value or 0 for i in form) / n,
        "information": lambda: sum(i.information[band.name] for i in form),
        "words": lambda: sum(i.words for i in form),
        "time_s": lambda: sum(i.time_s for i in form),
    }[band.kind]()


BANDS = (
    Band("area", "A", 5, 7),
    Band("area_marks", "A", 6, 9),
    Band("type_marks", "multiple", 6, 6),
    Band("importance", "X", 4, 6),
    Band("p_value", "", 0.58, 0.64),
    Band("information", "0", 3.8, 4.6),
    Band("words", "", 300, 450),
    Band("time_s", "", 0, 800),
)


@settings(max_examples=15, deadline=None)
@given(st.sets(st.sampled_from(BANDS), max_size=8), st.integers(1, 3))
def test_every_band_is_kept_by_every_form(bands: set[Band], n_forms: int) -> None:
    marks = {"single": 1.0, "multiple": 2.0}
    demand = replace(PLAIN, bands=tuple(bands), marks=marks)
    for form in made(pool_of(), demand, n_forms):
        for band in bands:
            assert band.low - 1e-6 <= sum_of(band, form, marks) <= band.high + 1e-6


def test_item_sets_stand_whole_or_not_at_all() -> None:
    pool = pool_of()
    demand = replace(PLAIN, earlier={"sets": frozenset(f"i{n}" for n in range(12))})
    demand = replace(demand, bands=(Band("earlier", "sets", 3, 6),))
    for form in made(pool, demand):
        chosen = {item.id for item in form if item.item_set}
        assert chosen
        for name in {item.item_set for item in form if item.item_set}:
            assert {item.id for item in pool if item.item_set == name} <= chosen


def test_banned_and_worn_items_are_not_taken_nor_the_sets_they_belong_to() -> None:
    pool = pool_of()
    demand = replace(PLAIN, banned=frozenset({"i1", "i20"}), most_times_used=4)
    for form in made(pool, demand):
        assert not {item.id for item in form} & {"i0", "i1", "i2", "i20"}
        assert max(item.times_used for item in form) < 4


def test_few_items_of_an_earlier_form_come_again() -> None:
    before = frozenset(f"i{n}" for n in range(12, 48))
    demand = replace(PLAIN, earlier={"1": before}, bands=(Band("earlier", "1", 0, 2),))
    for form in made(pool_of(), demand):
        assert sum(item.id in before for item in form) <= 2


def test_forms_share_no_more_than_is_allowed() -> None:
    pool = [replace(item, item_set=None) for item in pool_of(40)]
    demand = replace(PLAIN, max_use_per_item=4, most_shared=3)
    forms = [{item.id for item in form} for form in made(pool, demand, 4)]
    assert max(len(one & other) for one, other in combinations(forms, 2)) <= 3


@pytest.mark.parametrize(
    ("band", "kind"),
    [
        (Band("words", "", 0, 50), "words"),
        (Band("time_s", "", 5000, 9000), "time_s"),
        (Band("p_value", "", 0.95, 1), "p_value"),
        (Band("area", "A", 12, 12), "joint_area"),
    ],
)
def test_a_band_out_of_reach_is_told_with_the_conflict(band: Band, kind: str) -> None:
    demand = replace(PLAIN, areas={"B": 3}, bands=(band,))
    found = assemble(pool_of(), demand, 1, np.random.default_rng(1), time_limit=10)
    assert isinstance(found, Infeasible)
    assert kind in {each.kind for each in found.shortages}
    assert band.kind in {each.kind for each in found.conflict}


def test_a_band_upside_down_is_a_bug() -> None:
    with pytest.raises(ValueError, match="upside down"):
        Demand({"single": 1}, bands=(Band("words", "", 9, 3),))
