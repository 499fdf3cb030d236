"""Which options are chosen, by whom: the figures behind a distractor plot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.classical import correlation, shares
from scoring.figures import figures_of, finite_figures
from scoring.moments import FloatArray

QUARTERS = 4
THIRDS = 3
FEWEST_FOR_QUARTERS = 100  # 25 persons a quarter; below that thirds say more
PERSONS_BY_OPTIONS = 2


@dataclass(frozen=True)
class OptionStatistics:
    """How often each option was chosen and by whom; undefined values are NaN.

    Attributes
    ----------
    counts
        Persons who chose the option, shape (n_options,).
    shares
        The same as a share of all persons, shape (n_options,).
    correlations
        Point-biserial correlation of choosing the option with the rest score, shape
        (n_options,). The key's is the item's corrected discrimination when the item is marked
        right or wrong by that option alone.
    """

    counts: NDArray[np.int64]
    shares: FloatArray
    correlations: FloatArray


def option_statistics(chosen: ArrayLike, rest_scores: ArrayLike) -> OptionStatistics:
    """Count the choices of an item's options and correlate them with the rest score.

    Parameters
    ----------
    chosen : array of bool, shape (n_persons, n_options)
        Whether the person chose the option; several may be chosen, or none.
    rest_scores : array, shape (n_persons,)
        Total mark without the item.

    Returns
    -------
    OptionStatistics

    Raises
    ------
    ValueError
        If the shapes do not fit, or a choice is not known.

    References
    ----------
    .. [1] Haladyna (2004), *Developing and Validating Multiple-Choice Test Items*, 3rd ed.,
       chapter 9. Erlbaum.

    Examples
    --------
    >>> chosen = [[1, 0], [1, 0], [0, 1], [0, 1]]
    >>> found = option_statistics(chosen, [3, 2, 1, 0])
    >>> found.counts, found.correlations.round(3)
    (array([2, 2]), array([ 0.894, -0.894]))
    """
    picked, rest = _picked(chosen), finite_figures(rest_scores)
    if picked.ndim != PERSONS_BY_OPTIONS or rest.shape != picked.shape[:1]:
        msg = f"choices {picked.shape} and rest scores {rest.shape} do not fit"
        raise ValueError(msg)
    counts = picked.sum(axis=0)
    return OptionStatistics(
        counts=counts.astype(np.int64),
        shares=shares(counts, np.full(counts.shape, float(len(rest)))),
        correlations=np.array([correlation(each, rest) for each in picked.T], dtype=np.float64),
    )


def quantile_groups(scores: ArrayLike, n_groups: int) -> NDArray[np.int64]:
    """Divide persons into groups of about equal size by their score, the lowest first.

    Equal scores stay together, so that groups may differ in size or stay empty.

    Parameters
    ----------
    scores : array, shape (n_persons,)
        Total marks.
    n_groups : int
        How many groups, at least 1.

    Returns
    -------
    ndarray of int, shape (n_persons,)
        The group of each person, 0 … ``n_groups`` - 1. A score on a border belongs below it
        (borders are linearly interpolated quantiles).

    Raises
    ------
    ValueError
        If there is no person or no group, or a score is missing or infinite.

    Examples
    --------
    >>> quantile_groups([10, 40, 20, 30, 40], 2)
    array([0, 1, 0, 0, 1])
    """
    totals = finite_figures(scores)
    if np.isnan(totals).any():
        raise ValueError("a score is missing")
    if totals.ndim != 1 or totals.size == 0 or n_groups < 1 or n_groups != int(n_groups):
        msg = f"{n_groups} groups of {totals.shape} scores"
        raise ValueError(msg)
    borders = np.quantile(totals, np.arange(1, n_groups) / n_groups)
    return np.searchsorted(borders, totals, side="left").astype(np.int64)


def group_shares(chosen: ArrayLike, groups: ArrayLike, n_groups: int) -> FloatArray:
    """Return which share of each group chose each option: the curves of a distractor plot.

    Parameters
    ----------
    chosen : array of bool, shape (n_persons, n_options)
        Whether the person chose the option.
    groups : array of int, shape (n_persons,)
        The group of each person, as ``quantile_groups`` gives it.
    n_groups : int
        How many groups there are.

    Returns
    -------
    ndarray, shape (n_groups, n_options)
        Shares in [0, 1]; NaN for an empty group.

    Raises
    ------
    ValueError
        If the shapes do not fit, a choice is not known, or a group is none of them.

    Examples
    --------
    >>> group_shares([[1, 0], [0, 1], [0, 1]], [0, 0, 1], 2)
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    picked, group = _picked(chosen), np.asarray(groups)
    if picked.ndim != PERSONS_BY_OPTIONS or group.shape != picked.shape[:1]:
        raise ValueError(f"choices {picked.shape} and groups {group.shape} do not fit")
    if not np.isin(group, np.arange(n_groups)).all():
        raise ValueError(f"groups from 0 to {n_groups - 1}: {group!r}")
    is_in = group[None, :] == np.arange(n_groups)[:, None]
    sizes = is_in.sum(axis=1, keepdims=True).astype(np.float64)
    return shares(
        is_in.astype(np.float64) @ picked, np.broadcast_to(sizes, (n_groups, picked.shape[1]))
    )


def _picked(chosen: ArrayLike) -> FloatArray:
    picked = figures_of(chosen)
    if not np.isin(picked, (0, 1)).all():
        raise ValueError("an option is chosen or not: true or false")
    return picked


def groups_for(n_persons: int) -> int:
    """Return how many score groups a plot can bear: quarters, or thirds when data is thin.

    Examples
    --------
    >>> groups_for(300), groups_for(60)
    (4, 3)
    """
    return QUARTERS if n_persons >= FEWEST_FOR_QUARTERS else THIRDS
