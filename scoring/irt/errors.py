"""Standard errors: the observed information of a marginal fit.

Louis' identity: the complete-data information less what is missing, which is the posterior
variance of the complete-data slopes, person by person.

References
----------
.. [1] Louis (1982), "Finding the observed information matrix when using the EM algorithm",
   Journal of the Royal Statistical Society B 44, 226-233.
"""

import numpy as np
from numpy.typing import NDArray

from scoring.irt.curves import curves
from scoring.irt.layout import nodes
from scoring.irt.objective import Free, slopes_of_family
from scoring.irt.passes import (
    BLOCK,
    Pass,
    Point,
    expected_responses,
    family_curves,
    posteriors,
    weights_of,
)
from scoring.irt.search import Problem

FloatArray = NDArray[np.float64]
STEP = 1e-5
FEW = 3


def covariance_of(problem: Problem, at: Point, found: Pass) -> FloatArray | None:
    """Return the covariance of what was estimated, None where the information is singular.

    In the order of ``Free.vector``.
    """
    whole = _complete(problem, at, found)
    for group in range(len(problem.indicators)):
        whole -= _missing(problem, at, group)
    try:
        np.linalg.cholesky(whole)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(np.linalg.inv(whole))


def _complete(problem: Problem, at: Point, found: Pass) -> FloatArray:
    """Return the complete-data information: blocks of items, then the groups."""
    layout, free = problem.layout, problem.free
    blocks = np.zeros((layout.n_items, layout.width, layout.width))
    for group, counts in enumerate(found.counts):
        theta = at.thetas(group)
        for place, family in enumerate(layout.families):
            responses, _ = expected_responses(layout, counts, place)
            own = at.parameters[family.items, : family.n_parameters]
            for k in range(family.n_parameters):
                move = STEP * (np.arange(family.n_parameters) == k)
                up = slopes_of_family(curves(family.kind, own + move, theta), responses)
                down = slopes_of_family(curves(family.kind, own - move, theta), responses)
                blocks[family.items, : family.n_parameters, k] -= (up - down) / (2 * STEP)
    items, place = problem.floors
    if problem.prior is not None and items.size:
        blocks[items, place, place] += problem.prior.curvatures(at.parameters[items, place])
    spots = np.full(free.parameters.shape, -1)
    spots[free.parameters] = np.arange(free.parameters.sum())
    whole = np.zeros((free.n, free.n))
    for item in range(layout.n_items):
        own, is_own = spots[item][free.parameters[item]], free.parameters[item]
        whole[np.ix_(own, own)] = blocks[item][np.ix_(is_own, is_own)]
    _add_groups(whole, free, at, found)
    return whole


def _add_groups(whole: FloatArray, free: Free, at: Point, found: Pass) -> None:
    points, _ = nodes()
    next_mean = int(free.parameters.sum())
    next_sd = next_mean + int(free.means.sum())
    for group, counts in enumerate(found.counts):
        sd, by_node = np.exp(at.log_sds[group]), counts[-1]
        if free.means[group]:
            whole[next_mean, next_mean] = by_node.sum() / sd**2
        if free.sds[group]:
            whole[next_sd, next_sd] = 2 * by_node @ points**2
        if free.means[group] and free.sds[group]:
            whole[next_mean, next_sd] = whole[next_sd, next_mean] = 2 * by_node @ points / sd
        next_mean += int(free.means[group])
        next_sd += int(free.sds[group])


def _score_tables(problem: Problem, at: Point, group: int) -> FloatArray:
    """Return, for each quadrature point, what indicators are multiplied by to get slopes.

    Shape (n_points, n_columns of the indicators, n_free).
    """
    layout, free = problem.layout, problem.free
    points, _ = nodes()
    n_columns = problem.indicators[group].shape[1]
    has_missing = n_columns > layout.n_columns + 1
    table = np.zeros((points.size, n_columns, *free.parameters.shape))
    for family, each in zip(layout.families, family_curves(layout, at, group), strict=True):
        scores = each.scores.transpose(0, 2, 3, 1)  # items, categories, points, parameters
        n_own = family.n_parameters
        for spot, item in enumerate(family.items):
            above = scores[spot, 1:] - scores[spot, :1]
            table[:, family.columns[spot], item, :n_own] = above.transpose(1, 0, 2)
            row = layout.n_columns + item if has_missing else -1
            table[:, row, item, :n_own] += scores[spot, 0]
    flat = table[:, :, free.parameters]
    others = np.zeros((points.size, n_columns, int(free.means.sum() + free.sds.sum())))
    if free.means[group]:
        others[:, -1, free.means[:group].sum()] = points / np.exp(at.log_sds[group])
    if free.sds[group]:
        others[:, -1, free.means.sum() + free.sds[:group].sum()] = points**2 - 1
    return np.concatenate([flat, others], axis=2)


