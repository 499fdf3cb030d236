"""Pilot items picked for forms: whatever the pool, nothing of a form minds them."""

from collections import Counter
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.demands import PoolItem
from itembank.pilots import Pilot, Tried, Wanted, pick_pilots
from itembank.shortages import Shortage

TYPES = ("single", "multiple")


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[PoolItem], list[Tried], list[Wanted]]:
    points = st.integers(0, 12)
    scored = [
        PoolItem(f"s{n}", draw(st.sampled_from(TYPES)), "A", f"A-{n}", words=10) for n in range(12)
    ]
    pool = [
        PoolItem(
            f"p{n}",
            draw(st.sampled_from(TYPES)),
            "A",
            f"A-{draw(points)}",
            enemies=frozenset(draw(st.sets(st.sampled_from(["s1", "s2", "p0", "p1"]), max_size=2))),
            words=draw(st.integers(1, 30)),
            times_used=draw(st.integers(0, 3)),
        )
        for n in range(draw(st.integers(1, 14)))
    ]
    forms = [
        Tried(
            draw(st.lists(st.sampled_from(scored), max_size=6, unique=True)),
            barred=frozenset(
                draw(st.sets(st.sampled_from([each.id for each in pool]), max_size=2))
            ),
            words_left=draw(st.sampled_from([20, 60, np.inf])),
            near={number - 1: draw(st.integers(0, 1))} if number else {},
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    wanted = [
        Wanted(section, name, draw(st.integers(0, 2)), draw(st.integers(1, 5)))
        for section, name in enumerate((*TYPES, "single"), start=1)
    ]
    return pool, forms, [each for each in wanted if each.count]


def faults_of(pool: list[PoolItem], form: Tried, ids: list[str]) -> list[str]:
    """Return what is wrong with the pilot items of a form, told again from the rules."""
    by_id = {each.id: each for each in pool}
    chosen = [by_id[each] for each in ids]
    whole = [*form.scored, *chosen]
    pairs = [(a, b) for a, b in combinations(whole, 2) if a in chosen or b in chosen]
    faults = {
        "barred": bool(form.barred & set(ids)),
        "words": sum(each.words for each in chosen) > form.words_left,
        "twice": len(set(ids)) < len(ids),
        "point": any(a.point == b.point for a, b in pairs),
        "enemies": any(a.id in b.enemies or b.id in a.enemies for a, b in pairs),
    }
    return [name for name, is_so in faults.items() if is_so]


@given(pools(), st.integers(0, 5))
@settings(max_examples=150, deadline=None)
def test_pilot_items_go_with_every_form_or_a_shortage_is_true(
    made: tuple[list[PoolItem], list[Tried], list[Wanted]], seed: int
) -> None:
    pool, forms, wanted = made
    found = pick_pilots(pool, forms, wanted, np.random.default_rng(seed))
    assert found == pick_pilots(pool, forms, wanted, np.random.default_rng(seed))
    if isinstance(found, Shortage):
        assert found.have < found.need
        if len(forms) == 1 and wanted:  # every choice there is was looked through
            kinds = Counter[str]()
            for each in wanted:
                kinds[each.type] += each.count
            for ids in combinations([each.id for each in pool], sum(kinds.values())):
                types = Counter(each.type for each in pool if each.id in ids)
                assert types != kinds or faults_of(pool, forms[0], list(ids))
        return
    for number, (form, pilots) in enumerate(zip(forms, found, strict=True)):
        assert faults_of(pool, form, [each.id for each in pilots]) == []
        by_section = Counter(each.section for each in pilots)
        assert by_section == {each.section: each.count for each in wanted}
        for other, most in form.near.items():
            common = {each.id for each in pilots} & {each.id for each in found[other]}
            assert len(common) <= most, number
        for each in wanted:
            places = [p.place for p in pilots if p.section == each.section]
            assert len(set(places)) == each.count
            assert set(places) <= set(range(each.scored + each.count))


def test_forms_share_the_trial_evenly_and_the_least_tried_come_first() -> None:
    pool = [PoolItem(f"p{n}", "single", "A", f"A-{n}", times_used=int(n >= 6)) for n in range(12)]
    wanted = [Wanted(1, "single", 2, 4)]
    found = pick_pilots(pool, [Tried([]) for _ in range(9)], wanted, np.random.default_rng(3))
    assert isinstance(found, list)
    uses = Counter(each.id for pilots in found for each in pilots)
    assert max(uses.values()) - min(uses[item.id] for item in pool) <= 1
    first = {each.id for pilots in found[:3] for each in pilots}
    assert first == {f"p{n}" for n in range(6)}


def test_what_a_form_has_already_stays_and_counts() -> None:
    pool = [PoolItem(f"p{n}", "single", "A", f"A-{n}") for n in range(2)]
    forms = [Tried([], has=(Pilot(1, "p0", 0),)), Tried([], near={0: 0})]
    found = pick_pilots(pool, forms, [Wanted(1, "single", 1, 4)], np.random.default_rng(1))
    assert isinstance(found, list)
    assert [[each.id for each in pilots] for pilots in found] == [["p0"], ["p1"]]
