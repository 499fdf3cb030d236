"""What a composite's parts really weigh, how reliable it is, how sure the decision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

SQUARE = 2


@dataclass(frozen=True)
class CompositeReliability:
    """Of a weighted sum of parts.

    Attributes
    ----------
    mean, sd
        Of the composite.
    reliability
        Mosier's; with weights of 1 and alphas as reliabilities it is stratified alpha.
    standard_error
        ``sd × sqrt(1 − reliability)``.
    nominal_weights, effective_weights
        As declared, adding up to 1; and each part's share of the composite's variance.
    """

    mean: float
    sd: float
    reliability: float
    standard_error: float
    nominal_weights: FloatArray
    effective_weights: FloatArray


def composite_reliability(
    parts: ArrayLike, weights: ArrayLike, reliabilities: ArrayLike
) -> CompositeReliability:
    """Find the reliability of a composite and the weights its parts really have.

    Parameters
    ----------
    parts : array, shape (n_persons, n_parts)
        Complete marks.
    weights, reliabilities : array, shape (n_parts,)
        Nominal weights; reliability of each part.

    Raises
    ------
    UnfitDataError
        ``missing_scores``, ``too_few_persons``, ``no_variation``.
    ValueError
        If shapes do not fit.

    References
    ----------
    .. [1] Mosier (1943), "On the reliability of a weighted composite", Psychometrika 8, 161-168.
    .. [2] Cronbach, Schönemann & McKie (1965), "Alpha coefficients for stratified-parallel
       tests", Educational and Psychological Measurement 25, 291-312.
    """
    data, weight = np.asarray(parts, np.float64), np.asarray(weights, np.float64)
    own = np.asarray(reliabilities, np.float64)
    if data.ndim != SQUARE or weight.shape != data.shape[1:] or own.shape != weight.shape:
        raise ValueError(f"{data.shape}, {weight.shape}, {own.shape} do not fit")
    if np.isnan(data).any():
        raise UnfitDataError("missing_scores")
    if len(data) < SQUARE:
        raise UnfitDataError("too_few_persons", str(len(data)))
    covariance = np.atleast_2d(np.cov(data, rowvar=False))
    with_whole = covariance @ weight
    variance = float(weight @ with_whole)
    if not variance > 0:
        raise UnfitDataError("no_variation")
    error = float((weight**2 * np.diagonal(covariance) * (1 - own)).sum())
    return CompositeReliability(
        mean=float(data.mean(axis=0) @ weight),
        sd=float(np.sqrt(variance)),
        reliability=1 - error / variance,
        standard_error=float(np.sqrt(max(error, 0.0))),
        nominal_weights=np.asarray(weight / weight.sum()),
        effective_weights=np.asarray(weight * with_whole / variance),
    )


def same_again(composites: ArrayLike, standard_error: float, pass_mark: float) -> FloatArray:
    """Chance of each person that a second examination would decide alike.

    The true composite lies about the observed one, and the second about the true one, each with
    a normal error; so the second differs from the first by √2 standard errors.

    Examples
    --------
    >>> same_again([60, 70], 5, 60).round(3)
    array([0.5  , 0.921])
    """
    marks = np.asarray(composites, np.float64)
    if not standard_error > 0:
        return np.ones(len(marks))
    distance = np.abs(marks - pass_mark) / (np.sqrt(2) * standard_error)
    return np.asarray(ndtr(distance), dtype=np.float64)
