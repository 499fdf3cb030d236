"""Figures of an item that was on several forms of one exam session, put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, tanh
from typing import Final

FEWEST_FOR_R: Final = 4  # persons: Fisher's z has a variance from here on
MOST_R: Final = 0.999999


@dataclass(frozen=True)
class Measured:
    """How an item did: persons, mean share of the mark, item-rest correlation."""

    persons: int
    difficulty: float | None
    discrimination: float | None


def pooled(parts: Sequence[Measured]) -> Measured:
    """Return figures of all persons together.

    The share of the mark is exact: the mean over all persons. Each form has a rest of its own, so
    the correlations are averaged as Fisher's z, each with its weight of n - 3.

    Raises
    ------
    ValueError
        If there is nothing to put together.

    References
    ----------
    .. [1] Hedges & Olkin (1985), *Statistical Methods for Meta-Analysis*, chapter 11.

    Examples
    --------
    >>> found = pooled([Measured(10, 0.4, 0.2), Measured(30, 0.8, 0.4)])
    >>> found.persons, round(found.difficulty, 2), round(found.discrimination, 2)
    (40, 0.7, 0.36)
    """
    if not parts:
        msg = "nothing to put together"
        raise ValueError(msg)
    shares = [(each.persons, each.difficulty) for each in parts if each.difficulty is not None]
    counted = sum(n for n, _ in shares)
    rs = [
        (each.persons - 3, atanh(max(-MOST_R, min(MOST_R, each.discrimination))))
        for each in parts
        if each.discrimination is not None and each.persons >= FEWEST_FOR_R
    ]
    weight = sum(n for n, _ in rs)
    alone = parts[0].discrimination if len(parts) == 1 else None
    return Measured(
        sum(each.persons for each in parts),
        sum(n * p for n, p in shares) / counted if counted else None,
        tanh(sum(n * z for n, z in rs) / weight) if weight and alone is None else alone,
    )
