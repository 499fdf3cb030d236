"""What comes best for an item, against counting every form that could come of it."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.demands import Band, Demand, PoolItem
from itembank.replacing import best_replacements


def drawn_pool(seed: int, n_items: int) -> list[PoolItem]:
    rng = np.random.default_rng(seed)
    return [
        PoolItem(
            f"i{number:02}",
            "single",
            str(rng.choice(["A", "A-A", "B"])),
            f"p{rng.integers(9)}",
            str(rng.choice(["X", "Y"])),
            float(rng.integers(1, 6)),
            words=int(rng.integers(5, 60)),
        )
        for number in range(n_items)
    ]


def missed(form: list[PoolItem], demand: Demand) -> int:
    """Count what a form misses of ranges and importance, item by item."""
    areas = {
        path: sum(item.area == path or item.area.startswith(f"{path}-") for item in form)
        for path in demand.areas
    }
    importance = Counter(item.importance for item in form)
    return sum(abs(areas[path] - count) for path, count in demand.areas.items()) + sum(
        abs(importance[name] - count) for name, count in demand.importance.items()
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 5), st.integers(0, 4))
def test_the_best_misses_least_of_all_that_could_come(seed: int, in_a: int, in_x: int) -> None:
    pool = drawn_pool(seed, 30)
    form, others = pool[:6], pool[6:]
    demand = Demand({"single": 6}, areas={"A": in_a}, importance={"X": in_x})
    found = best_replacements(form, "i03", others, demand, n_best=len(others))
    assert len(found) == len(others)
    by_id = {item.id: item for item in others}
    before = missed(form, demand)
    kept = [item for item in form if item.id != "i03"]
    for each in found:
        assert each.harm == missed([*kept, by_id[each.id]], demand) - before
        points = [item.point for item in (*kept, by_id[each.id])]
        repeats = len(points) - len(set(points))
        assert each.repeats == repeats - (6 - len({item.point for item in form}))
    ranks = [(each.harm, each.repeats, each.apart) for each in found]
    assert ranks == sorted(ranks)


def test_a_band_is_harmed_by_what_leads_out_of_it_and_not_by_what_is_unknown() -> None:
    form = [PoolItem(f"f{n}", "single", "A", f"A-{n}", words=20, p_value=0.6) for n in range(4)]
    short = PoolItem("short", "single", "A", "A-7", words=21, p_value=0.6)
    long = PoolItem("long", "single", "A", "A-8", words=90)
    bands = (Band("words", "", 70, 90), Band("p_value", "", 0.5, 0.7))
    found = best_replacements(form, "f0", [long, short], Demand({"single": 4}, bands=bands))
    assert [each.id for each in found] == ["short", "long"]
    assert (found[0].harm, found[1].harm > 0) == (0.0, True)
