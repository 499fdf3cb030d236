"""The climb: accelerated EM.

Each iteration is one pass over the persons. The EM gradient step (the slope, scaled by the
complete-data information of each item) is improved by the curvature that earlier passes showed
(limited-memory BFGS), and shortened where the likelihood would fall or an order break.

References
----------
.. [1] Lange (1995), "A quasi-Newton acceleration of the EM algorithm", Statistica Sinica 5, 1-18.
.. [2] Nocedal & Wright (2006), *Numerical Optimization*, algorithm 7.4. Springer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.irt.layout import Layout
from scoring.irt.objective import (
    BetaPrior,
    Free,
    information_of_items,
    slopes_of_groups,
    slopes_of_items,
)
from scoring.irt.passes import Pass, Point, one_pass

FloatArray = NDArray[np.float64]
REMEMBERED = 12
PLAIN_STEPS = 2  # before the memory is believed
LONGEST = 1.0  # no parameter moves further at once
LOWEST, HIGHEST = -8.0, 3.0  # of an asymptote's logit
CLOSEST = 1e-3  # intercepts of a graded item stay at least so far apart
RIDGE = 1e-3
FLOOR_DAMPING = 1.0  # asymptotes of easy items are hardly seen: their steps stay short
SHORTENINGS = 12
MEMORY_FROM = 1e-12
MARGIN = 10.0


@dataclass(frozen=True)
class Problem:
    """A fit to be made: its data, what is free and the prior of the asymptotes."""

    layout: Layout
    indicators: Sequence[FloatArray]
    free: Free
    prior: BetaPrior | None

    @property
    def floors(self) -> tuple[NDArray[np.int64], int]:
        """Items with a lower asymptote, and its place among their parameters."""
        own = [family.items for family in self.layout.families if family.kind == "3pl"]
        return (np.concatenate(own) if own else np.zeros(0, np.int64)), 2


@dataclass(frozen=True)
class Standing:
    """A point, what the pass over the persons found there, and the slope."""

    point: Point
    found: Pass
    value: float
    slope: FloatArray


@dataclass(frozen=True)
class Climb:
    """Where a climb ended.

    Attributes
    ----------
    standing
        The last point.
    has_converged, expected_gain
        Whether the log likelihood could still rise by less than the tolerance, and by how much.
    log_likelihoods
        After each iteration.
    """

    standing: Standing
    has_converged: bool
    expected_gain: float
    log_likelihoods: tuple[float, ...]


class Memory:
    """Pairs of steps and changes of slope, for the two-loop recursion."""

    def __init__(self) -> None:
        """Remember nothing."""
        self.pairs: list[tuple[FloatArray, FloatArray]] = []

    def add(self, step: FloatArray, fall: FloatArray) -> None:
        """Remember a step and by how much the slope fell over it."""
        if step @ fall > MEMORY_FROM * np.sqrt((step @ step) * (fall @ fall)):
            self.pairs = [*self.pairs[-REMEMBERED + 1 :], (step, fall)]

    def direction(self, slope: FloatArray, scaled: "Scaling") -> FloatArray:
        """Return the direction to climb."""
        left, shares = slope.copy(), []
        for step, fall in reversed(self.pairs):
            share = (step @ left) / (step @ fall)
            left -= share * fall
            shares.append(share)
        ahead = scaled(left)
        for (step, fall), share in zip(self.pairs, reversed(shares), strict=True):
            ahead += (share - (fall @ ahead) / (step @ fall)) * step
        return ahead


class Scaling:
    """Divides a slope by the complete-data information."""

    def __init__(self, problem: Problem, at: Standing) -> None:
        """Invert the information of each item and group."""
        free, point = problem.free, at.point
        whole = information_of_items(problem.layout, at.found)
        items, place = problem.floors
        if items.size:
            whole[items, place, place] += FLOOR_DAMPING
            if problem.prior is not None:
                logits = point.parameters[items, place]
                whole[items, place, place] += problem.prior.curvatures(logits)
        both = free.parameters[:, :, None] & free.parameters[:, None, :]
        whole = np.where(both, whole, 0.0)
        size = np.einsum("ikk->ik", whole)
        extra = np.where(free.parameters, RIDGE * size + MEMORY_FROM, 1.0)
        whole[:, np.arange(whole.shape[1]), np.arange(whole.shape[1])] += extra
        self.inverse = np.linalg.inv(whole)
        self.free = free
        n = np.array([counts[-1].sum() for counts in at.found.counts])
        self.groups = np.concatenate(
            [np.exp(2 * point.log_sds[free.means]) / n[free.means], 1 / (2 * n[free.sds])]
        )

    def __call__(self, slope: FloatArray) -> FloatArray:
        """Return the slope over the information."""
        n_items = int(self.free.parameters.sum())
        padded = np.zeros(self.free.parameters.shape)
        padded[self.free.parameters] = slope[:n_items]
        moved = (self.inverse @ padded[:, :, None])[:, :, 0][self.free.parameters]
        return np.concatenate([moved, self.groups * slope[n_items:]])


def stand(problem: Problem, point: Point) -> Standing:
    """Go over the persons at a point."""
    found = one_pass(problem.layout, problem.indicators, point)
    slopes, value = slopes_of_items(problem.layout, found), found.log_likelihood
    items, place = problem.floors
    if items.size:
        logits = point.parameters[items, place]
        if problem.prior is not None:
            value += problem.prior.log_density(logits)
            slopes[items, place] += problem.prior.slopes(logits)
        slopes[items, place] = _inward(logits, slopes[items, place])
    means, sds = slopes_of_groups(found, point)
    free = problem.free
    slope = np.concatenate([slopes[free.parameters], means[free.means], sds[free.sds]])
    return Standing(point, found, value, slope)


def _inward(logits: FloatArray, slopes: FloatArray) -> FloatArray:
    """Return slopes without those that lead out of the bounds."""
    is_out = ((logits <= LOWEST) & (slopes < 0)) | ((logits >= HIGHEST) & (slopes > 0))
    return np.where(is_out, 0.0, slopes)


def climb(problem: Problem, start: Point, tolerance: float, most: int) -> Climb:
    """Climb from a start until the log likelihood could rise by less than the tolerance."""
    at, memory, gain = stand(problem, start), Memory(), np.inf
    likelihoods: list[float] = []
    for round_ in range(most):
        scaling = Scaling(problem, at)
        ahead = memory.direction(at.slope, scaling)
        if at.slope @ ahead <= 0:
            memory, ahead = Memory(), scaling(at.slope)
        gain = float(at.slope @ ahead) / 2
        if gain < tolerance and round_ > PLAIN_STEPS:
            return Climb(
                at, has_converged=True, expected_gain=gain, log_likelihoods=(*likelihoods,)
            )
        after = _stepped(problem, at, ahead)
        if after is None:
            if not memory.pairs:
                break
            memory = Memory()
            continue
        step = problem.free.vector(after.point) - problem.free.vector(at.point)
        memory.add(step, at.slope - after.slope)
        at = after
        likelihoods.append(at.found.log_likelihood)
    return Climb(at, gain < tolerance, gain, (*likelihoods,))


def _stepped(problem: Problem, at: Standing, ahead: FloatArray) -> Standing | None:
    """Step ahead, shorter until the likelihood rises; None when it never does.

    Where no more than rounding could be won, it need not rise.
    """
    noise = 1e-11 * abs(at.value)
    least = at.value - noise if at.slope @ ahead < 2 * MARGIN * noise else np.nextafter(at.value, 0)
    vector = problem.free.vector(at.point)
    ahead, length = _limited(problem.free, ahead), 1.0
    for _ in range(SHORTENINGS):
        point = _ordered(problem, at.point, problem.free.point(vector + length * ahead, at.point))
        after = stand(problem, point)
        if after.value >= least:
            return after
        length /= 3
    return None


def _limited(free: Free, ahead: FloatArray) -> FloatArray:
    """Shorten the steps of items and groups that would move too far."""
    n_items = int(free.parameters.sum())
    padded = np.zeros(free.parameters.shape)
    padded[free.parameters] = ahead[:n_items]
    padded *= LONGEST / np.maximum(np.abs(padded).max(axis=1, keepdims=True), LONGEST)
    return np.concatenate([padded[free.parameters], np.clip(ahead[n_items:], -LONGEST, LONGEST)])


def _ordered(problem: Problem, before: Point, after: Point) -> Point:
    """Keep asymptotes in their bounds, and the order of graded items' intercepts."""
    parameters = after.parameters.copy()
    items, place = problem.floors
    if items.size:
        parameters[items, place] = np.clip(parameters[items, place], LOWEST, HIGHEST)
    for family in problem.layout.families:
        if family.kind != "grm":
            continue
        last = family.n_parameters
        old, new = before.parameters[family.items, :last], parameters[family.items, :last]
        gaps = -np.diff(new[:, 1:], axis=1)
        while gaps.size and (gaps < CLOSEST).any():
            is_off = (gaps < CLOSEST).any(axis=1)
            new[is_off] = (old[is_off] + new[is_off]) / 2
            if np.abs(new - old).max() < MEMORY_FROM:
                break
            gaps = -np.diff(new[:, 1:], axis=1)
        parameters[family.items, :last] = new
    return Point(parameters, after.means, after.log_sds, after.n_nodes)
