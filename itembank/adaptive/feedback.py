"""What a trainee is told: how much would be right on the whole bank, and what is weak."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.adaptive.pool import NODES, AdaptivePool
from scoring.item_response import success_chances

SURE = 1.645  # standard errors: 90 of 100 true levels lie within
FEWEST = 4  # items of a range, below which nothing is said of it


@dataclass(frozen=True)
class Level:
    """Shares of right answers expected on the whole pool, and how they lie to the cut."""

    share: float
    low: float
    high: float
    verdict: str  # above, below, open


@dataclass(frozen=True)
class RangeResult:
    """How the items of a range went, against what the level lets expect."""

    area: str
    n_given: int
    n_right: int
    verdict: str  # weak, strong, usual, few


def level_of(pool: AdaptivePool, ability: float, standard_error: float, cut: float) -> Level:
    """Return a level with its uncertainty; ``open`` while the cut lies within."""
    expected = np.exp(pool.right).mean(axis=1)
    low, high = ability - SURE * standard_error, ability + SURE * standard_error
    verdict = "above" if low >= cut else "below" if high < cut else "open"
    shares = np.interp([ability, low, high], NODES, expected)
    return Level(float(shares[0]), float(shares[1]), float(shares[2]), verdict)


def ranges_of(
    pool: AdaptivePool, given: Sequence[int], rights: Sequence[bool], ability: float
) -> list[RangeResult]:
    """Return each top range: weak where clearly fewer were right than the level lets expect.

    Examples
    --------
    >>> from itembank.adaptive.pool import ItemCurve
    >>> from itembank.demands import Demand, PoolItem
    >>> items = tuple(PoolItem(f"i{n}", "single", "A-B", f"A-B-{n}") for n in range(4))
    >>> pool = AdaptivePool(items, (ItemCurve(1.0, 0.0),) * 4, Demand({"single": 4}))
    >>> ranges_of(pool, [0, 1, 2, 3], [False] * 4, 0.0)
    [RangeResult(area='A', n_given=4, n_right=0, verdict='weak')]
    """
    chances = success_chances(np.array([ability]), *pool.parameters)[0]
    areas = [pool.items[place].area.partition("-")[0] for place in given]
    found = []
    for area in sorted(set(areas)):
        own = [n for n, each in enumerate(areas) if each == area]
        expected = chances[[given[n] for n in own]]
        n_right = sum(rights[n] for n in own)
        distance = (n_right - expected.sum()) / np.sqrt((expected * (1 - expected)).sum())
        verdict = "weak" if distance <= -1 else "strong" if distance >= 1 else "usual"
        found.append(RangeResult(area, len(own), n_right, verdict if len(own) >= FEWEST else "few"))
    return found
