"""What an adaptive test shows of its items afterwards: answers against what was expected of them.

A share of right answers says nothing of an item that was chosen to fit whoever had it. So each
answer stands against the chance that was expected just before it, from the answers before it: what
was chosen later, and why, does not bend that.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from scoring.item_flags import FEWEST
from scoring.item_response import success_chances
from scoring.moments import FloatArray
from scoring.similarity import adjusted_p

NODES: Final = np.linspace(-5, 5, 101)  # logits
LARGE: Final = 0.5  # logits
FALSE_ALARMS: Final = 0.05
ROUNDS: Final = 60  # more moves mean and SD by less than a hundredth
LEAST_SD: Final = 0.2
AT_ONCE: Final = 200  # tests compared with all others at a time
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """Answers in the order in which each person gave them, all in one row.

    Attributes
    ----------
    persons, items : ndarray of int, shape (n_answers,)
        Whose, from 0; to which item, from 0.
    rights : ndarray of bool, shape (n_answers,)
    """

    persons: IntArray
    items: IntArray
    rights: NDArray[np.bool_]


@dataclass(frozen=True)
class Curves:
    """Parameters by which items were chosen, logistic metric; each (n_items,)."""

    slopes: FloatArray
    difficulties: FloatArray
    guessings: FloatArray


@dataclass(frozen=True)
class AdaptiveItems:
    """Items against their parameters; each array (n_items,).

    Attributes
    ----------
    mean, sd
        Of the persons' abilities, logits: what all items have in common is put down to them.
    n, observed, expected
        Answers; right ones; right ones expected, each just before it was given.
    shifts, standard_errors
        How much easier an item was than its parameters say, logits; NaN below ``FEWEST`` answers.
    p_values
        Two-sided, adjusted for the number of items judged; NaN as before.
    has_moved
        A large shift that chance hardly explains.
    """

    mean: float
    sd: float
    n: IntArray
    observed: IntArray
    expected: FloatArray
    shifts: FloatArray
    standard_errors: FloatArray
    p_values: FloatArray
    has_moved: NDArray[np.bool_]


def adaptive_items(answers: Answers, curves: Curves) -> AdaptiveItems:
    """Set each item's answers against those its parameters let expect.

    Parameters
    ----------
    answers : Answers
    curves : Curves

    Returns
    -------
    AdaptiveItems

    Raises
    ------
    ValueError
        If an answer names an item without a curve.

    Notes
    -----
    With fewer than ``FEWEST`` persons the population is N(0, 1); otherwise its mean and SD are
    those of greatest marginal likelihood. How items were chosen has no part in either: it hangs on
    earlier answers alone [1]_. The shift is one step of the efficient score from the parameters.

    References
    ----------
    .. [1] Mislevy & Wu (1996), "Missing responses and IRT ability estimation", ETS RR-96-30.
    .. [2] Glas (1999), "Modification indices for the 2-PL and the nominal response model",
       Psychometrika 64, 273-294.

    Examples
    --------
    >>> same = Curves(np.ones(2), np.zeros(2), np.zeros(2))
    >>> told = Answers(np.array([0, 0]), np.array([0, 1]), np.array([True, False]))
    >>> found = adaptive_items(told, same)
    >>> found.observed.tolist(), found.expected.round(2).tolist()
    ([1, 0], [0.5, 0.59])
    """
    if answers.items.size and answers.items.max() >= len(curves.slopes):
        msg = f"an answer to item {int(answers.items.max())!r} of {len(curves.slopes)!r}"
        raise ValueError(msg)
    chances = np.clip(
        success_chances(NODES, curves.slopes, curves.difficulties, curves.guessings),
        1e-12,
        1 - 1e-12,
    )
    mean, sd = _population(answers, chances)
    expected, slopes = _expected(answers, chances, _steepness(curves, chances), mean, sd)
    return _judged(answers, expected, slopes, (mean, sd), len(curves.slopes))


def marginal_reliability(
    abilities: ArrayLike, standard_errors: ArrayLike, *, is_shrunken: bool
) -> float:
    """Return the share of the abilities' variance that is not error; NaN where nothing varies.

    Parameters
    ----------
    abilities, standard_errors : array_like, shape (n_persons,)
        Logits.
    is_shrunken : bool
        Of a posterior's means (EAP): their variance holds no error. Otherwise it holds it all.

    References
    ----------
    .. [1] Green, Bock, Humphreys, Linn & Reckase (1984), Journal of Educational Measurement 21,
       347-360.

    Examples
    --------
    >>> float(round(marginal_reliability([-1, 0, 1], [0.5] * 3, is_shrunken=True), 3))
    0.8
    """
    spread = float(np.var(np.asarray(abilities, float), ddof=1)) if np.size(abilities) > 1 else 0.0
    error = float(np.mean(np.square(np.asarray(standard_errors, float)))) if spread else 0.0
    if not spread:
        return float("nan")
    return spread / (spread + error) if is_shrunken else max(spread - error, 0.0) / spread


def overlap(
    persons: IntArray, items: IntArray, n_persons: int, n_items: int
) -> tuple[float, float]:
    """Return what share of its items a test has in common with another: on average, and at most.

    Of the shorter test's items, over all pairs; NaN for fewer than two tests.

    Parameters
    ----------
    persons, items : ndarray of int, shape (n_given,)
        Whose test had which item.
    n_persons, n_items : int

    References
    ----------
    .. [1] Way (1998), "Protecting the integrity of computerized testing item pools", Educational
       Measurement: Issues and Practice 17(4), 17-27.

    Examples
    --------
    >>> overlap(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 2, 3]), 3, 4)
    (0.16666666666666666, 0.5)
    """
    has = np.zeros((n_persons, n_items), np.float32)
    has[persons, items] = 1
    lengths = np.maximum(has.sum(axis=1), 1)
    total, greatest = 0.0, 0.0
    for first in range(0, n_persons, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        shares = has[some] @ has[first:].T / np.minimum(lengths[some, None], lengths[None, first:])
        shares = np.triu(shares, 1)
        total += float(shares.sum(dtype=np.float64))
        greatest = max(greatest, float(shares.max(initial=0)))
    n_pairs = n_persons * (n_persons - 1) // 2
    return (total / n_pairs, greatest) if n_pairs else (float("nan"), float("nan"))


def _judged(
    answers: Answers,
    expected: FloatArray,
    slopes: FloatArray,
    population: tuple[float, float],
    n_items: int,
) -> AdaptiveItems:
    """Return each item's answers against what was expected of them."""
    n = np.bincount(answers.items, minlength=n_items)
    observed, wanted, spread, reach = (
        np.bincount(answers.items, weights=values, minlength=n_items).astype(np.float64)
        for values in (answers.rights, expected, expected * (1 - expected), slopes)
    )
    is_known = (n >= FEWEST) & (reach > 0)
    shifts, errors, p_values = (np.full(n_items, np.nan) for _ in range(3))
    off = (observed - wanted)[is_known]
    shifts[is_known] = off / reach[is_known]
    errors[is_known] = np.sqrt(spread[is_known]) / reach[is_known]
    if off.size:
        tails = 2 * ndtr(-np.abs(off) / np.sqrt(spread[is_known]))
        p_values[is_known] = adjusted_p(tails, off.size)
    has_moved = is_known & (p_values < FALSE_ALARMS) & (np.abs(shifts) >= LARGE)
    whole = observed.astype(np.int64)
    return AdaptiveItems(*population, n, whole, wanted, shifts, errors, p_values, has_moved)


