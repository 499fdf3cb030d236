"""Category curves of the item response models and their derivatives.

One *family* is a model with a number of categories; its items are evaluated together. Parameters
stand in rows ``(slope, intercepts…[, logit of guessing])`` of shape (n_items, n_parameters):
``2pl`` a θ + d; ``3pl`` with a lower asymptote; ``grm`` differences of logistic curves with
decreasing intercepts; ``gpcm`` exp(k a θ + d_k), d_0 = 0. Rasch and PCM are 2PL and GPCM whose
slopes are held at 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
SMALL = 1e-300


@dataclass(frozen=True)
class Curves:
    """Category curves at abilities, with derivatives of their logarithms.

    Attributes
    ----------
    log_chances
        Shape (n_items, n_categories, n_points).
    scores
        Derivatives by the parameters, shape (n_items, n_parameters, n_categories, n_points).
    """

    log_chances: FloatArray
    scores: FloatArray


@dataclass(frozen=True)
class Slants:
    """Category curves at abilities, with derivatives of their logarithms by ability.

    All of shape (n_items, n_categories, n_points).
    """

    log_chances: FloatArray
    first: FloatArray
    second: FloatArray


def n_parameters(kind: str, n_categories: int) -> int:
    """Return how many parameters an item of a family has, fixed ones included.

    Examples
    --------
    >>> n_parameters("3pl", 2), n_parameters("grm", 4)
    (3, 4)
    """
    return n_categories + (kind == "3pl")


def curves(kind: str, parameters: FloatArray, theta: FloatArray) -> Curves:
    """Return the category curves of a family's items, with derivatives by the parameters.

    Parameters
    ----------
    kind : {"2pl", "3pl", "grm", "gpcm"}
    parameters : ndarray, shape (n_items, n_parameters)
    theta : ndarray, shape (n_points,)

    Examples
    --------
    >>> found = curves("2pl", np.array([[1.0, 0.0]]), np.zeros(1))
    >>> np.exp(found.log_chances).ravel()
    array([0.5, 0.5])
    """
    return {"2pl": _two, "3pl": _three, "grm": _graded, "gpcm": _credits}[kind](parameters, theta)


def slants(kind: str, parameters: FloatArray, theta: FloatArray) -> Slants:
    """Return the category curves of a family's items, with derivatives by ability.

    Parameters are those of ``curves``.

    Examples
    --------
    >>> found = slants("2pl", np.array([[2.0, 0.0]]), np.zeros(1))
    >>> found.first.ravel(), found.second.ravel()
    (array([-1.,  1.]), array([-1., -1.]))
    """
    slope = parameters[:, :1, None]
    if kind in ("2pl", "3pl"):
        return _binary_slants(kind, parameters, theta)
    if kind == "grm":
        above = _sigmoid(_linear(parameters, theta))
        edge = np.ones((len(parameters), 1, theta.size))
        steps = np.concatenate([edge, above, 0 * edge], axis=1)
        width = steps * (1 - steps)
        first = slope * (1 - steps[:, :-1] - steps[:, 1:])
        return Slants(_graded_logs(parameters, theta), first, -(slope**2) * _paired(width))
    logs = _credit_logs(parameters, theta)
    chances = np.exp(logs)
    rank = np.arange(logs.shape[1])[None, :, None]
    mean = (rank * chances).sum(axis=1, keepdims=True)
    spread = ((rank - mean) ** 2 * chances).sum(axis=1, keepdims=True)
    second = np.broadcast_to(-(slope**2) * spread, logs.shape)
    return Slants(logs, slope * (rank - mean), second)


def softplus(x: FloatArray) -> FloatArray:
    """Return log(1 + exp(x)) without overflow.

    Examples
    --------
    >>> softplus(np.array([1000.0]))
    array([1000.])
    """
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def _sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def _linear(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    return parameters[:, :1, None] * theta + parameters[:, 1:, None]


def _paired(parts: FloatArray) -> FloatArray:
    return parts[:, :-1] + parts[:, 1:]


def _two(parameters: FloatArray, theta: FloatArray) -> Curves:
    line = parameters[:, :1] * theta + parameters[:, 1:2]
    right = _sigmoid(line)
    logs = np.stack([-softplus(line), -softplus(-line)], axis=1)
    by_line = np.stack([-right, 1 - right], axis=1)
    return Curves(logs, np.stack([by_line * theta, by_line], axis=1))


def _three(parameters: FloatArray, theta: FloatArray) -> Curves:
    line = parameters[:, :1] * theta + parameters[:, 1:2]
    floor = _sigmoid(parameters[:, 2:3])
    above = _sigmoid(line)
    right = floor + (1 - floor) * above
    wrong = np.log1p(-floor) - softplus(line)
    logs = np.stack([wrong, np.log(np.maximum(right, SMALL))], axis=1)
    below = 1 - above
    share = (1 - floor) * below / np.maximum(right, SMALL)
    by_line = np.stack([-above, above * share], axis=1)
    by_floor = np.stack([-floor + 0 * line, floor * share], axis=1)
    return Curves(logs, np.stack([by_line * theta, by_line, by_floor], axis=1))


def _binary_slants(kind: str, parameters: FloatArray, theta: FloatArray) -> Slants:
    found = curves(kind, parameters, theta)
    slope = parameters[:, :1]
    above = _sigmoid(slope * theta + parameters[:, 1:2])
    first = slope[:, :, None] * found.scores[:, 1]
    bend = slope**2 * above * (1 - above)
    rising = -bend
    if kind == "3pl":
        rising = first[:, 1] * slope * (1 - 2 * above) - first[:, 1] ** 2
    return Slants(found.log_chances, first, np.stack([-bend, rising], axis=1))


def _graded_logs(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    line = _linear(parameters, theta)
    gap = parameters[:, 2:] - parameters[:, 1:-1]  # negative
    between = np.log(np.maximum(-np.expm1(gap), SMALL))[:, :, None]
    first, last = -softplus(line[:, :1]), -softplus(-line[:, -1:])
    inner = -softplus(-line[:, :-1]) - softplus(line[:, 1:]) + between
    return np.concatenate([first, inner, last], axis=1)


def _graded(parameters: FloatArray, theta: FloatArray) -> Curves:
    line = _linear(parameters, theta)
    logs = _graded_logs(parameters, theta)
    n_items, n_steps, n_points = line.shape
    log_width = -softplus(line) - softplus(-line)
    scores = np.zeros((n_items, n_steps + 1, n_steps + 1, n_points))
    for step in range(n_steps):
        upper = np.exp(log_width[:, step] - logs[:, step + 1])
        lower = -np.exp(log_width[:, step] - logs[:, step])
        scores[:, step + 1, step + 1], scores[:, step + 1, step] = upper, lower
    above = _sigmoid(line)
    edge = np.ones((n_items, 1, n_points))
    steps = np.concatenate([edge, above, 0 * edge], axis=1)
    scores[:, 0] = theta * (1 - _paired(steps))
    return Curves(logs, scores)


def _credit_logs(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    rank = np.arange(1, parameters.shape[1])[None, :, None]
    line = rank * parameters[:, :1, None] * theta + parameters[:, 1:, None]
    line = np.concatenate([np.zeros_like(line[:, :1]), line], axis=1)
    line = line - line.max(axis=1, keepdims=True)
    return np.asarray(line - np.log(np.exp(line).sum(axis=1, keepdims=True)))


def _credits(parameters: FloatArray, theta: FloatArray) -> Curves:
    logs = _credit_logs(parameters, theta)
    chances = np.exp(logs)
    n_categories = logs.shape[1]
    own = np.eye(n_categories)[None, 1:, :, None]
    by_step = own - chances[:, 1:, None, :]
    rank = np.arange(n_categories)[None, :, None]
    by_slope = theta * (rank - (rank * chances).sum(axis=1, keepdims=True))
    return Curves(logs, np.concatenate([by_slope[:, None], by_step], axis=1))
