"""Differential item functioning by logistic regression: shifted or steeper for one group."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.dif import ROUNDS, checked_groups, purified
from scoring.moments import BoolArray, FloatArray

KINDS: Final = {"both": (2, 0), "uniform": (1, 0), "nonuniform": (2, 1)}
CHI_95: Final = {1: 3.841458820694124, 2: 5.991464547107979}
STEPS: Final = 60
STILL: Final = 1e-11  # of the log likelihood
ROUNDING: Final = 1e-15
WIDEST: Final = 20.0  # logits; beyond them the terms separate right from wrong


@dataclass(frozen=True)
class LogisticDif:
    """Likelihood-ratio statistics of each item, shape (n_items,); NaN where no fit exists.

    Nor does it where nobody or everybody is right, or the terms cannot be told apart.

    Attributes
    ----------
    likelihood_ratios
        Of the model with the group's terms against the one without.
    degrees
        Their degrees of freedom, 1 or 2.
    r2_differences
        Nagelkerke's R² of the larger model less that of the smaller.
    coefficients
        Of the larger model, shape (n_items, 4): constant, total, focal group, their product; NaN
        too where they would have to be infinite (the ratio is that of the limit then).
    is_flagged
        Likelihood ratio above the 95 % point.
    is_anchor, n_rounds, converged
        As in ``DifResult``.
    """

    likelihood_ratios: FloatArray
    degrees: int
    r2_differences: FloatArray
    coefficients: FloatArray
    is_flagged: BoolArray
    is_anchor: BoolArray
    n_rounds: int
    converged: bool


def logistic_dif(
    responses: ArrayLike, is_focal: ArrayLike, kind: str = "both", *, purify: bool = False
) -> LogisticDif:
    """Compare logistic regressions of an item on the total with and without the group.

    Parameters
    ----------
    responses, is_focal
        As in ``mantel_haenszel``.
    kind : {"both", "uniform", "nonuniform"}
        Group and product against neither; group against none; product against group alone.
    purify : bool
        Whether flagged items leave the matching total.

    Raises
    ------
    UnfitDataError, ValueError
        As ``mantel_haenszel``.

    References
    ----------
    .. [1] Swaminathan & Rogers (1990), "Detecting differential item functioning using logistic
       regression procedures", Journal of Educational Measurement 27, 361-370.
    """
    if kind not in KINDS:
        raise ValueError(f"a kind is one of {', '.join(KINDS)}: {kind!r}")
    marks, focal = checked_groups(responses, is_focal)
    degrees = KINDS[kind][0] - KINDS[kind][1]

    def flags(is_anchor: BoolArray) -> BoolArray:
        ratios, _, _ = _compared(marks, focal, is_anchor, kind)
        return np.asarray(ratios > CHI_95[degrees])

    is_anchor, n_rounds, converged = purified(flags, marks.shape[1], rounds=ROUNDS * purify)
    ratios, differences, coefficients = _compared(marks, focal, is_anchor, kind)
    return LogisticDif(
        likelihood_ratios=ratios,
        degrees=degrees,
        r2_differences=differences,
        coefficients=coefficients,
        is_flagged=np.asarray(ratios > CHI_95[degrees]),
        is_anchor=is_anchor,
        n_rounds=n_rounds,
        converged=converged,
    )


def _compared(
    marks: FloatArray, focal: BoolArray, is_anchor: BoolArray, kind: str
) -> tuple[FloatArray, FloatArray, FloatArray]:
    n, n_items = marks.shape
    base = marks @ is_anchor
    larger, smaller = (2 + terms for terms in KINDS[kind])
    ratios, differences = np.full(n_items, np.nan), np.full(n_items, np.nan)
    coefficients = np.full((n_items, 4), np.nan)
    for item in range(n_items):
        total = base + (0.0 if is_anchor[item] else 1.0) * marks[:, item]
        group = focal.astype(np.float64)
        design = np.column_stack([np.ones(n), total, group, total * group])
        fits = [fitted(design[:, :terms], marks[:, item]) for terms in (larger, smaller, 1)]
        if any(fit is None for fit in fits):
            continue
        (found, full), (_, part), (_, null) = [fit for fit in fits if fit is not None]
        ratios[item] = max(2 * (full - part), 0.0)
        most = 1 - np.exp(2 * null / n)
        differences[item] = (np.exp(2 * (null - part) / n) - np.exp(2 * (null - full) / n)) / most
        coefficients[item, :larger] = found
    return ratios, differences, coefficients


def fitted(design: FloatArray, right: FloatArray) -> tuple[FloatArray, float] | None:
    """Fit a logistic regression by Newton's steps; coefficients and log-likelihood.

    Where the terms separate right from wrong the likelihood has a limit but no coefficients
    reach it: these are NaN then. ``None`` when nobody or everybody is right, or the terms
    cannot be told apart.

    Parameters
    ----------
    design : ndarray, shape (n_persons, n_terms)
        The first term is the constant.
    right : ndarray, shape (n_persons,)
        0 or 1.
    """
    if not 0 < right.mean() < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    centre, scale = design.mean(axis=0), design.std(axis=0)
    centre, scale = np.where(scale > 0, centre, 0.0), np.where(scale > 0, scale, 1.0)
    terms = (design - centre) / scale
    beta = np.zeros(design.shape[1])
    likelihood = _likelihood(terms @ beta, right)
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-terms @ beta))
        weighted = terms * (chances * (1 - chances))[:, None]
        step = np.linalg.lstsq(terms.T @ weighted, terms.T @ (right - chances), rcond=None)[0]
        while (after := _likelihood(terms @ (beta + step), right)) < likelihood - STILL:
            step = step / 2
        beta, gain, likelihood = beta + step, after - likelihood, after
        if gain < max(STILL, ROUNDING * abs(likelihood)):
            break
    found = beta / scale
    found[0] = beta[0] - (centre[1:] * found[1:]).sum()
    is_separated = np.abs(terms @ beta).max() >= WIDEST
    return np.where(is_separated, np.nan, found), likelihood


def _likelihood(logits: FloatArray, right: FloatArray) -> float:
    return float((right * logits - np.logaddexp(0, logits)).sum())
