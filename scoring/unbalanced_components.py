"""Variance components of marks that are missing by design: restricted maximum likelihood.

Where every cell holds a mark the estimates are those of ``generalizability.g_study``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.figures import finite_figures
from scoring.generalizability import GStudy, d_study
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

ROUNDS: Final = 60
STILL: Final = 1e-5
LEAST: Final = 1e-6  # of the marks' variance: a component below is as good as none
WORST: Final = 1e10
FEWEST_PERSONS: Final = 10
DRAWS: Final = 2000
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Components:
    """Components with how well they are known.

    Attributes
    ----------
    study
        As ``g_study`` gives it; its facets are the numbers of tasks of a person and of raters of
        a task, on average (rounded).
    names, covariance
        Of the estimates; asymptotic.
    is_nested
        Whether each task had raters of its own.
    n_marks
        That went in.
    converged
    """

    study: GStudy
    names: tuple[str, ...]
    covariance: FloatArray
    is_nested: bool
    n_marks: int
    converged: bool

    def interval(self, name: str, confidence: float = 0.95) -> tuple[float, float]:
        """Return limits of a component, by Satterthwaite's degrees of freedom.

        NaN if it is not above 0, or known by less than one degree: the limits then lie anywhere.

        References
        ----------
        .. [1] Satterthwaite (1946), Biometrics Bulletin 2, 110-114.
        """
        from scipy.special import chdtri  # noqa: PLC0415 - pages import no scipy

        at = self.names.index(name)
        value, variance = self.study.components[name], float(self.covariance[at, at])
        if not value > 0 or not variance > 0:
            return float("nan"), float("nan")
        degrees, tail = 2 * value**2 / variance, (1 - confidence) / 2
        if degrees < 1:
            return float("nan"), float("nan")
        low, high = chdtri(degrees, tail), chdtri(degrees, 1 - tail)
        return float(degrees * value / low), float(degrees * value / max(high, 1e-300))

    def dependability_interval(
        self, n_raters: int, n_tasks: int, rng: np.random.Generator, confidence: float = 0.95
    ) -> tuple[float, float]:
        """Return limits of ``d_study(...).dependability`` from draws of the components."""
        middle = np.array([self.study.components[name] for name in self.names])
        drawn = rng.multivariate_normal(middle, self.covariance, size=DRAWS, method="eigh")
        values = [
            d_study(
                GStudy(dict(zip(self.names, each.tolist(), strict=True)), self.study.facets),
                n_raters,
                n_tasks,
            ).dependability
            for each in drawn
        ]
        tail = (1 - confidence) / 2
        low, high = np.nanquantile(values, [tail, 1 - tail])
        return float(low), float(high)


def unbalanced_components(
    persons: ArrayLike, raters: ArrayLike, marks: ArrayLike, tasks: ArrayLike | None = None
) -> Components:
    """Estimate variance components of persons, tasks and raters from marks, one a row.

    Fisher scoring from equal components; negative estimates stay, as they do in ``g_study``. The
    matrices have a row for every mark: from some 2,000 marks on, send a part of the persons.

    Parameters
    ----------
    persons, raters : array_like, shape (n_marks,)
        Labels.
    marks : array_like, shape (n_marks,)
    tasks : array_like, shape (n_marks,), optional
        Labels; without tasks, or with a single one, the design is persons × raters. Where no
        rater marked two tasks, raters are nested in tasks.

    Raises
    ------
    UnfitDataError
        ``missing_ratings``, ``too_few_persons``, ``too_few_raters``; ``not_told_apart`` when the
        design confounds components, as it does without work that several raters marked.
    ValueError
        If the arrays differ in length, or a mark is infinite.

    References
    ----------
    .. [1] Patterson & Thompson (1971), "Recovery of inter-block information when block sizes are
       unequal", Biometrika 58, 545-554.
    .. [2] Brennan (2001), *Generalizability theory*, chapter 7. Springer.
    """
    given = finite_figures(marks)
    columns = [np.asarray(persons), np.asarray(raters)]
    columns.append(np.zeros(given.shape) if tasks is None else np.asarray(tasks))
    if given.ndim != 1 or any(each.shape != given.shape for each in columns):
        raise ValueError(f"one row a mark: {[each.shape for each in columns]}, {given.shape}")
    if np.isnan(given).any():
        raise UnfitDataError("missing_ratings")
    if not given.size:
        raise UnfitDataError("too_few_persons", "0")
    codes = [np.unique(each, return_inverse=True)[1].astype(np.int64) for each in columns]
    _refuse(*codes[:2])
    effects, is_nested = _effects(*codes)
    values, covariance, converged = _climbed(given, effects)
    names = (*effects, _rest_name(codes[2], is_nested=is_nested))
    return Components(
        study=GStudy(
            MappingProxyType(dict(zip(names, values.tolist(), strict=True))), _sizes(*codes)
        ),
        names=names,
        covariance=covariance,
        is_nested=is_nested,
        n_marks=len(given),
        converged=converged,
    )


def _refuse(person: IntArray, rater: IntArray) -> None:
    n_persons, n_raters = int(person.max()) + 1, int(rater.max()) + 1
    if n_persons < FEWEST_PERSONS:
        raise UnfitDataError("too_few_persons", str(n_persons))
    if n_raters < 2:  # noqa: PLR2004 - they are compared
        raise UnfitDataError("too_few_raters", str(n_raters))


def _effects(person: IntArray, rater: IntArray, task: IntArray) -> tuple[dict[str, IntArray], bool]:
    """Return the levels of every effect but the last, and whether raters are nested in tasks."""
    n_raters, n_tasks = int(rater.max()) + 1, int(task.max()) + 1
    if n_tasks == 1:
        return {"p": person, "r": rater}, False
    rater_task = rater * n_tasks + task
    person_task = person * n_tasks + task
    if len(np.unique(rater_task)) == n_raters:
        return {"p": person, "t": task, "r:t": rater, "pt": person_task}, True
    person_rater = person * n_raters + rater
    return {
        "p": person,
        "t": task,
        "r": rater,
        "pt": person_task,
        "pr": person_rater,
        "tr": rater_task,
    }, False


def _rest_name(task: IntArray, *, is_nested: bool) -> str:
    """Return the effect that holds the error."""
    if not task.any():
        return "pr"
    return "pr:t" if is_nested else "ptr"


def _sizes(person: IntArray, rater: IntArray, task: IntArray) -> Mapping[str, int]:
    n_tasks = int(task.max()) + 1
    works = len(np.unique(person * n_tasks + task))
    sizes = {"r": max(round(len(rater) / works), 1)}
    if n_tasks > 1:
        sizes["t"] = max(round(works / (int(person.max()) + 1)), 1)
    return sizes


def _climbed(
    marks: FloatArray, effects: Mapping[str, IntArray]
) -> tuple[FloatArray, FloatArray, bool]:
    levels = [_indicators(each) for each in effects.values()]
    spread = float(marks.var(ddof=1))
    if spread <= 0:
        raise UnfitDataError("not_told_apart", "all marks are the same")
    values: FloatArray = np.full(len(levels) + 1, spread / (len(levels) + 1))
    for _ in range(ROUNDS):
        products, pulls = _products(marks, levels, np.maximum(values, 0.0), spread)
        if np.linalg.cond(products) > WORST:
            raise UnfitDataError("not_told_apart")
        after = np.asarray(np.linalg.solve(products, pulls), dtype=np.float64)
        moved = float(np.abs(after - values).max())
        values = after
        if moved < STILL * spread:
            break
    covariance = np.asarray(2 * np.linalg.inv(products), dtype=np.float64)
    return values, covariance, moved < STILL * spread


def _indicators(codes: IntArray) -> FloatArray:
    own = np.unique(codes, return_inverse=True)[1]
    return np.eye(int(own.max()) + 1)[own]


def _products(
    marks: FloatArray, levels: list[FloatArray], values: FloatArray, spread: float
) -> tuple[FloatArray, FloatArray]:
    """Return the matrix and the right-hand side of the equations for the components."""
    n = len(marks)
    whole = np.eye(n) * max(float(values[-1]), LEAST * spread)
    for value, own in zip(values, levels, strict=False):
        whole += value * (own @ own.T)
    inverse = np.linalg.inv(whole)
    sums = inverse.sum(axis=1)
    # Without the grand mean, which is estimated along.
    projector = inverse - np.outer(sums, sums) / sums.sum()
    pull = projector @ marks
    sides = [projector @ own for own in levels]
    k = len(levels)
    products = np.empty((k + 1, k + 1))
    for one in range(k):
        for other in range(one, k):
            products[one, other] = products[other, one] = (
                (levels[one].T @ sides[other]) ** 2
            ).sum()
        products[one, k] = products[k, one] = (sides[one] ** 2).sum()
    products[k, k] = (projector**2).sum()
    pulls = np.array([*(((own.T @ pull) ** 2).sum() for own in levels), (pull**2).sum()])
    return products, pulls
