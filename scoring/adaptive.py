"""Adaptive tests: which item comes next, and whether enough is known."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.ability import estimate_abilities
from scoring.irt.calibration import Calibration
from scoring.irt.functions import category_chances, item_information

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class StoppingRule:
    """When a test ends: long enough and precise enough, or at its greatest length."""

    least_items: int
    most_items: int
    standard_error: float


def next_item(
    calibration: Calibration,
    theta: float,
    used: Collection[int],
    rng: np.random.Generator | None = None,
    n_best: int = 1,
) -> int:
    """Return the unused item of greatest information at an ability.

    Parameters
    ----------
    calibration : Calibration
        Of the whole pool.
    theta : float
        The ability so far.
    used : collection of int
        Places of items that must not come, given ones and banned ones.
    rng : numpy.random.Generator, optional
        With ``n_best`` above 1: one of so many best items is drawn (randomesque).
    n_best : int

    Raises
    ------
    ValueError
        If no item is left, or several are asked for without a generator.

    References
    ----------
    .. [1] Kingsbury & Zara (1989), Applied Measurement in Education 2, 359-375.

    Examples
    --------
    >>> from scoring.irt.calibration import known_items
    >>> pool = known_items([1.0, 2.0, 2.0], [0.0, 0.0, 3.0], model="2pl")
    >>> next_item(pool, 0.0, used=[]), next_item(pool, 0.0, used=[1])
    (1, 0)
    """
    left = _left(calibration, used)
    information = item_information(calibration, theta)[0][left]
    best = left[np.argsort(-information, kind="stable")[:n_best]]
    if len(best) == 1:
        return int(best[0])
    if rng is None:
        msg = f"one of {n_best} items cannot be drawn without a generator"
        raise ValueError(msg)
    return int(rng.choice(best))


def least_expected_variance(
    calibration: Calibration, theta: float, responses: ArrayLike, used: Collection[int]
) -> int:
    """Return the unused item after which the posterior variance is expected to be least (MEPV).

    Parameters
    ----------
    calibration : Calibration
    theta : float
        The ability at which the chances of the next response are taken.
    responses : array_like, shape (n_items,)
        What was answered so far; NaN elsewhere.
    used : collection of int

    References
    ----------
    .. [1] van der Linden (1998), "Bayesian item selection criteria for adaptive testing",
       Psychometrika 63, 201-216.
    """
    left = _left(calibration, used)
    chances = category_chances(calibration, theta)[0][left]
    expected = np.zeros(len(left))
    for category in range(chances.shape[1]):
        has = np.flatnonzero(calibration.n_categories[left] > category)
        rows = np.tile(np.asarray(responses, float), (len(has), 1))
        rows[np.arange(len(has)), left[has]] = category
        errors = estimate_abilities(calibration, rows).standard_errors
        expected[has] += chances[has, category] * errors**2
    return int(left[expected.argmin()])


def is_enough(rule: StoppingRule, n_items: int, standard_error: float) -> bool:
    """Say whether a test may end.

    Examples
    --------
    >>> is_enough(StoppingRule(5, 20, 0.3), 7, 0.29), is_enough(StoppingRule(5, 20, 0.3), 4, 0.1)
    (True, False)
    """
    if n_items >= rule.most_items:
        return True
    return n_items >= rule.least_items and standard_error <= rule.standard_error


def is_above(
    calibration: Calibration,
    responses: ArrayLike,
    cut: float,
    reach: float = 0.25,
    error: float = 0.05,
) -> bool | None:
    """Decide by the sequential probability ratio whether an ability lies above a cut.

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_items,)
        What was answered so far; NaN elsewhere.
    cut, reach : float
        ``cut + reach`` is compared with ``cut − reach``.
    error : float
        Of either kind that is allowed.

    Returns
    -------
    bool or None
        None while it cannot be said.

    References
    ----------
    .. [1] Reckase (1983), in Weiss (ed.), *New horizons in testing*. Academic Press.
    """
    given = np.asarray(responses, float)
    items = np.flatnonzero(~np.isnan(given))
    chances = category_chances(calibration, [cut - reach, cut + reach])
    own = chances[:, items, given[items].astype(np.int64)]
    ratio = float(np.log(own[1] / own[0]).sum())
    limit = np.log((1 - error) / error)
    return None if abs(ratio) < limit else ratio > 0


def _left(calibration: Calibration, used: Collection[int]) -> NDArray[np.int64]:
    left = np.setdiff1d(np.arange(calibration.n_items), list(used))
    if not left.size:
        msg = "no item is left"
        raise ValueError(msg)
    return left
