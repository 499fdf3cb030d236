"""Assembly (组卷): parallel forms from a pool, as a mixed-integer programme.

Targets are bands, never a minimum to be maximised: bands solve quickly and say plainly whether
they can be met. A random objective drawn from the seed picks one of the many feasible answers,
so the same pool, demand and seed give the same forms.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

LIMIT_REACHED = 1  # scipy's status; a solution found by then is still usable
CHOSEN = 0.5
MISSED = 1e-6


@dataclass(frozen=True)
class PoolItem:
    """An item that may be chosen; ``area`` is a path such as ``A-B``, ``point`` a full code."""

    id: str
    type: str
    area: str
    point: str
    importance: str | None = None
    difficulty: float = 3.0
    enemies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Demand:
    """What every form must have: counts per type, area (any tier), cell and importance.

    ``difficulty`` is a band for the mean expert difficulty, both bounds included.
    """

    types: Mapping[str, int]
    areas: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], int] = field(default_factory=dict)
    importance: Mapping[str, int] = field(default_factory=dict)
    difficulty: tuple[float, float] | None = None

    @property
    def n_items(self) -> int:
        """Return the length of a form."""
        return sum(self.types.values())


@dataclass(frozen=True)
class Assembly:
    """Forms as tuples of item ids in the order of the pool."""

    forms: tuple[tuple[str, ...], ...]


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


@dataclass(frozen=True)
class Infeasible:
    """No forms: the demands that are short, or that exclude each other."""

    shortages: tuple[Shortage, ...]


@dataclass(frozen=True)
class _Row:
    """A linear demand on one form: the pool's coefficients and the bounds of their sum."""

    kind: str
    name: str
    coefficients: np.ndarray
    low: float
    high: float


