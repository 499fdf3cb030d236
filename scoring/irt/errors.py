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
from scoring.irt.layout import chosen_in, nodes
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
NOTHING = 1e-9
STRAIGHT = {"2pl", "gpcm"}  # slopes by category are straight in ability
MOST_CELLS = 20_000_000  # of the table that the quick way needs


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
    points, _ = nodes(at.n_nodes)
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
    n_columns = layout.n_columns + 1
    table = np.zeros((at.n_nodes, n_columns, *free.parameters.shape))
    for family, each in zip(layout.families, family_curves(layout, at, group), strict=True):
        scores = each.scores.transpose(0, 2, 3, 1)  # items, categories, points, parameters
        n_own = family.n_parameters
        for spot, item in enumerate(family.items):
            above = scores[spot, 1:] - scores[spot, :1]
            table[:, family.columns[spot], item, :n_own] = above.transpose(1, 0, 2)
            table[:, -1, item, :n_own] += scores[spot, 0]
    flat = table[:, :, free.parameters]
    of_groups = _scores_of_groups(free, at, group)
    others = np.zeros((at.n_nodes, n_columns, of_groups.shape[1]))
    others[:, -1] = of_groups
    return np.concatenate([flat, others], axis=2)


def _missing(problem: Problem, at: Point, group: int) -> FloatArray:
    """Return the sum over persons of the posterior covariance of their slopes."""
    layout, free, n_nodes = problem.layout, problem.free, at.n_nodes
    is_complete = problem.indicators[group].shape[1] == layout.n_columns + 1
    cells = n_nodes * (layout.n_columns + 1) * free.parameters.size
    if is_complete and cells <= MOST_CELLS and {each.kind for each in layout.families} <= STRAIGHT:
        return _missing_by_basis(problem, at, group)
    return _missing_by_points(problem, at, group)


def _missing_by_points(problem: Problem, at: Point, group: int) -> FloatArray:
    """Go over the quadrature points: for any model, in little memory."""
    layout, free, indicators = problem.layout, problem.free, problem.indicators[group]
    found = family_curves(layout, at, group)
    weights = weights_of(layout, found, indicators.shape[1])
    of_groups = _scores_of_groups(free, at, group)
    whole = np.zeros((free.n, free.n))
    for start in range(0, len(indicators), BLOCK):
        part = indicators[start : start + BLOCK]
        posterior, _ = posteriors(part, weights)
        chosen, is_given = chosen_in(part, layout)
        mean = np.zeros((len(part), free.n))
        for point, weight in enumerate(posterior.T):
            own = np.zeros((len(part), *free.parameters.shape))
            for family, each in zip(layout.families, found, strict=True):
                scores = each.scores[:, :, :, point].transpose(0, 2, 1)
                spots = np.arange(len(family.items))
                own[:, family.items, : family.n_parameters] = scores[spots, chosen[:, family.items]]
            own *= is_given[:, :, None]
            others = np.broadcast_to(of_groups[point], (len(part), of_groups.shape[1]))
            slopes = np.concatenate([own[:, free.parameters], others], axis=1)
            weighted = slopes * weight[:, None]
            whole += weighted.T @ slopes
            mean += weighted
        whole -= mean.T @ mean
    return whole


def _scores_of_groups(free: Free, at: Point, group: int) -> FloatArray:
    """Return the slopes by means and logarithms of SDs at the points, (n_points, n_free)."""
    points, _ = nodes(at.n_nodes)
    found = np.zeros((points.size, int(free.means.sum() + free.sds.sum())))
    if free.means[group]:
        found[:, free.means[:group].sum()] = points / np.exp(at.log_sds[group])
    if free.sds[group]:
        found[:, free.means.sum() + free.sds[:group].sum()] = points**2 - 1
    return found


def _missing_by_basis(problem: Problem, at: Point, group: int) -> FloatArray:
    """Go over the few functions of ability that the slopes of complete responses consist of."""
    layout, indicators = problem.layout, problem.indicators[group]
    tables = _score_tables(problem, at, group)
    n_columns = tables.shape[1]
    weights = weights_of(layout, family_curves(layout, at, group), n_columns)
    basis = _basis(tables[:, :-1])
    pairs = _products(basis)
    moments = np.zeros((len(pairs), n_columns - 1, n_columns - 1))
    counts = np.zeros((n_columns, len(tables)))
    squares = np.zeros((tables.shape[2], tables.shape[2]))
    own_score = _OwnScore(tables)
    for start in range(0, len(indicators), BLOCK):
        part = indicators[start : start + BLOCK]
        posterior, _ = posteriors(part, weights)
        counts += part.T @ posterior
        for place, weight in enumerate((posterior @ pairs.T).T):
            moments[place] += (part[:, :-1] * weight[:, None]).T @ part[:, :-1]
        own = own_score(part, posterior)
        squares += own.T @ own
    return _joined(tables, basis, moments, counts) - squares


def _basis(tables: FloatArray) -> FloatArray:
    """Return the functions of the point that span all slopes by category, ability and 1."""
    left, sizes, _ = np.linalg.svd(tables.reshape(len(tables), -1), full_matrices=False)
    return left[:, : int((sizes > NOTHING * sizes[0]).sum())].T


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
