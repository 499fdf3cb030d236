"""What a trainee is told after a whole paper: which ranges fell behind the rest of it."""

from collections.abc import Sequence

import numpy as np

from itembank.adaptive.feedback import FEWEST, RangeResult

TIERS = 2


def ranges_of_paper(areas: Sequence[str], shares: Sequence[float]) -> list[RangeResult]:
    """Return each range of the second tier against all others of the paper.

    ``shares`` are of the marks of each item. A range is weak or strong where it lies more than a
    standard error of the difference from the rest; nothing is said of a few items.

    Examples
    --------
    >>> found = ranges_of_paper(["A-A-A"] * 4 + ["A-B"] * 8 + ["B"], [0.0] * 4 + [1.0] * 9)
    >>> [(each.area, each.n_right, each.n_given, each.verdict) for each in found]
    [('A-A', 0, 4, 'weak'), ('A-B', 8, 8, 'strong'), ('B', 1, 1, 'few')]
    """
    tops = np.array(["-".join(area.split("-")[:TIERS]) for area in areas])
    earned = np.array(shares, dtype=np.float64)
    found = []
    for area in sorted(set(tops.tolist())):
        is_own = tops == area
        n_right = int((earned[is_own] >= 1).sum())
        verdict = _verdict(earned[is_own], earned[~is_own])
        found.append(RangeResult(area, int(is_own.sum()), n_right, verdict))
    return found


def _verdict(own: np.ndarray, others: np.ndarray) -> str:
    if min(own.size, others.size) < FEWEST:
        return "few"
    chance = (others.sum() + 1) / (others.size + 2)  # never quite 0 or 1
    spread = np.sqrt(chance * (1 - chance) * (1 / own.size + 1 / others.size))
    distance = (own.mean() - chance) / spread
    return "weak" if distance <= -1 else "strong" if distance >= 1 else "usual"
