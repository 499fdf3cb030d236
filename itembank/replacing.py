"""What would best come for an item that leaves a form; counted, without a solver."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from itembank.band_rows import band_row
from itembank.demands import Demand, PoolItem, Row, count_rows

ROUNDING = 1e-9
NEUTRAL_P = 0.5
SPREADS = {"p_value": 0.1, "difficulty": 1.0, "words": 40.0}  # what counts as one step apart


@dataclass(frozen=True)
class Replacement:
    """An item that may come: what the form would miss more with it, and how unlike it is.

    ``harm`` is counted in items and below 0 where the form misses less than before; ``repeats``
    are items beyond one of a point, more than before; ``apart`` is 0 for an item that is as hard
    and as long as the one that leaves, and of the same point.
    """

    id: str
    harm: float
    repeats: int
    apart: float


def best_replacements(
    form: Sequence[PoolItem],
    leaving: str,
    candidates: Sequence[PoolItem],
    demand: Demand,
    *,
    n_best: int = 10,
) -> list[Replacement]:
    """Return the candidates that harm a form least in place of one of its items, the best first.

    Ties go to those that repeat no point, then to those most like the item that leaves.

    Parameters
    ----------
    form : sequence of PoolItem
        All items of the form, the one that leaves among them.
    leaving : str
        Its id.
    candidates : sequence of PoolItem
        What may come: enemies of the others and items that are used up are left out before.
    demand : Demand

    Examples
    --------
    >>> form = [PoolItem("i1", "single", "A", "A-1"), PoolItem("i2", "single", "B", "B-1")]
    >>> others = [PoolItem("i3", "single", "B", "B-2"), PoolItem("i4", "single", "A", "A-2")]
    >>> asked = Demand({"single": 2}, areas={"A": 1, "B": 1})
    >>> [(each.id, each.harm) for each in best_replacements(form, "i1", others, asked)]
    [('i4', 0.0), ('i3', 2.0)]
    """
    if not candidates:
        return []
    pool = _filled([*form, *candidates])
    rows = [*count_rows(pool, demand), *(band_row(band, pool, demand) for band in demand.bands)]
    place = next(number for number, item in enumerate(form) if item.id == leaving)
    harm = sum((_harm(row, len(form), place) for row in rows), np.zeros(len(candidates)))
    points = Counter(item.point for item in form)
    points[form[place].point] -= 1
    was = int(points[form[place].point] > 0)
    found = [
        Replacement(
            each.id,
            0.0 if abs(more) < ROUNDING else float(more),
            int(points[each.point] > 0) - was,
            _apart(pool[place], each),
        )
        for each, more in zip(candidates, harm.tolist(), strict=True)
    ]
    return sorted(found, key=lambda each: (each.harm, each.repeats, each.apart, each.id))[:n_best]


def _filled(pool: Sequence[PoolItem]) -> list[PoolItem]:
    """Return a pool in which unknown p-values are the mean of the known ones."""
    known = [item.p_value for item in pool if item.p_value is not None]
    mean = sum(known) / len(known) if known else NEUTRAL_P
    names = {name for item in pool for name in item.information}
    nothing = dict.fromkeys(names, 0.0)
    return [
        replace(
            item,
            p_value=mean if item.p_value is None else item.p_value,
            information=item.information or nothing,
        )
        for item in pool
    ]


def _harm(row: Row, n_form: int, place: int) -> np.ndarray:
    """Return what each candidate makes a form miss more of a row, in usual items."""
    of_form, coming = row.coefficients[:n_form], row.coefficients[n_form:]
    before = of_form.sum()
    after = before - of_form[place] + coming
    is_count = bool(np.isin(row.coefficients, (0.0, 1.0)).all())
    unit = 1.0 if is_count else max(float(row.coefficients.std()), ROUNDING)
    more: np.ndarray = (_missed(after, row) - _missed(np.array([before]), row)) / unit
    return more


def _missed(sums: np.ndarray, row: Row) -> np.ndarray:
    missed: np.ndarray = np.maximum(np.maximum(row.low - sums, sums - row.high), 0.0)
    missed[missed < ROUNDING * np.maximum(1.0, np.abs(sums))] = 0.0
    return missed


def _apart(leaving: PoolItem, coming: PoolItem) -> float:
    """Return how unlike two items are, in steps; an item whose p-value is unknown is a step off."""
    steps = abs(leaving.difficulty - coming.difficulty) / SPREADS["difficulty"]
    steps += abs(leaving.words - coming.words) / SPREADS["words"]
    if coming.p_value is None or leaving.p_value is None:
        steps += 1.0
    else:
        steps += abs(leaving.p_value - coming.p_value) / SPREADS["p_value"]
    return steps + (leaving.point != coming.point) / 2 + (leaving.importance != coming.importance)
