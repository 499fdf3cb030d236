"""A paper's demand made shorter, in proportion, for a test of fewer items."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from itembank.blueprint import items_per_area
from itembank.demands import Demand, lies_in, tops

REST = "\x00rest"


def scaled(demand: Demand, n_items: int) -> Demand:
    """Return a demand for so many items, with the same shares of types, ranges and importance.

    Shares go by largest remainder, ranges tier by tier. Bands and the mean difficulty fall away:
    an adaptive test fits the difficulty to the candidate. Cells stand only at full length.

    Raises
    ------
    ValueError
        If no item is asked for, or cells are to be scaled: ``is_unscalable`` says so beforehand.

    Examples
    --------
    >>> whole = Demand({"single": 80, "true_false": 20}, areas={"A": 30, "A-A": 10, "B": 70})
    >>> scaled(whole, 20).types, scaled(whole, 20).areas
    ({'single': 16, 'true_false': 4}, {'A': 6, 'A-A': 2, 'B': 14})
    """
    if n_items < 1 or is_unscalable(demand, n_items):
        msg = f"a demand that cannot have {n_items!r} items"
        raise ValueError(msg)
    kept = replace(demand, difficulty=None, bands=(), max_use_per_item=1, most_shared=None)
    if n_items == demand.n_items:
        return kept
    return replace(
        kept,
        types=_shared(demand.types, demand.n_items, n_items),
        areas=_shared_areas("", demand.areas, demand.n_items, n_items),
        importance=_shared(demand.importance, demand.n_items, n_items),
    )


def is_unscalable(demand: Demand, n_items: int) -> bool:
    """Say whether a demand names cells, whose counts would not survive another length."""
    return bool(demand.cells) and n_items != demand.n_items


def _shared(counts: Mapping[str, int], whole: int, n_items: int) -> dict[str, int]:
    weights = {name: Decimal(count) for name, count in counts.items()}
    weights[REST] = Decimal(whole - sum(counts.values()))
    shares = items_per_area(weights, n_items)
    return {name: shares[name] for name in counts}


def _shared_areas(
    parent: str, areas: Mapping[str, int], whole: int, n_items: int
) -> dict[str, int]:
    inside = {each: n for each, n in areas.items() if each != parent and lies_in(each, parent)}
    if not inside or whole < 1:
        return dict.fromkeys(inside, 0)
    next_below = {
        each: n for each, n in inside.items() if not any(lies_in(each, o) for o in inside)
    }
    shares = _shared(next_below, max(whole, tops(inside)), n_items)
    found: dict[str, int] = {}
    for area, share in shares.items():
        found |= {area: share, **_shared_areas(area, areas, areas[area], share)}
    return found
