"""Whole tests that meet a demand: what shadow tests are filled into. Asks the solver: for jobs."""

from collections.abc import Callable, Sequence

import numpy as np

from itembank.assembly import Infeasible, assemble
from itembank.demands import Demand, PoolItem

N_FORMS = 12
TIME_LIMIT_S = 20.0


def whole_tests(
    pool: Sequence[PoolItem],
    demand: Demand,
    rng: np.random.Generator,
    *,
    n_forms: int = N_FORMS,
    tell: Callable[[int], None] = lambda _: None,
) -> list[tuple[str, ...]] | Infeasible:
    """Return tests drawn one by one, each meeting the demand; or why there is none.

    Each is drawn from the whole pool, so the tests share items and differ in how they meet what
    the demand leaves open.
    """
    found: list[tuple[str, ...]] = []
    for number in range(n_forms):
        tell(number)
        drawn = assemble(pool, demand, 1, rng, time_limit=TIME_LIMIT_S)
        if isinstance(drawn, Infeasible):
            return drawn
        found += drawn.forms
    return found
