"""Standard errors of what is reported, from the covariance of what was estimated."""

import numpy as np
from numpy.typing import NDArray

from scoring.irt.calibration import Errors, reported
from scoring.irt.layout import Layout
from scoring.irt.passes import Point
from scoring.irt.search import Problem

FloatArray = NDArray[np.float64]
STEP = 1e-6
FIELDS = ("slopes", "difficulties", "steps", "guessings", "intercepts")


def errors_of(problem: Problem, at: Point, covariance: FloatArray | None) -> Errors:
    """Return standard errors by the delta method; NaN without a covariance."""
    layout, free = problem.layout, problem.free
    shown = _fields(layout, at.parameters)
    squares = {name: np.zeros(shown[name].shape) for name in FIELDS}
    moved = {name: np.zeros(shown[name].shape) for name in FIELDS}
    if covariance is None:
        nothing = {name: np.full(shown[name].shape, np.nan) for name in FIELDS}
        none = np.full(len(problem.indicators), np.nan)
        return Errors(**nothing, means=none, sds=none)
    blocks = _item_blocks(problem, covariance)
    slopes = [_by_parameter(problem, at, k) for k in range(layout.width)]
    for name in FIELDS:
        for j in range(layout.width):
            for k in range(layout.width):
                share = blocks[:, j, k].reshape(-1, *[1] * (moved[name].ndim - 1))
                squares[name] += slopes[j][name] * slopes[k][name] * share
    errors = {name: np.sqrt(np.where(squares[name] > 0, squares[name], np.nan)) for name in FIELDS}
    for name in ("steps", "intercepts"):
        errors[name] = np.where(np.isnan(shown[name]), np.nan, errors[name])
    variances = np.diag(covariance)[int(free.parameters.sum()) :]
    means, sds = np.full(at.means.shape, np.nan), np.full(at.means.shape, np.nan)
    means[free.means] = np.sqrt(variances[: int(free.means.sum())])
    sds[free.sds] = np.sqrt(variances[int(free.means.sum()) :]) * np.exp(at.log_sds[free.sds])
    return Errors(**errors, means=means, sds=sds)


def _fields(layout: Layout, parameters: FloatArray) -> dict[str, FloatArray]:
    return {name: np.asarray(each) for name, each in reported(layout, parameters).items()}


def _item_blocks(problem: Problem, covariance: FloatArray) -> FloatArray:
    """Return each item's covariance, (n_items, width, width), 0 for what was held."""
    free = problem.free.parameters
    spots = np.full(free.shape, -1)
    spots[free] = np.arange(free.sum())
    both = free[:, :, None] & free[:, None, :]
    found = covariance[spots[:, :, None], spots[:, None, :]]
    return np.where(both, found, 0.0)


def _by_parameter(problem: Problem, at: Point, k: int) -> dict[str, FloatArray]:
    """Return the derivatives of what is reported by the k-th parameter of each item."""
    move = STEP * (np.arange(problem.layout.width) == k)
    up = _fields(problem.layout, at.parameters + move)
    down = _fields(problem.layout, at.parameters - move)
    return {name: np.nan_to_num((up[name] - down[name]) / (2 * STEP)) for name in FIELDS}
