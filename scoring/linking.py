"""Results that compare: scales of calibrations linked, scores of forms equated."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.equating import groups
from scoring.equating.curves import METHODS, Calibrated, Items, constants, items_of
from scoring.equating.smoothing import smoothed
from scoring.equating.spreads import spread_of
from scoring.equating.step_items import StepItems, has_steps, step_items_of
from scoring.equating.tables import ConversionTable
from scoring.figures import figures_of
from scoring.irt.calibration import Calibration
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

FEWEST_SAMPLES = 2


@dataclass(frozen=True)
class Linking:
    """Ability on the base scale is ``slope * theta + intercept`` of the new scale."""

    slope: float
    intercept: float
    method: str
    converged: bool

    def move(self, new: Calibrated) -> Items | StepItems:
        """Return items of the new calibration on the base scale."""
        if isinstance(new, Calibration) and has_steps(new):
            return step_items_of(new).moved(self.slope, self.intercept)
        return items_of(new).moved(self.slope, self.intercept)


def link(
    base: Calibrated,
    new: Calibrated,
    method: str = "stocking_lord",
    *,
    points: FloatArray | None = None,
    is_symmetric: bool = True,
) -> Linking:
    """Find the straight line that brings a calibration onto the scale of another.

    Parameters
    ----------
    base, new : Calibrated
        The same common items in the same order: slopes, difficulties, guessings (D = 1); items
        with several categories as a ``Calibration``, whose steps all count.
    method : {"stocking_lord", "haebara", "mean_sigma", "mean_mean"}
        Least squares of test curves or of item curves; moments of difficulties, of slopes.
    points : ndarray, optional
        Abilities at which curves are compared, each alike; 40 from -4 to 4 when not given.
    is_symmetric : bool
        Whether curves are compared on both scales, or on the base scale only.

    Raises
    ------
    UnfitDataError
        ``no_items``, ``too_few_common_items``, ``parameters_missing``, ``slope_not_positive``,
        ``no_variation``.
    ValueError
        If the method is unknown or the shapes differ.

    References
    ----------
    .. [1] Kolen & Brennan (2014), *Test equating, scaling, and linking*, 3rd ed., chapter 6.
    .. [2] Kim & Kolen (2007), "Effects on scale linking of different definitions of criterion
       functions", Journal of Educational and Behavioral Statistics 32 (both scales).

    Examples
    --------
    >>> new = Items(np.ones(3), np.array([-1.0, 0.0, 1.0]), np.zeros(3))
    >>> found = link(new.moved(2.0, 0.5), new)
    >>> round(found.slope, 4), round(found.intercept, 4)
    (2.0, 0.5)
    """
    if method not in METHODS:
        raise ValueError(f"a method is one of {', '.join(METHODS)}: {method!r}")
    if has_steps(base) or has_steps(new):
        if not isinstance(base, Calibration) or not isinstance(new, Calibration):
            raise ValueError("items of several categories are linked as calibrations, both")
        both = step_items_of(base), step_items_of(new)
        slope, intercept, converged = constants(*both, method, points, is_symmetric=is_symmetric)
    else:
        slope, intercept, converged = constants(
            items_of(base), items_of(new), method, points, is_symmetric=is_symmetric
        )
    return Linking(slope, intercept, method, converged)


def equate(
    x_scores: ArrayLike,
    y_scores: ArrayLike,
    method: str = "equipercentile",
    *,
    max_scores: tuple[float, float] | None = None,
    degree: int = 6,
) -> ConversionTable:
    """Find what each score of form X is worth on form Y, from two samples of one population.

    Parameters
    ----------
    x_scores, y_scores : array, shapes (n_x,), (n_y,)
        Whole scores of the persons who took each form.
    method : str
        ``identity``, ``mean``, ``linear``, ``equipercentile``, ``loglinear`` (equipercentile
        after log-linear presmoothing) or ``circle_arc``.
    max_scores : tuple of int, optional
        Greatest possible score of X and of Y; the greatest in both samples when not given.
    degree : int
        Of the log-linear polynomial.

    Returns
    -------
    ConversionTable
        For scores from 0 to the greatest of X; below all seen equipercentile ones are -0.5.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``missing_scores``, ``scores_off_scale``, ``no_variation``,
        ``smoothing_failed``, ``mean_outside_arc``.
    ValueError
        If the method is unknown, or scores, greatest scores or degree are no whole numbers.

    References
    ----------
    .. [1] Kolen & Brennan (2014), chapters 2, 3 and 7.

    Examples
    --------
    >>> equate([0, 1, 2, 3], [1, 2, 3, 4], "mean").equivalents
    array([1., 2., 3., 4., 5.])
    """
    if method not in groups.METHODS:
        raise ValueError(f"a method is one of {', '.join(groups.METHODS)}: {method!r}")
    ends = max_scores or (_greatest(x_scores, y_scores),) * 2
    x, y = spread_of(x_scores, ends[0]), spread_of(y_scores, ends[1])
    if method == "identity":
        return groups.identity(x)
    if method == "loglinear":
        return groups.equipercentile(smoothed(x, degree), smoothed(y, degree), method)
    found: dict[str, Callable[[], ConversionTable]] = {
        "mean": lambda: groups.mean(x, y),
        "linear": lambda: groups.linear(x, y),
        "equipercentile": lambda: groups.equipercentile(x, y),
        "circle_arc": lambda: groups.circle_arc(x, y),
    }
    return found[method]()


def _greatest(*samples: ArrayLike) -> int:
    every = np.concatenate([figures_of(each).ravel() for each in samples])
    if not every.size:
        raise UnfitDataError("too_few_persons", "0")
    if np.isnan(every).any():
        raise UnfitDataError("missing_scores")
    if np.isinf(every).any():
        raise UnfitDataError("scores_off_scale", "a score is infinite")
    return int(np.ceil(every.max()))


def bootstrapped(
    equating: Callable[..., ConversionTable],
    samples: tuple[FloatArray, FloatArray],
    rng: np.random.Generator,
    n_samples: int = 500,
) -> ConversionTable:
    """Return an equating with standard errors found by drawing persons anew.

    Parameters
    ----------
    equating : callable
        Makes a table of two samples: persons in rows (scores, or scores with anchor scores).
        The tables of all draws must have the same scores, so it must fix the scales' ends.
    samples : tuple of ndarray
        Of the new form and of the base form.
    rng : numpy.random.Generator
        Its seed belongs beside the result.
    n_samples : int
        Draws, two at least.

    References
    ----------
    .. [1] Efron & Tibshirani (1993), *An introduction to the bootstrap*, chapter 6.
    """
    if n_samples < FEWEST_SAMPLES:
        raise ValueError(f"at least {FEWEST_SAMPLES} draws: {n_samples!r}")
    drawn = np.array(
        [
            equating(
                *(each[rng.integers(len(each), size=len(each))] for each in samples)
            ).equivalents
            for _ in range(n_samples)
        ]
    )
    return equating(*samples).with_errors(drawn.std(axis=0, ddof=1))
