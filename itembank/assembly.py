"""Assembly (组卷): parallel forms from a pool, as a mixed-integer programme.

Targets are bands, never a minimum to be maximised: bands solve quickly and say plainly whether
they can be met. A random objective drawn from the seed picks one of the many feasible answers,
so the same pool, demand and seed give the same forms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, eye_array, kron

from itembank.demands import Demand, PoolItem, Row, rows_of
from itembank.shortages import Shortage, conflict, direct_shortages, shared_use

LIMIT_REACHED = 1  # scipy's status; a solution found by then is still usable
CHOSEN = 0.5


@dataclass(frozen=True)
class Assembly:
    """Forms as tuples of item ids in the order of the pool."""

    forms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Infeasible:
    """No forms: the demands that are short, or that exclude each other."""

    shortages: tuple[Shortage, ...]


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
        Counts that each form meets exactly, the difficulty band, and the uses of an item: by
        default forms share no item.
    n_forms : int
        At least 1.
    rng : numpy.random.Generator
        Picks one of the feasible answers.
    time_limit : float
        Seconds the solver may take; as many again to find out what excludes what. An answer found
        when time is up is taken, but another machine may then find another one.

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
    short = direct_shortages(pool, blueprint, n_forms)
    if short:
        return Infeasible(tuple(short))
    rows, uses = rows_of(pool, blueprint), blueprint.max_use_per_item
    solved = _solve(_limits(rows, len(pool), n_forms, uses), len(pool), n_forms, rng, time_limit)
    if solved.x is not None:
        return _assembly(pool, solved.x.reshape(n_forms, len(pool)) > CHOSEN)
    if solved.status == LIMIT_REACHED:
        return Infeasible((Shortage("time", "time_limit", time_limit, time_limit),))
    return Infeasible(tuple(conflict(rows, len(pool), n_forms, uses=uses, time_limit=time_limit)))


def _assembly(pool: Sequence[PoolItem], is_chosen: NDArray[np.bool_]) -> Assembly:
    return Assembly(
        tuple(
            tuple(item.id for item, is_in in zip(pool, form, strict=True) if is_in)
            for form in is_chosen
        )
    )


def _solve(
    constraints: Sequence[LinearConstraint],
    width: int,
    n_forms: int,
    rng: np.random.Generator,
    time_limit: float,
) -> OptimizeResult:
    cost = np.tile(rng.random(width), n_forms) + rng.random(width * n_forms)
    return milp(
        cost,
        integrality=np.ones(cost.size, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"time_limit": time_limit},
    )


def _limits(rows: Sequence[Row], width: int, n_forms: int, uses: int) -> list[LinearConstraint]:
    """Return the demands on every form, and the uses of every item over the forms."""
    matrix = csr_array(np.array([row.coefficients for row in rows]))
    low, high = (
        np.tile([getattr(row, bound) for row in rows], n_forms) for bound in ("low", "high")
    )
    return [
        LinearConstraint(kron(eye_array(n_forms), matrix, format="csr"), low, high),
        LinearConstraint(shared_use(width, n_forms), 0, uses),
    ]
