"""A demand over a pool as the model of parallel forms: one small function for each kind of row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
from scipy.sparse import csr_array

from itembank.band_rows import band_row
from itembank.blueprint import items_per_area
from itembank.demands import Demand, PoolItem, Row, rows_of
from itembank.parallel_forms.model import FormModel, IntArray, model_of
from itembank.units import units_of


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
