"""Solving: the averaged form, the search, and for what is left the whole model or the conflict.

The search's work is counted, not timed: the same model, seed and time limit give the same forms
on every machine. Time itself decides in three places only: where the caller's clock says so, where
one form is finished exactly, and where the counted work found no forms.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from itembank.parallel_forms.conflicts import BrokenBound, broken, conflict_of_average, finite
from itembank.parallel_forms.exact import INFEASIBLE, solve_whole
from itembank.parallel_forms.model import FormModel, IntArray
from itembank.parallel_forms.relaxation import Relaxation, relax
from itembank.parallel_forms.search import Budget, Found, search
from itembank.parallel_forms.whole_conflicts import conflict_of_whole

EXCHANGES_PER_S = 8e6  # looked at by a slow machine
SEARCH_SHARE = 0.6  # of the time limit; the rest is for the last word
GOOD_ENOUGH, FEW_GOOD_ENOUGH = 5e-4, 2.5e-4  # of the bound: the search ends there
NEAR_ENOUGH = 2e-4  # of the mean target
FEW_FORMS = 2
MOST_SHAKES, FIRST_SHAKES = 400, 40  # the fewer where one form is finished exactly afterwards
EXACT_GAP = 1e-4
FIRST_SEARCH_S = 3.0  # by the caller's clock, before conflicts of few bounds are looked for
FEW_UNITS = 400  # tried by the solver before all: those the averaged form likes best
SHORTEST_S = 0.1
TINY = 300  # columns up to which the whole model is solved at once
MOST_CHOSEN = 200_000  # columns beyond which the whole model is not tried


@dataclass(frozen=True)
class Solved:
    """Forms that keep every row; the objective, its bound and gap where there is a goal.

    ``gap`` is the part of the bound that is not reached, of a maximin goal; None for minimax.
    """

    forms: tuple[IntArray, ...]
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None


@dataclass(frozen=True)
class Excluded:
    """No forms: these bounds exclude each other."""

    conflict: tuple[BrokenBound, ...]


@dataclass(frozen=True)
class TimeUp:
    """No forms were found in time, nor proof that there are none."""


def standing_still() -> float:
    """Return no time passed: the clock of a caller who has none."""
    return 0.0


@dataclass(frozen=True)
class _Time:
    """The limit, and the seconds of it that are gone by the caller's clock."""

    limit: float
    clock: Callable[[], float]

    def is_over(self) -> bool:
        return self.clock() > self.limit

    def share(self, share: float) -> float:
        """Return a share of the limit, or what is left of it if that is less."""
        return max(min(share * self.limit, self.limit - self.clock()), SHORTEST_S)


def solve(
    model: FormModel,
    rng: np.random.Generator,
    *,
    time_limit: float,
    clock: Callable[[], float] = standing_still,
) -> Solved | Excluded | TimeUp:
    """Return forms that keep all rows and are as good as the search can make them.

    Parameters
    ----------
    model : FormModel
    rng : numpy.random.Generator
    time_limit : float
        Seconds, turned into an amount of work that a slow machine does in them.
    clock : callable
        The caller's clock: the seconds that have passed. Past the limit the best forms met are
        returned, whatever work is left; before it, first forms are sought for as long.

    Examples
    --------
    >>> from itembank.demands import Row
    >>> from itembank.parallel_forms.model import model_of
    >>> model = model_of([Row("length", "", np.ones(4), 2, 2)], 2, np.ones(4, dtype=np.int64))
    >>> sorted(np.concatenate(solve(model, np.random.default_rng(1), time_limit=1).forms).tolist())
    [0, 1, 2, 3]
    """
    time = _Time(time_limit, clock)
    relaxation = relax(model, rng)
    if relaxation is None:
        return Excluded(tuple(conflict_of_average(model, rng, time.is_over)))
    if model.goal is None and model.n_units * model.n_forms <= TINY:
        return _whole(model, relaxation, rng, time)
    found, is_good = _searched(model, relaxation, rng, time, FIRST_SEARCH_S)
    if not found.standing.is_feasible:
        settled = _settled(model, relaxation, rng, time)
        if not isinstance(settled, TimeUp) or time.clock() == 0:
            return settled
        found, is_good = _searched(model, relaxation, rng, time, time_limit)
    if not found.standing.is_feasible:
        return TimeUp()
    if model.n_forms == 1 and not is_good:
        return _finished(model, relaxation, found, time)
    return _solved(model, found.forms, relaxation.bound)


