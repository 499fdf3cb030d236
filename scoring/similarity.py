"""Candidates whose answers agree more than two who worked alone would: omega and GBT.

An index is evidence to look closer, never proof. Choices are places of options from 0, -1 where
none was chosen; chances of shape (n_persons, n_items, n_options) come from a response model.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from scoring.figures import checked_chances, choices_of, figures_of
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

ROWS: Final = 256  # persons whose pairs are looked at together
PAIRS: Final = 4096
FEWEST: Final = 2
CUBE: Final = 3


@dataclass(frozen=True)
class SimilarPairs:
    """Pairs that agree more than expected, by at least so many standard deviations.

    Attributes
    ----------
    first, second
        Places of the persons, first below second, shape (n_found,).
    matches, expected
        Answers alike, and how many the model expects.
    omegas, omega_p
        Standardized excess, and its normal upper tail.
    gbt_p
        Exact upper tail of the number of matches (generalized binomial test).
    n_pairs
        All pairs looked at: the number of tests.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    matches: NDArray[np.int64]
    expected: FloatArray
    omegas: FloatArray
    omega_p: FloatArray
    gbt_p: FloatArray
    n_pairs: int


def option_chances(slopes: ArrayLike, intercepts: ArrayLike, abilities: ArrayLike) -> FloatArray:
    """Chances of options by Bock's nominal model, shape (n_persons, n_items, n_options).

    Parameters
    ----------
    slopes, intercepts : array, shape (n_items, n_options)
        NaN where an item has fewer options.
    abilities : array, shape (n_persons,)

    Returns
    -------
    ndarray, shape (n_persons, n_items, n_options)
        From 0 to 1, adding up to 1; NaN where an ability is no finite figure, or an item has no
        option.

    References
    ----------
    .. [1] Bock (1972), "Estimating item parameters and latent ability when responses are scored
       in two or more nominal categories", Psychometrika 37, 29-51.
    """
    a, c, theta = (figures_of(each) for each in (slopes, intercepts, abilities))
    with np.errstate(invalid="ignore"):  # what is not known becomes NaN
        logs = a * theta[:, None, None] + c
        logs = np.where(np.isnan(logs), -np.inf, logs)
        raw = np.exp(logs - logs.max(axis=2, keepdims=True))
        return np.asarray(raw / raw.sum(axis=2, keepdims=True))


def similar_pairs(choices: ArrayLike, chances: ArrayLike, screen: float = 1.0) -> SimilarPairs:
    """Look at all pairs of persons; both are taken to answer by the model alone.

    Parameters
    ----------
    choices : array of int, shape (n_persons, n_items)
        Chosen options; an item that either left out agrees with nothing.
    chances : array, shape (n_persons, n_items, n_options)
        Of each person choosing each option.
    screen : float
        Omega from which a pair is returned, with its exact tail.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``parameters_missing``.
    ValueError
        If shapes do not fit.

    References
    ----------
    .. [1] van der Linden & Sotaridona (2006), "Detecting answer copying when the regular
       response process follows a known response model", Journal of Educational and Behavioral
       Statistics 31, 283-304.
    .. [2] Wollack (1997), "A nominal response model approach for detecting answer copying",
       Applied Psychological Measurement 21, 307-320.
    """
    codes, shares = _checked(choices, chances)
    found = [np.stack(part) for part in _screened(codes, shares, screen)]
    every = np.concatenate(found, axis=1) if found else np.zeros((5, 0))
    first, second = every[:2].astype(np.int64)
    n = len(codes)
    return SimilarPairs(
        first=first,
        second=second,
        matches=np.rint(every[2]).astype(np.int64),
        expected=every[3],
        omegas=every[4],
        omega_p=np.asarray(ndtr(-every[4])),
        gbt_p=_pair_tails(shares, first, second, np.rint(every[2]).astype(np.int64)),
        n_pairs=n * (n - 1) // 2,
    )


def _checked(choices: ArrayLike, chances: ArrayLike) -> tuple[NDArray[np.int64], FloatArray]:
    shares = checked_chances(chances)
    codes = choices_of(choices, shares.shape[-1])
    if shares.ndim != CUBE or codes.shape != shares.shape[:2]:
        raise ValueError(f"choices {codes.shape} and chances {shares.shape} do not fit")
    if len(codes) < FEWEST:
        raise UnfitDataError("too_few_persons", str(len(codes)))
    return codes, shares


def _screened(
    codes: NDArray[np.int64], shares: FloatArray, screen: float
) -> Iterator[tuple[FloatArray, ...]]:
    """Give pairs above the screen: persons, matches, expected matches, omega."""
    n, _, n_options = shares.shape
    flat = shares.reshape(n, -1)
    # (sum of products)² is a sum of products of products: one matrix product gives it for all.
    one, other = np.triu_indices(n_options)
    twice = np.where(one == other, 1.0, np.sqrt(2.0))
    squares = (shares[:, :, one] * shares[:, :, other] * twice).reshape(n, -1)
    chosen = (codes[:, :, None] == np.arange(n_options)).reshape(n, -1).astype(np.float32)
    for start in range(0, n, ROWS):
        rows = slice(start, min(start + ROWS, n))
        matches = (chosen[rows] @ chosen.T).astype(np.float64)
        expected = flat[rows] @ flat.T
        spread = expected - squares[rows] @ squares.T
        omega = (matches - expected) / np.sqrt(np.maximum(spread, 1e-12))
        is_pair = np.arange(n)[None, :] > np.arange(rows.start, rows.stop)[:, None]
        i, j = np.nonzero(is_pair & (omega >= screen))
        found = (i + start, j, matches[i, j], expected[i, j], omega[i, j])
        yield tuple(np.asarray(part, np.float64) for part in found)


