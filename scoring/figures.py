"""Figures from outside as an array: what is masked is missing."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.refusals import UnfitDataError

ROUNDING = 1e-9


def figures_of(values: ArrayLike) -> NDArray[np.float64]:
    """Return values as floats; a masked one is missing (NaN), never what stands behind the mask.

    Nothing is copied where nothing is masked and the values are floats already.

    Raises
    ------
    ValueError
        If a value is no figure, or rows differ in length.

    Examples
    --------
    >>> figures_of(np.ma.masked_array([1.0, 9.0], mask=[False, True]))
    array([ 1., nan])
    """
    if isinstance(values, np.ma.MaskedArray):
        return np.asarray(np.ma.filled(values.astype(np.float64), np.nan))
    try:
        return np.asarray(values, dtype=np.float64)
    except TypeError as error:
        raise ValueError(f"a value is no figure: {error}") from error


def finite_figures(values: ArrayLike) -> NDArray[np.float64]:
    """Return values as ``figures_of`` does; an infinite one is misuse.

    Raises
    ------
    ValueError
        If a value is infinite or no figure, or rows differ in length.

    Examples
    --------
    >>> finite_figures([[1, None]])
    array([[ 1., nan]])
    """
    found = figures_of(values)
    if np.isinf(found).any():
        raise ValueError(f"a value is infinite: {found[np.isinf(found)][0]}")
    return found


def choices_of(choices: ArrayLike, n_options: int | None = None) -> NDArray[np.int64]:
    """Return places of chosen options from 0, -1 where none was chosen (missing or masked, too).

    Raises
    ------
    ValueError
        If a choice is no whole number, or beyond the options.

    Examples
    --------
    >>> choices_of([2, None, -1])
    array([ 2, -1, -1])
    """
    given = figures_of(choices)
    found = np.where(np.isnan(given), -1, given)
    places = np.rint(np.clip(found, -1, 2**31)).astype(np.int64)
    is_wrong = (places != found) & (found >= 0)
    if n_options is not None:
        is_wrong |= places >= n_options
    if is_wrong.any():
        raise ValueError(f"no place of one of {n_options or 'some'} options: {given[is_wrong][0]}")
    return np.asarray(places)


def checked_chances(chances: ArrayLike) -> NDArray[np.float64]:
    """Return chances as an array, options last.

    Raises
    ------
    UnfitDataError
        ``parameters_missing``.
    ValueError
        If a chance does not lie between 0 and 1.
    """
    shares = figures_of(chances)
    if not shares.ndim or not np.isfinite(shares).all():
        raise UnfitDataError("parameters_missing")
    if shares.size and not (shares.min() >= 0 and shares.max() <= 1 + ROUNDING):
        raise ValueError(f"chances from {shares.min()} to {shares.max()}")
    return shares
