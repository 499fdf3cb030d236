"""How well persons and items follow their calibration: infit, outfit, person fit, S-X2."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from scoring.ability import Abilities, estimate_abilities
from scoring.figures import figures_of
from scoring.irt.calibration import Calibration
from scoring.irt.collapsing import collapsed
from scoring.irt.fineness import n_nodes_for
from scoring.irt.functions import category_chances
from scoring.irt.layout import nodes

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
WIDEST = np.sqrt(2)


@dataclass(frozen=True)
class MeanSquares:
    """Infit and outfit with their approximately normal forms (Wilson-Hilferty)."""

    infit: FloatArray
    outfit: FloatArray
    z_infit: FloatArray
    z_outfit: FloatArray


@dataclass(frozen=True)
class ScoreFit:
    """S-X2 of each item; NaN where no table can be made."""

    statistics: FloatArray
    degrees: FloatArray
    p_values: FloatArray
    rmsea: FloatArray


def item_mean_squares(
    calibration: Calibration, responses: ArrayLike, abilities: Abilities | None = None
) -> MeanSquares:
    """Return infit and outfit of the items.

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_persons, n_items)
    abilities : Abilities, optional
        Posterior means when not given. Persons whose ability is not finite are left out.

    References
    ----------
    .. [1] Wright & Masters (1982), *Rating scale analysis*, chapter 5. MESA Press.
    """
    return _mean_squares(calibration, responses, abilities, axis=0)


def person_mean_squares(
    calibration: Calibration, responses: ArrayLike, abilities: Abilities | None = None
) -> MeanSquares:
    """Return infit and outfit of the persons; NaN where the ability is not finite."""
    return _mean_squares(calibration, responses, abilities, axis=1)


def _mean_squares(
    calibration: Calibration, responses: ArrayLike, abilities: Abilities | None, axis: int
) -> MeanSquares:
    data = figures_of(responses)
    found = abilities or estimate_abilities(calibration, data)
    is_finite = np.isfinite(found.values)
    chances = category_chances(calibration, np.where(is_finite, found.values, 0.0))
    rank = np.arange(chances.shape[2])
    mean = np.nansum(chances * rank, axis=2)
    apart = rank - mean[:, :, None]
    given = ~np.isnan(data) & is_finite[:, None]
    spread = np.where(given, np.nansum(chances * apart**2, axis=2), np.nan)
    fourth = np.where(given, np.nansum(chances * apart**4, axis=2), np.nan)
    squares = (data - mean) ** 2
    n = given.sum(axis=axis)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.nansum(spread, axis=axis)
        outfit = np.nansum(squares / spread, axis=axis) / n
        infit = np.nansum(np.where(given, squares, 0.0), axis=axis) / total
        q_out = np.sqrt(np.nansum(fourth / spread**2, axis=axis) / n**2 - 1 / n)
        q_in = np.sqrt(np.nansum(fourth - spread**2, axis=axis)) / total
        return MeanSquares(infit, outfit, _normal(infit, q_in), _normal(outfit, q_out))


def _normal(square: FloatArray, q: FloatArray) -> FloatArray:
    q = np.minimum(q, WIDEST)
    return np.asarray((np.cbrt(square) - 1) * 3 / q + q / 3)


def person_fit(
    calibration: Calibration, responses: ArrayLike, abilities: Abilities | None = None
) -> FloatArray:
    """Return the standardized log likelihood l_z (Zh) of each person; low is unusual.

    References
    ----------
    .. [1] Drasgow, Levine & Williams (1985), "Appropriateness measurement with polychotomous item
       response models and standardized indices", BJMSP 38, 67-86.
    """
    data = figures_of(responses)
    found = abilities or estimate_abilities(calibration, data)
    is_finite = np.isfinite(found.values)
    chances = category_chances(calibration, np.where(is_finite, found.values, 0.0))
    logs = np.log(np.maximum(chances, 1e-300))
    given = ~np.isnan(data)
    chosen = np.nan_to_num(data).astype(np.int64)[:, :, None]
    own = np.take_along_axis(logs, chosen, axis=2)[:, :, 0]
    mean = np.nansum(chances * logs, axis=2)
    spread = np.nansum(chances * (logs - mean[:, :, None]) ** 2, axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = ((own - mean) * given).sum(axis=1) / np.sqrt((spread * given).sum(axis=1))
    return np.where(is_finite, z, np.nan)


def score_fit(calibration: Calibration, responses: ArrayLike) -> ScoreFit:
    """Return S-X2: observed against expected categories of an item in each total score.

    Only persons with complete data count. Cells with an expectation below 1 are joined with their
    neighbours.

    References
    ----------
    .. [1] Orlando & Thissen (2000), "Likelihood-based item-fit indices for dichotomous item
       response theory models", Applied Psychological Measurement 24, 50-64.
    .. [2] Kang & Chen (2008), Journal of Educational Measurement 45, 391-406.
    """
    data = figures_of(responses)
    data = data[~np.isnan(data).any(axis=1)].astype(np.int64)
    totals = data.sum(axis=1)
    highest = int((calibration.n_categories - 1).sum())
    n_by_total = np.bincount(totals, minlength=highest + 1)
    n_estimated = _n_estimated(calibration)
    found = []
    for item, shares in enumerate(_shares_by_total(calibration)):
        n_own = calibration.n_categories[item]
        table = np.bincount(totals * n_own + data[:, item], minlength=(highest + 1) * n_own)
        observed = table.reshape(-1, n_own)[1:-1].astype(float)
        found.append(_s_x2(observed, shares[1:-1] * n_by_total[1:-1, None], n_estimated[item]))
    statistics, degrees = np.array(found).T
    with np.errstate(invalid="ignore", divide="ignore"):
        p_values = np.where(degrees > 0, chdtrc(degrees, statistics), np.nan)
        over = np.maximum(statistics / degrees - 1, 0) / (len(data) - 1)
        rmsea = np.where(degrees > 0, np.sqrt(over), np.nan)
    return ScoreFit(statistics, degrees, p_values, rmsea)


def _n_estimated(calibration: Calibration) -> IntArray:
    """Return the parameters of each item; the common slope of Rasch items counts for each."""
    return np.asarray(
        calibration.n_categories + np.array([m == "3pl" for m in calibration.models]), np.int64
    )


def _s_x2(observed: FloatArray, expected: FloatArray, n_estimated: int) -> tuple[float, float]:
    rows = collapsed(observed, expected)
    if not rows:
        return np.nan, np.nan
    statistic = sum(float(((o - e) ** 2 / e).sum()) for o, e in rows)
    return statistic, float(sum(e.size - 1 for _, e in rows) - n_estimated)


def _shares_by_total(calibration: Calibration) -> list[FloatArray]:
    """Return for each item the chances of its categories in each total, (n_totals, n_own).

    By the recursion of Lord and Wingersky, once without each item.
    """
    mean, sd = calibration.means[0], calibration.sds[0]
    n_nodes = n_nodes_for(calibration.layout, calibration.parameters, mean, sd)
    points, log_weights = nodes(n_nodes)
    theta = mean + sd * points
    chances = category_chances(calibration, theta)
    curves = [chances[:, item, :n] for item, n in enumerate(calibration.n_categories)]
    weights = np.exp(log_weights)[:, None]
    whole = weights.T @ _totals(curves)
    found = []
    for item, own in enumerate(curves):
        rest = _totals(curves[:item] + curves[item + 1 :]) * weights
        shares = np.zeros((whole.size, own.shape[1]))
        for category in range(own.shape[1]):
            shares[category : category + rest.shape[1], category] = own[:, category] @ rest
        found.append(shares / whole.T)
    return found


def _totals(curves: list[FloatArray]) -> FloatArray:
    """Return the distribution of the total at each point, (n_points, n_totals)."""
    found = np.ones((len(curves[0]), 1))
    for own in curves:
        grown = np.zeros((len(found), found.shape[1] + own.shape[1] - 1))
        for category in range(own.shape[1]):
            grown[:, category : category + found.shape[1]] += found * own[:, category, None]
        found = grown
    return found
