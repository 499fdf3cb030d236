"""Figures from outside as an array: what is masked is missing."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
