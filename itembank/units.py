"""Units of a pool: what a paper takes or leaves as a whole."""

from collections.abc import Sequence

from itembank.demands import PoolItem


def units_of(pool: Sequence[PoolItem]) -> list[list[int]]:
    """Return the places of the items of each unit: item sets come whole.

    Examples
    --------
    >>> pool = [PoolItem(i, "single", "A", f"A-{i}", item_set=s) for i, s in
    ...         [("1", "s"), ("2", None), ("3", "s")]]
    >>> units_of(pool)
    [[0, 2], [1]]
    """
    units: dict[tuple[str, str], list[int]] = {}
    for place, item in enumerate(pool):
        key = ("set", item.item_set) if item.item_set else ("item", item.id)
        units.setdefault(key, []).append(place)
    return list(units.values())
