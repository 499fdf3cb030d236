"""Examiners' severity: the many-facet Rasch model, by marginal maximum likelihood."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.facets_model import Ratings, Standing, evaluated, start_of
from scoring.figures import finite_figures
from scoring.irt.fineness import n_nodes_of
from scoring.irt.layout import N_NODES
from scoring.moments import BoolArray, FloatArray
from scoring.refusals import UnfitDataError

MOST_CATEGORIES: Final = 20
FEWEST_PERSONS: Final = 10
NOTHING: Final = 1e-8


@dataclass(frozen=True)
class Facets:
    """What ratings tell of raters, tasks and persons; logits, of a population of mean 0.

    Attributes
    ----------
    raters, severities, severity_errors
        Labels; a severe rater stands high. They sum to 0.
    infit, outfit
        Of each rater: near 1 as expected, above 1.3 or so erratic, below 0.7 too even.
    n_ratings
        Of each rater.
    subsets, is_connected
        Raters of different subsets share no persons, directly or by way of others: they compare
        only as far as their candidates are alike on average.
    tasks, difficulties, difficulty_errors
    steps
        Of the rating scale, for categories above the lowest; they sum to 0.
    persons, abilities, ability_errors
        Posterior means and SDs.
    sd
        Of the abilities.
    homogeneity, degrees
        Chi-square of equal severities.
    reliability
        Share of the severities' variance that is no error; 0 when they do not differ.
    log_likelihood, converged
    """

    raters: tuple[object, ...]
    severities: FloatArray
    severity_errors: FloatArray
    infit: FloatArray
    outfit: FloatArray
    n_ratings: NDArray[np.int64]
    subsets: NDArray[np.int64]
    is_connected: bool
    tasks: tuple[object, ...]
    difficulties: FloatArray
    difficulty_errors: FloatArray
    steps: FloatArray
    persons: tuple[object, ...]
    abilities: FloatArray
    ability_errors: FloatArray
    sd: float
    homogeneity: float
    degrees: int
    reliability: float
    log_likelihood: float
    converged: bool


def fit_facets(
    persons: ArrayLike, raters: ArrayLike, ratings: ArrayLike, tasks: ArrayLike | None = None
) -> Facets:
    """Estimate raters' severity from ratings, one a row.

    Parameters
    ----------
    persons, raters : array_like, shape (n_ratings,)
        Labels.
    ratings : array_like, shape (n_ratings,)
        Whole categories from 0 on one scale; a missing rating is no row.
    tasks : array_like, shape (n_ratings,), optional
        Labels of what was rated; one task when not given.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``too_few_raters``, ``missing_ratings``, ``not_categories``,
        ``empty_category``, ``extreme_rater`` (or task: only lowest or only highest ratings).
    ValueError
        If the arrays differ in length, or a rating is infinite.

    References
    ----------
    .. [1] Linacre (1989), *Many-facet Rasch measurement*. MESA Press.
    .. [2] Bock & Aitkin (1981), Psychometrika 46, 443-459 (the likelihood: with few ratings a
       person joint maximum likelihood overstates differences of severity).

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> who, rater = np.repeat(np.arange(200), 2), np.tile(["a", "b"], 200)
    >>> at = np.repeat(rng.normal(size=200), 2) - np.where(rater == "b", 0.8, 0)
    >>> found = fit_facets(who, rater, rng.random(400) < 1 / (1 + np.exp(-at)))
    >>> found.is_connected, bool(found.severities[1] > found.severities[0])
    (True, True)
    """
    data, labels = _data(persons, raters, ratings, tasks)
    _refuse(data)
    end, converged = _climbed(data)
    return _reported(data, labels, end, converged=converged)


def _data(
    persons: ArrayLike, raters: ArrayLike, ratings: ArrayLike, tasks: ArrayLike | None
) -> tuple[Ratings, list[tuple[object, ...]]]:
    given = finite_figures(ratings)
    columns = [np.asarray(persons), np.asarray(raters)]
    columns.append(np.zeros(given.shape, np.int64) if tasks is None else np.asarray(tasks))
    if given.ndim != 1 or any(each.shape != given.shape for each in columns):
        raise ValueError(f"one row a rating: {[each.shape for each in columns]}, {given.shape}")
    if np.isnan(given).any():
        raise UnfitDataError("missing_ratings")
    if (given != np.floor(given)).any() or given.size == 0 or given.min() < 0:
        raise UnfitDataError("not_categories")
    found = [np.unique(each, return_inverse=True) for each in columns]
    (_, person), (_, rater), (_, task) = found
    data = Ratings(person, rater, task, given.astype(np.int64))
    return data, [tuple(values.tolist()) for values, _ in found]


def _refuse(data: Ratings) -> None:
    if data.n_persons < FEWEST_PERSONS:
        raise UnfitDataError("too_few_persons", str(data.n_persons))
    if data.n_raters < 2:  # noqa: PLR2004 - severity compares
        raise UnfitDataError("too_few_raters", str(data.n_raters))
    highest = int(data.category.max())
    if highest >= MOST_CATEGORIES:
        raise UnfitDataError("not_categories", f"{highest + 1} of them")
    if not highest or (np.bincount(data.category) == 0).any():
        raise UnfitDataError("empty_category")
    for places in (data.rater, data.task):
        sums = np.bincount(places, weights=data.category)
        if ((sums == 0) | (sums == highest * np.bincount(places))).any():
            raise UnfitDataError("extreme_rater")


def _climbed(data: Ratings) -> tuple[Standing, bool]:
    """Climb, and once more with more quadrature points where many ratings fix an ability."""
    end, at, converged = _climbed_from(data, start_of(data), N_NODES)
    n_nodes = n_nodes_of(end.sharpness(data))
    if n_nodes > N_NODES:
        end, _, converged = _climbed_from(data, at, n_nodes)
    return end, converged


def _climbed_from(
    data: Ratings, start: FloatArray, n_nodes: int
) -> tuple[Standing, FloatArray, bool]:
    from scipy.optimize import minimize  # noqa: PLC0415 - pages import no scipy

    def aim(at: FloatArray) -> tuple[float, FloatArray]:
        found = evaluated(data, at, n_nodes)
        return -found.log_likelihood, -found.scores.sum(axis=0)

    found = minimize(
        aim, start, jac=True, method="BFGS", options={"gtol": 1e-4 * data.n_persons**0.5}
    )
    end = evaluated(data, np.asarray(found.x), n_nodes)
    slope = end.scores.sum(axis=0)
    gain = float(slope @ np.linalg.pinv(end.scores.T @ end.scores, hermitian=True) @ slope) / 2
    return end, np.asarray(found.x), gain < 1e-3  # noqa: PLR2004 - of the log likelihood


def _reported(
    data: Ratings, labels: list[tuple[object, ...]], end: Standing, *, converged: bool
) -> Facets:
    covariance = np.linalg.pinv(end.scores.T @ end.scores, hermitian=True)
    raters, tasks = data.basis(data.n_raters), slice(data.n_raters - 1, None)
    own = raters @ covariance[: data.n_raters - 1, : data.n_raters - 1] @ raters.T
    errors = np.sqrt(np.diag(own))
    infit, outfit = end.fit_of_raters(data)
    subsets = subsets_of_raters(data)
    spread = float(end.severities.var(ddof=1))
    weights = np.linalg.pinv(own, hermitian=True)
    return Facets(
        raters=labels[1],
        severities=end.severities,
        severity_errors=errors,
        infit=infit,
        outfit=outfit,
        n_ratings=np.bincount(data.rater),
        subsets=subsets,
        is_connected=bool((subsets == 0).all()),
        tasks=labels[2],
        difficulties=end.difficulties,
        difficulty_errors=np.sqrt(np.diag(covariance)[tasks][: data.n_tasks]),
        steps=end.steps,
        persons=labels[0],
        abilities=end.abilities,
        ability_errors=end.ability_errors,
        sd=end.sd,
        homogeneity=float(end.severities @ weights @ end.severities),
        degrees=data.n_raters - 1,
        reliability=max(1 - float((errors**2).mean()) / spread, 0.0) if spread > 0 else 0.0,
        log_likelihood=end.log_likelihood,
        converged=converged,
    )


def subsets_of_raters(data: Ratings) -> NDArray[np.int64]:
    """Number the subsets of raters whose severities the ratings themselves compare.

    Two raters compare when their difference follows from ratings of the same persons, whatever
    the persons' abilities and the tasks' difficulties: a question of rank, persons eliminated.
    """
    facets = np.zeros((len(data.category), data.n_raters + data.n_tasks))
    own = np.arange(len(facets))
    facets[own, data.rater] = 1
    facets[own, data.n_raters + data.task] = 1
    sums = np.zeros((data.n_persons, facets.shape[1]))
    np.add.at(sums, data.person, facets)
    within = facets.T @ facets - sums.T @ (sums / np.bincount(data.person)[:, None])
    values, vectors = np.linalg.eigh(within)
    unknown = vectors[:, values < NOTHING * max(float(values.max()), 1.0)][: data.n_raters]
    alike: BoolArray = (
        np.abs(unknown[:, None] - unknown[None]).max(axis=2, initial=0) < NOTHING**0.5
    )
    return np.unique(alike.argmax(axis=1), return_inverse=True)[1].astype(np.int64)