def assemble(
    pool: Sequence[PoolItem],
    blueprint: Demand,
    n_forms: int,
    rng: np.random.Generator,
    time_limit: float = 30.0,
) -> Assembly | Infeasible:
    """Assemble parallel forms that share no item.

    Parameters
    ----------
    pool : sequence of PoolItem
    blueprint : Demand
        Counts that each form meets exactly, and the difficulty band.
    n_forms : int
        At least 1.
    rng : numpy.random.Generator
        Picks one of the feasible answers.
    time_limit : float
        Seconds the solver may take.

    Returns
    -------
    Assembly or Infeasible

    Raises
    ------
    ValueError
        If ``n_forms`` is not positive or the pool names an id twice.

    References
    ----------
    .. [1] van der Linden (2005), *Linear Models for Optimal Test Design*. Springer.

    Examples
    --------
    >>> pool = [PoolItem(f"i{n}", "single", "A", f"A-{n}") for n in range(4)]
    >>> found = assemble(pool, Demand({"single": 2}), 2, np.random.default_rng(1))
    >>> sorted(len(form) for form in found.forms)
    [2, 2]
    """
    if n_forms < 1 or len({item.id for item in pool}) < len(pool):
        msg = f"n_forms must be positive and ids distinct: {n_forms!r}"
        raise ValueError(msg)
    short = direct_shortages(pool, blueprint, n_forms)
    if short or not pool:
        return Infeasible(tuple(short))
    rows = _rows(pool, blueprint)
    cost = np.tile(rng.random(len(pool)), n_forms) + rng.random(len(pool) * n_forms)
    solved = milp(
        cost,
        integrality=np.ones(cost.size, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[
            *_per_form(rows, n_forms),
            LinearConstraint(_shared_use(len(pool), n_forms), 0, 1),
        ],
        options={"time_limit": time_limit},
    )
    if solved.x is None:
        if solved.status == LIMIT_REACHED:
            return Infeasible((Shortage("time", "time_limit", time_limit, time_limit),))
        return Infeasible(tuple(_conflict(rows, len(pool), n_forms, time_limit)))
    chosen = solved.x.reshape(n_forms, len(pool)) > CHOSEN
    return Assembly(
        tuple(
            tuple(item.id for item, is_in in zip(pool, form, strict=True) if is_in)
            for form in chosen
        )
    )


def direct_shortages(pool: Sequence[PoolItem], demand: Demand, n_forms: int) -> list[Shortage]:
    """Return every count that the pool cannot supply, whatever is chosen elsewhere."""
    wanted: list[tuple[str, str, int, Callable[[PoolItem], bool]]] = [
        *(("type", t, n, _is_type(t)) for t, n in demand.types.items()),
        *(("area", a, n, _is_in_area(a)) for a, n in demand.areas.items()),
        *(("cell", f"{a} {t}", n, _is_in_cell(a, t)) for (a, t), n in demand.cells.items()),
        *(("importance", i, n, _is_important(i)) for i, n in demand.importance.items()),
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


def _is_type(name: str) -> Callable[[PoolItem], bool]:
    return lambda item: item.type == name


def _is_in_area(path: str) -> Callable[[PoolItem], bool]:
    return lambda item: item.area == path or item.area.startswith(f"{path}-")


def _is_in_cell(path: str, name: str) -> Callable[[PoolItem], bool]:
    in_area = _is_in_area(path)
    return lambda item: item.type == name and in_area(item)


def _is_important(name: str) -> Callable[[PoolItem], bool]:
    return lambda item: item.importance == name


def _rows(pool: Sequence[PoolItem], demand: Demand) -> list[_Row]:
    """Return the demands on one form as rows over the pool."""

    def count(fits: Callable[[PoolItem], bool]) -> np.ndarray:
        return np.array([float(fits(item)) for item in pool])

    n_items = demand.n_items
    rows = [_Row("total", "items", np.ones(len(pool)), n_items, n_items)]
    rows += [_Row("type", t, count(_is_type(t)), n, n) for t, n in demand.types.items()]
    rows += [_Row("area", a, count(_is_in_area(a)), n, n) for a, n in demand.areas.items()]
    rows += [
        _Row("cell", f"{a} {t}", count(_is_in_cell(a, t)), n, n)
        for (a, t), n in demand.cells.items()
    ]
    rows += [
        _Row("importance", i, count(_is_important(i)), n, n) for i, n in demand.importance.items()
    ]
    if demand.difficulty is not None:
        low, high = (bound * n_items for bound in demand.difficulty)
        difficulties = np.array([item.difficulty for item in pool])
        rows.append(_Row("difficulty", "mean", difficulties, low, high))
    return [*rows, *_point_rows(pool, demand), *_enemy_rows(pool)]


def _point_rows(pool: Sequence[PoolItem], demand: Demand) -> list[_Row]:
    """Return one item per point at most, or as few repeats as the area's count forces."""
    rows = []
    for point in dict.fromkeys(item.point for item in pool):
        members = np.array([float(item.point == point) for item in pool])
        area = next(item.area for item in pool if item.point == point)
        limit = _repeats(pool, demand, area)
        if members.sum() > limit:
            rows.append(_Row("point", point, members, 0, limit))
    return rows


def _repeats(pool: Sequence[PoolItem], demand: Demand, area: str) -> int:
    """Return how many items of one point a form of this area needs at most."""
    named = [path for path in demand.areas if area == path or area.startswith(f"{path}-")]
    path = max(named, key=len, default=None)
    count = demand.n_items if path is None else demand.areas[path]
    points = {i.point for i in pool if path is None or _is_in_area(path)(i)}
    return max(1, -(-count // len(points)))


def _enemy_rows(pool: Sequence[PoolItem]) -> list[_Row]:
    places = {item.id: place for place, item in enumerate(pool)}
    rows = []
    for item in pool:
        for enemy in sorted(item.enemies & places.keys()):
            if item.id < enemy:
                pair = np.zeros(len(pool))
                pair[[places[item.id], places[enemy]]] = 1
                rows.append(_Row("enemies", f"{item.id} {enemy}", pair, 0, 1))
    return rows


def _per_form(rows: Sequence[_Row], n_forms: int) -> list[LinearConstraint]:
    matrix = csr_array(np.array([row.coefficients for row in rows]))
    low = np.array([row.low for row in rows])
    high = np.array([row.high for row in rows])
    width, found = matrix.shape[1], []
    for form in range(n_forms):
        placed = csr_array(
            (matrix.data, matrix.indices + form * width, matrix.indptr),
            shape=(len(rows), width * n_forms),
        )
        found.append(LinearConstraint(placed, low, high))
    return found


def _shared_use(width: int, n_forms: int) -> csr_array:
    """Return, for each item, the sum over forms: at most 1 keeps forms disjoint."""
    columns = np.arange(width * n_forms)
    return csr_array(
        (np.ones(columns.size), (columns % width, columns)), shape=(width, columns.size)
    )


def _conflict(rows: Sequence[_Row], width: int, n_forms: int, time_limit: float) -> list[Shortage]:
    """Return the demands that give way when each may be missed at a price."""
    n_rows, n_chosen = len(rows) * n_forms, width * n_forms
    block = np.array([row.coefficients for row in rows])
    chosen = np.kron(np.eye(n_forms), block)
    slack = np.eye(n_rows)
    matrix = np.hstack([chosen, slack, -slack])
    low = np.tile([row.low for row in rows], n_forms)
    high = np.tile([row.high for row in rows], n_forms)
    shared = np.hstack([_shared_use(width, n_forms).toarray(), np.zeros((width, 2 * n_rows))])
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
