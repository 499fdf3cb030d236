"""Persons whose answers do not follow the model, with the ability's own uncertainty allowed for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.ability import Abilities, estimate_abilities
from scoring.figures import figures_of
from scoring.irt.calibration import Calibration
from scoring.irt.functions import family_slants
from scoring.moments import FloatArray


@dataclass(frozen=True)
class PersonFit:
    """Standardized log likelihoods, shape (n_persons,); low is unusual, NaN is unknown.

    Attributes
    ----------
    plain
        l_z (Zh): as if the ability were known; too narrow, so that too few are found.
    corrected
        l_z*: approximately standard normal.
    abilities
        Those it was found at.
    """

    plain: FloatArray
    corrected: FloatArray
    abilities: Abilities


def corrected_person_fit(
    calibration: Calibration, responses: ArrayLike, method: str = "wle"
) -> PersonFit:
    """Return l_z and l_z* of each person, for any model.

    What the log likelihood shares with the equation that gave the ability is taken out of it.

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_persons, n_items)
        Categories from 0; NaN is missing.
    method : {"wle", "ml", "map"}
        A posterior mean solves no such equation.

    Raises
    ------
    ValueError
        If the method is another.

    References
    ----------
    .. [1] Snijders (2001), "Asymptotic null distribution of person fit statistics with estimated
       person parameter", Psychometrika 66, 331-342.
    .. [2] Sinharay (2016), "Asymptotically correct standardization of person-fit statistics
       beyond dichotomous items", Psychometrika 81, 992-1013.
    """
    if method not in ("wle", "ml", "map"):
        msg = f"a method is wle, ml or map: {method!r}"
        raise ValueError(msg)
    data = figures_of(responses)
    abilities = estimate_abilities(calibration, data, method)
    is_finite = np.isfinite(abilities.values)
    sums = _Sums(len(data))
    theta = np.where(is_finite, abilities.values, 0.0)
    families = zip(calibration.layout.families, family_slants(calibration, theta), strict=True)
    for family, own in families:
        responses_of = data[:, family.items].T
        sums.add(np.exp(own.log_chances), own.log_chances, own.first, responses_of)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = sums.logs / np.sqrt(sums.log_variance)
        share = sums.both / sums.information
        spread = sums.log_variance - share * sums.both
        corrected = (sums.logs - share * sums.slopes) / np.sqrt(spread)
    is_known = is_finite & (spread > 1e-9 * sums.log_variance)
    return PersonFit(
        np.where(is_finite, plain, np.nan), np.where(is_known, corrected, np.nan), abilities
    )


class _Sums:
    """Sums over each person's items: observed less expected, variances, covariance."""

    def __init__(self, n: int) -> None:
        self.logs, self.slopes = np.zeros((2, n))
        self.log_variance, self.information, self.both = np.zeros((3, n))

    def add(
        self, chances: FloatArray, logs: FloatArray, slopes: FloatArray, given: FloatArray
    ) -> None:
        """Add items: curves of shape (n_items, n_categories, n_persons), responses transposed."""
        has = ~np.isnan(given)
        chosen = np.nan_to_num(given).astype(np.int64)[:, None]
        mean = (chances * logs).sum(axis=1)
        apart = logs - mean[:, None]
        self.logs += (np.take_along_axis(apart, chosen, axis=1)[:, 0] * has).sum(axis=0)
        self.slopes += (np.take_along_axis(slopes, chosen, axis=1)[:, 0] * has).sum(axis=0)
        self.log_variance += ((chances * apart**2).sum(axis=1) * has).sum(axis=0)
        self.information += ((chances * slopes**2).sum(axis=1) * has).sum(axis=0)
        self.both += ((chances * apart * slopes).sum(axis=1) * has).sum(axis=0)
