"""The search: the averaged form is dealt out to the forms, then exchanges mend what is missed.

Exchanges go between two forms, or between a form and the units that are free. Where none helps,
the worst form is shaken and mended again (iterated local search); the best forms met are kept.
The work is counted, not timed, so that the same model and seed give the same forms everywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from itembank.parallel_forms.board import Board, Standing
from itembank.parallel_forms.model import FloatArray, FormModel, IntArray
from itembank.parallel_forms.relaxation import Relaxation

HELPS = -1e-9
MOST_FREE = 800  # free units looked at in one step: half of them those the bound likes best
WORST_FORMS = 3  # forms whose every exchange is looked at before a place counts as the best near
STEP = 2000  # exchanges that take as long as a step does before it looks at any
SHAKEN_OF = 30  # exchanges drawn for a shake, the mildest of them made
EXCHANGES_PER_SHAKE = (1, 2, 3)
# Shakes in a row without a better answer: many for one form, where a shake costs little.
LEAST_PATIENCE, MORE_PATIENCE = 20, 120


def never() -> bool:
    """Say no: time is not up, or there is none to go on."""
    return False


@dataclass
class Budget:
    """How many exchanges may be looked at, how good is enough, and the caller's clock.

    ``may_go_on`` says whether there is time, by that clock, to look for first forms when the
    exchanges are spent and none are found.
    """

    exchanges: float
    good_enough: float = 0.0
    most_shakes: int = 400
    is_over: Callable[[], bool] = field(default=never)
    may_go_on: Callable[[], bool] = field(default=never)

    def spend(self, exchanges: int) -> None:
        """Count exchanges that were looked at together."""
        self.exchanges -= exchanges + STEP

    @property
    def is_spent(self) -> bool:
        """Say whether the exchanges are spent, or time."""
        return self.exchanges <= 0 or self.is_over()


@dataclass(frozen=True)
class Found:
    """The best forms met and how good they are."""

    forms: tuple[IntArray, ...]
    standing: Standing


def search(
    model: FormModel, relaxation: Relaxation, rng: np.random.Generator, budget: Budget
) -> Found:
    """Return the best forms found; their standing says whether they keep all rows."""
    board = Board(model, relaxation.bound)
    board.place(dealt(board, relaxation))
    order = np.argsort(relaxation.reduced_costs, kind="stable")
    return _Search(board, order, rng, budget).run()


def dealt(board: Board, relaxation: Relaxation) -> list[IntArray]:
    """Deal the averaged form out like cards, alike units one after another."""
    model = board.model
    wanted = relaxation.shares * model.n_forms
    copies = np.floor(wanted + 1e-6).astype(np.int64)
    n_more = round(float(wanted.sum())) - int(copies.sum())
    copies[np.argsort(copies - wanted, kind="stable")[: max(n_more, 0)]] += 1
    labels = [family.labels[:-1] for family in reversed(board.families)]
    order = np.lexsort([board.values[:, :-1].sum(axis=0), *labels])
    cards = np.repeat(order, copies[order])
    return [cards[number :: model.n_forms] for number in range(model.n_forms)]


class _Search:
    def __init__(
        self, board: Board, liked: IntArray, rng: np.random.Generator, budget: Budget
    ) -> None:
        self.board, self.liked, self.rng, self.budget = board, liked, rng, budget
        self.best = self._found()

    def run(self) -> Found:
        self._descend()
        self._keep()
        since, patience = 0, LEAST_PATIENCE + MORE_PATIENCE // self.board.model.n_forms
        for _ in range(self.budget.most_shakes):
            if self._is_spent() or self._is_good() or since > patience:
                break
            since = 0 if self._shake_and_mend() else since + 1
        while not self.best.standing.is_feasible and self.budget.may_go_on():
            self._shake_and_mend()
        return self.best

    def _is_spent(self) -> bool:
        """Say whether to end: first forms are sought as long as there is time."""
        if not self.budget.is_spent:
            return False
        standings = (self.best.standing, self.board.standing)
        return any(each.is_feasible for each in standings) or not self.budget.may_go_on()

    def _shake_and_mend(self) -> bool:
        """Leave this place and mend; return to the best forms if these are no better."""
        if self.best.standing.is_feasible:
            self._shake()
        else:
            self.board.press()
            self._shake(exchanges=1)
        self._descend()
        if self._keep():
            return True
        if self.best.standing.is_feasible:
            self.board.place(list(self.best.forms))
        return False

    def _is_good(self) -> bool:
        standing = self.best.standing
        return standing.is_feasible and standing.loss <= self.budget.good_enough

    def _found(self) -> Found:
        return Found(tuple(form.copy() for form in self.board.forms), self.board.standing)

    def _keep(self) -> bool:
        is_better = self.board.standing.is_better(self.best.standing)
        if is_better:
            self.best = self._found()
        return is_better

    def _descend(self) -> None:
        """Exchange until nothing near helps."""
        while not self._is_spent() and any(self._helps(*pair) for pair in self._pairs()):
            pass

    def _pairs(self) -> Iterator[tuple[int, int | None]]:
        """Give the worst forms, each with the free units and with every other form."""
        costs = self.board.costs()
        for number in np.argsort(-costs, kind="stable")[:WORST_FORMS].tolist():
            if costs[number] <= 0:
                return
            others: list[int | None] = [each for each in range(costs.size) if each != number]
            for place in self.rng.permutation(len(others) + 1).tolist():
                yield number, [*others, None][place]

    def _helps(self, number: int, other: int | None) -> bool:
        """Make the best exchange with another form, or with what is free, if it helps."""
        if self._is_spent():
            return False
        leaving, coming, costs = self._exchanges(number, other)
        if not costs.size:
            return False
        place = int(np.argmin(costs))
        if costs.flat[place] >= HELPS:
            return False
        self._make(number, other, leaving[place // coming.size], coming[place % coming.size])
        return True

    def _exchanges(self, number: int, other: int | None) -> tuple[IntArray, IntArray, FloatArray]:
        board, none = self.board, self.board.model.n_units
        leaving = board.forms[number]
        if other is None:
            coming = self._free(number)
        else:
            coming = board.forms[other][~board.holds[number, board.forms[other]]]
            leaving = leaving[~board.holds[other, leaving]]
        if board.may_resize:
            leaving, coming = np.append(leaving, none), np.append(coming, none)
        self.budget.spend(leaving.size * coming.size)
        costs = board.exchange_costs(number, leaving, coming)
        if other is not None:
            costs += board.exchange_costs(other, coming, leaving).T
        return leaving, coming, costs

    def _free(self, number: int) -> IntArray:
        board = self.board
        is_free = (board.used[:-1] < board.model.uses) & ~board.holds[number, :-1]
        free = np.flatnonzero(is_free)
        if free.size > MOST_FREE:
            liked = self.liked[is_free[self.liked]][: MOST_FREE // 2]
            is_free[liked] = False
            others = self.rng.choice(np.flatnonzero(is_free), MOST_FREE // 2, replace=False)
            free = np.concatenate([liked, others])
        return free

    def _make(self, number: int, other: int | None, leaving: int, coming: int) -> None:
        self.board.exchange(number, int(leaving), int(coming))
        if other is not None:
            self.board.exchange(other, int(coming), int(leaving))

    def _shake(self, exchanges: int | None = None) -> None:
        """Make a few exchanges of the worst form that harm little."""
        board = self.board
        number = int(np.argmax(board.costs()))
        for _ in range(exchanges or int(self.rng.choice(EXCHANGES_PER_SHAKE))):
            drawn = int(self.rng.integers(board.model.n_forms))
            other = None if drawn == number else drawn
            leaving, coming, costs = self._exchanges(number, other)
            if not costs.size:
                continue
            places = self.rng.integers(costs.size, size=SHAKEN_OF)
            place = int(places[np.argmin(costs.flat[places])])
            self._make(number, other, leaving[place // coming.size], coming[place % coming.size])
