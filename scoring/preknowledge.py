"""Signs that somebody knew items beforehand: better and faster on them than on the others.

Evidence to look closer, never proof. Which items may have been known is said beforehand.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.ability import estimate_abilities
from scoring.figures import figures_of
from scoring.irt.calibration import Calibration
from scoring.irt.functions import category_chances
from scoring.moments import BoolArray, FloatArray
from scoring.refusals import UnfitDataError

ROUNDS: Final = 200
STILL: Final = 1e-10
BOUNDS: Final = (-6.0, 6.0)
LEAST_SD: Final = 0.05  # of a logarithm of seconds: no item is more exact
FEWEST_PERSONS: Final = 10


@dataclass(frozen=True)
class TimeModel:
    """Logarithms of answering times: normal about intensity less speed (van der Linden 2006).

    Attributes
    ----------
    intensities, discriminations
        Of each item: mean log time at speed 0, and 1/SD of what is left.
    speeds
        Of each person; they sum to 0, and high is fast.
    """

    intensities: FloatArray
    discriminations: FloatArray
    speeds: FloatArray


def fit_times(seconds: ArrayLike) -> TimeModel:
    """Fit the log-normal model of answering times.

    Parameters
    ----------
    seconds : array_like, shape (n_persons, n_items)
        Above 0; NaN where none is known.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``too_few_items``, ``time_not_positive``; ``times_missing`` for an
        item or a person without any.

    References
    ----------
    .. [1] van der Linden (2006), "A lognormal model for response times on test items", Journal of
       Educational and Behavioral Statistics 31, 181-204.
    """
    logs = _logs(seconds)
    has = ~np.isnan(logs)
    if not (has.any(axis=0).all() and has.any(axis=1).all()):
        raise UnfitDataError("times_missing")
    filled = np.where(has, logs, 0.0)
    speeds, precisions = np.zeros(len(logs)), np.ones(logs.shape[1])
    for _ in range(ROUNDS):
        intensities = (filled + speeds[:, None] * has).sum(axis=0) / has.sum(axis=0)
        weights = has * precisions
        after = (weights * (intensities - filled)).sum(axis=1) / weights.sum(axis=1)
        after -= after.mean()
        moved = float(np.abs(after - speeds).max())
        speeds = after
        apart = np.where(has, filled - intensities + speeds[:, None], 0.0)
        # A person's own speed takes its share of each item's spread.
        leverage = weights / weights.sum(axis=1, keepdims=True)
        free = np.maximum((has * (1 - leverage)).sum(axis=0) - 1, 1)
        precisions = 1 / np.maximum((apart**2).sum(axis=0) / free, LEAST_SD**2)
        if moved < STILL:
            break
    return TimeModel(intensities, np.sqrt(precisions), speeds)


def _logs(seconds: ArrayLike) -> FloatArray:
    times = figures_of(seconds)
    if times.ndim != 2:  # noqa: PLR2004 - persons and items
        raise ValueError(f"times must be persons by items, not of shape {times.shape}")
    if len(times) < FEWEST_PERSONS:
        raise UnfitDataError("too_few_persons", str(len(times)))
    if times.shape[1] < 2:  # noqa: PLR2004 - speed and item cannot be told apart
        raise UnfitDataError("too_few_items", str(times.shape[1]))
    if (times <= 0).any() or np.isinf(times).any():
        raise UnfitDataError("time_not_positive")
    return np.asarray(np.log(times))


@dataclass(frozen=True)
class Preknowledge:
    """Signs for each person, shape (n_persons,); NaN where one side has no answers.

    Attributes
    ----------
    scores
        Signed root of the likelihood ratio of two abilities: high is better on exposed items.
    speeds
        Difference of speeds in standard errors: high is faster on exposed items; NaN without
        times.
    p_values
        Of both together, only what points to knowledge counting.
    """

    scores: FloatArray
    speeds: FloatArray
    p_values: FloatArray


def signs_of_preknowledge(
    calibration: Calibration,
    responses: ArrayLike,
    is_exposed: ArrayLike,
    seconds: ArrayLike | None = None,
) -> Preknowledge:
    """Compare each person's exposed items with the others.

    Parameters
    ----------
    calibration : Calibration
        Best of candidates who cannot have known the items.
    responses : array_like, shape (n_persons, n_items)
    is_exposed : array_like of bool, shape (n_items,)
        Named before the answers were looked at; some, but not all.
    seconds : array_like, shape (n_persons, n_items), optional
        Answering times, as ``fit_times`` takes them.

    Raises
    ------
    UnfitDataError
        ``no_exposed_items`` (or no others), and what ``fit_times`` raises.
    ValueError
        If shapes do not fit.

    References
    ----------
    .. [1] Sinharay (2017), "Detection of item preknowledge using likelihood ratio test and score
       test", Journal of Educational and Behavioral Statistics 42, 46-68.
    .. [2] Sinharay & Johnson (2020), "The use of item scores and response times to detect
       examinees who may have benefited from item preknowledge", BJMSP 73, 397-419.
    """
    from scipy.special import chdtrc, ndtr  # noqa: PLC0415 - pages import no scipy

    data, exposed = figures_of(responses), np.asarray(is_exposed)
    if exposed.dtype != bool or data.shape[1:] != exposed.shape:
        raise ValueError(f"responses {data.shape}, exposed items {exposed.shape} true or false")
    if exposed.all() or not exposed.any():
        raise UnfitDataError("no_exposed_items")
    scores = _score_signs(calibration, data, exposed)
    speeds = np.full(len(data), np.nan) if seconds is None else _speed_signs(seconds, exposed)
    if seconds is None:
        return Preknowledge(scores, speeds, np.asarray(ndtr(-scores)))
    both = np.maximum(scores, 0) ** 2 + np.maximum(speeds, 0) ** 2
    # Of two independent normal figures, a quarter is below 0 both, half one of them.
    tails = np.where(both > 0, chdtrc(1, both) / 2 + chdtrc(2, both) / 4, 1.0)
    return Preknowledge(scores, speeds, np.where(np.isnan(both), np.nan, tails))


def _score_signs(calibration: Calibration, data: FloatArray, exposed: BoolArray) -> FloatArray:
    parts = [data, np.where(exposed, data, np.nan), np.where(exposed, np.nan, data)]
    theta = [estimate_abilities(calibration, part, "ml", bounds=BOUNDS).values for part in parts]
    likelihoods = [
        _likelihood(calibration, part, at) for part, at in zip(parts, theta, strict=True)
    ]
    ratio = 2 * (likelihoods[1] + likelihoods[2] - likelihoods[0])
    return np.asarray(np.sign(theta[1] - theta[2]) * np.sqrt(np.maximum(ratio, 0)))


def _likelihood(calibration: Calibration, data: FloatArray, theta: FloatArray) -> FloatArray:
    chances = category_chances(calibration, np.nan_to_num(theta))
    chosen = np.nan_to_num(data).astype(np.int64)[:, :, None]
    logs = np.log(np.maximum(np.take_along_axis(chances, chosen, axis=2)[:, :, 0], 1e-300))
    whole = np.where(np.isnan(data), 0.0, logs).sum(axis=1)
    return np.where(np.isnan(theta), np.nan, whole)


def _speed_signs(seconds: ArrayLike, exposed: BoolArray) -> FloatArray:
    model, logs = fit_times(seconds), _logs(seconds)
    if logs.shape[1:] != exposed.shape:
        raise ValueError(f"times {logs.shape}, exposed items {exposed.shape}")
    apart = model.intensities - logs
    weights = np.where(np.isnan(logs), 0.0, model.discriminations**2)
    with np.errstate(invalid="ignore", divide="ignore"):
        speeds, variances = [], []
        for side in (exposed, ~exposed):
            whole = weights[:, side].sum(axis=1)
            speeds.append(np.nansum(weights[:, side] * apart[:, side], axis=1) / whole)
            variances.append(1 / whole)
        found = (speeds[0] - speeds[1]) / np.sqrt(variances[0] + variances[1])
    return np.where(np.isfinite(found), found, np.nan)
