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
from scipy.linalg import pinvh
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
from scoring.irt.checks import is_linked, refusals_of, separated
from scoring.irt.layout import Layout, layout_of
from scoring.irt.symmetric import conditioned

FloatArray = NDArray[np.float64]
MOST_ROUNDS, CLOSE, STEP = 50, 1e-9, 1e-5
LONGEST = 2.0
WORTH_RENEWING = 10  # how far a step with the old curvature must bring the gain down
DIRECTIONS = 256  # differences taken at once


@dataclass(frozen=True)
class LikelihoodRatio:
    """Andersen's test, whether persons of low and of high totals give the same difficulties."""

    statistic: float
    degrees: int
    p_value: float


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
        If the data cannot be calibrated; ``perfect_separation`` names items of which nobody did
        worse than on one of the others, or better: only distances within them are finite.

    References
    ----------
    .. [1] Fischer (1981), "On the existence and uniqueness of maximum-likelihood estimates in the
       Rasch model", Psychometrika 46, 59-77.
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
    apart = separated(data)
    if apart:
        raise UnfitDataError([Refusal("perfect_separation", apart)])
    layout = layout_of((model,) * data.shape[1], np.nanmax(data, axis=0).astype(np.int64) + 1)
    return _Conditional(layout, data).calibration(data)


def andersen_test(responses: ArrayLike) -> LikelihoodRatio:
    """Compare the difficulties of persons below and above the median total.

    Totals at the median count as below. Items everybody of a part answers alike are left out.

    Raises
    ------
    UnfitDataError
        ``no_variation`` where no total lies above the median, or what a part is refused for.
    """
    data = figures_of(responses)
    data = data[~np.isnan(data).any(axis=1)]
    totals = data.sum(axis=1)
    is_high = totals > np.median(totals) if totals.size else np.zeros(0, bool)
    if not is_high.any():
        raise UnfitDataError([Refusal("no_variation")])
    varies = np.array([data[part].std(axis=0) > 0 for part in (is_high, ~is_high)]).all(axis=0)
    data = data[:, varies]
    whole = calibrate_conditionally(data).log_likelihood
    parts = [calibrate_conditionally(data[part]).log_likelihood for part in (is_high, ~is_high)]
    statistic, degrees = 2 * (sum(parts) - whole), int(varies.sum()) - 1
    return LikelihoodRatio(statistic, degrees, float(chdtrc(degrees, statistic)))


class _Conditional:
    """The conditional likelihood of data and its maximum."""

    def __init__(self, layout: Layout, data: FloatArray) -> None:
        """Count categories, and totals for each set of given items.

        Persons with nothing or everything say nothing of the items.
        """
        self.layout = layout
        self.most = int(layout.n_categories.max())
        ranks = np.arange(1, self.most)
        self.is_free = ranks[None, :] < layout.n_categories[:, None]
        tops = np.where(np.isnan(data), 0, layout.n_categories - 1).sum(axis=1)
        totals = np.nansum(data, axis=1).astype(np.int64)
        tells = (totals > 0) & (totals < tops)
        data, totals = data[tells], totals[tells]
        self.counts = np.stack([(data == rank).sum(axis=0) for rank in ranks], axis=1).astype(float)
        self.given, places = np.unique(~np.isnan(data), axis=0, return_inverse=True)
        self.n_by_total = np.zeros((len(self.given), int(totals.max()) + 1))
        np.add.at(self.n_by_total, (places.ravel(), totals), 1)

    def value(self, easiness: FloatArray) -> tuple[float, FloatArray]:
        """Return the log likelihood and its slope at easinesses, (n_items, most − 1)."""
        found = conditioned(self._factors(easiness), self.n_by_total)
        value = float((self.counts * easiness)[self.is_free].sum() - found.log_values.sum())
        return value, self.counts - found.expected.sum(axis=0)[:, 1:]

    def _factors(self, easiness: FloatArray) -> FloatArray:
        """Return what each set of given items adds to the totals, category 0 first."""
        own = np.where(self.is_free, np.exp(easiness), 0.0)
        above = np.where(self.given[:, :, None], own, 0.0)
        return np.concatenate([np.ones((*self.given.shape, 1)), above], axis=2)

    def calibration(self, data: FloatArray) -> Calibration:
        """Climb by Newton's method and report; the curvature is renewed where it helps."""
        free, basis = self.is_free, self._basis()
        easiness = self._start()
        history: list[float] = []
        gain, covariance = np.inf, None
        for _ in range(MOST_ROUNDS):
            value, slope = self.value(easiness)
            history.append(value)
            along, before = basis.T @ slope[free], gain
            if covariance is not None:
                gain = float(along @ covariance @ along) / 2
            if covariance is None or gain > before / WORTH_RENEWING:
                covariance = pinvh(self._curvature(easiness, slope, basis))
                gain = float(along @ covariance @ along) / 2
            if gain < CLOSE:
                break
            easiness = self._stepped(easiness, basis @ covariance @ along, value)
        covariance = pinvh(self._curvature(easiness, slope, basis))
        return self._assembled(data, easiness, basis @ covariance @ basis.T, gain, history)

    def _start(self) -> FloatArray:
        """Return easinesses from the counts, moved so that the mean of the difficulties is 0."""
        tops = self.layout.n_categories - 1
        n_given = self.n_by_total.sum(axis=1) @ self.given
        none = n_given - self.counts.sum(axis=1)
        found = np.where(self.is_free, np.log((self.counts + 0.5) / (none[:, None] + 0.5)), 0.0)
        own = found[np.arange(len(tops)), tops - 1] / tops
        ranks = np.arange(1, self.most)
        return np.where(self.is_free, found - ranks * own.mean(), 0.0)

    def _basis(self) -> FloatArray:
        """Return directions that keep the mean of the items' difficulties at 0."""
        tops = self.layout.n_categories - 1
        constraint = np.zeros(self.is_free.shape)
        constraint[np.arange(len(tops)), tops - 1] = 1 / tops
        flat = constraint[self.is_free]
        _, _, rows = np.linalg.svd(flat[None], full_matrices=True)
        return np.asarray(rows[1:].T)

    def _curvature(self, easiness: FloatArray, slope: FloatArray, basis: FloatArray) -> FloatArray:
        """Return how fast the slope falls along the basis, by differences; many at once."""
        free = self.is_free
        places = np.flatnonzero(free)
        falls = np.zeros((places.size, places.size))
        at_once = max(1, DIRECTIONS // len(self.given))
        n_by_total = np.tile(self.n_by_total, (at_once, 1))
        for start in range(0, places.size, at_once):
            own = places[start : start + at_once]
            moved = np.tile(easiness.ravel(), (own.size, 1))
            moved[np.arange(own.size), own] += STEP
            factors = np.concatenate([self._factors(each.reshape(free.shape)) for each in moved])
            found = conditioned(factors, n_by_total[: len(factors)]).expected[:, :, 1:]
            expected = found.reshape(own.size, -1, *free.shape).sum(axis=1)
            after = self.counts - expected
            falls[start : start + own.size] = (slope - after)[:, free] / STEP
        whole = basis.T @ falls @ basis
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
            n_persons=int((~np.isnan(data)).any(axis=1).sum()),
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
