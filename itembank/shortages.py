"""Why forms cannot be made: counts that are short, or demands that exclude each other."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, kron

from itembank.demands import (
    Demand,
    Fits,
    PoolItem,
    Row,
    is_important,
    is_in_area,
    is_in_cell,
    is_type,
    tops,
)

MISSED = 1e-6
DECIMALS = 3
# What gives way first when demands exclude each other. Lengths and types never need to: what the
# bank has of each type is counted before.
GIVES_WAY = (
    "words",
    "time_s",
    "information",
    "p_value",
    "difficulty",
    "earlier",
    "importance",
    "point",
    "type_marks",
    "area_marks",
    "cell",
    "area",
    "enemies",
)
COUNTED = frozenset({"type", "area", "cell", "importance"})


@dataclass(frozen=True)
class Shortage:
    """A demand that cannot be met: its kind, its name, what is needed and what there is.

    ``kind`` is ``type``, ``area``, ``cell`` or ``importance`` when the whole bank is too small:
    then ``need`` is for all forms together and ``have`` what the bank holds (times the uses of an
    item). ``total`` says that the counts of ``name`` come to ``need``, more than the ``have``
    items of a form. ``joint_area``, ``joint_cell`` and ``joint_importance`` could be met alone
    but not beside the others: a form needs ``need`` and reaches ``have``. Likewise ``point`` (at
    most ``need`` items of a point, ``have`` would be used), ``difficulty`` and the other bands (a
    bound and the nearest value) and ``enemies`` (a pair that would meet). ``bound_low`` and
    ``bound_high`` name bounds that exclude each other, where no more is known. ``time``: nothing
    was found within ``need`` seconds. ``pilot``: a form asks for ``need`` pilot items of a type
    and gets no more than ``have``.
    """

    kind: str
    name: str
    need: float
    have: float


def direct_shortages(pool: Sequence[PoolItem], demand: Demand, n_forms: int) -> list[Shortage]:
    """Return every count that the pool cannot supply, whatever is chosen elsewhere."""
    uses = min(n_forms, demand.max_use_per_item)
    found = []
    for kind, name, count, fits in _counts(demand):
        have, need = sum(map(fits, pool)) * uses, count * n_forms
        if have < need:
            found.append(Shortage(kind, name, need, have))
    for name, counts in (("areas", demand.areas), ("importance", demand.importance)):
        if tops(counts) > demand.n_items:
            found.append(Shortage("total", name, tops(counts), demand.n_items))
    return found


def _counts(demand: Demand) -> Iterator[tuple[str, str, int, Fits]]:
    yield from (("type", name, n, is_type(name)) for name, n in demand.types.items())
    yield from (("area", path, n, is_in_area(path)) for path, n in demand.areas.items())
    yield from (
        ("cell", f"{path} {name}", n, is_in_cell(path, name))
        for (path, name), n in demand.cells.items()
    )
    yield from (
        ("importance", name, n, is_important(name)) for name, n in demand.importance.items()
    )


def shared_use(width: int, n_forms: int) -> csr_array:
    """Return, for each item, the sum over forms, to be bounded by the uses of an item."""
    return csr_array(kron(np.ones((1, n_forms)), eye_array(width)))


def conflict(
    rows: Sequence[Row], width: int, n_forms: int, *, uses: int, time_limit: float
) -> list[Shortage]:
    """Return the demands that must give way so that the others can be met.

    Kinds of demand are let go one at a time, in the order of ``GIVES_WAY``: the first that makes
    forms possible is in conflict with the rest. When none does alone, all are let go together.
    Every step gets its share of ``time_limit``.
    """
    present = [kind for kind in GIVES_WAY if any(row.kind == kind for row in rows)]
    steps = [[kind] for kind in present]
    for elastic in [*steps, present]:
        reached = _relaxed(
            rows, (width, n_forms), elastic, uses=uses, time_limit=time_limit / (len(steps) + 1)
        )
        found = [] if reached is None else _missed(rows, reached)
        if found:
            return found
    return [Shortage("time", "time_limit", time_limit, time_limit)]


def _relaxed(
    rows: Sequence[Row],
    size: tuple[int, int],
    elastic: Collection[str],
    *,
    uses: int,
    time_limit: float,
) -> np.ndarray | None:
    """Return what forms reach in every row, shape (n_forms, n_rows), elastic rows missed least."""
    width, n_forms = size
    n_chosen = width * n_forms
    forms = eye_array(n_forms)
    chosen = kron(forms, csr_array(np.array([row.coefficients for row in rows])))
    is_elastic = [place for place, row in enumerate(rows) if row.kind in elastic]
    slack = kron(forms, eye_array(len(rows), format="csc")[:, is_elastic])
    n_slack = 2 * slack.shape[1]
    low, high = (
        np.tile([getattr(row, bound) for row in rows], n_forms) for bound in ("low", "high")
    )
    nothing = csr_array((width, n_slack))
    solved = milp(
        np.repeat([0.0, 1.0], [n_chosen, n_slack]),
        integrality=np.repeat([1, 0], [n_chosen, n_slack]),
        bounds=Bounds(0, np.repeat([1, np.inf], [n_chosen, n_slack])),
        constraints=[
            LinearConstraint(hstack([chosen, slack, -slack], format="csr"), low, high),
            LinearConstraint(hstack([shared_use(width, n_forms), nothing], format="csr"), 0, uses),
        ],
        options={"time_limit": time_limit},
    )
    if solved.x is None:
        return None
    reached: np.ndarray = (chosen @ np.round(solved.x[:n_chosen])).reshape(n_forms, len(rows))
    return reached


def _missed(rows: Sequence[Row], reached: np.ndarray) -> list[Shortage]:
    """Return the rows that some form misses, each as the worst form has it."""
    found = []
    for row, values in zip(rows, reached.T, strict=True):
        below, above = row.low - values.min(), values.max() - row.high
        if max(below, above) <= MISSED:
            continue
        is_short = below >= above
        need, have = (row.low, values.min()) if is_short else (row.high, values.max())
        kind = f"joint_{row.kind}" if row.kind in COUNTED else row.kind
        found.append(Shortage(kind, row.name, round(need, DECIMALS), round(float(have), DECIMALS)))
    return found
