"""How scores are spread over a scale: shares, percentile ranks and their inverse, moments."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.figures import figures_of
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

NEAR: Final = 1e-9
IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Spread:
    """Shares of persons at whole scores 0 … n, shape (n + 1,), and how many persons there are."""

    shares: FloatArray
    n_persons: float

    @property
    def scores(self) -> FloatArray:
        """The scale's scores."""
        return np.arange(len(self.shares), dtype=np.float64)

    @property
    def mean(self) -> float:
        """Mean score."""
        return float(self.shares @ self.scores)

    def central(self, power: int) -> float:
        """Central moment, over persons (not n - 1)."""
        return float(self.shares @ (self.scores - self.mean) ** power)

    @property
    def sd(self) -> float:
        """Standard deviation, by n - 1."""
        n = self.n_persons
        return float(np.sqrt(self.central(2) * n / (n - 1)))

    def ranks(self, at: FloatArray) -> FloatArray:
        """Share below a score, a score's persons being spread evenly half a point around it.

        References
        ----------
        .. [1] Kolen & Brennan (2014), *Test equating, scaling, and linking*, formula 2.14.
        """
        below = np.concatenate([[0.0], np.cumsum(self.shares)])
        edges = np.arange(len(below)) - 0.5
        found = np.interp(at, edges, below)
        return np.where(found > 1 - NEAR, 1.0, np.where(found < NEAR, 0.0, found))

    def score_at(self, ranks: FloatArray) -> FloatArray:
        """Score below which a share of persons lies: the inverse of ``ranks``.

        Where nobody has a score any point between the scores on either side would do: the middle
        is taken, so that such a score alone is worth itself on the same form. A share of 0 is -0.5.

        References
        ----------
        .. [1] Kolen & Brennan (2014), section 2.5 (the mean of both inverses).
        """
        total = np.cumsum(self.shares)
        last = len(total) - 1

        def inverse(place: IntArray) -> FloatArray:
            at = np.minimum(place, last)
            below = np.where(at > 0, total[at - 1], 0.0)
            step = np.where(self.shares[at] > 0, self.shares[at], 1.0)
            return np.asarray(np.clip((ranks - below) / step, 0.0, 1.0) + at - 0.5)

        inside = inverse(np.searchsorted(total, ranks + NEAR, side="right"))
        if (self.shares == 0).any():
            inside = (inside + inverse(np.searchsorted(total, ranks - NEAR, side="left"))) / 2
        found = np.where(ranks <= 0, -0.5, np.where(ranks >= 1, last + 0.5, inside))
        return np.asarray(found, dtype=np.float64)


def spread_of(scores: ArrayLike, n_points: float) -> Spread:
    """Count whole scores from 0 to ``n_points``, a whole number.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``missing_scores``, ``scores_off_scale``, ``no_variation``.
    ValueError
        If scores are not one a person, or the greatest is no whole number above 0.
    """
    data = figures_of(scores)
    if data.ndim != 1:
        raise ValueError(f"scores are one a person: {data.shape}")
    if not 0 < n_points < np.inf or n_points != int(n_points):
        raise ValueError(f"a greatest score is a whole number above 0: {n_points!r}")
    if data.size < 2:  # noqa: PLR2004 - two differ at least
        raise UnfitDataError("too_few_persons", str(data.size))
    if np.isnan(data).any():
        raise UnfitDataError("missing_scores")
    whole = np.rint(data)
    if np.abs(whole - data).max() > NEAR or whole.min() < 0 or whole.max() > n_points:
        raise UnfitDataError("scores_off_scale", f"whole scores from 0 to {n_points}")
    if np.ptp(whole) == 0:
        raise UnfitDataError("no_variation")
    counts = np.bincount(whole.astype(np.int64), minlength=int(n_points) + 1)
    return Spread(counts / data.size, float(data.size))
