"""Drawn forms of neighbours kept apart: two that lie beside each other share no more than they may.

A unit belongs to one cell, so two forms share as many units as they picked alike. Picks are drawn
again, one cell after another, for all forms at once of which none lies beside another: for the
alternative that fewest neighbours have, wherever the form then still keeps every row and its
candidate has not seen the unit before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from itembank.parallel_forms.mending import Picks
from itembank.parallel_forms.model import IntArray

MOST_ROUNDS = 30  # over all forms
NOBODY = -1


@dataclass(frozen=True)
class Neighbours:
    """Forms that lie beside each other, by number, and how many units two may have in common."""

    pairs: Sequence[tuple[int, int]]
    most_shared: int


def coloured(
    n_forms: int, n_colours: int, neighbours: Neighbours, rng: np.random.Generator
) -> IntArray:
    """Give each form a colour none of its neighbours has, while there are enough, all as often.

    Examples
    --------
    >>> pairs = [(0, 1), (1, 2)]
    >>> found = coloured(3, 2, Neighbours(pairs, 0), np.random.default_rng(1)).tolist()
    >>> found[0] != found[1] != found[2]
    True
    """
    beside = _beside(n_forms, neighbours)
    colours = np.full(n_forms, -1, dtype=np.int64)
    used = np.zeros(n_colours)
    for form in range(n_forms):
        near = colours[beside[form]]
        taken = np.bincount(near[near >= 0], minlength=n_colours)
        order = rng.permutation(n_colours)
        colours[form] = min(order.tolist(), key=lambda each: (taken[each], used[each]))
        used[colours[form]] += 1
    return colours


def keep_apart(picks: Picks, neighbours: Neighbours, rng: np.random.Generator) -> IntArray:
    """Draw picks again until no pair shares more than it may; return the forms still too close.

    Where none is, the forms are then mixed as far as that and the rows allow. Forms that stand
    already are left as they are.
    """
    apart = _Apart(picks, neighbours)
    for _ in range(MOST_ROUNDS):
        crowded = apart.crowded()
        if not crowded.size:
            for together in apart.classes:
                apart.mix(together, rng)
            return crowded
        for together in apart.classes:
            apart.move(together[np.isin(together, crowded)], rng)
    return apart.crowded()


def _beside(n_forms: int, neighbours: Neighbours) -> list[IntArray]:
    beside: list[set[int]] = [set() for _ in range(n_forms)]
    for left, right in neighbours.pairs:
        beside[left].add(right)
        beside[right].add(left)
    return [np.array(sorted(each), dtype=np.int64) for each in beside]


def _classes(beside: Sequence[IntArray], first: int) -> list[IntArray]:
    """Return forms from the first on in classes, none of which holds two neighbours."""
    classes = np.full(len(beside), NOBODY)
    for form in range(first, len(beside)):
        taken = set(classes[beside[form]].tolist())
        classes[form] = next(each for each in range(len(taken) + 1) if each not in taken)
    return [np.flatnonzero(classes == each) for each in range(int(classes.max(initial=-1)) + 1)]


class _Apart:
    """Picks of each form beside those of its neighbours."""

    def __init__(self, picks: Picks, neighbours: Neighbours) -> None:
        self.picks, self.most_shared = picks, neighbours.most_shared
        beside = _beside(picks.n_forms, neighbours)
        width = max((each.size for each in beside), default=0)
        # the neighbours of each form, NOBODY where there are fewer
        self.near = np.full((picks.n_forms, max(width, 1)), NOBODY, dtype=np.int64)
        for form, each in enumerate(beside):
            self.near[form, : each.size] = each
        self.classes = _classes(beside, picks.n_standing)

    def crowded(self) -> IntArray:
        """Return the forms that share too much with a neighbour, but those that stand."""
        forms = np.arange(self.picks.n_standing, self.picks.n_forms)
        too_close = (self._shared(forms) > self.most_shared).any(axis=1)
        crowded: IntArray = forms[too_close]
        return crowded

    def move(self, forms: IntArray, rng: np.random.Generator) -> None:
        """Draw picks again until no neighbour is too close, or none helps."""
        if not forms.size:
            return
        shared, places = self._shared(forms), np.arange(forms.size)
        for cell in rng.permutation(self.picks.n_cells).tolist():
            theirs, now = self._theirs(forms, cell), self.picks.chosen[forms, cell]
            alike = theirs == now[:, None]
            in_the_way = (alike & (shared > self.most_shared)).any(axis=1)
            taken = self._taken(theirs)
            may = self.picks.may_come(forms, cell) & (taken < taken[places, now][:, None])
            may &= in_the_way[:, None]
            order = np.where(may, taken + rng.random(taken.shape), np.inf)
            coming = np.where(may.any(axis=1), order.argmin(axis=1), now)
            self.picks.pick(forms, cell, coming)
            shared += (theirs == coming[:, None]).astype(np.int64) - alike

    def mix(self, forms: IntArray, rng: np.random.Generator) -> None:
        """Draw picks again where neither rows nor neighbours mind."""
        if not forms.size:
            return
        shared, places = self._shared(forms), np.arange(forms.size)
        for cell in rng.permutation(self.picks.n_cells).tolist():
            theirs, now = self._theirs(forms, cell), self.picks.chosen[forms, cell]
            left = shared - (theirs == now[:, None])
            may = self.picks.may_come(forms, cell)
            full = (theirs != NOBODY) & (left >= self.most_shared)
            may[np.broadcast_to(places[:, None], full.shape)[full], theirs[full]] = False
            coming = np.where(may, rng.random(may.shape), -1.0).argmax(axis=1)
            coming = np.where(may.any(axis=1), coming, now)
            self.picks.pick(forms, cell, coming)
            shared = left + (theirs == coming[:, None])

    def _shared(self, forms: IntArray) -> IntArray:
        """Return how many units each form has in common with each neighbour."""
        near, chosen = self.near[forms], self.picks.chosen
        shared = np.zeros(near.shape, dtype=np.int64)
        for column in range(near.shape[1]):
            alike = (chosen[near[:, column]] == chosen[forms]).sum(axis=1)
            shared[:, column] = np.where(near[:, column] == NOBODY, 0, alike)
        return shared

    def _theirs(self, forms: IntArray, cell: int) -> IntArray:
        near = self.near[forms]
        theirs: IntArray = np.where(near == NOBODY, NOBODY, self.picks.chosen[near, cell])
        return theirs

    def _taken(self, theirs: IntArray) -> NDArray[np.float64]:
        """Return how many neighbours have each alternative."""
        alternatives = np.arange(self.picks.n_alternatives)
        taken: NDArray[np.float64] = (
            (theirs[:, :, None] == alternatives).sum(axis=1).astype(np.float64)
        )
        return taken
