"""Scales of two calibrations brought together by the curves of their common items.

The scale of the base is ``slope * theta + intercept`` of the new one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import numpy as np

from scoring.equating.step_items import StepItems
from scoring.item_response import success_chances
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

METHODS: Final = ("mean_mean", "mean_sigma", "haebara", "stocking_lord")
N_POINTS: Final = 40
REACH: Final = 4.0
FEWEST: Final = 2


class Calibrated(Protocol):
    """Items of a calibration: 3PL parameters, one of each an item (D = 1)."""

    @property
    def slopes(self) -> FloatArray:
        """Above 0."""

    @property
    def difficulties(self) -> FloatArray:
        """In logits."""

    @property
    def guessings(self) -> FloatArray:
        """Lower asymptotes."""


@dataclass(frozen=True)
class Items:
    """The parameters of items, shape (n_items,) each."""

    slopes: FloatArray
    difficulties: FloatArray
    guessings: FloatArray

    def moved(self, slope: float, intercept: float) -> "Items":
        """Return the items on the scale ``slope * theta + intercept``."""
        return Items(self.slopes / slope, slope * self.difficulties + intercept, self.guessings)

    def chances(self, theta: FloatArray) -> FloatArray:
        """Chances of a right answer, shape (n_points, n_items)."""
        return success_chances(theta, self.slopes, self.difficulties, self.guessings)

    def curves(self, theta: FloatArray, *, adds_items: bool) -> FloatArray:
        """Return the expected total at abilities, or the chances of every item."""
        found = self.chances(theta)
        return found.sum(axis=1, keepdims=True) if adds_items else found


def items_of(calibration: Calibrated) -> Items:
    """Return the items of a calibration.

    Raises
    ------
    UnfitDataError
        ``no_items``, ``parameters_missing``, ``slope_not_positive``.
    ValueError
        If arrays differ in shape.
    """
    slopes, difficulties = (
        np.asarray(each, dtype=np.float64)
        for each in (calibration.slopes, calibration.difficulties)
    )
    given = getattr(calibration, "guessings", None)
    guessings = np.zeros(len(slopes)) if given is None else np.asarray(given, dtype=np.float64)
    if slopes.ndim != 1 or slopes.shape != difficulties.shape or slopes.shape != guessings.shape:
        raise ValueError(f"{slopes.shape}, {difficulties.shape}, {guessings.shape} do not fit")
    if not slopes.size:
        raise UnfitDataError("no_items")
    if not np.isfinite([slopes, difficulties, guessings]).all():
        raise UnfitDataError("parameters_missing")
    if slopes.min() <= 0:
        raise UnfitDataError("slope_not_positive", str(slopes.min()))
    return Items(slopes, difficulties, guessings)


AnyItems = TypeVar("AnyItems", Items, StepItems)


def constants(
    base: AnyItems, new: AnyItems, method: str, points: FloatArray | None, *, is_symmetric: bool
) -> tuple[float, float, bool]:
    """Return slope, intercept and whether they were found, for the common items."""
    if len(base.slopes) != len(new.slopes) or base.difficulties.shape != new.difficulties.shape:
        raise ValueError(f"{len(base.slopes)} and {len(new.slopes)} common items do not fit")
    if len(base.slopes) < FEWEST:
        raise UnfitDataError("too_few_common_items", str(len(base.slopes)))
    b_base, b_new = base.difficulties, new.difficulties
    if method == "mean_mean":
        slope = float(new.slopes.mean() / base.slopes.mean())
    else:
        if not b_new.std() > 0 or not b_base.std() > 0:
            raise UnfitDataError("no_variation")
        slope = float(b_base.std() / b_new.std())
    intercept = float(b_base.mean() - slope * b_new.mean())
    if method in {"mean_mean", "mean_sigma"}:
        return slope, intercept, True
    theta = np.linspace(-REACH, REACH, N_POINTS) if points is None else points
    loss = _loss(base, new, theta, adds_items=method == "stocking_lord", is_symmetric=is_symmetric)
    return _least(loss, (slope, intercept))


Loss = Callable[[FloatArray], float]


def _loss(
    base: AnyItems, new: AnyItems, theta: FloatArray, *, adds_items: bool, is_symmetric: bool
) -> Loss:
    """Squared gaps of item curves (Haebara) or of their sum (Stocking and Lord)."""
    on_base, on_new = (each.curves(theta, adds_items=adds_items) for each in (base, new))

    def gap(left: FloatArray, right: AnyItems) -> float:
        return float(((left - right.curves(theta, adds_items=adds_items)) ** 2).sum())

    def loss(at: FloatArray) -> float:
        slope, intercept = float(np.exp(at[0])), float(at[1])
        found = gap(on_base, new.moved(slope, intercept))
        if is_symmetric:
            found += gap(on_new, base.moved(1 / slope, -intercept / slope))
        return found

    return loss


def _least(loss: Loss, start: tuple[float, float]) -> tuple[float, float, bool]:
    from scipy.optimize import minimize  # noqa: PLC0415 - pages import this module

    found = minimize(
        loss,
        np.array([np.log(start[0]), start[1]]),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2000},
    )
    return float(np.exp(found.x[0])), float(found.x[1]), bool(found.success)
