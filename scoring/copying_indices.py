"""Copying judged by wrong answers alike, without a response model: K, K1, K2 and S1."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtrc, pdtr, pdtrc

from scoring.figures import choices_of
from scoring.moments import BoolArray, FloatArray
from scoring.refusals import UnfitDataError

STEPS: Final = 100
STILL: Final = 1e-12
FEWEST_GROUPS: Final = 3
FEWEST_OPTIONS: Final = 2


@dataclass(frozen=True)
class CopyingIndices:
    """Chances of as many wrong answers alike with the source, were none copied.

    ``k`` compares with those who have as many wrong as the copier; ``k1`` and ``k2`` smooth
    over all such groups by a line and a parabola, ``s1`` by a log-linear Poisson model; ``s2``
    counts right answers alike too, each by how few with as many wrong as the copier share it.
    ``matches`` are the wrong answers alike.
    """

    matches: int
    k: float
    k1: float
    k2: float
    s1: float
    s2: float


def copying_indices(choices: ArrayLike, key: ArrayLike, copier: int, source: int) -> CopyingIndices:
    """Compare a pair's identical wrong answers with those others share with the source.

    Parameters
    ----------
    choices : array of int, shape (n_persons, n_items)
        Chosen options of the whole group, copier and source included; -1 where none was.
    key : array of int, shape (n_items,)
        Right options.
    copier, source : int
        Places of the pair.

    Raises
    ------
    UnfitDataError
        ``source_all_right``; ``too_few_groups`` of persons with different numbers wrong.
    ValueError
        If shapes do not fit, a choice is no place of an option, or the pair is not two persons.

    References
    ----------
    .. [1] Holland (1996), *Assessing unusual agreement between the incorrect answers of two
       examinees using the K-index*. ETS RR-96-7.
    .. [2] Sotaridona & Meijer (2002), "Statistical properties of the K-index for detecting
       answer copying", Journal of Educational Measurement 39, 115-132; (2003), "Two new
       statistics to detect answer copying", same journal 40, 53-69.
    """
    codes, right = choices_of(choices), choices_of(key)
    pair = {copier, source} & set(range(len(codes)))
    if codes.ndim != 2 or right.shape != codes.shape[1:] or len(pair) < 2:  # noqa: PLR2004
        raise ValueError(f"choices {codes.shape}, key {right.shape}, {copier} and {source}")
    is_wrong = (codes != right) & (codes >= 0)  # an item left out is alike with nothing
    n_wrong = is_wrong.sum(axis=1)
    most = int(n_wrong[source])
    if not most:
        raise UnfitDataError("source_all_right")
    alike = ((codes == codes[source]) & is_wrong[source]).sum(axis=1)
    others = np.arange(len(codes)) != source
    levels, means = _group_means(n_wrong[others], alike[others])
    if len(levels) < FEWEST_GROUPS:
        raise UnfitDataError("too_few_groups", str(len(levels)))
    matches, at = int(alike[copier]), int(n_wrong[copier])
    own = float(means[levels == at][0]) / most
    shares = levels / codes.shape[1]
    line, bend = (
        np.polyval(np.polyfit(shares, means / most, degree), at / codes.shape[1])
        for degree in (1, 2)
    )
    rate = _poisson_rate(levels.astype(np.float64), means, at)
    return CopyingIndices(
        matches=matches,
        k=_binomial_tail(matches, most, own),
        k1=_binomial_tail(matches, most, float(line)),
        k2=_binomial_tail(matches, most, float(bend)),
        s1=_poisson_tail(matches, most, rate),
        s2=_s2((codes == right, is_wrong), alike, _guess(codes, right), (copier, source)),
    )


def _s2(
    marks: tuple[BoolArray, BoolArray],
    alike: NDArray[np.int64],
    guess: float,
    pair: tuple[int, int],
) -> float:
    """Return the Poisson tail of wrong answers alike and right ones weighed by rarity."""
    (is_right, is_wrong), (copier, source) = marks, pair
    both_right = is_right & is_right[source]
    n_wrong = is_wrong.sum(axis=1)
    others = np.arange(len(alike)) != source
    levels = np.unique(n_wrong[others])
    sums, own = np.empty(len(levels)), np.zeros(is_right.shape[1])
    for place, level in enumerate(levels):
        group = others & (n_wrong == level)
        weights = _rarity(both_right[group].mean(axis=0), guess)
        sums[place] = alike[group].mean() + np.ceil((both_right[group] @ weights).mean())
        own = weights if level == n_wrong[copier] else own
    seen = int(np.ceil(own[both_right[copier]].sum())) + int(alike[copier])
    rate = _poisson_rate(levels.astype(np.float64), sums, int(n_wrong[copier]))
    return _poisson_tail(seen, is_right.shape[1], min(rate, float(is_right.shape[1])))


def _guess(codes: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    return 1 / max(int(codes.max()) + 1, int(right.max()) + 1, FEWEST_OPTIONS)


def _rarity(shares: FloatArray, guess: float) -> FloatArray:
    """Weigh a right answer by the share of equals who have it, 1 where only guessing would."""
    return np.asarray((np.e * (1 + guess) / (1 - guess)) ** (-shares * (1 + guess) / guess))


def _group_means(
    n_wrong: NDArray[np.int64], alike: NDArray[np.int64]
) -> tuple[NDArray[np.int64], FloatArray]:
    levels, places = np.unique(n_wrong, return_inverse=True)
    means = np.bincount(places, weights=alike.astype(np.float64)) / np.bincount(places)
    return levels, means


def _binomial_tail(matches: int, most: int, chance: float) -> float:
    return float(bdtrc(matches - 1, most, min(max(chance, 0.0), 1.0))) if matches else 1.0


def _poisson_tail(matches: int, most: int, rate: float) -> float:
    """Chance of at least so many and not more than the source has wrong."""
    above = float(pdtrc(matches - 1, rate)) if matches else 1.0
    return max(above - 1 + float(pdtr(most, rate)), 0.0)


def _poisson_rate(levels: FloatArray, means: FloatArray, at: int) -> float:
    """Fit the logarithm of mean matches by a line, one group one observation."""
    centre = levels.mean()
    terms = np.column_stack([np.ones(len(levels)), levels - centre])
    beta = np.array([np.log(max(float(means.mean()), STILL)), 0.0])
    for _ in range(STEPS):
        rates = np.exp(terms @ beta)
        step = np.linalg.lstsq((terms * rates[:, None]).T @ terms, terms.T @ (means - rates))[0]
        beta = beta + step
        if np.abs(step).max() < STILL:
            break
    return float(np.exp(beta[0] + beta[1] * (at - centre)))
