"""Conditional maximum likelihood of the Rasch and the partial credit model.

Given a person's total score, the responses no longer depend on ability: difficulties are
estimated without any population.

References
----------
.. [1] Andersen (1972), "The numerical solution of a set of conditional estimation equations",
   Journal of the Royal Statistical Society B 34, 42-54.
.. [2] Andersen (1973), "A goodness of fit test for the Rasch model", Psychometrika 38, 123-140.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from scoring.figures import figures_of
from scoring.irt.calibration import (
    Calibration,
    Convergence,
    Errors,
    Refusal,
    UnfitDataError,
    reported,
)
from scoring.irt.checks import is_linked, refusals_of
from scoring.irt.layout import Layout, layout_of

FloatArray = NDArray[np.float64]
MOST_ROUNDS, CLOSE, STEP = 50, 1e-9, 1e-5
LONGEST = 2.0


@dataclass(frozen=True)
class LikelihoodRatio:
    """Andersen's test, whether persons of low and of high totals give the same difficulties."""

    statistic: float
    degrees: int
    p_value: float


@dataclass(frozen=True)
class _Pattern:
    """Persons who were given the same items: counts by category and by total."""

    items: NDArray[np.intp]
    n_by_total: FloatArray


def calibrate_conditionally(responses: ArrayLike, model: str = "rasch") -> Calibration:
    """Estimate difficulties of Rasch or partial credit items by conditional likelihood.

    Parameters
    ----------
    responses : array_like, shape (n_persons, n_items)
        Categories from 0; NaN is missing.
    model : {"rasch", "pcm"}

    Returns
    -------
    Calibration
        Difficulties have mean 0; nothing is known of the population (its SD is NaN), so abilities
        are estimated by ``ml`` or ``wle``. The log likelihood is the conditional one.

    Raises
    ------
    UnfitDataError
        If the data cannot be calibrated.
    """
    data = figures_of(responses)
    if model not in ("rasch", "pcm"):
        msg = f"conditional likelihood is for rasch and pcm: {model!r}"
        raise ValueError(msg)
    refusals = refusals_of(data, (model,) * data.shape[1])
    if not refusals and not is_linked(~np.isnan(data)):
        refusals = [Refusal("not_linked")]
    if refusals:
        raise UnfitDataError(refusals)
    layout = layout_of((model,) * data.shape[1], np.nanmax(data, axis=0).astype(np.int64) + 1)
    return _Conditional(layout, data).calibration(data)


def andersen_test(responses: ArrayLike) -> LikelihoodRatio:
    """Compare the difficulties of persons below and above the median total.

    Totals at the median count as below. Items everybody of a part answers alike are left out.
    """
    data = figures_of(responses)
    data = data[~np.isnan(data).any(axis=1)]
    totals = data.sum(axis=1)
    is_high = totals > np.median(totals)
    varies = np.array([data[part].std(axis=0) > 0 for part in (is_high, ~is_high)]).all(axis=0)
    data = data[:, varies]
    whole = calibrate_conditionally(data).log_likelihood
    parts = [calibrate_conditionally(data[part]).log_likelihood for part in (is_high, ~is_high)]
    statistic, degrees = 2 * (sum(parts) - whole), int(varies.sum()) - 1
    return LikelihoodRatio(statistic, degrees, float(chdtrc(degrees, statistic)))


