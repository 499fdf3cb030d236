"""A demand over a pool as the model of parallel forms: one small function for each kind of row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from itembank.blueprint import items_per_area
from itembank.demands import (
    Band,
    Demand,
    PoolItem,
    Row,
    is_important,
    is_in_area,
    is_in_cell,
    is_type,
    rows_of,
)
from itembank.parallel_forms.model import FormModel, IntArray, model_of

Coefficient = Callable[[PoolItem, str, Demand], float]


def _in_area(item: PoolItem, name: str, _: Demand) -> float:
    return float(is_in_area(name)(item))


def _of_type(item: PoolItem, name: str, _: Demand) -> float:
    return float(is_type(name)(item))


def _in_cell(item: PoolItem, name: str, _: Demand) -> float:
    path, _space, kind = name.rpartition(" ")
    return float(is_in_cell(path, kind)(item))


def _of_importance(item: PoolItem, name: str, _: Demand) -> float:
    return float(is_important(name)(item))


def _marks_in_area(item: PoolItem, name: str, demand: Demand) -> float:
    return float(is_in_area(name)(item)) * demand.marks.get(item.type, 0.0)


def _marks_of_type(item: PoolItem, name: str, demand: Demand) -> float:
    return float(is_type(name)(item)) * demand.marks.get(item.type, 0.0)


def _difficulty(item: PoolItem, _: str, demand: Demand) -> float:
    return item.difficulty / demand.n_items


def _p_value(item: PoolItem, _: str, demand: Demand) -> float:
    if item.p_value is None:
        msg = f"no p-value is known of {item.id!r}: leave such items out of a pool judged by it"
        raise ValueError(msg)
    return item.p_value / demand.n_items


def _information(item: PoolItem, name: str, _: Demand) -> float:
    return item.information[name]


def _words(item: PoolItem, *_: object) -> float:
    return float(item.words)


def _time_s(item: PoolItem, *_: object) -> float:
    return item.time_s


def _earlier(item: PoolItem, name: str, demand: Demand) -> float:
    return float(item.id in demand.earlier[name])


# What a band of each kind sums over the items of a form; means divide by the form's length.
COEFFICIENTS: Final[Mapping[str, Coefficient]] = MappingProxyType(
    {
        "area": _in_area,
        "type": _of_type,
        "cell": _in_cell,
        "importance": _of_importance,
        "area_marks": _marks_in_area,
        "type_marks": _marks_of_type,
        "difficulty": _difficulty,
        "p_value": _p_value,
        "information": _information,
        "words": _words,
        "time_s": _time_s,
        "earlier": _earlier,
    }
)


def band_row(band: Band, pool: Sequence[PoolItem], demand: Demand) -> Row:
    """Return a band as a row over the pool.

    Examples
    --------
    >>> pool = [PoolItem("i1", "single", "A", "A-1", words=20)]
    >>> band_row(Band("words", "", 0, 300), pool, Demand({"single": 1})).coefficients.tolist()
    [20.0]
    """
    coefficient = COEFFICIENTS[band.kind]
    values = np.array([coefficient(item, band.name, demand) for item in pool], dtype=np.float64)
    return Row(band.kind, band.name, values, band.low, band.high)


def importance_counts(shares: Mapping[str, int], n_items: int) -> dict[str, int]:
    """Return how many items of each importance an X:Y:Z share comes to, by largest remainder.

    Examples
    --------
    >>> importance_counts({"X": 80, "Y": 15, "Z": 5}, 30)
    {'X': 24, 'Y': 5, 'Z': 1}
    """
    return items_per_area({name: Decimal(share) for name, share in shares.items()}, n_items)


def usable(pool: Sequence[PoolItem], demand: Demand) -> list[PoolItem]:
    """Return the items that may be taken; a set with one that may not is left out whole."""

    def is_barred(item: PoolItem) -> bool:
        most = demand.most_times_used
        return item.id in demand.banned or (most is not None and item.times_used >= most)

    barred = {item.item_set for item in pool if item.item_set and is_barred(item)}
    return [item for item in pool if not is_barred(item) and item.item_set not in barred]


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


def unit_rows(pool: Sequence[PoolItem], demand: Demand) -> list[Row]:
    """Return all demands on a form as rows over the units of the pool."""
    rows = [*rows_of(pool, demand), *(band_row(band, pool, demand) for band in demand.bands)]
    units = units_of(pool)
    if len(units) == len(pool):
        return rows
    first = np.cumsum([0, *map(len, units)])
    places = np.concatenate([np.array(unit, dtype=np.int64) for unit in units])
    gathered = csr_array((np.ones(places.size), places, first), shape=(len(units), len(pool)))
    return [replace(row, coefficients=gathered @ row.coefficients) for row in rows]


def demand_model(rows: Sequence[Row], demand: Demand, n_forms: int) -> FormModel:
    """Return the model of a demand's rows."""
    uses: IntArray = np.full(rows[0].coefficients.size, demand.max_use_per_item, dtype=np.int64)
    return model_of(rows, n_forms, uses, most_shared=demand.most_shared)
