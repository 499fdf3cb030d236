"""How often decisions by ability or by number right are right, from an item response model."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from scoring.classification import Classification, rising_cuts, summed
from scoring.equating.item_scores import score_shares
from scoring.figures import figures_of
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError


def classify_abilities(
    abilities: ArrayLike,
    standard_errors: ArrayLike,
    cuts: ArrayLike,
    weights: ArrayLike | None = None,
) -> Classification:
    """Rudner's indices: estimates spread normally about each ability.

    Parameters
    ----------
    abilities, standard_errors : array, shape (n,)
        Of persons, or of points of a population. An ability may be infinite.
    cuts : array, shape (n_cuts,)
        Rising; an ability of a cut or more belongs to the class above.
    weights : array, shape (n,), optional
        Of the points; alike when not given.

    Raises
    ------
    UnfitDataError
        ``parameters_missing``, ``standard_error_not_positive``, ``cut_off_scale``.
    ValueError
        If shapes do not fit, or weights are no shares.

    References
    ----------
    .. [1] Rudner (2005), "Expected classification accuracy", Practical Assessment, Research &
       Evaluation 10 (13).
    """
    theta, errors, borders = figures_of(abilities), figures_of(standard_errors), rising_cuts(cuts)
    if theta.ndim != 1 or theta.shape != errors.shape:
        raise ValueError(f"abilities {theta.shape} and errors {errors.shape} do not fit")
    if not theta.size or np.isnan(theta).any() or not np.isfinite(errors).all():
        raise UnfitDataError("parameters_missing")
    if not (errors > 0).all():
        raise UnfitDataError("standard_error_not_positive")
    above = ndtr((theta[:, None] - borders) / errors[:, None])
    return _weighed(_differences(above), np.searchsorted(borders, theta, side="right"), weights)


def classify_number_right(
    chances: ArrayLike, cuts: ArrayLike, weights: ArrayLike | None = None
) -> Classification:
    """Lee's indices: numbers right spread about the expected one as the model says.

    Parameters
    ----------
    chances : ndarray, shape (n_points, n_items)
        Of a right answer, at each ability.
    cuts : array, shape (n_cuts,)
        Numbers right from which a person is in the class above.
    weights : array, shape (n_points,), optional
        Of the points; alike when not given.

    Raises
    ------
    UnfitDataError
        ``parameters_missing``, ``cut_off_scale``.
    ValueError
        If shapes do not fit, a chance is none, or weights are no shares.

    References
    ----------
    .. [1] Lee (2010), "Classification consistency and accuracy for complex assessments using
       item response theory", Journal of Educational Measurement 47, 1-17.
    """
    right, borders = figures_of(chances), rising_cuts(cuts)
    if not right.size or np.isnan(right).any():
        raise UnfitDataError("parameters_missing")
    if right.ndim != 2 or right.min() < 0 or right.max() > 1:  # noqa: PLR2004 - points and items
        raise ValueError(f"chances from 0 to 1, points by items: {right.shape}, {right.max()}")
    shares = score_shares(right)
    reached = np.arange(right.shape[1] + 1)[:, None] >= borders
    true = np.searchsorted(borders, right.sum(axis=1), side="right")
    return _weighed(_differences(shares @ reached.astype(np.float64)), true, weights)


def _differences(above: FloatArray) -> FloatArray:
    n = len(above)
    full = np.concatenate([np.ones((n, 1)), above, np.zeros((n, 1))], axis=1)
    return np.asarray(full[:, :-1] - full[:, 1:])


def _weighed(
    chances: FloatArray, true: NDArray[np.signedinteger], weights: ArrayLike | None
) -> Classification:
    n, n_classes = chances.shape
    share = np.ones(n) if weights is None else figures_of(weights)
    if share.shape != (n,) or not (share >= 0).all() or not 0 < share.sum() < np.inf:
        raise ValueError(f"{n} weights of at least 0, some above: {share!r}")
    share = share / share.sum()
    is_true = true[:, None] == np.arange(n_classes)
    weighted = chances * share[:, None]
    return summed(is_true.astype(np.float64).T @ weighted, chances.T @ weighted)
