"""The forms while they are searched for: what each holds, and what an exchange would cost.

The cost of a form is what it misses of its rows, in units of items, and the squares of what it
misses of the goal. Costs of all exchanges between two lists of units come as one matrix.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from itembank.parallel_forms.families import families_of
from itembank.parallel_forms.model import FloatArray, FormModel, IntArray

KEPT = 1e-9


@dataclass(frozen=True)
class Standing:
    """How good the forms are: what is missed of the rows, then the objective, less is better."""

    missed: float
    loss: float

    @property
    def is_feasible(self) -> bool:
        """Say whether every form keeps every row."""
        return self.missed <= KEPT

    def is_better(self, other: "Standing") -> bool:
        """Say whether these forms are better than others."""
        if self.is_feasible and other.is_feasible:
            return self.loss < other.loss - KEPT
        return self.missed < other.missed - KEPT


class Board:
    """Forms over a model's units. The unit ``n_units`` is none: exchanged, it adds or drops."""

    def __init__(self, model: FormModel, bound: float) -> None:
        self.model = model
        self.families, self.sums = families_of(model)
        self.penalties = [np.ones(family.low.size) for family in self.families]
        self.sum_penalties = np.ones(self.sums.low.size)
        self._set_goal(bound)
        self.place([np.zeros(0, dtype=np.int64)] * model.n_forms)

    def _set_goal(self, bound: float) -> None:
        goal = self.model.goal
        values = goal.scaled if goal else np.zeros((0, self.model.n_units))
        targets = np.full(len(values), bound)
        if goal is not None and goal.scaled_targets is not None:
            targets = goal.scaled_targets
        self.goal_unit = float(values.std(axis=1).mean()) if len(values) else 1.0
        self.goal_unit = max(self.goal_unit, 1e-12)
        # Targets out of reach: no form comes nearer than the bound, so none is asked to.
        is_near = goal is not None and goal.targets is not None
        self.allowed = max(bound, 0.0) / self.goal_unit if is_near else 0.0
        none = np.zeros((len(values), 1))
        self.values = np.hstack([values, none]) / self.goal_unit
        self.targets = targets / self.goal_unit
        self.is_one_sided = goal is None or goal.targets is None

    def place(self, forms: list[IntArray]) -> None:
        """Put the forms down anew and count everything."""
        shape = (len(forms), self.model.n_units + 1)
        self.holds: NDArray[np.bool_] = np.zeros(shape, dtype=np.bool_)
        for number, form in enumerate(forms):
            self.holds[number, form] = True
        self.forms = [form.copy() for form in forms]
        self.used = self.holds.sum(axis=0)
        self.counts = [
            np.array(
                [np.bincount(family.labels[form], minlength=family.low.size) for form in forms],
                dtype=np.float64,
            )
            for family in self.families
        ]
        self.reached = np.array([self.sums.values[:, form].sum(axis=1) for form in forms])
        self.informed = np.array([self.values[:, form].sum(axis=1) for form in forms])
        self.shared = self.holds.astype(np.int64) @ self.holds.T.astype(np.int64)

    def exchange(self, number: int, leaving: int, coming: int) -> None:
        """Let a unit come into a form for another."""
        none = self.model.n_units
        kept = self.forms[number][self.forms[number] != leaving]
        self.forms[number] = kept if coming == none else np.append(kept, coming)
        change = self.holds[:, coming].astype(np.int64) - self.holds[:, leaving]
        self.shared[number] += change
        self.shared[:, number] += change
        for unit, step in ((leaving, -1), (coming, 1)):
            self.used[unit] += step
            self.holds[number, unit] = step > 0 and unit != none
            for family, counts in zip(self.families, self.counts, strict=True):
                counts[number, family.labels[unit]] += step
            self.reached[number] += step * self.sums.values[:, unit]
            self.informed[number] += step * self.values[:, unit]

    def exchange_costs(self, number: int, leaving: IntArray, coming: IntArray) -> FloatArray:
        """Return what each exchange adds to a form's cost, shape (leaving, coming)."""
        costs = np.zeros((leaving.size, coming.size))
        self._add_families(costs, number, leaving, coming)
        self._add_sums(costs, number, leaving, coming)
        self._add_goal(costs, number, leaving, coming)
        if self.model.most_shared is not None:
            self._add_shared(costs, number, leaving, coming)
        return costs

    def _add_families(
        self, costs: FloatArray, number: int, leaving: IntArray, coming: IntArray
    ) -> None:
        for family, every, penalty in zip(self.families, self.counts, self.penalties, strict=True):
            counts = every[number]
            now = missed(counts, family.low, family.high)
            less = penalty * (missed(counts - 1, family.low, family.high) - now)
            more = penalty * (missed(counts + 1, family.low, family.high) - now)
            gone, come = family.labels[leaving], family.labels[coming]
            if less[gone].any() or more[come].any():
                change = less[gone][:, None] + more[come][None, :]
                change *= gone[:, None] != come[None, :]
                costs += change

    def _add_sums(
        self, costs: FloatArray, number: int, leaving: IntArray, coming: IntArray
    ) -> None:
        sums = self.sums
        for row, (low, high) in enumerate(zip(sums.low, sums.high, strict=True)):
            now = self.reached[number, row]
            after = (now - sums.values[row, leaving])[:, None] + sums.values[row, coming]
            change = np.maximum(low - after, after - high)
            np.maximum(change, 0, out=change)
            change -= max(low - now, now - high, 0.0)
            costs += self.sum_penalties[row] * change

    def _add_goal(
        self, costs: FloatArray, number: int, leaving: IntArray, coming: IntArray
    ) -> None:
        for point, target in enumerate(self.targets):
            now = target - self.informed[number, point]
            after = (now + self.values[point, leaving])[:, None] - self.values[point, coming]
            if not self.is_one_sided:
                np.abs(after, out=after)
                now = abs(now)
            after -= self.allowed
            np.maximum(after, 0, out=after)
            now = max(now - self.allowed, 0.0)
            after *= after
            after -= now * now
            costs += after

    def _add_shared(
        self, costs: FloatArray, number: int, leaving: IntArray, coming: IntArray
    ) -> None:
        """Add what two forms would have too much in common; exact unless both units are shared."""
        most = self.model.most_shared or 0
        others = np.arange(self.model.n_forms) != number
        too_many = (self.shared[number] > most) & others
        full = (self.shared[number] >= most) & others
        costs -= self.holds[too_many][:, leaving].sum(axis=0)[:, None]
        costs += self.holds[full][:, coming].sum(axis=0)

    def all_missed(self, *, is_weighted: bool = False) -> FloatArray:
        """Return what each form misses of its rows."""
        total = np.zeros(self.model.n_forms)
        for family, counts, penalty in zip(self.families, self.counts, self.penalties, strict=True):
            each = missed(counts, family.low, family.high)
            total += (each * penalty if is_weighted else each).sum(axis=1)
        each = missed(self.reached, self.sums.low, self.sums.high)
        total += (each * self.sum_penalties if is_weighted else each).sum(axis=1)
        if self.model.most_shared is not None:
            too_many = np.maximum(self.shared - self.model.most_shared, 0)
            np.fill_diagonal(too_many, 0)
            total += too_many.sum(axis=1)
        return total

    def losses(self) -> FloatArray:
        """Return how far each form is from the goal, on the goal's own scale."""
        if not self.targets.size:
            return np.zeros(self.model.n_forms)
        worst: FloatArray = self._apart().max(axis=1) * self.goal_unit
        return worst

    def _apart(self) -> FloatArray:
        apart: FloatArray = self.targets - self.informed
        return np.maximum(apart, 0) if self.is_one_sided else np.abs(apart)

    def costs(self) -> FloatArray:
        """Return the cost of every form."""
        apart = np.maximum(self._apart() - self.allowed, 0)
        costs: FloatArray = self.all_missed(is_weighted=True) + (apart**2).sum(axis=1)
        return costs

    @property
    def standing(self) -> Standing:
        """Return how good the forms are."""
        return Standing(float(self.all_missed().sum()), float(self.losses().max()))

    def press(self) -> None:
        """Make what is missed now cost more, so that the search leaves this place."""
        self.penalties = [
            penalty + (missed(counts, family.low, family.high).max(axis=0) > KEPT)
            for family, counts, penalty in zip(
                self.families, self.counts, self.penalties, strict=True
            )
        ]
        is_missed = missed(self.reached, self.sums.low, self.sums.high).max(axis=0) > KEPT
        self.sum_penalties = self.sum_penalties + is_missed

    @cached_property
    def may_resize(self) -> bool:
        """Say whether units are of several lengths, so that forms hold now more, now fewer."""
        is_total = np.array([kind in {"length", "total"} for kind, _ in self.model.rows])
        data = self.model.matrix[np.flatnonzero(is_total)].toarray()
        return not (is_total.any() and (data == 1).all())


def missed(values: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return how far values lie outside their bounds.

    Examples
    --------
    >>> missed(np.array([1.0, 5.0, 9.0]), np.array([2, 2, 2]), np.array([6, 6, 6]))
    array([1., 0., 3.])
    """
    apart: FloatArray = np.maximum(np.maximum(low - values, values - high), 0)
    return apart
