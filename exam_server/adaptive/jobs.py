"""Trying a plan out, as long work: candidates of known ability take it on the bank's pool."""

from typing import Any

import numpy as np

from exam_server.adaptive import pooling
from exam_server.adaptive.models import AdaptiveTrial
from exam_server.adaptive.rules import is_for_tests, limits_of, rules_of
from exam_server.adaptive.service import TRIAL
from exam_server.errors import ConflictError
from exam_server.jobs import JobFunction, Work
from itembank.adaptive.pool import AdaptivePool
from itembank.adaptive.report import (
    by_ability,
    checks_of,
    core_of,
    fixed_by_ability,
    population_figures,
)
from itembank.adaptive.rules import Rules
from itembank.adaptive.scaling import scaled
from itembank.adaptive.simulating import take_fixed, try_out
from itembank.adaptive.skeletons import N_FORMS, whole_tests
from itembank.assembly import Infeasible, assemble
from itembank.demands import Demand

N_CANDIDATES = 600  # of a population N(0, 1), for exposure and decisions
ABILITIES = np.linspace(-3, 3, 13)
AT_EACH = 30  # candidates at each ability of the grid, for bias and RMSE
FIXED_AT_EACH = 400  # a fixed form costs next to nothing
TOLD_EVERY = 10
STEPS = N_FORMS + N_CANDIDATES + len(ABILITIES) * AT_EACH
FORM_LIMIT_S = 20.0


def simulate(work: Work) -> dict[str, Any]:
    """Read the pool, draw whole tests for shadows, let candidates take the plan, store it all."""
    work.progress(0, STEPS)
    with work.reading() as db:
        trial = db.get_one(AdaptiveTrial, work.payload["trial"])
        plan, is_supposed, uid = trial.plan, trial.is_supposed, trial.uid
        stored = dict(plan.rules)
        entries = pooling.entries_of(db, plan.structure, is_supposed=is_supposed)
        demand = pooling.demand_for(plan.structure, stored)
    pooling.check_size(entries, stored, is_supposed=is_supposed)
    rng = np.random.default_rng(trial.id)
    items = [each.item for each in entries]
    forms = whole_tests(items, demand, rng, tell=lambda done: work.progress(done, STEPS))
    if isinstance(forms, Infeasible):
        raise ConflictError("blueprint_not_met")
    pool = pooling.adaptive_pool(entries, demand, forms)
    share = stored["cut"] / 100
    if is_for_tests(stored):  # where marks come from, there the cut lies
        cut = pooling.reference_cut(pooling.stored_pool(entries, forms), stored, share)
    else:
        cut = pooling.cut_of(pool, share)
    rules = rules_of(stored, cut)
    result = figures_of(work, pool, rules, demand, rng)
    result["checks"] = checks_of(result["population"], result["core"], limits_of(stored))
    with work.writing() as db:
        trial = db.get_one(AdaptiveTrial, trial.id)
        trial.pool_sha256 = pooling.pool_digest(entries)
        trial.pool = pooling.stored_pool(entries, forms)
        trial.result = result
        trial.has_passed = all(each["kept"] for each in result["checks"])
    work.progress(STEPS, STEPS)
    return {"trial": uid}


def figures_of(
    work: Work, pool: AdaptivePool, rules: Rules, demand: Demand, rng: np.random.Generator
) -> dict[str, Any]:
    """Return what the candidates met: those of a population first, then those of the grid."""

    def tell(begun: int) -> None:
        if begun % TOLD_EVERY == 0:
            work.progress(min(N_FORMS + begun, STEPS), STEPS)

    times_given = np.zeros(len(pool.items), np.int64)
    people = rng.normal(size=N_CANDIDATES)
    population = try_out(pool, rules, people, rng, times_given=times_given, tell=tell)
    figures = population_figures(population, times_given, rules.stop.cut)
    grid = np.repeat(ABILITIES, AT_EACH)
    at_grid = try_out(
        pool,
        rules,
        grid,
        rng,
        times_given=times_given,
        n_before=N_CANDIDATES,
        tell=lambda begun: tell(N_CANDIDATES + begun),
    )
    rows = by_ability(at_grid)
    return {
        "cut": rules.stop.cut,
        "items": len(pool.items),
        "population": figures,
        "abilities": rows,
        "core": core_of(rows),
        "fixed": _fixed(pool, demand, round(figures["length"]), rng),
    }


def _fixed(
    pool: AdaptivePool, demand: Demand, n_items: int, rng: np.random.Generator
) -> dict[str, Any] | None:
    """Return how a fixed form of the same length and blueprint measures; None: there is none."""
    try:
        wanted = scaled(demand, n_items)
    except ValueError:
        return None
    drawn = assemble(pool.items, wanted, 1, rng, time_limit=FORM_LIMIT_S)
    if isinstance(drawn, Infeasible):
        return None
    form = [pool.places[each] for each in drawn.forms[0]]
    truths = np.repeat(ABILITIES, FIXED_AT_EACH)
    estimates, _ = take_fixed(pool, form, truths, rng)
    rows = fixed_by_ability(truths, estimates)
    return {"items": len(form), "abilities": rows, "core": core_of(rows)}


JOBS: dict[str, JobFunction] = {TRIAL: simulate}
