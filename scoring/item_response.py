"""Item response curves: the chance of a right answer, and what an item tells of ability."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
N_NODES = 61  # more change the mean chance by less than 1e-12


def success_chances(
    theta: FloatArray, slope: FloatArray, difficulty: FloatArray, guessing: FloatArray
) -> FloatArray:
    r"""Chances of a right answer to 3PL items at given abilities.

    Parameters
    ----------
    theta : ndarray, shape (n_points,)
        Ability, in logits (calibration population: mean 0, SD 1).
    slope, difficulty, guessing : ndarray, shape (n_items,)
        :math:`a > 0` per logit (no 1.7 scaling); :math:`b` in logits;
        :math:`c`, a probability in [0, 1).

    Returns
    -------
    ndarray, shape (n_points, n_items)

    Raises
    ------
    ValueError
        If a slope is not positive or an asymptote is outside [0, 1).

    Examples
    --------
    >>> one, zero = np.ones(1), np.zeros(1)
    >>> success_chances(zero, one, zero, np.array([0.2])).round(3)
    array([[0.6]])
    """
    if slope.size and (slope.min() <= 0 or guessing.min() < 0 or guessing.max() >= 1):
        msg = f"no 3PL items: slopes from {slope.min()!r}, asymptotes to {guessing.max()!r}"
        raise ValueError(msg)
    distance = slope * (np.asarray(theta)[:, None] - difficulty)
    chances: FloatArray = guessing + (1 - guessing) * 0.5 * (1 + np.tanh(distance / 2))
    return chances


def item_information(
    theta: FloatArray, slope: FloatArray, difficulty: FloatArray, guessing: FloatArray
) -> FloatArray:
    r"""Fisher information of 3PL items at given abilities.

    Parameters and errors are those of ``success_chances``.

    Returns
    -------
    ndarray, shape (n_points, n_items)
        Information, in logit**-2. Never negative.

    References
    ----------
    .. [1] Lord (1980), *Applications of Item Response Theory*. Erlbaum.

    Examples
    --------
    >>> one, zero = np.ones(1), np.zeros(1)
    >>> item_information(zero, one, zero, zero)
    array([[0.25]])
    """
    right = success_chances(theta, slope, difficulty, guessing)
    above = (right - guessing) / (1 - guessing)
    information: FloatArray = slope**2 * above**2 * (1 - right) / np.maximum(right, 1e-300)
    return information


def mean_chances(slope: FloatArray, difficulty: FloatArray, guessing: FloatArray) -> FloatArray:
    """Mean chances of a right answer over abilities N(0, 1), by Gauss-Hermite quadrature.

    Examples
    --------
    >>> one, zero = np.ones(1), np.zeros(1)
    >>> mean_chances(one, zero, zero).round(6)
    array([0.5])
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(N_NODES)
    chances = success_chances(nodes, slope, difficulty, guessing)
    means: FloatArray = weights @ chances / weights.sum()
    return means
