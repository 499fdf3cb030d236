"""Why forms cannot be made: counts that are short, or demands that exclude each other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from itembank.demands import (
    Demand,
    PoolItem,
    Row,
    is_important,
    is_in_area,
    is_in_cell,
    is_type,
)

MISSED = 1e-6


@dataclass(frozen=True)
class Shortage:
    """A demand that cannot be met: its kind, its name, what is needed and what there is.

    ``kind``: ``type``, ``area``, ``cell``, ``importance``, ``point``, ``difficulty``, ``time``.
    Where several demands exclude each other only together, ``have`` is what could be reached.
    """

    kind: str
    name: str
    need: float
    have: float


def direct_shortages(pool: Sequence[PoolItem], demand: Demand, n_forms: int) -> list[Shortage]:
    """Return every count that the pool cannot supply, whatever is chosen elsewhere."""
    wanted: list[tuple[str, str, int, Callable[[PoolItem], bool]]] = [
        *(("type", t, n, is_type(t)) for t, n in demand.types.items()),
        *(("area", a, n, is_in_area(a)) for a, n in demand.areas.items()),
        *(("cell", f"{a} {t}", n, is_in_cell(a, t)) for (a, t), n in demand.cells.items()),
        *(("importance", i, n, is_important(i)) for i, n in demand.importance.items()),
    ]
    found = []
    for kind, name, count, fits in wanted:
        have, need = sum(map(fits, pool)), count * n_forms
        if have < need:
            found.append(Shortage(kind, name, need, have))
    for name, counts in (("areas", demand.areas), ("importance", demand.importance)):
        if _tops(counts) > demand.n_items:
            found.append(Shortage("total", name, _tops(counts), demand.n_items))
    return found


def _tops(counts: Mapping[str, int]) -> int:
    """Return the sum over areas that lie in no other named area."""
    return sum(
        count
        for path, count in counts.items()
        if not any(path.startswith(f"{other}-") for other in counts)
    )


def shared_use(width: int, n_forms: int) -> csr_array:
    """Return, for each item, the sum over forms: at most 1 keeps forms disjoint."""
    columns = np.arange(width * n_forms)
    return csr_array(
        (np.ones(columns.size), (columns % width, columns)), shape=(width, columns.size)
    )


def conflict(rows: Sequence[Row], width: int, n_forms: int, time_limit: float) -> list[Shortage]:
    """Return the demands that give way when each may be missed at a price."""
    n_rows, n_chosen = len(rows) * n_forms, width * n_forms
    block = np.array([row.coefficients for row in rows])
    chosen = np.kron(np.eye(n_forms), block)
    slack = np.eye(n_rows)
    matrix = np.hstack([chosen, slack, -slack])
    low = np.tile([row.low for row in rows], n_forms)
    high = np.tile([row.high for row in rows], n_forms)
    shared = np.hstack([shared_use(width, n_forms).toarray(), np.zeros((width, 2 * n_rows))])
    size = n_chosen + 2 * n_rows
    solved = milp(
        np.concatenate([np.zeros(n_chosen), np.ones(2 * n_rows)]),
        integrality=np.repeat([1, 0], [n_chosen, 2 * n_rows]),
        bounds=Bounds(0, np.concatenate([np.ones(n_chosen), np.full(2 * n_rows, np.inf)])),
        constraints=[LinearConstraint(matrix, low, high), LinearConstraint(shared, 0, 1)],
        options={"time_limit": time_limit},
    )
    if solved.x is None:
        return [Shortage("time", "time_limit", time_limit, time_limit)]
    reached = (chosen @ solved.x[:n_chosen]).reshape(n_forms, len(rows))
    missed = solved.x[n_chosen:size].reshape(2, n_forms, len(rows)).sum(axis=(0, 1)) > MISSED
    return [
        Shortage(row.kind, row.name, row.low if low_missed else row.high, float(got))
        for row, is_missed, got, low_missed in zip(
            rows,
            missed,
            reached.min(axis=0),
            reached.min(axis=0) < [row.low for row in rows],
            strict=True,
        )
        if is_missed
    ]
