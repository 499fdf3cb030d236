"""Generalizability: how much raters, tasks and their interplay blur a person's mark.

Designs are balanced: persons × raters, persons × tasks × raters, or raters of their own in each
task, persons × (raters : tasks).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.figures import finite_figures
from scoring.moments import ROUNDING, FloatArray
from scoring.refusals import UnfitDataError

FEWEST: Final = 2
NAMES: Final = ("p", "t", "r")


@dataclass(frozen=True)
class GStudy:
    """Variance components by effect; ``r:t`` and ``pr:t`` where raters are nested in tasks.

    ``components`` are as estimated (a negative one says that the effect was too small to see);
    the largest effect holds the error. ``facets`` are the sizes of tasks and raters.
    """

    components: Mapping[str, float]
    facets: Mapping[str, int]


@dataclass(frozen=True)
class DStudy:
    """A person's mean over so many conditions: error variances and coefficients.

    ``generalizability`` is for ranking persons, ``dependability`` (phi) for marks as they stand.
    """

    relative_error: float
    absolute_error: float
    generalizability: float
    dependability: float


def g_study(scores: ArrayLike, *, is_nested: bool = False) -> GStudy:
    """Estimate variance components from mean squares.

    Parameters
    ----------
    scores : array, shape (n_persons, n_raters) or (n_persons, n_tasks, n_raters)
        One mark in every cell.
    is_nested : bool
        Whether each task had raters of its own (three dimensions only).

    Raises
    ------
    UnfitDataError
        ``unbalanced`` (a mark is missing), ``too_few_conditions``.
    ValueError
        If there are not two or three dimensions, raters cannot be nested, or a mark is infinite.

    References
    ----------
    .. [1] Brennan (2001), *Generalizability theory*, chapters 3 and 4. Springer.

    Examples
    --------
    >>> found = g_study([[1, 2], [3, 4], [5, 6]])
    >>> {name: round(value, 6) for name, value in found.components.items()}
    {'p': 4.0, 'r': 0.5, 'pr': 0.0}
    """
    data = finite_figures(scores)
    if data.ndim not in {2, 3} or (is_nested and data.ndim == FEWEST):
        raise ValueError(f"persons by raters, or by tasks by raters: {data.shape}")
    if np.isnan(data).any():
        raise UnfitDataError("unbalanced", "a mark is missing")
    if min(data.shape) < FEWEST:
        raise UnfitDataError("too_few_conditions", str(data.shape))
    names = NAMES if data.ndim == len(NAMES) else (NAMES[0], NAMES[2])
    squares = _mean_squares(data - data.flat[0], names)  # marks all alike differ by nothing
    if is_nested:
        squares = _nested(squares, dict(zip(names, data.shape, strict=True)))
    found = _components(squares, dict(zip(names, data.shape, strict=True)))
    facets = dict(zip(names[1:], data.shape[1:], strict=True))
    return GStudy(MappingProxyType(found), MappingProxyType(facets))


Squares = dict[str, tuple[float, int]]


def _mean_squares(data: FloatArray, names: tuple[str, ...]) -> Squares:
    """Sums of squares and degrees of freedom of every crossed effect."""
    effects = [c for size in range(1, data.ndim + 1) for c in combinations(range(data.ndim), size)]
    parts: dict[tuple[int, ...], FloatArray] = {(): data.mean(keepdims=True)}
    found: Squares = {}
    for axes in effects:
        others = tuple(axis for axis in range(data.ndim) if axis not in axes)
        effect = data.mean(axis=others, keepdims=True) if others else data
        for smaller, part in parts.items():
            if set(smaller) < set(axes):
                effect = effect - part
        parts[axes] = effect
        repeats = data.size / effect.size
        degrees = int(np.prod([data.shape[axis] - 1 for axis in axes]))
        found["".join(names[axis] for axis in axes)] = (float((effect**2).sum()) * repeats, degrees)
    return found


def _nested(squares: Squares, sizes: dict[str, int]) -> Squares:
    """Put raters' effects into those of raters within tasks."""

    def both(one: str, other: str) -> tuple[float, int]:
        (a, n), (b, m) = squares[one], squares[other]
        return a + b, n + m

    assert sizes["t"] >= FEWEST  # noqa: S101 - g_study has seen to it
    return {
        "p": squares["p"],
        "t": squares["t"],
        "r:t": both("r", "tr"),
        "pt": squares["pt"],
        "pr:t": both("pr", "ptr"),
    }


def _components(squares: Squares, sizes: dict[str, int]) -> dict[str, float]:
    """Solve expected mean squares from the largest effect down."""
    found: dict[str, float] = {}
    least = ROUNDING * max(total / degrees for total, degrees in squares.values())
    for name in sorted(squares, key=lambda each: -len(_letters(each))):
        total, degrees = squares[name]
        rest = total / degrees
        for larger, component in found.items():
            if _letters(name) < _letters(larger):
                rest -= component * _repeats(sizes, larger)
        found[name] = rest / _repeats(sizes, name) if abs(rest) > least else 0.0
    return {name: found[name] for name in squares}


def _letters(effect: str) -> set[str]:
    return set(effect) - {":"}


def _repeats(sizes: dict[str, int], effect: str) -> int:
    return int(np.prod([n for name, n in sizes.items() if name not in effect], dtype=np.int64))


def d_study(study: GStudy, n_raters: int | None = None, n_tasks: int | None = None) -> DStudy:
    """Say how well the mean over other numbers of tasks and raters would tell persons apart.

    Parameters
    ----------
    study : GStudy
        Components; negative ones count as 0.
    n_raters, n_tasks : int, optional
        Raters (in each task) and tasks; those of the study when not given. A study without tasks
        has no use for their number.

    Raises
    ------
    ValueError
        If there is less than one condition.

    References
    ----------
    .. [1] Brennan (2001), formulas 4.15 to 4.20.
    """
    sizes = dict(study.facets)
    for name, asked in (("r", n_raters), ("t", n_tasks)):
        if asked is not None and name in sizes:
            if not asked >= 1:
                raise ValueError(f"at least one condition: {asked!r}")
            sizes[name] = asked
    shares = {
        name: max(component, 0.0)
        / float(np.prod([n for facet, n in sizes.items() if facet in _letters(name)]))
        for name, component in study.components.items()
    }
    person = shares.pop("p")
    relative = sum(share for name, share in shares.items() if "p" in name)
    absolute = sum(shares.values())
    return DStudy(
        relative, absolute, _part(person, person + relative), _part(person, person + absolute)
    )


def _part(share: float, whole: float) -> float:
    return share / whole if whole > 0 else float("nan")
