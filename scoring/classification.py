"""How often a pass decision is right, and would be the same again, from one administration.

True scores follow a beta distribution, observed ones a binomial about them.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv, gammaln

from scoring.figures import figures_of
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

METHODS: Final = ("livingston_lewis", "hanson_brennan")
N_NODES: Final = 200
N_MOMENTS: Final = 4
FEWEST: Final = 2
BELOW_NOTHING: Final = -0.005  # a share that Lord's approximation may come to near the ends


@dataclass(frozen=True)
class Classification:
    """Decisions of a test; shares of persons.

    Attributes
    ----------
    accuracy
        Share classified as their true score.
    consistency, kappa
        Share that would be classified alike by two such tests; the same beyond chance.
    joint
        Shares by true class (rows) and decision (columns), lowest class first.
    again
        Shares by the decisions of two such tests.
    """

    accuracy: float
    consistency: float
    kappa: float
    joint: FloatArray
    again: FloatArray


@dataclass(frozen=True)
class TrueScores:
    """A beta distribution of true shares from ``low`` to ``high``."""

    alpha: float
    beta: float
    low: float
    high: float


def classify_totals(
    totals: ArrayLike,
    max_total: float,
    cuts: ArrayLike,
    reliability: float,
    method: str = "livingston_lewis",
) -> tuple[Classification, TrueScores]:
    """Estimate accuracy and consistency of decisions by total marks.

    Parameters
    ----------
    totals : array, shape (n_persons,)
        Marks; whole numbers of right items for Hanson and Brennan.
    max_total : float
        Greatest mark.
    cuts : array, shape (n_cuts,)
        Rising; a total of a cut or more belongs to the class above.
    reliability : float
        Of the totals, between 0 and 1.
    method : {"livingston_lewis", "hanson_brennan"}
        Any test, by its effective length; or right-wrong items, by Lord's two-term error.

    Returns
    -------
    tuple of Classification and TrueScores
        True scores have four parameters, or two where the moments allow no four.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``missing_scores``, ``no_variation``, ``cut_off_scale``,
        ``reliability_out_of_range`` (not between 0 and 1; or so far from what right-wrong items
        have that the method gives no shares), ``scores_off_scale``.
    ValueError
        If the method is unknown, or the greatest mark is not above 0.

    References
    ----------
    .. [1] Livingston & Lewis (1995), "Estimating the consistency and accuracy of classifications
       based on test scores", Journal of Educational Measurement 32, 179-197.
    .. [2] Hanson & Brennan (1990), "An investigation of classification consistency indexes
       estimated under alternative strong true score models", same journal 27, 345-359.
    .. [3] Lord (1965), "A strong true-score theory, with applications", Psychometrika 30.
    """
    if method not in METHODS:
        raise ValueError(f"a method is one of {', '.join(METHODS)}: {method!r}")
    marks, borders = _checked(totals, max_total, cuts, reliability)
    mean, variance = float(marks.mean()), float(marks.var(ddof=1))
    if method == "livingston_lewis":
        length = _effective_length(mean, variance, max_total, reliability)
        true = true_scores(marks / max_total * length, length)
        whole = round(length)
        steps = np.rint(borders / max_total * whole)
        return classified(true, steps, whole, borders / max_total), true
    if np.abs(marks - np.rint(marks)).max() > 0:
        raise UnfitDataError("scores_off_scale", "right answers are counted")
    lord_k = _lord_k(mean, variance, max_total, reliability)
    true = true_scores(marks, max_total, lord_k)
    return classified(true, borders, round(max_total), borders / max_total, lord_k), true


def _checked(
    totals: ArrayLike, most: float, cuts: ArrayLike, reliability: float
) -> tuple[FloatArray, FloatArray]:
    marks, borders = figures_of(totals), rising_cuts(cuts)
    if not 0 < most < np.inf:
        raise ValueError(f"a greatest mark lies above 0: {most!r}")
    if marks.ndim != 1 or marks.size < FEWEST:
        raise UnfitDataError("too_few_persons", str(marks.shape))
    if np.isnan(marks).any():
        raise UnfitDataError("missing_scores")
    if np.ptp(marks) == 0:
        raise UnfitDataError("no_variation")
    if marks.min() < 0 or marks.max() > most:
        raise UnfitDataError("scores_off_scale", f"from 0 to {most}")
    if borders[0] <= 0 or borders[-1] > most:
        raise UnfitDataError("cut_off_scale", str(borders))
    if not 0 < reliability < 1:
        raise UnfitDataError("reliability_out_of_range", str(reliability))
    return marks, borders


def rising_cuts(cuts: ArrayLike) -> FloatArray:
    """Return cuts as an array, shape (n_cuts,).

    Raises
    ------
    UnfitDataError
        ``cut_off_scale``: there is none, one is no finite figure, or they do not rise.
    """
    borders = np.atleast_1d(figures_of(cuts))
    is_rising = borders.ndim == 1 and np.isfinite(borders).all() and (np.diff(borders) > 0).all()
    if not borders.size or not is_rising:
        raise UnfitDataError("cut_off_scale", str(borders))
    return borders


def _effective_length(mean: float, variance: float, most: float, reliability: float) -> float:
    """Right-wrong items that would measure as well (Livingston & Lewis 1995, formula 3)."""
    found = (mean * (most - mean) - reliability * variance) / (variance * (1 - reliability))
    if found < 1:
        raise UnfitDataError("reliability_out_of_range", f"{reliability}: not even one item's")
    return found


def _lord_k(mean: float, variance: float, n: float, reliability: float) -> float:
    """How much less binomial errors spread because items differ."""
    true = reliability * variance
    spread = mean * (n - mean)
    if not spread > true:
        raise UnfitDataError("reliability_out_of_range", f"{reliability}: nobody has errors")
    return float(n * ((n - 1) * true - n * variance + spread) / (2 * (spread - true)))


def true_scores(marks: FloatArray, n: float, lord_k: float = 0.0) -> TrueScores:
    """Fit a beta distribution to true shares by the factorial moments of observed marks.

    References
    ----------
    .. [1] Hanson (1991), *Method of moments estimates for the four-parameter beta compound
       binomial model*. ACT Research Report 91-5.
    """
    n = float(n)
    moments = [1.0, float(marks.mean()) / n]
    falling = marks * (marks - 1)
    for order in (2, 3, 4):
        pairs = order * (order - 1)
        if n < order or n * (n - 1) + lord_k * pairs <= 0:
            break
        if order > FEWEST:
            falling = falling * (marks - order + 1) / (n - order + 1)
        found = (falling.mean() + lord_k * pairs * moments[order - 1]) / (
            n * (n - 1) + lord_k * pairs
        )
        moments.append(float(found))
    if len(moments) <= FEWEST:
        raise UnfitDataError("no_variation", f"{n} items show no variance of true scores")
    mean, variance = moments[1], moments[2] - moments[1] ** 2
    if not 0 < variance < mean * (1 - mean):
        raise UnfitDataError("no_variation", "true scores do not vary")
    four = _four_parameters(moments, mean, variance)
    if four:
        return four
    size = mean * (1 - mean) / variance - 1
    return TrueScores(mean * size, (1 - mean) * size, 0.0, 1.0)


def _four_parameters(moments: list[float], mean: float, variance: float) -> TrueScores | None:
    """Match four moments; ``None`` where no beta distribution within 0 and 1 has them."""
    if len(moments) <= N_MOMENTS:
        return None
    third = moments[3] - 3 * mean * moments[2] + 2 * mean**3
    fourth = moments[4] - 4 * mean * moments[3] + 6 * mean**2 * moments[2] - 3 * mean**4
    skew2, kurtosis = third**2 / variance**3, fourth / variance**2
    bottom = 6 + 3 * skew2 - 2 * kurtosis
    size = 6 * (kurtosis - skew2 - 1) / bottom if bottom else 0.0
    if size <= 0:
        return None
    below = (size + 2) * (size + 3) * kurtosis - 3 * (size - 6) * (size + 1)
    inner = 24 * (size + 1) / below if below else -1.0
    if not 0 <= inner <= 1:
        return None
    lean = np.sqrt(1 - inner) * (1 if third < 0 else -1)
    alpha, beta = size / 2 * (1 + lean), size / 2 * (1 - lean)
    if min(alpha, beta) <= 0:
        return None
    width = np.sqrt(variance * size**2 * (size + 1) / (alpha * beta))
    low = mean - width * alpha / size
    high = low + width
    return TrueScores(alpha, beta, low, high) if low >= 0 and high <= 1 else None


def classified(
    true: TrueScores, steps: FloatArray, n: int, true_cuts: FloatArray, lord_k: float = 0.0
) -> Classification:
    """Integrate decisions on a test of ``n`` right-wrong items over true scores.

    Parameters
    ----------
    true : TrueScores
        Of the persons.
    steps : ndarray, shape (n_cuts,)
        Right answers from which a person is in the class above.
    n : int
        Items.
    true_cuts : ndarray, shape (n_cuts,)
        The same for true shares.
    lord_k : float
        Of Lord's two-term error, 0 for the binomial.
    """
    borders = np.clip((true_cuts - true.low) / (true.high - true.low), 0, 1)
    ranks = np.concatenate([[0.0], betainc(true.alpha, true.beta, borders), [1.0]])
    nodes, weights = np.polynomial.legendre.leggauss(N_NODES)
    n_classes = len(steps) + 1
    joint, again = np.zeros((n_classes, n_classes)), np.zeros((n_classes, n_classes))
    for place, (start, end) in enumerate(pairwise(ranks)):
        at = start + (end - start) * (nodes + 1) / 2
        shares = true.low + (true.high - true.low) * betaincinv(true.alpha, true.beta, at)
        chances = _class_chances(shares, steps, n, lord_k)
        weighted = chances * (weights * (end - start) / 2)[:, None]
        joint[place] = weighted.sum(axis=0)
        again += chances.T @ weighted
    if min(joint.min(), again.min()) < BELOW_NOTHING:
        raise UnfitDataError("reliability_out_of_range", "no two-term error has it")
    return summed(joint, again)


def _class_chances(shares: FloatArray, steps: FloatArray, n: int, lord_k: float) -> FloatArray:
    above = np.stack([betainc(step, n - step + 1, shares) for step in steps], axis=1)
    if lord_k:
        at = np.arange(n + 1)
        logs = gammaln(n - 1) - gammaln(np.arange(n - 1) + 1) - gammaln(n - 1 - np.arange(n - 1))
        safe = np.clip(shares, 1e-12, 1 - 1e-12)[:, None]
        fewer = np.exp(
            logs + np.arange(n - 1) * np.log(safe) + (n - 2 - np.arange(n - 1)) * np.log1p(-safe)
        )
        bend = np.zeros((len(shares), n + 1))
        for shift, sign in ((0, 1), (1, -2), (2, 1)):
            bend[:, shift : shift + n - 1] += sign * fewer
        bend *= lord_k * safe * (1 - safe)
        above = above - bend @ (at[:, None] >= steps).astype(np.float64)
    full = np.concatenate([np.ones((len(shares), 1)), above, np.zeros((len(shares), 1))], axis=1)
    return np.asarray(full[:, :-1] - full[:, 1:])


def summed(joint: FloatArray, again: FloatArray) -> Classification:
    """Sum up shares by class."""
    consistency = float(np.trace(again))
    chance = float((again.sum(axis=0) * again.sum(axis=1)).sum())
    kappa = (consistency - chance) / (1 - chance) if chance < 1 else float("nan")
    return Classification(float(np.trace(joint)), consistency, kappa, joint, again)
