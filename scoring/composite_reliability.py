"""What a composite's parts really weigh, how reliable it is, how sure the decision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from scoring.figures import figures_of, finite_figures
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
        Nominal weights, at least 0; reliability of each part, at most 1.

    Raises
    ------
    UnfitDataError
        ``missing_scores``, ``too_few_persons``, ``no_variation``, ``reliability_out_of_range``.
    ValueError
        If shapes do not fit, a weight is negative or none is above 0, or a figure is infinite.

    References
    ----------
    .. [1] Mosier (1943), "On the reliability of a weighted composite", Psychometrika 8, 161-168.
    .. [2] Cronbach, Schönemann & McKie (1965), "Alpha coefficients for stratified-parallel
       tests", Educational and Psychological Measurement 25, 291-312.
    """
    data, weight, own = (finite_figures(each) for each in (parts, weights, reliabilities))
    if data.ndim != SQUARE or weight.shape != data.shape[1:] or own.shape != weight.shape:
        raise ValueError(f"{data.shape}, {weight.shape}, {own.shape} do not fit")
    if not (weight >= 0).all() or not weight.sum() > 0:
        raise ValueError(f"weights of at least 0, some above: {weight!r}")
    if not (own <= 1).all():
        raise UnfitDataError("reliability_out_of_range", str(own))
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

    Parameters
    ----------
    composites : array, shape (n_persons,)
        Marks.
    standard_error, pass_mark : float
        In marks. Without an error everybody is decided alike.

    Returns
    -------
    ndarray, shape (n_persons,)
        From 0.5 to 1; NaN where a mark, the error or the pass mark is unknown.

    Raises
    ------
    ValueError
        If the error is negative.

    Examples
    --------
    >>> same_again([60, 70], 5, 60).round(3)
    array([0.5  , 0.921])
    """
    if standard_error < 0:
        raise ValueError(f"a standard error is at least 0: {standard_error!r}")
    apart = np.abs(figures_of(composites) - pass_mark)
    if standard_error == 0:
        return np.where(np.isnan(apart), np.nan, 1.0)
    distance = apart / (np.sqrt(2) * standard_error)
    return np.asarray(ndtr(distance), dtype=np.float64)
