"""The whole model handed to a mixed-integer solver: small models, one form, the last word."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

from itembank.parallel_forms.model import FloatArray, FormModel, Goal, IntArray
from itembank.parallel_forms.relaxation import goal_rows

OPTIMAL, TIME_UP, INFEASIBLE = 0, 1, 2  # scipy's statuses
CHOSEN = 0.5
SHORTEST_S = 0.1

Block = tuple[csr_array, FloatArray, FloatArray]  # rows, low, high


@dataclass(frozen=True)
class Whole:
    """What the solver came to: forms if it found any, its status, and its bound on the goal."""

    forms: tuple[IntArray, ...] | None
    status: int
    bound: float | None


def solve_whole(
    model: FormModel,
    *,
    time_limit: float,
    rng: np.random.Generator | None = None,
    candidates: IntArray | None = None,
    gap: float = 1e-6,
) -> Whole:
    """Solve for all forms at once, among some of the units if ``candidates`` names them.

    Without a goal a random cost, drawn from ``rng``, picks one of the many answers.
    """
    places = np.arange(model.n_units) if candidates is None else candidates
    n_chosen = places.size * model.n_forms
    limits, n_columns = _limits(model, places)
    cost = np.zeros(n_columns)
    if model.goal is not None:
        cost[n_chosen] = 1.0 if model.goal.targets is not None else -1.0
    elif rng is not None:
        cost[:n_chosen] = np.tile(rng.random(places.size), model.n_forms) + rng.random(n_chosen)
    is_chosen = np.arange(n_columns) < n_chosen
    solved = milp(
        cost,
        integrality=is_chosen.astype(np.int64),
        bounds=Bounds(0, np.where(is_chosen, 1.0, np.inf)),
        constraints=limits,
        options={"time_limit": max(time_limit, SHORTEST_S), "mip_rel_gap": gap},
    )
    return Whole(_forms(solved, places, model.n_forms), int(solved.status), _bound(solved, model))


def _forms(solved: OptimizeResult, places: IntArray, n_forms: int) -> tuple[IntArray, ...] | None:
    if solved.x is None:
        return None
    chosen = solved.x[: places.size * n_forms].reshape(n_forms, places.size) > CHOSEN
    return tuple(places[each] for each in chosen)


def _bound(solved: OptimizeResult, model: FormModel) -> float | None:
    bound = getattr(solved, "mip_dual_bound", None)
    if model.goal is None or bound is None or not np.isfinite(bound):
        return None
    return float(bound if model.goal.targets is not None else -bound)


def _limits(model: FormModel, places: IntArray) -> tuple[list[LinearConstraint], int]:
    """Return the constraints, and how many columns they have: units by form, level, meetings."""
    n_forms, width = model.n_forms, places.size
    matrix = csr_array(model.matrix)[:, places]
    uses = csr_array(kron(np.ones((1, n_forms)), eye_array(width)))
    blocks: list[Block] = [
        (_by_form(matrix, n_forms), np.tile(model.low, n_forms), np.tile(model.high, n_forms)),
        (uses, np.zeros(width), model.uses[places].astype(np.float64)),
        *(_goal_blocks(model.goal, places, n_forms) if model.goal is not None else ()),
        *_meetings(model, width),
    ]
    n_columns = max(width * n_forms + 1, *(block.shape[1] for block, *_ in blocks))
    limits = [
        LinearConstraint(_widened(block, n_columns), low, high) for block, low, high in blocks
    ]
    return limits, n_columns


def _by_form(matrix: csr_array, n_forms: int) -> csr_array:
    return csr_array(kron(eye_array(n_forms), matrix, format="csr"))


def _widened(block: csr_array, n_columns: int) -> csr_array:
    empty = csr_array((block.shape[0], n_columns - block.shape[1]))
    return csr_array(hstack([block, empty], format="csr"))


def _goal_blocks(goal: Goal, places: IntArray, n_forms: int) -> list[Block]:
    """Return the goal's rows for every form, all tied to the one level."""
    blocks: list[Block] = []
    for rows, low, high in goal_rows(goal):
        units, level = rows[:, places], rows[:, [-1]]
        block = hstack([_by_form(units, n_forms), vstack([level] * n_forms)], format="csr")
        blocks.append((csr_array(block), np.tile(low, n_forms), np.tile(high, n_forms)))
    return blocks


def _meetings(model: FormModel, width: int) -> list[Block]:
    """Return what bounds the units two forms share: a column is at least 1 where both hold one."""
    pairs = list(combinations(range(model.n_forms), 2))
    if model.most_shared is None or not pairs:
        return []
    pick = np.zeros((len(pairs), model.n_forms))
    for row, pair in enumerate(pairs):
        pick[row, list(pair)] = 1
    both = hstack([kron(csr_array(pick), eye_array(width)), csr_array((len(pairs) * width, 1))])
    met = eye_array(len(pairs) * width)
    counted = kron(eye_array(len(pairs)), np.ones((1, width)))
    nothing = csr_array((len(pairs), width * model.n_forms + 1))
    most = np.full(len(pairs), float(model.most_shared))
    return [
        (
            csr_array(hstack([both, -met], format="csr")),
            np.full(met.shape[0], -np.inf),
            np.ones(met.shape[0]),
        ),
        (csr_array(hstack([nothing, counted], format="csr")), np.zeros(len(pairs)), most),
    ]
