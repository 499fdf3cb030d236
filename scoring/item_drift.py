"""Whether items became easier or harder than the rest of a test since an earlier administration."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from scoring.figures import figures_of
from scoring.moments import NOISE, FloatArray
from scoring.refusals import UnfitDataError
from scoring.similarity import adjusted_p

FEWEST_ITEMS: Final = 5  # below, nobody can tell items that moved from candidates who differ
LARGE: Final = 0.5  # logits
FALSE_ALARMS: Final = 0.05


@dataclass(frozen=True)
class Drift:
    """How items moved against the others, in logits; above 0 is easier now.

    Attributes
    ----------
    overall
        The median change: what all items have in common is put down to the candidates.
    shifts, standard_errors
        Each item's change less that, and its error by the binomial.
    p_values
        Two-sided, adjusted for the number of items.
    has_moved
        A large shift that chance hardly explains.
    """

    overall: float
    shifts: FloatArray
    standard_errors: FloatArray
    p_values: FloatArray
    has_moved: NDArray[np.bool_]


def drift_of(p_then: ArrayLike, n_then: ArrayLike, p_now: ArrayLike, n_now: ArrayLike) -> Drift:
    """Compare shares of the mark of the same items at two times.

    Parameters
    ----------
    p_then, p_now : array, shape (n_items,)
        Mean shares of the mark, 0 to 1.
    n_then, n_now : array, shape (n_items,)
        Persons.

    Raises
    ------
    UnfitDataError
        ``too_few_common_items``.
    ValueError
        If shapes do not fit, a share does not lie between 0 and 1, or persons are negative.

    References
    ----------
    .. [1] Angoff & Ford (1973), "Item-race interaction on a test of scholastic aptitude", Journal
       of Educational Measurement 10, 95-106 (the delta plot, here with a common shift).

    Examples
    --------
    >>> then, now = [0.5] * 6, [0.6] * 5 + [0.9]
    >>> drift_of(then, [300] * 6, now, [300] * 6).has_moved
    array([False, False, False, False, False,  True])
    """
    old, new, n_old, n_new = (figures_of(each) for each in (p_then, p_now, n_then, n_now))
    shares = np.concatenate([old, new])
    if not old.shape == new.shape == n_old.shape == n_new.shape or old.ndim != 1:
        raise ValueError(f"{old.shape}, {n_old.shape}, {new.shape}, {n_new.shape} do not fit")
    if (
        not ((shares >= 0) & (shares <= 1 + NOISE)).all()
        or not (np.minimum(n_old, n_new) >= 0).all()
    ):
        raise ValueError(f"shares from 0 to 1, of at least no persons: {shares!r}")
    old, new = np.minimum(old, 1.0), np.minimum(new, 1.0)  # a sum of shares may be rounded up
    if old.size < FEWEST_ITEMS:
        raise UnfitDataError("too_few_common_items", str(old.size))
    before, old_variance = _logits(old, n_old)
    after, new_variance = _logits(new, n_new)
    overall = float(np.median(after - before))
    shifts = after - before - overall
    errors = np.sqrt(old_variance + new_variance)
    p_values = adjusted_p(2 * ndtr(-np.abs(shifts) / errors), old.size)
    has_moved = (p_values < FALSE_ALARMS) & (np.abs(shifts) >= LARGE)
    return Drift(overall, shifts, errors, p_values, has_moved)


def _logits(shares: FloatArray, persons: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return logits and their variances; half a person more on each side keeps them finite."""
    right, wrong = shares * persons + 0.5, (1 - shares) * persons + 0.5
    return np.log(right / wrong), 1 / right + 1 / wrong