def _steepness(curves: Curves, chances: FloatArray) -> FloatArray:
    """Return how fast chances rise as items become easier, (n_nodes, n_items)."""
    own = (chances - curves.guessings) / (1 - curves.guessings)
    rise: FloatArray = curves.slopes * own * (1 - chances)
    return rise


def _population(answers: Answers, chances: FloatArray) -> tuple[float, float]:
    """Return mean and SD of the abilities; of few persons nothing is estimated."""
    n_persons = int(answers.persons.max()) + 1 if answers.persons.size else 0
    if n_persons < FEWEST:
        return 0.0, 1.0
    told = np.zeros((n_persons, len(NODES)))
    for rows in _steps(answers.persons):
        told[answers.persons[rows]] += _logs(answers, chances, rows)
    told -= told.max(axis=1, keepdims=True)
    likelihoods = np.exp(told)
    mean, sd = 0.0, 1.0
    for _ in range(ROUNDS):
        weights = likelihoods * np.exp(-(((NODES - mean) / sd) ** 2) / 2)
        weights /= weights.sum(axis=1, keepdims=True)
        mean = float((weights @ NODES).mean())
        sd = max(float(np.sqrt((weights @ (NODES - mean) ** 2).mean())), LEAST_SD)
    return mean, sd


def _expected(
    answers: Answers, chances: FloatArray, steepness: FloatArray, mean: float, sd: float
) -> tuple[FloatArray, FloatArray]:
    """Return each answer's chance just before it was given, and how it rises with easiness."""
    expected, slopes = np.zeros(len(answers.persons)), np.zeros(len(answers.persons))
    n_persons = int(answers.persons.max()) + 1 if answers.persons.size else 0
    known = np.tile(-(((NODES - mean) / sd) ** 2) / 2, (n_persons, 1))
    for rows in _steps(answers.persons):
        persons, items = answers.persons[rows], answers.items[rows]
        weights = np.exp(known[persons] - known[persons].max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        expected[rows] = (weights * chances[:, items].T).sum(axis=1)
        slopes[rows] = (weights * steepness[:, items].T).sum(axis=1)
        known[persons] += _logs(answers, chances, rows)
    return expected, slopes


def _logs(answers: Answers, chances: FloatArray, rows: IntArray) -> FloatArray:
    """Return the log likelihood of some answers at the nodes, (n_rows, n_nodes)."""
    own = chances[:, answers.items[rows]].T
    logs: FloatArray = np.log(np.where(answers.rights[rows, None], own, 1 - own))
    return logs


def _steps(persons: IntArray) -> list[IntArray]:
    """Return the rows of everybody's first answer, of everybody's second, and so on."""
    order = np.argsort(persons, kind="stable")
    starts = np.searchsorted(persons[order], persons[order])
    step_of = np.empty(len(persons), np.int64)
    step_of[order] = np.arange(len(persons)) - starts
    return [np.flatnonzero(step_of == step) for step in range(int(step_of.max(initial=-1)) + 1)]
