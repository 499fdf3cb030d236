"""How far a total score can be trusted: intervals for alpha, errors at a single score."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from scoring.classical import FEWEST, checked_scores
from scoring.figures import figures_of
from scoring.moments import FloatArray


def feldt_interval(
    alpha: float, n_persons: int, n_items: int, confidence: float = 0.95
) -> tuple[float, float]:
    r"""Confidence interval of coefficient alpha by the F distribution.

    Under two-way random effects with normal errors
    :math:`(1-\alpha)/(1-\hat\alpha) \sim F` with ``n_persons - 1`` and
    ``(n_persons - 1)(n_items - 1)`` degrees of freedom.

    Parameters
    ----------
    alpha : float
        The coefficient found, at most 1.
    n_persons, n_items : int
        Size of the data it was found in.
    confidence : float
        Probability of covering the true value, in (0, 1).

    Returns
    -------
    tuple of float
        Lower and upper limit; NaN when alpha is NaN, or for fewer than two persons or items.

    Raises
    ------
    ValueError
        If ``confidence`` is no probability between 0 and 1, or alpha exceeds 1.

    References
    ----------
    .. [1] Feldt (1965), "The approximate sampling distribution of Kuder-Richardson reliability
       coefficient twenty", Psychometrika 30, 357-370.
    .. [2] Feldt, Woodruff & Salih (1987), "Statistical inference for coefficient alpha",
       Applied Psychological Measurement 11, 93-103, formulas 6 and 7.

    Examples
    --------
    >>> low, high = feldt_interval(0.8431, n_persons=30, n_items=7)
    >>> round(low, 2), round(high, 2)
    (0.74, 0.92)
    """
    if not 0 < confidence < 1:
        msg = f"a confidence lies between 0 and 1: {confidence!r}"
        raise ValueError(msg)
    if alpha > 1:
        msg = f"alpha is at most 1: {alpha!r}"
        raise ValueError(msg)
    if np.isnan(alpha) or min(n_persons, n_items) < FEWEST:
        return float(np.nan), float(np.nan)
    tail = (1 - confidence) / 2
    freedoms = n_persons - 1, (n_persons - 1) * (n_items - 1)
    low, high = (1 - (1 - alpha) * fdtri(*freedoms, each) for each in (1 - tail, tail))
    return float(low), float(high)


def conditional_sems(scores: ArrayLike, max_marks: ArrayLike) -> FloatArray:
    r"""Standard error of each person's own total: how much another set of like items would give.

    Items of the same maximum count as drawn from one universe; within each such stratum of
    :math:`k` items the error variance of the sum is :math:`k s^2`, :math:`s^2` the variance of
    the person's marks there. For one stratum of items marked right or wrong this is Lord's
    :math:`\sqrt{x(k-x)/(k-1)}`. It is largest in the middle of the scale and nothing at its ends.

    Parameters
    ----------
    scores : array, shape (n_persons, n_items)
        Marks earned, complete.
    max_marks : array, shape (n_items,)
        Greatest mark of each item, positive.

    Returns
    -------
    ndarray, shape (n_persons,)
        In marks. An item alone in its stratum counts as right with the probability that is the
        person's share of the whole mark.

    Raises
    ------
    ValueError
        If the shapes do not fit, a maximum is not positive or a score is infinite.

    References
    ----------
    .. [1] Lord (1957), "Do tests of the same length have the same standard error of
       measurement?", Educational and Psychological Measurement 17, 510-521.
    .. [2] Feldt (1984), "Some relationships between the binomial error model and classical test
       theory", Educational and Psychological Measurement 44, 883-891 (strata).

    Examples
    --------
    >>> conditional_sems([[1, 1, 0, 0], [1, 1, 1, 1]], [1, 1, 1, 1]).round(3)
    array([1.155, 0.   ])
    """
    data, maxima = checked_scores(scores, max_marks)
    shares = data.sum(axis=1) / maxima.sum() if maxima.size else np.zeros(len(data))
    shares = np.clip(shares, 0, 1)  # marks may have been taken away
    variances = np.zeros(len(data))
    for maximum in np.unique(maxima):
        stratum = data[:, maxima == maximum]
        size = stratum.shape[1]
        if size < FEWEST:
            variances += maximum**2 * shares * (1 - shares)
        else:
            variances += size * stratum.var(axis=1, ddof=1)
    sems: FloatArray = np.sqrt(variances)
    return sems


def sem_near(scores: ArrayLike, max_marks: ArrayLike, cut: float, reach: float) -> float:
    """Typical conditional standard error of the persons whose total is near a cut score.

    Parameters
    ----------
    scores : array, shape (n_persons, n_items)
        Marks earned, complete.
    max_marks : array, shape (n_items,)
        Greatest mark of each item, positive.
    cut, reach : float
        Totals in [cut - reach, cut + reach] count as near.

    Returns
    -------
    float
        Root of the mean error variance, in marks; NaN when nobody is near.

    Examples
    --------
    >>> round(sem_near([[1, 1, 0, 0], [1, 1, 1, 1]], [1, 1, 1, 1], cut=2, reach=1), 3)
    1.155
    """
    data = figures_of(scores)
    sems = conditional_sems(data, max_marks)
    is_near = np.abs(data.sum(axis=1) - cut) <= reach
    return float(np.sqrt((sems[is_near] ** 2).mean())) if is_near.any() else float(np.nan)


def has_two_marks_only(scores: ArrayLike, max_marks: ArrayLike) -> bool:
    """Say whether every item is marked all or nothing, so that alpha is KR-20.

    With unequal maxima it is the KR-20 of the weighted items.

    Examples
    --------
    >>> has_two_marks_only([[2, 0], [0, 1]], [2, 1]), has_two_marks_only([[1.5, 0]], [2, 1])
    (True, False)
    """
    data, maxima = checked_scores(scores, max_marks)
    return bool(((data == 0) | (data == maxima) | np.isnan(data)).all())
