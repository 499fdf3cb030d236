"""Conflicts: a small set of bounds that no form can keep together, none of them to spare.

Bounds that exclude each other have a proof (Farkas): multipliers under which they ask for more
than the units can give. Sparse multipliers name few bounds, which are then thinned out until each
is needed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from itembank.parallel_forms.exact import INFEASIBLE
from itembank.parallel_forms.linear import least
from itembank.parallel_forms.model import FloatArray, FormModel, IntArray

N_PROOFS = 6  # proofs looked at; the one with the fewest bounds is told
N_SPARSER = 4  # rounds that make a proof name fewer bounds
NAMED = 1e-7  # multipliers below are nothing
SPARSER = 1e-3  # the smaller, the more a round spares small multipliers
TINY = 1e-12


@dataclass(frozen=True)
class BrokenBound:
    """A bound of a row: its kind and name, whether it is the lower one, and its value."""

    kind: str
    name: str
    is_low: bool
    limit: float


def conflict_of_average(
    model: FormModel, rng: np.random.Generator, is_over: Callable[[], bool]
) -> list[BrokenBound]:
    """Return an irreducible conflict of a model whose averaged form is infeasible."""
    blamed = _blamed(model)
    average = _average(model, blamed)
    best, seen = blamed, set()
    for number in range(N_PROOFS):
        if number and is_over():
            break
        costs = np.ones(blamed.size) + (rng.random(blamed.size) if number else 0)
        proof = _proof(average, costs)
        if frozenset(proof.tolist()) in seen:
            continue
        seen.add(frozenset(proof.tolist()))
        kept = thinned(proof, lambda each: not _is_excluded(average, each))
        if not number or kept.size < best.size:
            best = blamed[kept]
    return [broken(model, each) for each in best.tolist()]


def thinned(bounds: IntArray, is_possible: Callable[[IntArray], bool]) -> IntArray:
    """Leave out every bound without which the others still exclude each other."""
    kept = bounds
    for each in bounds.tolist():
        without = kept[kept != each]
        if without.size and not is_possible(without):
            kept = without
    return np.sort(kept)


def finite(model: FormModel) -> IntArray:
    """Return the bounds that bind at all: lower ones by row, upper ones after them."""
    limits = np.concatenate([model.low, model.high])
    most = np.asarray(model.matrix.maximum(0).sum(axis=1)).ravel()
    least = np.asarray(model.matrix.minimum(0).sum(axis=1)).ravel()
    is_idle = np.concatenate([model.low <= least, model.high >= most])
    return np.flatnonzero(np.isfinite(limits) & ~is_idle)


@dataclass(frozen=True)
class _Average:
    """Bounds as rows that want ``matrix @ shares >= asked``; units alike in all are one column."""

    matrix: csr_array
    asked: FloatArray
    shares: FloatArray


def _average(model: FormModel, bounds: IntArray) -> _Average:
    signs = np.where(bounds < len(model.rows), 1.0, -1.0)
    rows = csr_array(model.matrix)[bounds % len(model.rows)]
    scale = signs / np.maximum(np.asarray(abs(rows).mean(axis=1)).ravel(), TINY)
    limits = np.concatenate([model.low, model.high])[bounds]
    columns, kinds = np.unique(rows.multiply(scale[:, None]).toarray(), axis=1, return_inverse=True)
    shares = np.zeros(columns.shape[1])
    np.add.at(shares, kinds.ravel(), model.shares)
    return _Average(csr_array(columns), limits * scale, shares)


def _blamed(model: FormModel) -> IntArray:
    """Return bounds that exclude each other: those that cost something where least is missed."""
    bounds = finite(model)
    counts = np.array([(row.data == 1).all() for row in csr_array(model.matrix)])
    only_counts = bounds[counts[bounds % len(model.rows)]]
    if only_counts.size and _is_excluded(_average(model, only_counts)):
        bounds = only_counts  # units are alike in these: what follows is small
    average = _average(model, bounds)
    n_bounds, n_columns = average.matrix.shape
    answer = least(
        np.repeat([0.0, 1.0], [n_columns, n_bounds]),
        csr_array(hstack([average.matrix, eye_array(n_bounds)], format="csr")),
        average.asked,
        np.full(n_bounds, np.inf),
        np.append(average.shares, np.full(n_bounds, np.inf)),
    )
    return bounds if answer is None else np.asarray(bounds[answer.low_prices > NAMED])


def _is_excluded(average: _Average, kept: IntArray | None = None) -> bool:
    """Say whether no shares give what these bounds ask."""
    rows = np.arange(average.asked.size) if kept is None else kept
    solved = milp(
        np.zeros(average.shares.size),
        bounds=Bounds(0, average.shares),
        constraints=[LinearConstraint(average.matrix[rows], average.asked[rows], np.inf)],
    )
    return int(solved.status) == INFEASIBLE


def _proof(average: _Average, costs: FloatArray) -> IntArray:
    """Return rows whose multipliers prove that they exclude each other, the heaviest last."""
    n_rows, n_columns = average.matrix.shape
    constraints = [
        LinearConstraint(
            hstack([average.matrix.T, -eye_array(n_columns)], format="csr"), -np.inf, 0
        ),
        LinearConstraint(np.concatenate([average.asked, -average.shares])[None, :], 1, 1),
    ]
    weights, multipliers = costs, np.ones(n_rows)
    for _ in range(N_SPARSER):
        solved = milp(
            np.concatenate([weights, np.zeros(n_columns)]),
            bounds=Bounds(0, np.inf),
            constraints=constraints,
        )
        if solved.x is None:
            break
        multipliers = solved.x[:n_rows]
        weights = costs / (multipliers / multipliers.max() + SPARSER)
    named = np.flatnonzero(multipliers > NAMED * multipliers.max())
    order: IntArray = named[np.argsort(multipliers[named], kind="stable")]
    return order


def broken(model: FormModel, bound: int) -> BrokenBound:
    """Return a bound by its number: lower ones by row, upper ones after them."""
    place, is_low = bound % len(model.rows), bound < len(model.rows)
    limit = model.low[place] if is_low else model.high[place]
    return BrokenBound(*model.rows[place], is_low=is_low, limit=float(limit))