def _missing(problem: Problem, at: Point, group: int) -> FloatArray:
    """Return the sum over persons of the posterior covariance of their slopes."""
    layout, indicators = problem.layout, problem.indicators[group]
    tables = _score_tables(problem, at, group)
    n_columns = tables.shape[1]
    weights = weights_of(layout, family_curves(layout, at, group), n_columns)
    has_missing = n_columns > layout.n_columns + 1
    basis = None if has_missing else _basis(tables[:, :-1])
    pairs = np.eye(len(tables)) if basis is None else _products(basis)
    n_own = n_columns if basis is None else n_columns - 1
    moments = np.zeros((len(pairs), n_own, n_own))
    counts = np.zeros((n_columns, len(tables)))
    squares = np.zeros((tables.shape[2], tables.shape[2]))
    own_score = _OwnScore(tables)
    for start in range(0, len(indicators), BLOCK):
        part = indicators[start : start + BLOCK]
        posterior, _ = posteriors(part, weights)
        counts += part.T @ posterior
        for place, weight in enumerate((posterior @ pairs.T).T):
            moments[place] += (part[:, :n_own] * weight[:, None]).T @ part[:, :n_own]
        own = own_score(part, posterior)
        squares += own.T @ own
    if basis is None:
        return np.asarray(sum(t.T @ m @ t for t, m in zip(tables, moments, strict=True)) - squares)
    return _joined(tables, basis, moments, counts) - squares


def _basis(tables: FloatArray) -> FloatArray | None:
    """Return up to three functions of the point that span all slopes by category, if they do."""
    flat = tables.reshape(len(tables), -1)
    left, sizes, _ = np.linalg.svd(flat, full_matrices=False)
    rank = int((sizes > 1e-9 * sizes[0]).sum())
    return left[:, :rank].T if rank <= FEW else None


def _products(basis: FloatArray) -> FloatArray:
    first, second = np.triu_indices(len(basis))
    return np.asarray(basis[first] * basis[second])


def _joined(
    tables: FloatArray, basis: FloatArray, moments: FloatArray, counts: FloatArray
) -> FloatArray:
    """Put the squares of slopes together from moments by products of the basis."""
    above, base = tables[:, :-1], tables[:, -1]
    shapes = np.tensordot(basis, above, axes=1)
    whole = np.zeros((base.shape[1], base.shape[1]))
    for place, (i, j) in enumerate(zip(*np.triu_indices(len(basis)), strict=True)):
        part = shapes[i].T @ moments[place] @ shapes[j]
        whole += part if i == j else part + part.T
    by_point = np.einsum("qcf,cq->qf", above, counts[:-1])
    cross = by_point.T @ base
    return np.asarray(whole + cross + cross.T + (base * counts[-1][:, None]).T @ base)


class _OwnScore:
    """Each person's expected slope, from the few columns that each parameter depends on."""

    def __init__(self, tables: FloatArray) -> None:
        """Find the columns of each parameter."""
        is_used = np.abs(tables).max(axis=0) > 0
        self.layers = []
        for layer in range(int(is_used.sum(axis=0).max())):
            order = np.argsort(~is_used, axis=0, kind="stable")[layer]
            spots = np.arange(len(order))
            factor = np.where(is_used[order, spots], tables[:, order, spots], 0.0)
            self.layers.append((order, factor))

    def __call__(self, part: FloatArray, posterior: FloatArray) -> FloatArray:
        """Return expected slopes, shape (n_persons, n_free)."""
        return np.asarray(
            sum(part[:, order] * (posterior @ factor) for order, factor in self.layers)
        )
