"""Which item comes next: the best one that keeps the blueprint, the points and the limits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from itembank.adaptive.pool import NODES, AdaptivePool, BoolArray, FloatArray, IntArray
from itembank.adaptive.rules import Rules

OFTEN, GONE = 1, 2


@dataclass(frozen=True)
class Progress:
    """A test under way: the places given in order, the ability so far, what is left of a shadow.

    ``shadow`` are the items with which the test could be finished, blueprint and all: once a test
    has begun it can be ended well, whatever is found or not found later.
    """

    given: tuple[int, ...] = ()
    ability: float = 0.0
    shadow: tuple[int, ...] = ()


@dataclass(frozen=True)
class Choice:
    """An item's place, what had to give way for it, and what is left of its shadow.

    ``relaxed`` is ``exposure``, the limit, or ``blueprint``, that or the points.
    """

    place: int
    relaxed: str | None = None
    shadow: tuple[int, ...] = ()


def choose_item(
    pool: AdaptivePool,
    rules: Rules,
    progress: Progress,
    rng: np.random.Generator,
    barred: IntArray | None = None,
) -> Choice | None:
    """Return the next item; None when every item is given, gone, or an enemy of one.

    Parameters
    ----------
    pool : AdaptivePool
    rules : Rules
    progress : Progress
    rng : numpy.random.Generator
        Draws one of the ``n_best``.
    barred : ndarray of int, optional
        Of each item: 0, it may come; ``OFTEN``, it has come too often and comes only where nothing
        else can; ``GONE``, it must not come.

    References
    ----------
    .. [1] van der Linden (2005), *Linear Models for Optimal Test Design*, ch. 9. Springer.
    .. [2] Kingsbury & Zara (1989), Applied Measurement in Education 2, 359-375.
    """
    barred = np.zeros(len(pool.items), np.int64) if barred is None else barred
    information = pool.information[int(np.abs(NODES - progress.ability).argmin())]
    free = _free(pool, progress.given) & (barred < GONE)
    if not free.any():
        return None
    relaxed, found = _candidates(pool, rules, progress, information, np.where(free, barred, GONE))
    if rules.selection != "shadow" or relaxed == "blueprint":
        return Choice(_one_of(found, information, rules, rng), relaxed)
    place = _one_of(_due(pool, progress.given, found), information, rules, rng)
    return Choice(place, relaxed, tuple(found[found != place].tolist()))


def _candidates(
    pool: AdaptivePool,
    rules: Rules,
    progress: Progress,
    information: FloatArray,
    barred: IntArray,
) -> tuple[str | None, IntArray]:
    """Return what had to give way, and the items that may come then."""
    within = (barred < GONE) & _within_points(pool, progress.given)
    steps: list[tuple[str | None, BoolArray]] = [
        (None, within & (barred < OFTEN)),
        ("exposure", within),
    ]
    for relaxed, may in steps:
        is_shadow = rules.selection == "shadow"
        found = _shadow(pool, progress, information, may) if is_shadow else np.flatnonzero(may)
        if found.size:
            return relaxed, found
    return "blueprint", np.flatnonzero(barred < GONE)


def _one_of(
    places: IntArray, information: FloatArray, rules: Rules, rng: np.random.Generator
) -> int:
    n_best = 1 if rules.selection == "maximum" else rules.n_best
    best: IntArray = places[np.argsort(-information[places], kind="stable")[:n_best]]
    return int(best[0]) if len(best) == 1 else int(rng.choice(best))


def _free(pool: AdaptivePool, given: Sequence[int]) -> BoolArray:
    free = np.ones(len(pool.items), bool)
    for place in given:
        free[place] = False
        free[list(pool.enemies[place])] = False
    return free


def _within_points(pool: AdaptivePool, given: Sequence[int]) -> BoolArray:
    within: BoolArray = _of_points(pool, given)[pool.points] < pool.point_limits
    return within


def _of_points(pool: AdaptivePool, given: Sequence[int]) -> IntArray:
    n_points = int(pool.points.max()) + 1
    counts: IntArray = np.bincount(pool.points[list(given)], minlength=n_points)
    return counts


def _shadow(
    pool: AdaptivePool, progress: Progress, information: FloatArray, may: BoolArray
) -> IntArray:
    """Return the free items of the best whole test found that begins with the given ones.

    The cells' best items bound what a skeleton is worth; the first that can be filled with regard
    to points and enemies is taken. If none can, the test that was in hand before stands.
    """
    left = pool.skeletons - pool.counts(progress.given)
    places = np.flatnonzero(may)
    places = places[np.lexsort((-information[places], pool.cells[places]))]
    starts = np.searchsorted(pool.cells[places], np.arange(pool.n_cells + 1))
    left = left[((left >= 0) & (left <= np.diff(starts))).all(axis=1)]
    sums = np.concatenate([[0.0], np.cumsum(information[places])])
    worth = (sums[starts[:-1] + left] - sums[starts[:-1]]).sum(axis=1)
    for row in np.argsort(-worth, kind="stable"):
        filled = _filled(pool, progress.given, left[row], places, starts)
        if filled is not None:
            return filled
    return _in_hand(pool, progress, may)


def _in_hand(pool: AdaptivePool, progress: Progress, may: BoolArray) -> IntArray:
    """Return what is left of the shadow before, or at first a whole test that may come."""
    known = [progress.shadow] if progress.given else pool.whole
    return next(
        (np.array(each, np.int64) for each in known if may[list(each)].all()),
        np.empty(0, np.int64),
    )


def _filled(
    pool: AdaptivePool,
    given: Sequence[int],
    left: IntArray,
    places: IntArray,
    starts: IntArray,
) -> IntArray | None:
    """Return the best items for what is left of each cell, the scarcest first; None if it fails."""
    of_points, enemies = _of_points(pool, given), set[int]()
    taken: list[int] = []
    for cell in sorted(
        np.flatnonzero(left), key=lambda each: starts[each + 1] - starts[each] - left[each]
    ):
        wanted = int(left[cell])
        for place in places[starts[cell] : starts[cell + 1]].tolist():
            point = pool.points[place]
            if of_points[point] >= pool.point_limits[place] or place in enemies:
                continue
            of_points[point] += 1
            enemies.update(pool.enemies[place])
            taken.append(place)
            wanted -= 1
            if not wanted:
                break
        if wanted:
            return None
    return np.array(taken, np.int64)


def _due(pool: AdaptivePool, given: Sequence[int], shadow: IntArray) -> IntArray:
    """Return the items of a shadow whose part of the blueprint is due.

    No part runs ahead of its share by more than an item, so that a test that ends early stands
    for the blueprint as well.
    """
    have = np.bincount(pool.groups, weights=pool.counts(given))
    is_due = have <= pool.shares * (len(given) + 1) + 1e-9
    due: IntArray = shadow[is_due[pool.groups[pool.cells[shadow]]]]
    return due
