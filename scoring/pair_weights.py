"""What speaks for a pair before its answers are looked at: seats near by, answers at one time.

All pairs of n persons stand in one row: (0, 1), (0, 2), …, (n − 2, n − 1).
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.figures import figures_of
from scoring.moments import FloatArray

SEAT_COLUMNS: Final = 3


def pair_places(first: ArrayLike, second: ArrayLike, n: int) -> NDArray[np.int64]:
    """Return where pairs stand in the row of all pairs; first below second.

    Examples
    --------
    >>> pair_places([0, 1], [2, 2], 3)
    array([1, 2])
    """
    i, j = np.asarray(first, np.int64), np.asarray(second, np.int64)
    if not ((i >= 0) & (i < j) & (j < n)).all():
        raise ValueError(f"pairs are places of {n} persons, the first below the second")
    return np.asarray(i * n - i * (i + 1) // 2 + j - i - 1)


def pair_weights(
    *,
    seats: ArrayLike | None = None,
    minutes: ArrayLike | None = None,
    seat_reach: float = 2.0,
    minute_reach: float = 2.0,
    floor: float = 0.1,
) -> FloatArray:
    """Weigh all pairs by how near they sat and at how much the same time they answered.

    For ``scoring.similarity.adjusted_p``: weights of all pairs have a mean of 1. What is unknown
    of a pair counts as far; a far pair keeps the floor, so that nothing is ruled out.

    Parameters
    ----------
    seats : array_like, shape (n_persons, 3), optional
        Room (any figure), row, column; persons of different rooms are far.
    minutes : array_like, shape (n_persons, n_items), optional
        When each item was answered, from a common start; NaN where unknown.
    seat_reach, minute_reach : float
        Distance, and mean difference of times, at which nearness has fallen to 1/e.
    floor : float
        Above 0.

    Raises
    ------
    ValueError
        If neither is given, shapes do not fit, or a reach or the floor is not above 0.

    Examples
    --------
    >>> pair_weights(seats=[[1, 1, 1], [1, 1, 2], [2, 1, 1]]).round(2)
    array([2.29, 0.35, 0.35])
    """
    kinds = [
        (_seat_distances, seats, seat_reach),
        (_minute_distances, minutes, minute_reach),
    ]
    known = [(act, figures_of(data), reach) for act, data, reach in kinds if data is not None]
    if not known or floor <= 0 or min(reach for _, _, reach in known) <= 0:
        raise ValueError("seats or minutes are needed, and reaches and a floor above 0")
    if len({len(data) for _, data, _ in known}) > 1:
        raise ValueError("seats and minutes are of different persons")
    nearness: FloatArray = np.ones(1)
    for act, data, reach in known:
        apart = act(data)
        nearness = nearness * np.exp(-np.where(np.isnan(apart), np.inf, apart) / reach)
    raw = floor + (1 - floor) * nearness
    return np.asarray(raw / raw.mean()) if raw.size else raw


def _seat_distances(seats: FloatArray) -> FloatArray:
    if seats.ndim != 2 or seats.shape[1] != SEAT_COLUMNS:  # noqa: PLR2004 - a matrix
        raise ValueError(f"a seat is room, row and column: {seats.shape}")
    i, j = np.triu_indices(len(seats), 1)
    apart = np.hypot(*(seats[i] - seats[j])[:, 1:].T)
    return np.where(seats[i, 0] == seats[j, 0], apart, np.nan)


def _minute_distances(minutes: FloatArray) -> FloatArray:
    has = ~np.isnan(minutes)
    filled = np.where(has, minutes, 0.0)
    found = []
    for place in range(len(minutes) - 1):
        both = has[place + 1 :] & has[place]
        gaps = (np.abs(filled[place + 1 :] - filled[place]) * both).sum(axis=1)
        n = both.sum(axis=1)
        found.append(np.where(n > 0, gaps / np.maximum(n, 1), np.nan))
    return np.concatenate(found) if found else np.zeros(0)