def _pair_tails(
    shares: FloatArray,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    matches: NDArray[np.int64],
) -> FloatArray:
    found = np.empty(len(first))
    for start in range(0, len(first), PAIRS):
        part = slice(start, start + PAIRS)
        chances = np.einsum("pik,pik->pi", shares[first[part]], shares[second[part]])
        found[part] = upper_tails(chances, matches[part])
    return found


def upper_tails(chances: FloatArray, counts: NDArray[np.int64]) -> FloatArray:
    """Chance of at least so many successes in unlike trials, exactly.

    Parameters
    ----------
    chances : ndarray, shape (n, n_trials)
    counts : ndarray of int, shape (n,)

    Examples
    --------
    >>> upper_tails(np.array([[0.5, 0.5]]), np.array([1]))
    array([0.75])
    """
    n, n_trials = chances.shape
    shares = np.zeros((n_trials + 1, n))
    shares[0] = 1.0
    for trial in range(n_trials):
        right = chances[:, trial]
        moved = shares[: trial + 1] * right
        shares[: trial + 1] -= moved
        shares[1 : trial + 2] += moved
    tails = np.cumsum(shares[::-1], axis=0)[::-1]
    return np.asarray(np.clip(tails[counts, np.arange(n)], 0.0, 1.0))


def copying(
    copier: ArrayLike, copier_chances: ArrayLike, source: ArrayLike
) -> tuple[float, float, float]:
    """Test whether one copied from another, whose answers are taken as they are.

    Parameters
    ----------
    copier, source : array of int, shape (n_items,)
        Chosen options; items the source left out do not count.
    copier_chances : array, shape (n_items, n_options)

    Returns
    -------
    tuple of float
        Omega, its normal upper tail, and the exact tail.

    Raises
    ------
    UnfitDataError
        ``no_items``, ``parameters_missing``.
    ValueError
        If shapes do not fit, a choice is no option or a chance is none.
    """
    shares = checked_chances(copier_chances)
    theirs, own = (choices_of(each, shares.shape[-1]) for each in (source, copier))
    if theirs.ndim != 1 or not theirs.shape == own.shape == shares.shape[:-1]:
        raise ValueError(f"choices {own.shape}, {theirs.shape}, chances {shares.shape} do not fit")
    counts = theirs >= 0
    chances = shares[counts, theirs[counts]]
    if not chances.size:
        raise UnfitDataError("no_items")
    matches = int((own[counts] == theirs[counts]).sum())
    spread = float(np.sqrt((chances * (1 - chances)).sum()))
    omega = (matches - float(chances.sum())) / max(spread, 1e-12)
    tail = upper_tails(chances[None, :], np.array([matches]))
    return omega, float(ndtr(-omega)), float(tail[0])


def adjusted_p(p_values: ArrayLike, n_tests: int, weights: ArrayLike | None = None) -> FloatArray:
    """Adjust tails of many pairs so that a share of false alarms is bounded.

    Parameters
    ----------
    p_values : array, shape (n,)
        Of the pairs looked at closely; those of the others are larger.
    n_tests : int
        All pairs.
    weights : array, shape (n,), optional
        What else speaks for a pair, known before its answers: nearness of seats, answering at
        the same time. Their mean over all ``n_tests`` pairs must be 1 at most.

    Returns
    -------
    ndarray, shape (n,)
        Flagging those below q lets at most a share q of the flags be false, on average.

    Raises
    ------
    ValueError
        If a tail does not lie between 0 and 1, there are fewer tests than tails, or weights are
        not positive or too heavy.

    References
    ----------
    .. [1] Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57.
    .. [2] Genovese, Roeder & Wasserman (2006), "False discovery control with p-value weighting",
       Biometrika 93, 509-524.

    Examples
    --------
    >>> adjusted_p([0.01, 0.02], 4)
    array([0.04, 0.04])
    """
    tails = figures_of(p_values)
    weight = np.ones(len(tails)) if weights is None else figures_of(weights)
    if weight.shape != tails.shape or not ((tails >= 0) & (tails <= 1)).all():
        raise ValueError(f"tails from 0 to 1 and as many weights: {tails!r}, {weight.shape}")
    if n_tests < len(tails) or not (weight > 0).all() or weight.sum() > n_tests * (1 + 1e-9):
        raise ValueError(f"{len(tails)} tails of {n_tests} tests, weights up to a mean of 1")
    weighted = tails / weight
    order = np.argsort(weighted)
    raw = weighted[order] * n_tests / np.arange(1, len(tails) + 1)
    lowest = np.minimum.accumulate(raw[::-1])[::-1]
    found = np.empty(len(tails))
    found[order] = np.minimum(lowest, 1.0)
    return found


def nearness_weights(distances: ArrayLike, scale: float, floor: float = 0.1) -> FloatArray:
    """Weigh all pairs by the distance of their seats, with a mean of 1.

    Parameters
    ----------
    distances : array, shape (n_pairs,)
        In seats (or in minutes between answers), of **all** pairs; NaN where unknown.
    scale : float
        Distance at which the weight has fallen to 1/e of the way to the floor.
    floor : float
        What far pairs keep, so that nothing is ruled out; above 0.

    Raises
    ------
    ValueError
        If a distance is negative, or the scale or the floor is not above 0.
    """
    apart = figures_of(distances)
    if not scale > 0 or not floor > 0 or (apart < 0).any():
        raise ValueError(f"distances of at least 0, a scale and a floor: {scale!r}, {floor!r}")
    if not apart.size:
        return apart
    raw = floor + (1 - floor) * np.exp(-np.where(np.isnan(apart), np.inf, apart) / scale)
    return np.asarray(raw / raw.mean())