class _Conditional:
    """The conditional likelihood of data and its maximum."""

    def __init__(self, layout: Layout, data: FloatArray) -> None:
        """Count categories, and totals for each set of given items."""
        self.layout = layout
        self.most = int(layout.n_categories.max())
        ranks = np.arange(1, self.most)
        self.counts = np.stack([(data == rank).sum(axis=0) for rank in ranks], axis=1).astype(float)
        self.is_free = ranks[None, :] < layout.n_categories[:, None]
        given, places = np.unique(~np.isnan(data), axis=0, return_inverse=True)
        totals = np.nansum(data, axis=1).astype(np.int64)
        self.patterns = []
        for place, own in enumerate(given):
            items = np.flatnonzero(own)
            top = int((layout.n_categories[items] - 1).sum())
            n = np.bincount(totals[places.ravel() == place], minlength=top + 1).astype(float)
            self.patterns.append(_Pattern(items, n))

    def value(self, easiness: FloatArray) -> tuple[float, FloatArray]:
        """Return the log likelihood and its slope at easinesses, (n_items, most − 1)."""
        value = float((self.counts * easiness)[self.is_free].sum())
        slope = self.counts.copy()
        factors = np.where(self.is_free, np.exp(easiness), 0.0)
        factors = np.concatenate([np.ones((len(factors), 1)), factors], axis=1)
        for pattern in self.patterns:
            own = factors[pattern.items]
            whole, without = _symmetric(own, len(pattern.n_by_total))
            is_used = (pattern.n_by_total > 0) & (whole > 0)
            share = np.where(is_used, pattern.n_by_total / np.where(is_used, whole, 1), 0.0)
            value -= float(pattern.n_by_total[is_used] @ np.log(whole[is_used]))
            for rank in range(1, self.most):
                ahead = without[:, : without.shape[1] - rank] @ share[rank:]
                slope[pattern.items, rank - 1] -= own[:, rank] * ahead
        return value, slope

    def calibration(self, data: FloatArray) -> Calibration:
        """Climb by Newton's method and report."""
        free = self.is_free
        basis = self._basis()
        easiness = np.zeros(free.shape)
        history: list[float] = []
        gain, curvature = np.inf, np.eye(basis.shape[1])
        for _ in range(MOST_ROUNDS):
            value, slope = self.value(easiness)
            curvature = self._curvature(easiness, basis)
            ahead = np.linalg.solve(curvature, basis.T @ slope[free])
            gain = float(ahead @ (basis.T @ slope[free])) / 2
            history.append(value)
            if gain < CLOSE:
                break
            easiness = self._stepped(easiness, basis @ ahead, value)
        covariance = basis @ np.linalg.inv(curvature) @ basis.T
        return self._assembled(data, easiness, covariance, gain, history)

    def _basis(self) -> FloatArray:
        """Return directions that keep the mean of the items' difficulties at 0."""
        tops = self.layout.n_categories - 1
        constraint = np.zeros(self.is_free.shape)
        constraint[np.arange(len(tops)), tops - 1] = 1 / tops
        flat = constraint[self.is_free]
        _, _, rows = np.linalg.svd(flat[None], full_matrices=True)
        return np.asarray(rows[1:].T)

    def _curvature(self, easiness: FloatArray, basis: FloatArray) -> FloatArray:
        found = np.zeros((basis.shape[0], basis.shape[1]))
        for column, direction in enumerate(basis.T):
            move = np.zeros(self.is_free.shape)
            move[self.is_free] = STEP * direction
            up, down = self.value(easiness + move)[1], self.value(easiness - move)[1]
            found[:, column] = (down - up)[self.is_free] / (2 * STEP)
        whole = basis.T @ found
        return np.asarray((whole + whole.T) / 2)

    def _stepped(self, easiness: FloatArray, ahead: FloatArray, value: float) -> FloatArray:
        length = min(1.0, LONGEST / max(float(np.abs(ahead).max()), CLOSE))
        while True:
            after = easiness.copy()
            after[self.is_free] += length * ahead
            if self.value(after)[0] >= value - CLOSE * abs(value) or length < CLOSE:
                return after
            length /= 2

    def _assembled(
        self,
        data: FloatArray,
        easiness: FloatArray,
        covariance: FloatArray,
        gain: float,
        history: list[float],
    ) -> Calibration:
        parameters = np.zeros((self.layout.n_items, self.layout.width))
        parameters[:, 0] = 1
        parameters[:, 1:] = np.where(self.is_free, easiness, 0.0)
        none = np.full(1, np.nan)
        found = reported(self.layout, parameters)
        return Calibration(
            models=self.layout.models,
            n_categories=self.layout.n_categories,
            **found,
            means=np.zeros(1),
            sds=none,
            groups=(None,),
            errors=self._errors(covariance),
            log_likelihood=history[-1],
            n_persons=len(data),
            n_parameters=covariance.shape[0] - 1,
            converged=gain < CLOSE,
            convergence=Convergence("cml", len(history), gain, tuple(history)),
            covariance=covariance,
        )

    def _errors(self, covariance: FloatArray) -> Errors:
        n_items, n_steps = self.is_free.shape
        spots = np.full(self.is_free.shape, -1)
        spots[self.is_free] = np.arange(self.is_free.sum())
        errors, steps = np.full((2, n_items, n_steps), np.nan)
        difficulties = np.full(n_items, np.nan)
        for item, own in enumerate(spots):
            places = own[self.is_free[item]]
            block = covariance[np.ix_(places, places)]
            differences = np.eye(len(places)) - np.eye(len(places), k=-1)
            errors[item, : len(places)] = np.sqrt(np.diag(block))
            steps[item, : len(places)] = np.sqrt(np.diag(differences @ block @ differences.T))
            difficulties[item] = np.sqrt(block[-1, -1]) / len(places)
        none = np.full(n_items, np.nan)
        return Errors(none, difficulties, steps, none, errors, none[:1], none[:1])


def _symmetric(factors: FloatArray, n_totals: int) -> tuple[FloatArray, FloatArray]:
    """Return the symmetric functions of all items, and of all but each, by total."""
    n_items = len(factors)
    without = np.zeros((n_items, n_totals))
    without[:, 0] = 1
    whole = np.zeros(n_totals)
    whole[0] = 1
    for item, own in enumerate(factors):
        kept = without[item].copy()
        without = _grown(without, own)
        without[item] = kept
        whole = _grown(whole[None], own)[0]
    return whole, without


def _grown(functions: FloatArray, own: FloatArray) -> FloatArray:
    grown = functions.copy()
    for rank in range(1, len(own)):
        grown[:, rank:] += functions[:, : functions.shape[1] - rank] * own[rank]
    return grown
