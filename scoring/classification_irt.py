"""How often decisions by ability or by number right are right, from an item response model."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from scoring.classification import Classification, summed
from scoring.equating.item_scores import score_shares
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
        Of persons, or of points of a population.
    cuts : array, shape (n_cuts,)
        Rising; an ability of a cut or more belongs to the class above.
    weights : array, shape (n,), optional
        Of the points; alike when not given.

    Raises
    ------
    UnfitDataError
        ``parameters_missing``, ``standard_error_not_positive``.

    References
    ----------
    .. [1] Rudner (2005), "Expected classification accuracy", Practical Assessment, Research &
       Evaluation 10 (13).
    """
    theta, errors = np.asarray(abilities, np.float64), np.asarray(standard_errors, np.float64)
    borders = np.atleast_1d(np.asarray(cuts, np.float64))
    if np.isnan(theta).any() or np.isnan(errors).any():
        raise UnfitDataError("parameters_missing")
    if not (errors > 0).all():
        raise UnfitDataError("standard_error_not_positive")
    above = ndtr((theta[:, None] - borders) / errors[:, None])
    return _weighed(_differences(above), np.searchsorted(borders, theta, side="right"), weights)


def classify_number_right(
    chances: FloatArray, cuts: ArrayLike, weights: ArrayLike | None = None
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

    References
    ----------
    .. [1] Lee (2010), "Classification consistency and accuracy for complex assessments using
       item response theory", Journal of Educational Measurement 47, 1-17.
    """
    borders = np.atleast_1d(np.asarray(cuts, np.float64))
    shares = score_shares(chances)
    reached = np.arange(chances.shape[1] + 1)[:, None] >= borders
    true = np.searchsorted(borders, chances.sum(axis=1), side="right")
    return _weighed(_differences(shares @ reached.astype(np.float64)), true, weights)


def _differences(above: FloatArray) -> FloatArray:
    n = len(above)
    full = np.concatenate([np.ones((n, 1)), above, np.zeros((n, 1))], axis=1)
    return np.asarray(full[:, :-1] - full[:, 1:])


def _weighed(
    chances: FloatArray, true: NDArray[np.signedinteger], weights: ArrayLike | None
) -> Classification:
    n, n_classes = chances.shape
    share = np.ones(n) if weights is None else np.asarray(weights, np.float64)
    share = share / share.sum()
    is_true = true[:, None] == np.arange(n_classes)
    weighted = chances * share[:, None]
    return summed(is_true.astype(np.float64).T @ weighted, chances.T @ weighted)
