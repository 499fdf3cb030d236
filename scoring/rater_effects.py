"""Examiners' severity in marks: differences on the same work, by least squares.

Who was rated is eliminated, so examiners compare although each rated other candidates, as far as
ratings of the same candidates link them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.facets import subsets_of_raters
from scoring.facets_model import Ratings
from scoring.figures import finite_figures
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

FEWEST_PERSONS: Final = 10
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class RaterEffects:
    """How much each rater takes off beside the others; in the unit of the marks.

    Attributes
    ----------
    raters
        Labels, sorted.
    severities, errors
        The others' mean less the own, on the same work; a severe rater stands high. NaN for one
        whom no common candidate links to anybody. Standard errors allow for candidates' own
        interplay with tasks.
    corrections
        What a mark gains when its rater is taken to mark as the mean of the subset.
    n_ratings, n_shared
        Of each rater; and of these, how many stand beside a mark of another for the same work.
    subsets
        Raters of different subsets share no candidates, directly or by way of others.
    degrees
        Of freedom: candidates with marks of several raters, less 1.
    """

    raters: tuple[object, ...]
    severities: FloatArray
    errors: FloatArray
    corrections: FloatArray
    n_ratings: IntArray
    n_shared: IntArray
    subsets: IntArray
    degrees: int


def rater_effects(
    persons: ArrayLike, raters: ArrayLike, marks: ArrayLike, tasks: ArrayLike
) -> RaterEffects:
    """Compare raters by their marks of the same work, one mark a row.

    Work is a person's answer to one task where that links all whom persons link; else the person.

    Parameters
    ----------
    persons, raters, tasks : array_like, shape (n_marks,)
        Labels.
    marks : array_like, shape (n_marks,)
        On one scale for all tasks.

    Raises
    ------
    UnfitDataError
        ``too_few_raters``, ``missing_ratings``; ``too_few_persons`` with marks of several raters.
    ValueError
        If the arrays differ in length, or a mark is infinite.

    References
    ----------
    .. [1] Braun (1988), "Understanding scoring reliability: experiments in calibrating essay
       readers", Journal of Educational Statistics 13, 1-18.
    .. [2] Liang & Zeger (1986), Biometrika 73, 13-22 (errors that hold when marks of one
       candidate depend on each other).

    Examples
    --------
    >>> who, rater = np.repeat(np.arange(12), 2), np.tile(["a", "b"], 12)
    >>> found = rater_effects(who, rater, np.where(rater == "a", 70.0, 74.0), np.zeros(24))
    >>> found.severities.round(1).tolist(), found.subsets.tolist()
    ([4.0, -4.0], [0, 0])
    """
    given, labels, person, rater, task = _coded(persons, raters, marks, tasks)
    if len(labels) < 2:  # noqa: PLR2004 - severity compares
        raise UnfitDataError("too_few_raters", str(len(labels)))
    work, subsets, is_by_task = _work(person, rater, task)
    is_shared = _is_compared(work, rater)
    n_shared_persons = len(np.unique(person[is_shared]))
    if n_shared_persons < FEWEST_PERSONS:
        raise UnfitDataError("too_few_persons", str(n_shared_persons))
    design = _design(rater, task, has_tasks=not is_by_task)
    levels, covariance = _solved(design, given, work, person)
    severities, errors, corrections = _compared(levels, covariance, subsets)
    return RaterEffects(
        raters=tuple(labels.tolist()),
        severities=severities,
        errors=errors,
        corrections=corrections,
        n_ratings=np.bincount(rater),
        n_shared=np.bincount(rater, weights=is_shared).astype(np.int64),
        subsets=subsets,
        degrees=n_shared_persons - 1,
    )


def _coded(
    persons: ArrayLike, raters: ArrayLike, marks: ArrayLike, tasks: ArrayLike
) -> tuple[FloatArray, NDArray[Any], IntArray, IntArray, IntArray]:
    given = finite_figures(marks)
    columns = [np.asarray(each) for each in (persons, raters, tasks)]
    if given.ndim != 1 or any(each.shape != given.shape for each in columns):
        raise ValueError(f"one row a mark: {[each.shape for each in columns]}, {given.shape}")
    if np.isnan(given).any():
        raise UnfitDataError("missing_ratings")
    found = [np.unique(each, return_inverse=True) for each in columns]
    (_, person), (labels, rater), (_, task) = found
    return given, labels, person, rater, task


def _work(person: IntArray, rater: IntArray, task: IntArray) -> tuple[IntArray, IntArray, bool]:
    """Return what is compared, the subsets of raters, and whether tasks fall out by that."""
    zeros = np.zeros_like(task)
    cell = np.unique(person * (int(task.max()) + 1) + task, return_inverse=True)[1]
    by_cell = subsets_of_raters(Ratings(cell.astype(np.int64), rater, zeros, zeros))
    by_person = subsets_of_raters(Ratings(person, rater, task, zeros))
    if by_cell.max() <= by_person.max():
        return cell.astype(np.int64), by_cell, True
    return person, by_person, False


def _is_compared(work: IntArray, rater: IntArray) -> NDArray[np.bool_]:
    """Say which marks are of work that several raters marked."""
    lowest = np.full(int(work.max()) + 1, np.iinfo(np.int64).max)
    highest = np.full_like(lowest, -1)
    np.minimum.at(lowest, work, rater)
    np.maximum.at(highest, work, rater)
    return np.asarray(lowest[work] < highest[work])


def _design(rater: IntArray, task: IntArray, *, has_tasks: bool) -> FloatArray:
    own = np.eye(int(rater.max()) + 1)[rater]
    return np.concatenate([own, np.eye(int(task.max()) + 1)[task]], axis=1) if has_tasks else own


def _solved(
    design: FloatArray, marks: FloatArray, work: IntArray, person: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return raters' levels and their covariance; only differences within a subset mean much."""
    x, y = _within(design, work), _within(marks[:, None], work)[:, 0]
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    levels = inverse @ (x.T @ y)
    slopes = np.zeros((int(person.max()) + 1, x.shape[1]))
    np.add.at(slopes, person, x * (y - x @ levels)[:, None])
    n = int((np.abs(slopes) > 0).any(axis=1).sum())
    covariance = inverse @ (slopes.T @ slopes) @ inverse * (n / max(n - 1, 1))
    return levels, covariance


