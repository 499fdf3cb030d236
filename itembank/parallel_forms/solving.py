"""Solving: the averaged form, the search, and for what is left the whole model or the conflict.

The search's work is counted, not timed: the same model, seed and time limit give the same forms
on every machine. Time itself decides in three places only: where ``is_over`` says so, where one
form is finished exactly, and where the search found no form and the whole model is tried.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from itembank.parallel_forms.conflicts import (
    BrokenBound,
    conflict_of_average,
    conflict_of_whole,
)
from itembank.parallel_forms.exact import INFEASIBLE, solve_whole
from itembank.parallel_forms.model import FormModel, IntArray
from itembank.parallel_forms.relaxation import Relaxation, relax
from itembank.parallel_forms.search import Budget, Found, never, search

EXCHANGES_PER_S = 8e6  # looked at by a slow machine
SEARCH_SHARE = 0.6  # of the time limit; the rest is for the last word
GOOD_ENOUGH, FEW_GOOD_ENOUGH = 5e-4, 2.5e-4  # of the bound: the search ends there
NEAR_ENOUGH = 2e-4  # of the mean target
FEW_FORMS = 2
MOST_SHAKES, FIRST_SHAKES = 400, 40  # the fewer where one form is finished exactly afterwards
EXACT_GAP = 1e-4
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


def solve(
    model: FormModel,
    rng: np.random.Generator,
    *,
    time_limit: float,
    is_over: Callable[[], bool] = never,
) -> Solved | Excluded | TimeUp:
    """Return forms that keep all rows and are as good as the search can make them.

    Parameters
    ----------
    model : FormModel
    rng : numpy.random.Generator
    time_limit : float
        Seconds, turned into an amount of work that a slow machine does in them.
    is_over : callable
        The caller's clock: says that time is up, whatever work is left.

    Examples
    --------
    >>> from itembank.demands import Row
    >>> from itembank.parallel_forms.model import model_of
    >>> model = model_of([Row("length", "", np.ones(4), 2, 2)], 2, np.ones(4, dtype=np.int64))
    >>> sorted(np.concatenate(solve(model, np.random.default_rng(1), time_limit=1).forms).tolist())
    [0, 1, 2, 3]
    """
    relaxation = relax(model, rng)
    if relaxation is None:
        return Excluded(tuple(conflict_of_average(model, rng, is_over)))
    if model.goal is None and model.n_units * model.n_forms <= TINY:
        return _whole(model, relaxation, rng, time_limit)
    budget = Budget(
        exchanges=time_limit * SEARCH_SHARE * EXCHANGES_PER_S,
        good_enough=_good_enough(model, relaxation),
        most_shakes=FIRST_SHAKES if model.n_forms == 1 else MOST_SHAKES,
        is_over=is_over,
    )
    found = search(model, relaxation, rng, budget)
    left = time_limit * (1 - SEARCH_SHARE)
    if not found.standing.is_feasible:
        return _whole(model, relaxation, rng, left)
    is_good = found.standing.loss <= budget.good_enough
    if model.n_forms == 1 and not is_good and not is_over():
        return _finished(model, relaxation, found, left)
    return _solved(model, found.forms, relaxation.bound)


def _good_enough(model: FormModel, relaxation: Relaxation) -> float:
    if model.goal is None:
        return 0.0
    if model.goal.scaled_targets is None:
        share = FEW_GOOD_ENOUGH if model.n_forms <= FEW_FORMS else GOOD_ENOUGH
        return share * relaxation.bound
    return NEAR_ENOUGH * float(np.abs(model.goal.scaled_targets).mean())


def _finished(model: FormModel, relaxation: Relaxation, found: Found, time_limit: float) -> Solved:
    """Finish one form exactly, among the units that can still better it.

    A unit outside the averaged form costs its reduced cost at least: where that is more than what
    the form found lacks of the bound, no better form holds the unit.
    """
    best = _solved(model, found.forms, relaxation.bound)
    lacks = abs(relaxation.bound - (best.objective or 0.0))
    candidates = np.flatnonzero(relaxation.reduced_costs <= lacks)
    whole = solve_whole(model, time_limit=time_limit, candidates=candidates, gap=EXACT_GAP)
    if whole.forms is None or any(model.misses(form) for form in whole.forms):
        return best
    finished = _solved(model, whole.forms, relaxation.bound)
    if model.goal is None or best.objective is None or finished.objective is None:
        return best
    is_higher = finished.objective > best.objective
    return finished if is_higher == (model.goal.targets is None) else best


def _whole(
    model: FormModel, relaxation: Relaxation, rng: np.random.Generator, time_limit: float
) -> Solved | Excluded | TimeUp:
    """Try the whole model where the search found nothing: small models are settled by it."""
    if model.n_units * model.n_forms > MOST_CHOSEN:
        return TimeUp()
    whole = solve_whole(model, time_limit=time_limit, rng=rng)
    if whole.forms is not None:
        return _solved(model, whole.forms, relaxation.bound)
    if whole.status == INFEASIBLE:
        return Excluded(tuple(conflict_of_whole(model, time_limit)))
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
