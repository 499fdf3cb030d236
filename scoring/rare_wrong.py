"""Wrong answers that few give, shared by a pair: the sign of a common source.

An index is evidence to look closer, never proof.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.figures import checked_chances, choices_of
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

ROWS: Final = 256
LEAST_SHARE: Final = 1e-4


@dataclass(frozen=True)
class RareWrongPairs:
    """Pairs whose shared wrong answers weigh more than expected; shape (n_found,).

    ``weights`` are sums of −ln(share of persons expected to give the answer), ``z`` their excess
    in standard deviations; ``n_pairs`` all that were looked at.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weights: FloatArray
    z: FloatArray
    n_pairs: int


def rare_wrong_pairs(
    choices: ArrayLike, chances: ArrayLike, key: ArrayLike, screen: float = 4.0
) -> RareWrongPairs:
    """Weigh wrong answers alike by their rarity, for all pairs.

    Parameters
    ----------
    choices : array of int, shape (n_persons, n_items)
        Chosen options from 0; -1 agrees with nothing.
    chances : array, shape (n_persons, n_items, n_options)
        Of each person choosing each option.
    key : array of int, shape (n_items,)
    screen : float
        Standard deviations from which a pair is returned.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``parameters_missing``.
    ValueError
        If shapes do not fit, a choice is no option or a chance is none.
    """
    shares = checked_chances(chances)
    codes, right = (choices_of(each, shares.shape[-1]) for each in (choices, key))
    if shares.ndim != 3 or codes.shape != shares.shape[:2] or right.shape != codes.shape[1:]:  # noqa: PLR2004
        raise ValueError(f"choices {codes.shape}, chances {shares.shape}, key {right.shape}")
    n, n_items, n_options = shares.shape
    if n < 2:  # noqa: PLR2004 - a pair
        raise UnfitDataError("too_few_persons", str(n))
    rarity = -np.log(np.maximum(shares.mean(axis=0), LEAST_SHARE))
    rarity[np.arange(n_items), right] = 0.0
    chosen = codes[:, :, None] == np.arange(n_options)
    found = []
    for start in range(0, n, ROWS):
        rows = slice(start, start + ROWS)
        weights = _products(chosen[rows] * rarity, chosen)
        expected = _products(shares[rows] * rarity, shares)
        spread = _products(shares[rows] * rarity**2, shares) - _squares(shares, rarity, rows)
        z = (weights - expected) / np.sqrt(np.maximum(spread, 1e-12))
        is_pair = np.arange(n)[None, :] > np.arange(start, start + len(z))[:, None]
        i, j = np.nonzero(is_pair & (z >= screen))
        found.append(np.stack([i + start, j, weights[i, j], z[i, j]]))
    every = np.concatenate(found, axis=1)
    first, second = every[:2].astype(np.int64)
    return RareWrongPairs(first, second, every[2], every[3], n * (n - 1) // 2)


def _products(some: FloatArray, every: ArrayLike) -> FloatArray:
    right = np.asarray(every, np.float64)
    return np.asarray(some.reshape(len(some), -1) @ right.reshape(len(right), -1).T)


def _squares(shares: FloatArray, rarity: FloatArray, rows: slice) -> FloatArray:
    """Sum the squared expectations of the items: sums of products are products of sums."""
    one, other = np.triu_indices(shares.shape[2])
    twice = np.where(one == other, 1.0, 2.0) * rarity[:, one] * rarity[:, other]
    pairs = shares[:, :, one] * shares[:, :, other]
    return _products(pairs[rows] * twice, pairs)
