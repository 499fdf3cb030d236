"""Abilities of persons from their responses to calibrated items."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.figures import figures_of
from scoring.irt.calibration import Calibration
from scoring.irt.fineness import n_nodes_for
from scoring.irt.functions import family_slants, gathered
from scoring.irt.layout import indicators_of, nodes
from scoring.irt.passes import Point, family_curves, posteriors, weights_of

FloatArray = NDArray[np.float64]
METHODS = ("eap", "map", "ml", "wle")
KINDS = ("usual", "observed", "expected")
GRID = np.linspace(-20, 20, 161)  # beyond it, a maximum counts as infinite
BLOCK = 1024
FREE = (-np.inf, np.inf)
ROUNDS, CLOSE, NEAR = 90, 1e-9, 1e-5
PERSONS_BY_ITEMS = 2


@dataclass(frozen=True)
class Abilities:
    """Abilities with their standard errors.

    Attributes
    ----------
    values
        Shape (n_persons,); ``ml`` is ±inf where every response is the lowest or the highest, and
        where a 3PL likelihood has no maximum. NaN without any response, but for ``eap`` and
        ``map``, which then give the population's mean.
    standard_errors
        Posterior SD (``eap``), or 1/√information at the estimate: for ``map`` with that of the
        population, for ``wle`` with that of the weight. NaN where the value is not finite.
    """

    values: FloatArray
    standard_errors: FloatArray


def estimate_abilities(
    calibration: Calibration,
    responses: ArrayLike,
    method: str = "eap",
    *,
    groups: ArrayLike | None = None,
    bounds: tuple[float, float] | None = None,
    information: str = "usual",
) -> Abilities:
    """Estimate abilities.

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_persons, n_items)
        Categories from 0; NaN is missing.
    method : {"eap", "map", "ml", "wle"}
        Posterior mean, posterior mode, maximum likelihood, Warm's weighted likelihood.
    groups : array_like, shape (n_persons,), optional
        The population of each person, as the calibration names it; the first when not given.
    bounds : pair of float, optional
        The maximum is looked for between them only; at a bound the standard error is that of the
        expected information. Posterior means are cut to them and keep their SD.
    information : {"usual", "observed", "expected"}
        Of which kind standard errors are, except for ``eap``. Usual is the observed one, but the
        expected one where there are 3PL items, whose observed one may be negative.

    Returns
    -------
    Abilities

    Raises
    ------
    ValueError
        If the method is unknown, a response is no category of its item, or a group is unknown.

    References
    ----------
    .. [1] Bock & Mislevy (1982), Applied Psychological Measurement 6, 431-444.
    .. [2] Warm (1989), "Weighted likelihood estimation of ability in item response theory",
       Psychometrika 54, 427-450.

    Examples
    --------
    >>> from scoring.irt.calibration import known_items
    >>> items = known_items([1.0, 1.0], [0.0, 0.0], model="2pl")
    >>> abs(estimate_abilities(items, [[1, 0], [1, 1]], "ml").values).round(6)
    array([ 0., inf])
    """
    _check_choices(calibration, method, information)
    data = _checked(calibration, responses)
    places = _places(calibration, groups, len(data))
    values, errors = np.full(len(data), np.nan), np.full(len(data), np.nan)
    for start in range(0, len(data), BLOCK):
        for group in np.unique(places[start : start + BLOCK]):
            some = start + np.flatnonzero(places[start : start + BLOCK] == group)
            block = _Block(calibration, data[some], method, int(group), bounds or FREE)
            values[some], errors[some] = block.estimates(information)
    return Abilities(values, errors)


def _check_choices(calibration: Calibration, method: str, information: str) -> None:
    if information not in KINDS:
        msg = f"information is one of {', '.join(KINDS)}: {information!r}"
        raise ValueError(msg)
    if method not in METHODS:
        msg = f"a method is one of {', '.join(METHODS)}: {method!r}"
        raise ValueError(msg)
    if method in ("eap", "map") and np.isnan(calibration.sds).any():
        msg = f"no population is known, as {method} needs: {calibration.sds!r}"
        raise ValueError(msg)


def _checked(calibration: Calibration, responses: ArrayLike) -> FloatArray:
    data = figures_of(responses)
    if data.ndim != PERSONS_BY_ITEMS or data.shape[1] != calibration.n_items:
        msg = f"responses must be persons by {calibration.n_items} items: {data.shape}"
        raise ValueError(msg)
    known = np.nan_to_num(data)
    wrong = (known != np.floor(known)) | (known < 0) | (known >= calibration.n_categories)
    if wrong.any():
        person, item = np.argwhere(wrong)[0]
        msg = f"{data[person, item]} is no category of item {item} (person {person})"
        raise ValueError(msg)
    return data


def _places(calibration: Calibration, groups: ArrayLike | None, n: int) -> NDArray[np.int64]:
    if groups is None:
        return np.zeros(n, np.int64)
    labels = list(calibration.groups)
    return np.array([labels.index(each) for each in np.asarray(groups).tolist()], np.int64)


def _means(calibration: Calibration, data: FloatArray, group: int) -> tuple[FloatArray, FloatArray]:
    layout = calibration.layout
    mean, sd, parameters = calibration.means[group], calibration.sds[group], calibration.parameters
    is_given = np.asarray(~np.isnan(data).all(axis=0))
    n_nodes = n_nodes_for(layout, parameters, mean, sd, is_given)
    at = Point(parameters, calibration.means, np.log(calibration.sds), n_nodes)
    indicators = indicators_of(data, layout)
    table = weights_of(layout, family_curves(layout, at, group), indicators.shape[1])
    posterior, _ = posteriors(indicators, table)
    points, _ = nodes(n_nodes)
    means = posterior @ points
    squares = (posterior * (points - means[:, None]) ** 2).sum(axis=1)
    return mean + sd * means, sd * np.sqrt(squares)


class _Block:
    """Persons of one population: where their score function crosses zero."""

    def __init__(
        self,
        calibration: Calibration,
        data: FloatArray,
        method: str,
        group: int,
        bounds: tuple[float, float],
    ) -> None:
        """Keep the block."""
        self.bounds, ends = bounds, np.clip(bounds, GRID[0], GRID[-1])
        self.grid = np.unique(np.concatenate([ends, GRID[(ends[0] < GRID) & (ends[1] > GRID)]]))
        self.calibration, self.data, self.method = calibration, data, method
        self.is_given = ~np.isnan(data)
        self.chosen = np.nan_to_num(data).astype(np.int64)
        self.group, self.mean = group, float(calibration.means[group])
        self.precision = float(calibration.sds[group]) ** -2 if method == "map" else 0.0

    def estimates(self, information: str) -> tuple[FloatArray, FloatArray]:
        """Return estimates and standard errors."""
        if self.method == "eap":
            means, sds = _means(self.calibration, self.data, self.group)
            return np.clip(means, *self.bounds), sds
        values = self.found()
        return values, self.errors(values, information)

    def found(self) -> FloatArray:
        """Return estimates."""
        best, last = self._objective().argmax(axis=1), self.grid.size - 1
        low, high = self.grid[np.maximum(best - 1, 0)], self.grid[np.minimum(best + 1, last)]
        values = self._refined(low, high)
        for place, bound, sign in zip((0, last), self.bounds, (-1, 1), strict=True):
            is_end = best == place
            if np.isfinite(bound):  # it may still fall from the bound to the next point
                is_end &= sign * self._slope(np.full(len(best), bound))[0] >= 0
            values = np.where(is_end, bound, values)
        return np.where(self.is_given.any(axis=1) | (self.precision > 0), values, np.nan)

    def errors(self, values: FloatArray, kind: str) -> FloatArray:
        """Return standard errors at estimates, NaN where those are not finite."""
        is_finite = np.isfinite(values)
        at = np.where(is_finite, values, 0.0)
        _, information = self._slope(at)
        has_floor = "3pl" in self.calibration.models
        if kind == "observed" or (kind == "usual" and not has_floor):
            up, down = self._slope(at + NEAR)[0], self._slope(at - NEAR)[0]
            observed = (down - up) / (2 * NEAR)
            is_inside = (observed > 0) & ~np.isin(at, self.bounds)
            information = np.where(is_inside, observed, information)
        with np.errstate(divide="ignore"):
            return np.where(is_finite, 1 / np.sqrt(information), np.nan)

    def _objective(self) -> FloatArray:
        """Return what is maximized, over the grid; shape (n_persons, n_points)."""
        layout = self.calibration.layout
        grid = self.grid
        slopes, whole = np.zeros((2, len(self.data), grid.size))
        for family, own in zip(layout.families, family_slants(self.calibration, grid), strict=True):
            for spot, item in enumerate(family.items):
                given = self.is_given[:, item, None]
                whole += np.where(given, own.log_chances[spot][self.chosen[:, item]], 0.0)
        if self.method == "wle":
            sums = gathered(self.calibration, grid)
            given = self.is_given.astype(float)
            weight = (given @ sums.warm) / (2 * np.maximum(given @ sums.information, 1e-300))
            steps = np.diff(grid) * (weight[:, 1:] + weight[:, :-1]) / 2
            slopes[:, 1:] = np.cumsum(steps, axis=1)
        return np.asarray(whole + slopes - self.precision * (grid - self.mean) ** 2 / 2)

    def _refined(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Fisher scoring inside a bracket about the root, which is halved where that is slow."""
        at, before = (low + high) / 2, high - low
        for _ in range(ROUNDS):
            slope, information = self._slope(at)
            low, high = np.where(slope > 0, at, low), np.where(slope > 0, high, at)
            ahead = at + slope / np.maximum(information, 1e-300)
            is_fast = (ahead > low) & (ahead < high) & (np.abs(ahead - at) <= before / 2)
            after = np.where(is_fast, ahead, (low + high) / 2)
            before = np.abs(after - at)
            at = after
            if before.max(initial=0) < CLOSE:
                break
        return np.asarray(at)

    def _slope(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the score function and the information at each person's own ability."""
        slope, information, warm = (np.zeros(len(theta)) for _ in range(3))
        layout = self.calibration.layout
        for family, own in zip(
            layout.families, family_slants(self.calibration, theta), strict=True
        ):
            given = self.is_given[:, family.items].T
            chosen = self.chosen[:, family.items].T[:, None]
            slope += (np.take_along_axis(own.first, chosen, axis=1)[:, 0] * given).sum(axis=0)
            chances = np.exp(own.log_chances) * given[:, None]
            information += (chances * own.first**2).sum(axis=(0, 1))
            warm += (chances * own.first * (own.first**2 + own.second)).sum(axis=(0, 1))
        if self.method == "wle":
            slope = slope + warm / (2 * np.maximum(information, 1e-300))
        slope = slope - self.precision * (theta - self.mean)
        return slope, information + self.precision
