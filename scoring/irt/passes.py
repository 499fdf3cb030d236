"""One pass over the persons: marginal likelihood, its slope, expected counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.irt.curves import Curves, curves
from scoring.irt.layout import N_NODES, Layout, nodes

FloatArray = NDArray[np.float64]
BLOCK = 2048  # persons at a time: their posteriors stay in the processor's cache


@dataclass(frozen=True)
class Point:
    """Where a fit stands.

    Attributes
    ----------
    parameters
        Of the items, shape (n_items, width); what an item has not is 0.
    means, log_sds
        Of the populations, shape (n_groups,).
    n_nodes
        Quadrature points.
    """

    parameters: FloatArray
    means: FloatArray
    log_sds: FloatArray
    n_nodes: int = N_NODES

    def thetas(self, group: int) -> FloatArray:
        """Return abilities at the quadrature points of a population."""
        return np.asarray(self.means[group] + np.exp(self.log_sds[group]) * nodes(self.n_nodes)[0])


@dataclass(frozen=True)
class Pass:
    """What one pass over all persons found.

    Attributes
    ----------
    log_likelihood
        Marginal, without priors.
    counts
        For each group: expected responses by column of the indicators and quadrature point.
    by_family
        For each group: the curves of each family at its quadrature points.
    """

    log_likelihood: float
    counts: tuple[FloatArray, ...]
    by_family: tuple[tuple[Curves, ...], ...]


def one_pass(layout: Layout, indicators: Sequence[FloatArray], at: Point) -> Pass:
    """Go over all persons once.

    Parameters
    ----------
    layout : Layout
    indicators : sequence of ndarray
        One array for each group, as ``indicators_of`` makes them.
    at : Point
    """
    log_likelihood, counts, by_family = 0.0, [], []
    for group, own in enumerate(indicators):
        found = family_curves(layout, at, group)
        likelihood, expected = _expected(own, weights_of(layout, found, own.shape[1]))
        log_likelihood += likelihood
        counts.append(expected)
        by_family.append(found)
    return Pass(log_likelihood, tuple(counts), tuple(by_family))


def family_curves(layout: Layout, at: Point, group: int) -> tuple[Curves, ...]:
    """Return each family's curves at the quadrature points of a group."""
    theta = at.thetas(group)
    return tuple(
        curves(family.kind, at.parameters[family.items, : family.n_parameters], theta)
        for family in layout.families
    )


def weights_of(layout: Layout, found: Sequence[Curves], n_columns: int) -> FloatArray:
    """Return what indicators are multiplied by to get log likelihoods at quadrature points.

    The last row holds the logarithms of the quadrature weights, and of category 0 of all items
    where nothing is missing.
    """
    log_weights = nodes(found[0].log_chances.shape[-1])[1]
    table = np.zeros((n_columns, log_weights.size))
    table[-1] = log_weights
    has_missing = n_columns > layout.n_columns + 1
    for family, each in zip(layout.families, found, strict=True):
        table[family.columns] = each.log_chances[:, 1:] - each.log_chances[:, :1]
        if has_missing:
            table[layout.n_columns + family.items] = each.log_chances[:, 0]
        else:
            table[-1] += each.log_chances[:, 0].sum(axis=0)
    return table


def posteriors(indicators: FloatArray, table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return posterior weights over the quadrature points, and marginal log likelihoods.

    Returns
    -------
    posterior : ndarray, shape (n_persons, n_points)
    log_likelihoods : ndarray, shape (n_persons,)
    """
    joint = indicators @ table
    top = joint.max(axis=1, keepdims=True)
    joint -= top
    np.exp(joint, out=joint)
    whole = joint.sum(axis=1, keepdims=True)
    joint /= whole
    return joint, (np.log(whole) + top)[:, 0]


def _expected(indicators: FloatArray, table: FloatArray) -> tuple[float, FloatArray]:
    counts = np.zeros(table.shape)
    likelihood = 0.0
    for start in range(0, len(indicators), BLOCK):
        part = indicators[start : start + BLOCK]
        posterior, log_likelihoods = posteriors(part, table)
        counts += part.T @ posterior
        likelihood += float(log_likelihoods.sum())
    return likelihood, counts


def expected_responses(
    layout: Layout, counts: FloatArray, family: int
) -> tuple[FloatArray, FloatArray]:
    """Return a family's expected counts by category and in all, at quadrature points.

    Returns
    -------
    by_category : ndarray, shape (n_items, n_categories, n_points)
    in_all : ndarray, shape (n_items, n_points)
    """
    own = layout.families[family]
    above = counts[own.columns]
    if len(counts) > layout.n_columns + 1:
        in_all = counts[layout.n_columns + own.items]
    else:
        in_all = np.broadcast_to(counts[-1], (len(own.items), counts.shape[1]))
    return np.concatenate([(in_all - above.sum(axis=1))[:, None], above], axis=1), in_all
