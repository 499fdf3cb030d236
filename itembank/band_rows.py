"""A band of a demand as a row: what each kind sums over the items of a form."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np

from itembank.demands import (
    Band,
    Demand,
    PoolItem,
    Row,
    is_important,
    is_in_area,
    is_in_cell,
    is_type,
)

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
