"""Fit of a whole calibration by its means and products of pairs: M2 and indices from it.

For items of several categories the moments are those of the category numbers (M2*).

References
----------
.. [1] Maydeu-Olivares & Joe (2006), "Limited information goodness-of-fit testing in
   multidimensional contingency tables", Psychometrika 71, 713-732.
.. [2] Cai & Hansen (2013), "Limited-information goodness-of-fit testing of hierarchical item
   factor models", BJMSP 66, 245-276.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import null_space, solve
from scipy.special import chdtrc, chndtr, chndtrinc

from scoring.figures import figures_of
from scoring.irt.calibration import Calibration
from scoring.irt.curves import curves
from scoring.irt.layout import KINDS, nodes

FloatArray = NDArray[np.float64]
CONFIDENCE = 0.95
FEWEST = 2


@dataclass(frozen=True)
class MomentFit:
    """M2, its degrees of freedom and what is derived from it; NaN without degrees of freedom.

    Attributes
    ----------
    statistic, degrees, p_value
    rmsea, rmsea_low, rmsea_high
        With the limits of its 90 % interval.
    srmsr
        Root mean square of the residual correlations.
    tli, cfi
        Against items that have nothing in common.
    """

    statistic: float
    degrees: int
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    tli: float
    cfi: float


@dataclass(frozen=True)
class _Model:
    """Conditional means and variances of the items at the points, and slopes of their means."""

    means: FloatArray  # (n_items, n_points)
    variances: FloatArray
    slopes: FloatArray  # (n_items, width, n_points)
    is_free: NDArray[np.bool_]
    weights: FloatArray
    group: FloatArray  # slopes of the weights by what is free of the population


def moment_fit(calibration: Calibration, responses: ArrayLike) -> MomentFit:
    """Return M2 of a calibration of one population.

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_persons, n_items)
        Persons with a missing response are left out; without two others nothing is known.
    """
    data = figures_of(responses)
    data = data[~np.isnan(data).any(axis=1)]
    if len(data) < FEWEST:
        return MomentFit(float("nan"), 0, *[float("nan")] * 7)
    model = _model(calibration)
    statistic, degrees = _m2(model, data)
    null, null_degrees = _m2(_independent(data), data)
    n = len(data)
    if degrees <= 0:
        nothing = float("nan")
        none = (nothing, nothing)
        return MomentFit(nothing, degrees, *none, *none, _srmsr(model, data), *none)
    with np.errstate(divide="ignore", invalid="ignore"):
        tli = (null / null_degrees - statistic / degrees) / (null / null_degrees - 1)
        cfi = 1 - (statistic - degrees) / (null - null_degrees)
    return MomentFit(
        statistic,
        degrees,
        float(chdtrc(degrees, statistic)),
        float(np.sqrt(max(statistic / degrees - 1, 0) / (n - 1))),
        _limit(statistic, degrees, n, CONFIDENCE),
        _limit(statistic, degrees, n, 1 - CONFIDENCE),
        _srmsr(model, data),
        float(tli),
        float(np.clip(cfi, 0, 1)),
    )


def _limit(statistic: float, degrees: int, n: int, share: float) -> float:
    if chndtr(statistic, degrees, 0) < share:
        return 0.0
    return float(np.sqrt(chndtrinc(statistic, degrees, share) / (degrees * (n - 1))))


def _model(calibration: Calibration) -> _Model:
    points, log_weights = nodes()
    theta = calibration.means[0] + calibration.sds[0] * points
    layout, parameters = calibration.layout, calibration.parameters
    means, variances = np.zeros((2, layout.n_items, points.size))
    slopes = np.zeros((layout.n_items, layout.width, points.size))
    is_free = np.zeros((layout.n_items, layout.width), bool)
    for family in layout.families:
        own = curves(family.kind, parameters[family.items, : family.n_parameters], theta)
        chances = np.exp(own.log_chances)
        rank = np.arange(family.n_categories)[None, :, None]
        means[family.items] = (rank * chances).sum(axis=1)
        variances[family.items] = (rank**2 * chances).sum(axis=1) - means[family.items] ** 2
        by_parameter = (own.scores * (rank * chances)[:, None]).sum(axis=2)
        slopes[family.items, : family.n_parameters] = by_parameter
        is_free[family.items, : family.n_parameters] = True
    has_fixed_slopes = np.array([model in KINDS for model in layout.models])
    is_free[has_fixed_slopes, 0] = False
    weights = np.exp(log_weights)
    group = (weights * (points**2 - 1))[None][: int(has_fixed_slopes.any())]
    return _Model(means, variances, slopes, is_free, weights, group)


def _independent(data: FloatArray) -> _Model:
    n_items = data.shape[1]
    means, variances = data.mean(axis=0)[:, None], data.var(axis=0)[:, None]
    one = np.ones((n_items, 1, 1))
    return _Model(means, variances, one, np.ones((n_items, 1), bool), np.ones(1), np.zeros((0, 1)))


def _m2(model: _Model, data: FloatArray) -> tuple[float, int]:
    first, second = np.tril_indices(len(model.means), -1)
    means = model.means
    moments = np.concatenate([means, means[first] * means[second]])
    expected = moments @ model.weights
    products = data.T @ data / len(data)
    observed = np.concatenate([data.mean(axis=0), products[first, second]])
    delta = _delta(model, moments, first, second)
    apart = null_space(delta.T)
    degrees = len(expected) - delta.shape[1]
    if degrees <= 0:
        return float("nan"), degrees
    residual = apart.T @ (observed - expected)
    spread = apart.T @ _covariance(model, moments, first, second) @ apart
    return len(data) * float(residual @ solve(spread, residual, assume_a="pos")), degrees


def _delta(
    model: _Model, moments: FloatArray, first: NDArray[np.intp], second: NDArray[np.intp]
) -> FloatArray:
    """Return the slopes of the moments by what was estimated."""
    items, places = np.nonzero(model.is_free)
    n_items = len(model.means)
    found = np.zeros((len(moments), len(items) + len(model.group)))
    weighted = model.slopes[items, places] * model.weights
    found[items, np.arange(len(items))] = weighted.sum(axis=1)
    with_others = weighted @ model.means.T  # by parameter and the other item
    for column, item in enumerate(items):
        for own, other in ((first, second), (second, first)):
            rows = np.flatnonzero(own == item)
            found[n_items + rows, column] = with_others[column, other[rows]]
    found[:, len(items) :] = moments @ model.group.T
    return found


def _covariance(
    model: _Model, moments: FloatArray, first: NDArray[np.intp], second: NDArray[np.intp]
) -> FloatArray:
    """Return the covariance of single persons' moments.

    Given the ability items are independent; where two moments share an item its conditional
    variance comes in addition.
    """
    expected = moments @ model.weights
    found = (moments * model.weights) @ moments.T - np.outer(expected, expected)
    n_items = len(model.means)
    for item in range(n_items):
        as_first, as_second = np.flatnonzero(first == item), np.flatnonzero(second == item)
        rows = np.concatenate([[item], n_items + as_first, n_items + as_second])
        others = np.concatenate([second[as_first], first[as_second]])
        rest = np.concatenate([np.ones((1, model.means.shape[1])), model.means[others]])
        found[np.ix_(rows, rows)] += (rest * (model.variances[item] * model.weights)) @ rest.T
    both = (model.variances[first] * model.variances[second]) @ model.weights
    pairs = n_items + np.arange(len(first))
    found[pairs, pairs] += both
    return found


def _srmsr(model: _Model, data: FloatArray) -> float:
    first, second = np.tril_indices(len(model.means), -1)
    means = model.means @ model.weights
    products = (model.means * model.weights) @ model.means.T
    np.fill_diagonal(products, (model.variances + model.means**2) @ model.weights)
    covariance = products - np.outer(means, means)
    sd = np.sqrt(np.diag(covariance))
    residual = np.corrcoef(data.T) - covariance / np.outer(sd, sd)
    return float(np.sqrt((residual[first, second] ** 2).mean()))
