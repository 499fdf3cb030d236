"""What calibrated items tell at given abilities: chances, information, expected scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.irt.calibration import Calibration
from scoring.irt.curves import Slants, slants

FloatArray = NDArray[np.float64]


def family_slants(calibration: Calibration, theta: FloatArray) -> tuple[Slants, ...]:
    """Return each family's curves at abilities, with derivatives by ability."""
    parameters = calibration.parameters
    return tuple(
        slants(family.kind, parameters[family.items, : family.n_parameters], theta)
        for family in calibration.layout.families
    )


def category_chances(calibration: Calibration, theta: ArrayLike) -> FloatArray:
    """Return chances of each category, shape (n_points, n_items, most categories).

    Categories that an item has not are NaN.

    Examples
    --------
    >>> from scoring.irt.calibration import known_items
    >>> category_chances(known_items([1.0], [0.0], model="2pl"), [0.0])
    array([[[0.5, 0.5]]])
    """
    points = np.atleast_1d(np.asarray(theta, float))
    most = int(calibration.n_categories.max())
    found = np.full((points.size, calibration.n_items, most), np.nan)
    layout = calibration.layout
    for family, own in zip(layout.families, family_slants(calibration, points), strict=True):
        chances = np.exp(own.log_chances)
        found[:, family.items, : family.n_categories] = chances.transpose(2, 0, 1)
    return found


def expected_scores(calibration: Calibration, theta: ArrayLike) -> FloatArray:
    """Return expected item scores, categories counted from 0, shape (n_points, n_items).

    Examples
    --------
    >>> from scoring.irt.calibration import known_items
    >>> expected_scores(known_items([1.0], [0.0], model="2pl"), [0.0])
    array([[0.5]])
    """
    chances = category_chances(calibration, theta)
    return np.asarray(np.nansum(chances * np.arange(chances.shape[2]), axis=2))


def item_information(calibration: Calibration, theta: ArrayLike) -> FloatArray:
    """Return Fisher information of the items, shape (n_points, n_items); never negative.

    Examples
    --------
    >>> from scoring.irt.calibration import known_items
    >>> item_information(known_items([1.0], [0.0], model="2pl"), [0.0])
    array([[0.25]])
    """
    points = np.atleast_1d(np.asarray(theta, float))
    return gathered(calibration, points).information.T


def marginal_reliability(calibration: Calibration) -> float:
    """Return the reliability expected over the reference population.

    The information of the test, averaged as I / (I + 1/variance) over the population.

    References
    ----------
    .. [1] Green, Bock, Humphreys, Linn & Reckase (1984), Journal of Educational Measurement 21.
    """
    points = np.linspace(-6, 6, 121)
    weights = np.exp(-(points**2) / 2)
    at = calibration.means[0] + calibration.sds[0] * points
    whole = item_information(calibration, at).sum(axis=1)
    shares = whole / (whole + 1 / calibration.sds[0] ** 2)
    return float(shares @ weights / weights.sum())


@dataclass(frozen=True)
class Gathered:
    """Sums over the categories of each item: information and Warm's J, (n_items, n_points)."""

    information: FloatArray
    warm: FloatArray


def gathered(calibration: Calibration, theta: FloatArray) -> Gathered:
    """Return information and Warm's J of each item at abilities."""
    information = np.zeros((calibration.n_items, theta.size))
    warm = information.copy()
    layout = calibration.layout
    for family, own in zip(layout.families, family_slants(calibration, theta), strict=True):
        chances = np.exp(own.log_chances)
        information[family.items] = (chances * own.first**2).sum(axis=1)
        bend = own.first**2 + own.second
        warm[family.items] = (chances * own.first * bend).sum(axis=1)
    return Gathered(information, warm)