def _searched(
    model: FormModel,
    relaxation: Relaxation,
    rng: np.random.Generator,
    time: _Time,
    until_s: float,
) -> tuple[Found, bool]:
    """Search as long as the counted work lasts, and for first forms until the clock says so."""
    budget = Budget(
        exchanges=time.limit * SEARCH_SHARE * EXCHANGES_PER_S,
        good_enough=_good_enough(model, relaxation),
        most_shakes=FIRST_SHAKES if model.n_forms == 1 else MOST_SHAKES,
        is_over=time.is_over,
        may_go_on=lambda: 0 < time.clock() < min(until_s, time.limit),
    )
    found = search(model, relaxation, rng, budget)
    return found, found.standing.loss <= budget.good_enough


def _good_enough(model: FormModel, relaxation: Relaxation) -> float:
    if model.goal is None:
        return 0.0
    if model.goal.scaled_targets is None:
        share = FEW_GOOD_ENOUGH if model.n_forms <= FEW_FORMS else GOOD_ENOUGH
        return share * relaxation.bound
    return relaxation.bound + NEAR_ENOUGH * float(np.abs(model.goal.scaled_targets).mean())


def _liked(relaxation: Relaxation) -> IntArray:
    """Return the units in the order in which the averaged form likes them."""
    return np.lexsort([-relaxation.shares, relaxation.reduced_costs])


def _finished(model: FormModel, relaxation: Relaxation, found: Found, time: _Time) -> Solved:
    """Finish one form exactly: among few units first, then all that can still better it.

    A unit outside the averaged form costs its reduced cost at least: where that is more than what
    the form found lacks of the bound, no better form holds the unit.
    """
    best, liked = _solved(model, found.forms, relaxation.bound), _liked(relaxation)
    for most in (FEW_UNITS, model.n_units):
        lacks = abs(relaxation.bound - (best.objective or 0.0))
        candidates = liked[: int((relaxation.reduced_costs <= lacks).sum())]
        if model.goal is None or time.is_over():
            break
        whole = solve_whole(
            model,
            time_limit=time.share((1 - SEARCH_SHARE) / 2),
            candidates=candidates[:most],
            gap=EXACT_GAP,
        )
        best = _better(model, best, whole.forms)
        if candidates.size <= most:
            break
    return best


def _better(model: FormModel, best: Solved, forms: tuple[IntArray, ...] | None) -> Solved:
    if forms is None or best.bound is None or any(model.misses(form) for form in forms):
        return best
    other = _solved(model, forms, best.bound)
    if model.goal is None or best.objective is None or other.objective is None:
        return best
    is_higher = other.objective > best.objective
    return other if is_higher == (model.goal.targets is None) else best


def _settled(
    model: FormModel, relaxation: Relaxation, rng: np.random.Generator, time: _Time
) -> Solved | Excluded | TimeUp:
    """Settle what the search found nothing for: a conflict of few bounds, or the solver."""
    conflict = conflict_of_whole(model, time.is_over)
    return _whole(model, relaxation, rng, time) if conflict is None else Excluded(tuple(conflict))


def _whole(
    model: FormModel, relaxation: Relaxation, rng: np.random.Generator, time: _Time
) -> Solved | Excluded | TimeUp:
    """Hand the model to the solver, with few units first: small models are settled by it."""
    n_held = int((relaxation.shares > 0).sum())
    few = _liked(relaxation)[: max(FEW_UNITS, 2 * n_held)]
    for candidates in (few, np.arange(model.n_units)):
        is_all = candidates.size == model.n_units
        if candidates.size * model.n_forms > MOST_CHOSEN or time.is_over():
            break
        share = (1 - SEARCH_SHARE) / (1 if is_all else 2)
        whole = solve_whole(model, time_limit=time.share(share), candidates=candidates, rng=rng)
        if whole.forms is not None and not any(map(model.misses, whole.forms)):
            return _solved(model, whole.forms, relaxation.bound)
        if is_all and whole.status == INFEASIBLE:
            conflict = conflict_of_whole(model)
            everything = [broken(model, each) for each in finite(model).tolist()]
            return Excluded(tuple(conflict or everything))
        if is_all:
            break
    return TimeUp()


def _solved(model: FormModel, forms: tuple[IntArray, ...], bound: float) -> Solved:
    ordered = tuple(np.sort(form) for form in forms)
    if model.goal is None:
        return Solved(ordered)
    sums = np.array([model.goal.scaled[:, form].sum(axis=1) for form in ordered])
    objective = model.goal.reached(sums)
    is_maximin = model.goal.targets is None
    gap = max(0.0, (bound - objective) / bound) if is_maximin and bound > 0 else None
    return Solved(ordered, objective, bound, gap)
