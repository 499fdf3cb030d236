"""Common items with several categories, for bringing scales together."""

from dataclasses import dataclass

import numpy as np

from scoring.irt.calibration import Calibration, known_items
from scoring.irt.functions import category_chances, expected_scores
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError


@dataclass(frozen=True)
class StepItems:
    """Items of any model: their steps move as difficulties do, their slopes against the scale."""

    calibration: Calibration

    @property
    def slopes(self) -> FloatArray:
        """One of each item."""
        return self.calibration.slopes

    @property
    def difficulties(self) -> FloatArray:
        """Of every step of every item: their moments set the scale."""
        return self.calibration.steps[~np.isnan(self.calibration.steps)]

    @property
    def steps(self) -> FloatArray:
        """Shape (n_items, n_steps), NaN where an item has fewer."""
        return self.calibration.steps

    @property
    def guessings(self) -> FloatArray:
        """Lower asymptotes."""
        return self.calibration.guessings

    def moved(self, slope: float, intercept: float) -> "StepItems":
        """Return the items on the scale ``slope * theta + intercept``."""
        own = self.calibration
        steps = slope * own.steps + intercept
        return StepItems(known_items(own.slopes / slope, steps, own.guessings, own.models))

    def curves(self, theta: FloatArray, *, adds_items: bool) -> FloatArray:
        """Return the expected total at abilities, or the chances of every item's categories."""
        if adds_items:
            whole = expected_scores(self.calibration, theta).sum(axis=1, keepdims=True)
            return np.asarray(whole)
        chances = category_chances(self.calibration, theta)
        return np.nan_to_num(chances).reshape(len(theta), -1)


def step_items_of(calibration: Calibration) -> StepItems:
    """Return a calibration's items.

    Raises
    ------
    UnfitDataError
        ``parameters_missing``, ``slope_not_positive``.
    """
    figures = (calibration.slopes, calibration.difficulties, calibration.guessings)
    if not np.isfinite(figures).all():
        raise UnfitDataError("parameters_missing")
    if calibration.slopes.min() <= 0:
        raise UnfitDataError("slope_not_positive", str(calibration.slopes.min()))
    return StepItems(calibration)


def has_steps(items: object) -> bool:
    """Say whether an item of a calibration has more than two categories."""
    return isinstance(items, Calibration) and int(items.n_categories.max()) > 2  # noqa: PLR2004
