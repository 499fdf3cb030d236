"""Conflicts that only the wholeness of units makes: no averaged form shows them.

Forms are asked of few bounds at first; those that they then break are asked too, until no forms
are left. What one form cannot keep is looked for before what several forms cannot keep together.
Units alike in the bounds asked for are one column, so that each question is a small one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, kron

from itembank.parallel_forms.conflicts import BrokenBound, broken, finite, thinned
from itembank.parallel_forms.exact import INFEASIBLE, solve_whole
from itembank.parallel_forms.model import KEPT_WITHIN, FloatArray, FormModel, IntArray
from itembank.parallel_forms.search import never

ASKED_AT_ONCE = 3
FIRST_QUESTION_S = 20.0  # what is asked for grows until a question is settled
QUESTION_S = 2.0  # afterwards one that takes longer keeps its bound
COUNTS_FIRST = 1e-6  # other rows are asked for when all counts are kept: they are harder


def conflict_of_whole(
    model: FormModel, is_over: Callable[[], bool] = never
) -> list[BrokenBound] | None:
    """Return a conflict of a model that only the wholeness of its units makes infeasible.

    None: there are forms, or time ran out before it was clear. A question that comes to no end
    keeps its bound, so that the conflict may then name more than it need.
    """
    one, all_forms = _Questions(_of_one_form(model), is_over), _Questions(model, is_over)
    found = one.grown()
    if model.n_forms > 1:  # several forms may not even keep some of what one form does not
        found = all_forms.grown() if found is None else all_forms.needed(found)
    return None if found is None else [broken(model, each) for each in found.tolist()]


def _of_one_form(model: FormModel) -> FormModel:
    return replace(model, n_forms=1, uses=np.minimum(model.uses, 1))


@dataclass(frozen=True)
class _Answer:
    """Forms that keep what was asked; none, and whether it is certain that there are none."""

    forms: tuple[IntArray, ...] | None
    is_excluded: bool


@dataclass(frozen=True)
class _Questions:
    """Questions whether there are forms that keep some of a model's bounds."""

    model: FormModel
    is_over: Callable[[], bool]

    def grown(self) -> IntArray | None:
        """Ask for what the forms break until there are none; then spare what is not needed."""
        bounds = finite(self.model)
        asked = bounds[:1]
        while asked.size and not self.is_over():
            answer = self._answer(asked, FIRST_QUESTION_S)
            if answer.forms is None:
                return self.needed(asked) if answer.is_excluded else None
            missed = _missed(self.model, answer.forms, bounds)
            missed[np.isin(bounds, asked)] = 0
            worst = np.argsort(-missed, kind="stable")[:ASKED_AT_ONCE]
            more = bounds[worst[missed[worst] > 0]]
            if not more.size:
                return None
            asked = np.append(asked, more)
        return None

    def needed(self, asked: IntArray) -> IntArray:
        """Leave out the bounds without which there are no forms either."""
        return thinned(asked, self._is_open)

    def _is_open(self, asked: IntArray) -> bool:
        return self.is_over() or not self._answer(asked, QUESTION_S).is_excluded

    def _answer(self, asked: IntArray, question_s: float) -> _Answer:
        part = _only(self.model, asked)
        if part.most_shared is not None and part.n_forms > 1:
            whole = solve_whole(part, time_limit=question_s)
            return _Answer(whole.forms, whole.status == INFEASIBLE)
        return _by_kinds(part, question_s)


def _missed(model: FormModel, forms: tuple[IntArray, ...], bounds: IntArray) -> FloatArray:
    """Return how far the worst form is outside each bound, in usual units of its row."""
    sums = np.array([model.sums(form) for form in forms])
    apart = np.hstack([model.low - sums, sums - model.high]).max(axis=0)
    usual = np.asarray(abs(csr_array(model.matrix)).max(axis=1).toarray()).ravel()
    scaled = apart / np.tile(np.maximum(usual, KEPT_WITHIN), 2)
    missed: FloatArray = np.where(scaled > KEPT_WITHIN, scaled, 0.0)
    is_count = np.array([(row.data == 1).all() for row in csr_array(model.matrix)])
    return np.where(np.tile(is_count, 2), missed, missed * COUNTS_FIRST)[bounds]


def _by_kinds(model: FormModel, question_s: float) -> _Answer:
    """Choose how many units of each kind a form has; the units of a kind are dealt out in turn."""
    columns, kinds, sizes = np.unique(
        model.matrix.toarray(), axis=1, return_inverse=True, return_counts=True
    )
    n_forms, n_kinds = model.n_forms, sizes.size
    uses = np.bincount(kinds.ravel(), weights=model.uses, minlength=n_kinds)
    solved = milp(
        np.zeros(n_kinds * n_forms),
        integrality=np.ones(n_kinds * n_forms, dtype=np.int64),
        bounds=Bounds(0, np.tile(sizes, n_forms)),
        constraints=[
            LinearConstraint(
                csr_array(kron(eye_array(n_forms), csr_array(columns), format="csr")),
                np.tile(model.low, n_forms),
                np.tile(model.high, n_forms),
            ),
            LinearConstraint(csr_array(kron(np.ones((1, n_forms)), eye_array(n_kinds))), 0, uses),
        ],
        options={"time_limit": question_s},
    )
    if solved.x is None:
        return _Answer(None, int(solved.status) == INFEASIBLE)
    counts = np.rint(solved.x).astype(np.int64).reshape(n_forms, n_kinds)
    return _Answer(_dealt(counts, kinds.ravel()), is_excluded=False)


def _dealt(counts: IntArray, kinds: IntArray) -> tuple[IntArray, ...]:
    """Deal the units of each kind to the forms, going round where a unit stands in several."""
    of_kind = np.split(np.argsort(kinds, kind="stable"), np.cumsum(np.bincount(kinds))[:-1])
    first = np.cumsum(counts, axis=0) - counts
    return tuple(
        np.concatenate(
            [
                np.take(units, np.arange(begin, begin + n), mode="wrap")
                for units, begin, n in zip(of_kind, begins, numbers, strict=True)
            ]
        )
        for begins, numbers in zip(first.tolist(), counts.tolist(), strict=True)
    )


def _only(model: FormModel, kept: IntArray) -> FormModel:
    """Return the model with these bounds alone."""
    n_rows = len(model.rows)
    low, high = np.full(n_rows, -np.inf), np.full(n_rows, np.inf)
    lower, upper = kept[kept < n_rows], kept[kept >= n_rows] - n_rows
    low[lower], high[upper] = model.low[lower], model.high[upper]
    rows = np.union1d(lower, upper)
    return replace(
        model,
        rows=tuple(model.rows[each] for each in rows.tolist()),
        matrix=csr_array(model.matrix)[rows],
        low=low[rows],
        high=high[rows],
        goal=None,
    )
