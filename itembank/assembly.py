"""Assembly (组卷): parallel forms from a pool, by exchanges from an averaged form.

Targets are bands: they say plainly whether they can be met. What is random is drawn from the seed,
so the same pool, demand and seed give the same forms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.demand_models import demand_model, unit_rows, usable
from itembank.demands import Demand, PoolItem, Row
from itembank.parallel_forms.conflicts import BrokenBound
from itembank.parallel_forms.model import IntArray
from itembank.parallel_forms.solving import Excluded, Solved, solve
from itembank.pilots import Pilot
from itembank.shortages import Shortage, conflict, direct_shortages
from itembank.units import units_of

MOST_RELAXED = 20_000  # units of all forms, beyond which it is not sought how far they fall short


@dataclass(frozen=True)
class Assembly:
    """Forms as tuples of item ids in the order of the pool; pilot items of each, if any."""

    forms: tuple[tuple[str, ...], ...]
    pilots: tuple[tuple[Pilot, ...], ...] = ()


@dataclass(frozen=True)
class Infeasible:
    """No forms: the demands that are short, or that exclude each other.

    ``conflict`` names the bounds that exclude each other, none of them to spare, where counting
    the pool does not show it already.
    """

    shortages: tuple[Shortage, ...]
    conflict: tuple[BrokenBound, ...] = ()


def assemble(
    pool: Sequence[PoolItem],
    blueprint: Demand,
    n_forms: int,
    rng: np.random.Generator,
    time_limit: float = 30.0,
) -> Assembly | Infeasible:
    """Assemble parallel forms.

    Parameters
    ----------
    pool : sequence of PoolItem
    blueprint : Demand
        Counts that each form meets exactly, bands, item sets and enemies, what may not be taken,
        and the uses of an item: by default forms share no item.
    n_forms : int
        At least 1.
    rng : numpy.random.Generator
        Picks one of the feasible answers.
    time_limit : float
        Seconds, of a slow machine: work is counted. Only where the search finds nothing does a
        solver that looks at the clock decide, and as long again may go to finding out what
        excludes what; then another machine may come to another answer.

    Returns
    -------
    Assembly or Infeasible

    Raises
    ------
    ValueError
        If ``n_forms`` is not positive, the pool names an id twice, or no item is asked for.

    References
    ----------
    .. [1] van der Linden (2005), *Linear Models for Optimal Test Design*. Springer.

    Examples
    --------
    >>> from itembank.demands import Demand, PoolItem
    >>> pool = [PoolItem(f"i{n}", "single", "A", f"A-{n}") for n in range(4)]
    >>> found = assemble(pool, Demand({"single": 2}), 2, np.random.default_rng(1))
    >>> sorted(len(form) for form in found.forms)
    [2, 2]
    """
    if n_forms < 1 or len({item.id for item in pool}) < len(pool):
        msg = f"n_forms must be positive and ids distinct: {n_forms!r}"
        raise ValueError(msg)
    if blueprint.n_items < 1:
        msg = f"no item is asked for: {blueprint!r}"
        raise ValueError(msg)
    pool = usable(pool, blueprint)
    short = direct_shortages(pool, blueprint, n_forms)
    if short:
        return Infeasible(tuple(short))
    return _assembled(pool, blueprint, n_forms, rng, time_limit)


def _assembled(
    pool: Sequence[PoolItem],
    demand: Demand,
    n_forms: int,
    rng: np.random.Generator,
    time_limit: float,
) -> Assembly | Infeasible:
    rows = unit_rows(pool, demand)
    found = solve(demand_model(rows, demand, n_forms), rng, time_limit=time_limit)
    if isinstance(found, Solved):
        units = units_of(pool)
        return Assembly(tuple(_ids(pool, units, form) for form in found.forms))
    if not isinstance(found, Excluded):
        return Infeasible((Shortage("time", "time_limit", time_limit, time_limit),))
    reasons = _reasons(rows, demand, n_forms, time_limit)
    return Infeasible(reasons or _bounds(found), found.conflict)


def _ids(
    pool: Sequence[PoolItem], units: Sequence[Sequence[int]], form: IntArray
) -> tuple[str, ...]:
    places = sorted(place for unit in form.tolist() for place in units[unit])
    return tuple(pool[place].id for place in places)


def _reasons(
    rows: Sequence[Row], demand: Demand, n_forms: int, time_limit: float
) -> tuple[Shortage, ...]:
    """Return how far the demands can be met, as far as that is found out in time."""
    width, uses = rows[0].coefficients.size, demand.max_use_per_item
    if width * n_forms > MOST_RELAXED:
        return ()
    found = conflict(rows, width, n_forms, uses=uses, time_limit=time_limit)
    return tuple(each for each in found if each.kind != "time")


def _bounds(found: Excluded) -> tuple[Shortage, ...]:
    """Return the bounds that exclude each other as shortages of their own kinds."""
    return tuple(
        Shortage(
            "bound_low" if each.is_low else "bound_high",
            f"{each.kind} {each.name}".strip(),
            each.limit,
            each.limit,
        )
        for each in found.conflict
    )
