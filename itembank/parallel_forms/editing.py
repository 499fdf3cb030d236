"""A form edited by hand: what it breaks now, and which units would best replace one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.parallel_forms.board import Board
from itembank.parallel_forms.model import FormModel, IntArray

NO_HARM = 1e-9


@dataclass(frozen=True)
class Miss:
    """A row a form does not keep: its kind and name, what it has, and the bounds."""

    kind: str
    name: str
    has: float
    low: float
    high: float


@dataclass(frozen=True)
class Replacement:
    """A unit that may come for another; ``harm`` is what the form would miss more, in items."""

    unit: int
    harm: float

    @property
    def is_free_of_harm(self) -> bool:
        """Say whether the form misses no more with it than before."""
        return self.harm <= NO_HARM


def misses_of(model: FormModel, form: IntArray) -> list[Miss]:
    """Return everything a form breaks.

    Examples
    --------
    >>> from itembank.demands import Row
    >>> from itembank.parallel_forms.model import model_of
    >>> model = model_of([Row("length", "", np.ones(3), 2, 2)], 1, np.ones(3, dtype=np.int64))
    >>> misses_of(model, np.array([0]))
    [Miss(kind='length', name='', has=1.0, low=2.0, high=2.0)]
    """
    sums = model.sums(form)
    return [
        Miss(*model.rows[row], float(sums[row]), float(model.low[row]), float(model.high[row]))
        for row in model.misses(form)
    ]


def best_replacements(
    model: FormModel, forms: Sequence[IntArray], number: int, leaving: int, n_best: int = 10
) -> list[Replacement]:
    """Return the free units that harm a form least in place of one of its own, the best first.

    Ties go to the unit nearest to the goal, where there is one, then to the first of the pool.
    """
    board = Board(model, _bound(model, forms))
    board.place([np.asarray(form, dtype=np.int64) for form in forms])
    is_free = (board.used[:-1] < model.uses) & ~board.holds[number, :-1]
    free = np.flatnonzero(is_free)
    costs = board.exchange_costs(number, np.array([leaving]), free)[0]
    order = np.argsort(costs, kind="stable")[:n_best]
    before = board.all_missed()[number]
    found = []
    for place in order.tolist():
        board.exchange(number, leaving, int(free[place]))
        found.append(Replacement(int(free[place]), float(board.all_missed()[number] - before)))
        board.exchange(number, int(free[place]), leaving)
    return found


def _bound(model: FormModel, forms: Sequence[IntArray]) -> float:
    """Return the best level any form has: the others are to come up to it."""
    if model.goal is None:
        return 0.0
    return max(float(model.goal.scaled[:, form].sum(axis=1).min()) for form in forms)
