"""Calibration: item parameters from responses, by marginal maximum likelihood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.figures import figures_of
from scoring.irt.calibration import (
    Calibration,
    Convergence,
    Refusal,
    UnfitDataError,
    known_items,
    reported,
)
from scoring.irt.checks import MODELS, refusals_of, warnings_of
from scoring.irt.errors import covariance_of
from scoring.irt.fineness import n_nodes_for
from scoring.irt.layout import KINDS, Layout, indicators_of, layout_of
from scoring.irt.objective import BetaPrior, Free
from scoring.irt.passes import Point
from scoring.irt.reporting import errors_of
from scoring.irt.search import Climb, Problem, climb
from scoring.irt.starts import start_of

FloatArray = NDArray[np.float64]
PERSONS_BY_ITEMS = 2
ENOUGH = 6000  # persons who show the way to the rest
GUESSING_PRIOR = BetaPrior(5, 17)

__all__ = [
    "Calibration",
    "Known",
    "Refusal",
    "Settings",
    "UnfitDataError",
    "calibrate",
    "known_items",
]


@dataclass(frozen=True)
class Known:
    """Parameters of an anchor: held while the others are estimated.

    Attributes
    ----------
    slope
    steps
        The difficulty of a binary item, or of each category above 0.
    guessing
    """

    slope: float
    steps: tuple[float, ...]
    guessing: float = 0.0


@dataclass(frozen=True)
class Settings:
    """How a fit is made.

    Attributes
    ----------
    tolerance
        It has converged when the log likelihood could rise by less.
    most_iterations
        Passes over the persons before it gives up.
    with_errors
        Whether standard errors are computed.
    guessing_prior
        Of the lower asymptotes of 3PL items; None for none.
    """

    tolerance: float = 1e-5
    most_iterations: int = 500
    with_errors: bool = True
    guessing_prior: BetaPrior | None = field(default_factory=lambda: GUESSING_PRIOR)


def calibrate(
    responses: ArrayLike,
    model: str | Sequence[str] = "2pl",
    *,
    groups: ArrayLike | None = None,
    anchors: Mapping[int, Known] | None = None,
    settings: Settings | None = None,
) -> Calibration:
    r"""Estimate item parameters from responses.

    Parameters
    ----------
    responses : array_like, shape (n_persons, n_items)
        Categories from 0; NaN where an item was not presented.
    model : {"rasch", "2pl", "3pl", "grm", "gpcm", "pcm"}, or one for each item
        Logistic metric, D = 1. The population is N(0, 1); for Rasch and PCM the slope is 1 and
        the variance free.
    groups : array_like, shape (n_persons,), optional
        Populations by label: the first in order is the reference, the means and SDs of the others
        are estimated; items are the same in all.
    anchors : mapping of an item's place to Known, optional
        Items held at known parameters; means and SDs of all populations are then estimated.
    settings : Settings, optional

    Returns
    -------
    Calibration

    Raises
    ------
    UnfitDataError
        If the data cannot be calibrated; its ``refusals`` name the reasons as codes.
    ValueError
        If the model is unknown or shapes do not fit.

    References
    ----------
    .. [1] Bock & Aitkin (1981), "Marginal maximum likelihood estimation of item parameters:
       application of an EM algorithm", Psychometrika 46, 443-459.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> ability = rng.normal(size=(500, 1))
    >>> data = (rng.logistic(size=(500, 4)) < ability - [-1, 0, 0, 1]).astype(float)
    >>> found = calibrate(data, "rasch")
    >>> found.converged, bool(np.abs(found.difficulties - [-1, 0, 0, 1]).max() < 0.3)
    (True, True)
    """
    data = _checked(responses, model)
    models = _models(data, model)
    refusals = refusals_of(data, models)
    if refusals:
        raise UnfitDataError(refusals)
    labels, places = _groups(groups, len(data))
    asked, known = settings or Settings(), dict(anchors or {})
    problem = _problem(data, models, [places == each for each in range(len(labels))], known, asked)
    start = _start(problem, data, known)
    return _assembled(problem, _climbed(problem, start, asked), labels, data, asked)


def _problem(
    data: FloatArray,
    models: tuple[str, ...],
    parts: Sequence[NDArray[np.bool_]],
    known: Mapping[int, Known],
    asked: Settings,
) -> Problem:
    layout = layout_of(models, np.nanmax(data, axis=0).astype(np.int64) + 1)
    indicators = [indicators_of(data[part], layout) for part in parts]
    return Problem(layout, indicators, _free(layout, len(parts), known), asked.guessing_prior)


def _start(problem: Problem, data: FloatArray, known: Mapping[int, Known]) -> Point:
    n_groups = len(problem.indicators)
    every = 1 if np.isnan(data).any() else max(1, len(data) // ENOUGH)
    parameters = start_of(problem.layout, data[::every])
    held = _held(problem.layout, parameters, known)
    return _finer(problem, Point(held, np.zeros(n_groups), np.zeros(n_groups)))


def _finer(problem: Problem, at: Point) -> Point:
    """Return a point with as many quadrature points as it needs, never fewer than before."""
    populations = zip(at.means.tolist(), np.exp(at.log_sds).tolist(), strict=True)
    needed = [n_nodes_for(problem.layout, at.parameters, mean, sd) for mean, sd in populations]
    return replace(at, n_nodes=max(at.n_nodes, *needed))


def _checked(responses: ArrayLike, model: str | Sequence[str]) -> FloatArray:
    data = figures_of(responses)
    if data.ndim != PERSONS_BY_ITEMS:
        msg = f"responses must be persons by items, not of shape {data.shape}"
        raise ValueError(msg)
    if not isinstance(model, str) and len(model) != data.shape[1]:
        msg = f"{len(model)} models for {data.shape[1]} items"
        raise ValueError(msg)
    return data


def _models(data: FloatArray, model: str | Sequence[str]) -> tuple[str, ...]:
    n_items = data.shape[1]
    models = (model.lower(),) * n_items if isinstance(model, str) else tuple(map(str.lower, model))
    unknown = set(models) - set(MODELS)
    if unknown:
        msg = f"a model is one of {', '.join(MODELS)}: {sorted(unknown)}"
        raise ValueError(msg)
    return models


def _groups(
    groups: ArrayLike | None, n_persons: int
) -> tuple[tuple[object, ...], NDArray[np.int64]]:
    if groups is None:
        return (None,), np.zeros(n_persons, np.int64)
    given = np.asarray(groups)
    if any(label is None or label != label for label in given.ravel().tolist()):  # noqa: PLR0124
        msg = "there must be a group for each person: one is missing"
        raise ValueError(msg)
    labels, places = np.unique(given, return_inverse=True)
    if places.shape != (n_persons,):
        msg = f"there must be a group for each person: {places.shape} for {n_persons}"
        raise ValueError(msg)
    return tuple(labels.tolist()), places.astype(np.int64)


def _free(layout: Layout, n_groups: int, known: Mapping[int, Known]) -> Free:
    """Say what is estimated: the scale is set by the first population, or by the anchors."""
    parameters = np.zeros((layout.n_items, layout.width), bool)
    for family in layout.families:
        parameters[family.items, : family.n_parameters] = True
    has_fixed_slopes = [item for item, model in enumerate(layout.models) if model in KINDS]
    parameters[has_fixed_slopes, 0] = False
    parameters[list(known)] = False
    means = np.full(n_groups, fill_value=True)
    sds = means.copy()
    if not known:
        means[0] = False
        sds[0] = bool(has_fixed_slopes)
    return Free(parameters, means, sds)


def _held(layout: Layout, start: FloatArray, known: Mapping[int, Known]) -> FloatArray:
    for item, own in known.items():
        if not 0 <= item < layout.n_items or len(own.steps) != layout.n_categories[item] - 1:
            msg = f"no anchor for item {item}: {own!r}"
            raise ValueError(msg)
        one = known_items([own.slope], [own.steps], [own.guessing], layout.models[item])
        start[item, : one.parameters.shape[1]] = one.parameters[0]
    return start


def _climbed(problem: Problem, start: Point, asked: Settings) -> Climb:
    """Let some of the persons show the way where there are many; then look whether it was fine."""
    n_persons = sum(map(len, problem.indicators))
    is_complete = problem.indicators[0].shape[1] == problem.layout.n_columns + 1
    if is_complete and n_persons > 2 * ENOUGH:
        every = n_persons // ENOUGH
        some = [each[::every] for each in problem.indicators]
        part = Problem(problem.layout, some, problem.free, problem.prior)
        start = climb(part, start, 0.1, asked.most_iterations).standing.point
    end = climb(problem, start, asked.tolerance, asked.most_iterations)
    finer = _finer(problem, end.standing.point)
    if finer.n_nodes == end.standing.point.n_nodes:
        return end
    return climb(problem, finer, asked.tolerance, asked.most_iterations)


def _assembled(
    problem: Problem, end: Climb, labels: tuple[object, ...], data: FloatArray, asked: Settings
) -> Calibration:
    at, layout = end.standing.point, problem.layout
    covariance = None
    if asked.with_errors:
        covariance = covariance_of(problem, at, end.standing.found)
    found = reported(layout, at.parameters)
    has_errors = covariance is not None or not asked.with_errors
    warnings = warnings_of(found["slopes"], ~np.isnan(data), has_errors=has_errors)
    is_bounded = all(each.code != "slope_unbounded" for each in warnings)
    return Calibration(
        models=layout.models,
        n_categories=layout.n_categories,
        **found,
        means=at.means,
        sds=np.exp(at.log_sds),
        groups=labels,
        errors=errors_of(problem, at, covariance),
        log_likelihood=end.standing.found.log_likelihood,
        n_persons=int((~np.isnan(data)).any(axis=1).sum()),
        n_parameters=problem.free.n,
        converged=end.has_converged and is_bounded,
        convergence=Convergence(
            "mml", len(end.log_likelihoods), end.expected_gain, end.log_likelihoods
        ),
        warnings=tuple(warnings),
        covariance=covariance,
    )
