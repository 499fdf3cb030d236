"""Log-linear presmoothing: a score distribution with as many true moments as the degree."""

from typing import Final

import numpy as np

from scoring.equating.spreads import Spread
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

STEPS: Final = 100
STILL: Final = 1e-11


def smoothed(spread: Spread, degree: int = 6) -> Spread:
    """Fit the shares' logarithm by a polynomial, by maximum likelihood.

    The smooth distribution keeps the mean and as many further moments as the degree.

    Parameters
    ----------
    spread : Spread
        What was observed.
    degree : int
        Of the polynomial, at least 1.

    Raises
    ------
    UnfitDataError
        ``smoothing_failed``: too few different scores for the degree.
    ValueError
        If the degree is no whole number from 1.

    References
    ----------
    .. [1] Holland & Thayer (2000), "Univariate and bivariate loglinear models for discrete test
       score distributions", Journal of Educational and Behavioral Statistics 25, 133-183.
    """
    if degree < 1 or degree != int(degree):
        raise ValueError(f"a degree is a whole number from 1: {degree!r}")
    if (spread.shares > 0).sum() <= degree:
        raise UnfitDataError("smoothing_failed", f"{degree} degrees for few scores")
    terms = _terms(len(spread.shares), degree)
    wanted = terms.T @ spread.shares
    beta = np.zeros(degree)
    shares = _shares(terms, beta)
    for _ in range(STEPS):
        fitted = terms.T @ shares
        curvature = (terms * shares[:, None]).T @ terms - np.outer(fitted, fitted)
        step = np.asarray(np.linalg.lstsq(curvature, wanted - fitted, rcond=None)[0], np.float64)
        beta, shares = _safe_step(terms, beta, step, wanted)
        if np.abs(wanted - terms.T @ shares).max() < STILL:
            return Spread(shares, spread.n_persons)
    raise UnfitDataError("smoothing_failed", "no convergence")


def _terms(n: int, degree: int) -> FloatArray:
    """Orthonormal polynomials over the scores, without the constant: steadier than powers."""
    at = np.linspace(-1, 1, n)
    powers = np.polynomial.legendre.legvander(at, degree)
    basis, _ = np.linalg.qr(powers)
    return np.asarray(basis[:, 1:] * np.sqrt(n))


def _shares(terms: FloatArray, beta: FloatArray) -> FloatArray:
    logs = terms @ beta
    raw = np.exp(logs - logs.max())
    return np.asarray(raw / raw.sum())


def _safe_step(
    terms: FloatArray, beta: FloatArray, step: FloatArray, wanted: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Halve Newton's step until the likelihood does not fall."""

    def likelihood(at: FloatArray) -> float:
        logs = terms @ at
        return float(wanted @ at - logs.max() - np.log(np.exp(logs - logs.max()).sum()))

    before = likelihood(beta)
    for _ in range(STEPS):
        new = beta + step
        if likelihood(new) >= before - STILL:
            return new, _shares(terms, new)
        step = step / 2
    return beta, _shares(terms, beta)
