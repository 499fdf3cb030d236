"""Right and wrong answers alike of a pair, together: the trinomial test M4.

For pairs that another index has flagged: it takes a table of all numbers of matches.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.figures import checked_chances, choices_of
from scoring.moments import FloatArray


@dataclass(frozen=True)
class MatchedAnswers:
    """Right and wrong answers alike, and the chance of a pair of numbers as telling or more."""

    right: int
    wrong: int
    p_value: float


def matched_answers(
    choices: ArrayLike, chances: ArrayLike, key: ArrayLike, first: int, second: int
) -> MatchedAnswers:
    """Test right and wrong answers alike of two persons who answer by the model alone.

    A pair of numbers is as telling as another when at least so many of both are as unlikely.

    Parameters
    ----------
    choices : array of int, shape (n_persons, n_items)
        Chosen options from 0; -1 agrees with nothing.
    chances : array, shape (n_persons, n_items, n_options)
        Of each person choosing each option.
    key : array of int, shape (n_items,)
        Right options.
    first, second : int
        Places of the pair.

    Raises
    ------
    UnfitDataError
        ``parameters_missing``.
    ValueError
        If shapes do not fit, a choice or key is no option, a chance is none, or the pair is not
        two persons.

    References
    ----------
    .. [1] Maynes (2017), "Detecting potential collusion among individual examinees using
       similarity analysis", in *Handbook of quantitative methods for detecting cheating on tests*.
    """
    codes, right, shares = np.asanyarray(choices), choices_of(key), np.asanyarray(chances)
    if shares.ndim != 3 or codes.shape != shares.shape[:2] or right.shape != codes.shape[1:]:  # noqa: PLR2004
        raise ValueError(f"choices {codes.shape}, chances {shares.shape}, key {right.shape}")
    pair = [first, second]
    if first == second or not np.isin(pair, np.arange(len(codes))).all():
        raise ValueError(f"a pair of {len(codes)} persons: {first}, {second}")
    if not np.isin(right, np.arange(shares.shape[2])).all():
        raise ValueError(f"a key of every item is one of {shares.shape[2]} options: {right!r}")
    both = checked_chances(shares[pair]).prod(axis=0)
    one, other = choices_of(codes[pair], shares.shape[2])
    right_alike = both[np.arange(len(right)), right]
    table = trinomial_table(right_alike, both.sum(axis=1) - right_alike)
    is_alike = (one == other) & (one >= 0)
    n_right = int((is_alike & (one == right)).sum())
    n_wrong = int(is_alike.sum()) - n_right
    upper = np.cumsum(np.cumsum(table[::-1, ::-1], axis=0), axis=1)[::-1, ::-1]
    is_telling = upper <= upper[n_right, n_wrong] * (1 + 1e-9)
    return MatchedAnswers(n_right, n_wrong, float(min(table[is_telling].sum(), 1.0)))


def trinomial_table(one: FloatArray, other: FloatArray) -> FloatArray:
    """Chances of every pair of numbers in unlike trials of three ends, (n + 1, n + 1).

    Examples
    --------
    >>> trinomial_table(np.array([0.5]), np.array([0.25]))
    array([[0.25, 0.25],
           [0.5 , 0.  ]])
    """
    n = len(one)
    found = np.zeros((n + 1, n + 1))
    found[0, 0] = 1.0
    for p, q in zip(one, other, strict=True):
        after = found * (1 - p - q)
        after[1:] += p * found[:-1]
        after[:, 1:] += q * found[:, :-1]
        found = after
    return found
