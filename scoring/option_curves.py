"""Bock's nominal model of options, with abilities known beforehand."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

from scoring.moments import FloatArray

RIDGE: Final = 1.0  # a normal prior of slopes and intercepts (SD 1): rare options stay finite


def nominal_curves(
    choices: ArrayLike, abilities: ArrayLike, n_options: int
) -> tuple[FloatArray, FloatArray]:
    """Estimate how the chances of an item's options go with ability.

    Parameters
    ----------
    choices : array of int, shape (n_persons,)
        Places of options from 0; who chose none (-1) does not count.
    abilities : array, shape (n_persons,)
        Taken as known.
    n_options : int

    Returns
    -------
    tuple of ndarray
        Slopes and intercepts, shape (n_options,): chances are proportional to
        ``exp(slope * ability + intercept)``. With nobody's choice all are 0.

    References
    ----------
    .. [1] Bock (1972), "Estimating item parameters and latent ability when responses are scored
       in two or more nominal categories", Psychometrika 37, 29-51.

    Examples
    --------
    >>> slopes, _ = nominal_curves([0, 0, 1, 1], [1.0, 2.0, -1.0, -2.0], 2)
    >>> bool(slopes[0] > slopes[1])
    True
    """
    codes, theta = np.asarray(choices, np.int64), np.asarray(abilities, np.float64)
    is_given = codes >= 0
    codes, theta = codes[is_given], theta[is_given]
    chosen = (codes[:, None] == np.arange(n_options)).astype(np.float64)

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        slopes, intercepts = flat.reshape(2, n_options)
        logs = theta[:, None] * slopes + intercepts
        logs -= logs.max(axis=1, keepdims=True)
        sums = np.log(np.exp(logs).sum(axis=1, keepdims=True))
        gap = np.exp(logs - sums) - chosen
        value = float(-((logs - sums) * chosen).sum() + RIDGE * (flat**2).sum() / 2)
        return value, np.concatenate([theta @ gap, gap.sum(axis=0)]) + RIDGE * flat

    found: NDArray[np.float64] = minimize(
        loss, np.zeros(2 * n_options), jac=True, method="L-BFGS-B"
    ).x
    return found[:n_options], found[n_options:]
