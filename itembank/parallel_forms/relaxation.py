"""The relaxation: one averaged form whose items may be divided. It bounds what forms can reach.

Forms that keep the rows average to a form that keeps them, in which no item has a larger share
than its uses allow. So the averaged form is infeasible only if the forms are, and reaches at least
as much; it is a small linear programme however many forms there are.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from itembank.parallel_forms.linear import least
from itembank.parallel_forms.model import FloatArray, FormModel, Goal


@dataclass(frozen=True)
class Relaxation:
    """The averaged form: shares of the units, the bound on the objective (0 without a goal).

    ``reduced_costs`` say for each unit how much the objective loses if an averaged form without
    it takes all of it.
    """

    shares: FloatArray
    bound: float
    reduced_costs: FloatArray


def relax(model: FormModel, rng: np.random.Generator) -> Relaxation | None:
    """Return the averaged form, or None if there is none.

    Without a goal a random cost picks one of the many.
    """
    matrix, low, high = csr_array(model.matrix), model.low, model.high
    level = csr_array((matrix.shape[0], 1))
    rows, limits = [hstack([matrix, level], format="csr")], [(low, high)]
    cost = np.append(rng.random(model.n_units), 0.0)
    if model.goal is not None:
        cost = np.append(np.zeros(model.n_units), 1.0 if model.goal.targets is not None else -1.0)
        for block in goal_rows(model.goal):
            rows.append(block[0])
            limits.append(block[1:])
    lows, highs = (np.concatenate([each[side] for each in limits]) for side in (0, 1))
    most = np.append(model.shares, np.inf)
    answer = least(cost, csr_array(vstack(rows, format="csr")), lows, highs, most)
    if answer is None:
        return None
    return Relaxation(
        np.clip(answer.columns[:-1], 0, model.shares),
        float(answer.columns[-1]) if model.goal is not None else 0.0,
        answer.reduced_costs[:-1],
    )


def goal_rows(goal: Goal) -> list[tuple[csr_array, FloatArray, FloatArray]]:
    """Return rows with bounds that tie the level, the last column, to a form's information."""
    values = csr_array(goal.scaled)
    ones, none = np.ones((values.shape[0], 1)), np.full(values.shape[0], np.inf)
    below = hstack([values, -csr_array(ones)], format="csr")
    if goal.scaled_targets is None:
        return [(below, np.zeros(none.size), none)]
    above = hstack([values, csr_array(ones)], format="csr")
    return [(below, -none, goal.scaled_targets), (above, goal.scaled_targets, none)]
