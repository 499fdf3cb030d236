"""How scores are spread: bins in which a cut score is a border."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.figures import figures_of
from scoring.moments import FloatArray

TINY = 1e-9


@dataclass(frozen=True)
class Bins:
    """A histogram: ``edges`` of shape (n_bins + 1,) and ``counts`` of shape (n_bins,).

    A bin holds its lower edge, not its upper one; the last holds both.
    """

    edges: FloatArray
    counts: NDArray[np.int64]


def score_bins(
    scores: ArrayLike, *, cut: float | None = None, width: float = 5.0, most: float = 100.0
) -> Bins:
    """Count scores in bins of equal width from 0 to ``most``, a cut score being a border.

    Parameters
    ----------
    scores : array, shape (n_persons,)
        Scores in [0, ``most``].
    cut : float, optional
        A border is put here, so that no bar mixes those below with those at or above it. The
        outermost bins are then cut short where the scale ends.
    width : float
        Width of a bin, positive.
    most : float
        End of the scale.

    Returns
    -------
    Bins

    Raises
    ------
    ValueError
        If the width is not positive or a score lies outside the scale.

    Examples
    --------
    >>> found = score_bins([59.9, 60, 100], cut=60, width=20)
    >>> found.edges, found.counts
    (array([  0.,  20.,  40.,  60.,  80., 100.]), array([0, 0, 1, 1, 1]))
    >>> score_bins([], cut=62, width=50).edges
    array([  0.,  12.,  62., 100.])
    """
    values = figures_of(scores)
    if width <= 0:
        msg = f"a bin has a width: {width!r}"
        raise ValueError(msg)
    if values.size and not (values.min() >= 0 and values.max() <= most):
        msg = f"scores from {values.min()} to {values.max()} lie outside 0 to {most}"
        raise ValueError(msg)
    anchor = 0.0 if cut is None else cut
    steps = np.arange(np.ceil(-anchor / width), np.floor((most - anchor) / width) + 1)
    inside = anchor + steps * width
    inside = inside[(inside > TINY) & (inside < most - TINY)]
    edges = np.concatenate([[0.0], inside, [most]])
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return Bins(edges, np.bincount(places, minlength=len(edges) - 1).astype(np.int64))
