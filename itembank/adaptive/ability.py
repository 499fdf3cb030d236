"""What is known of an ability while a test goes on: a posterior over fixed abilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from itembank.adaptive.pool import NODES, AdaptivePool
from itembank.adaptive.rules import Stop

FloatArray = NDArray[np.float64]
PRIOR = -(NODES**2) / 2  # of a population N(0, 1)


@dataclass(frozen=True)
class Known:
    """An ability so far, its standard error (logits), and the log ratio at a cut."""

    ability: float
    standard_error: float
    log_ratio: float


def known_so_far(
    pool: AdaptivePool, stop: Stop, given: Sequence[int], rights: Sequence[bool]
) -> Known:
    """Return what the answers say: the posterior's mean and SD (EAP).

    Examples
    --------
    >>> from itembank.adaptive.pool import ItemCurve
    >>> from itembank.demands import Demand, PoolItem
    >>> pool = AdaptivePool((PoolItem("i", "single", "A", "A-1"),), (ItemCurve(1.0, 0.0),),
    ...                     Demand({"single": 1}))
    >>> known = known_so_far(pool, Stop("length", 1, 1), [0], [True])
    >>> round(known.ability, 2), round(known.standard_error, 2), known.log_ratio > 0
    (0.41, 0.91, True)
    """
    likelihood = log_likelihood(pool, given, rights)
    values, errors = means_and_errors((PRIOR + likelihood)[None, :])
    below, above = np.interp([stop.cut - stop.reach, stop.cut + stop.reach], NODES, likelihood)
    return Known(float(values[0]), float(errors[0]), float(above - below))


def log_likelihood(pool: AdaptivePool, given: Sequence[int], rights: Sequence[bool]) -> FloatArray:
    """Return the log likelihood of the answers at the nodes."""
    places, answers = np.asarray(given, np.int64), np.asarray(rights, bool)
    own = np.where(answers, pool.right[:, places], pool.wrong[:, places])
    total: FloatArray = own.sum(axis=1)
    return total


def means_and_errors(posteriors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and SD of each row of log posteriors over the nodes."""
    weights = np.exp(posteriors - posteriors.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    means = weights @ NODES
    return means, np.sqrt(np.maximum(weights @ NODES**2 - means**2, 0))