def _within(columns: FloatArray, work: IntArray) -> FloatArray:
    sums = np.zeros((int(work.max()) + 1, columns.shape[1]))
    np.add.at(sums, work, columns)
    return np.asarray(columns - (sums / np.bincount(work)[:, None])[work])


def _compared(
    levels: FloatArray, covariance: FloatArray, subsets: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    n = len(subsets)
    severities, errors = np.full((2, n), np.nan)
    corrections = np.zeros(n)
    for rater in range(n):
        others = (subsets == subsets[rater]) & (np.arange(n) != rater)
        if not others.any():
            continue
        contrast = np.zeros(len(levels))
        contrast[:n] = others / others.sum()
        contrast[rater] = -1.0
        severities[rater] = contrast @ levels
        errors[rater] = np.sqrt(max(float(contrast @ covariance @ contrast), 0.0))
        corrections[rater] = severities[rater] * others.sum() / (others.sum() + 1)
    return severities, errors, corrections


def rating_categories(shares: ArrayLike, most: int = 10, fewest: int = 10) -> IntArray:
    """Put marks into whole categories of one scale, none empty and none rare, for ``fit_facets``.

    Classes of equal width from the lowest mark to the highest; a class with too few marks goes
    together with its smaller neighbour.

    Parameters
    ----------
    shares : array_like, shape (n_marks,)
        Marks as shares of their maximum.
    most, fewest : int
        Classes at most; marks in each at least.

    Raises
    ------
    UnfitDataError
        ``missing_ratings``.
    ValueError
        If there is no class, or a mark is infinite.

    Examples
    --------
    >>> rating_categories([0, 0, 0.5, 1, 1], most=3, fewest=2).tolist()
    [0, 0, 0, 1, 1]
    """
    values = finite_figures(shares)
    if not values.size or np.isnan(values).any():
        raise UnfitDataError("missing_ratings")
    if most < 1:
        raise ValueError(f"at least one class: {most!r}")
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.zeros(len(values), dtype=np.int64)
    raw = np.minimum(((values - low) / (high - low) * most).astype(np.int64), most - 1)
    group = np.arange(most)
    counts = np.bincount(raw, minlength=most)
    while len(sizes := _sizes(counts, group)) > 1 and min(sizes) < fewest:
        rare = sizes.index(min(sizes))
        beside = [each for each in (rare - 1, rare + 1) if 0 <= each < len(sizes)]
        into = min(beside, key=sizes.__getitem__)
        group = np.where(group > min(rare, into), group - 1, group)
    return np.asarray(group[raw], dtype=np.int64)


def _sizes(counts: IntArray, group: IntArray) -> Sequence[int]:
    return [int(each) for each in np.bincount(group, weights=counts)]
