"""Equating by random groups: both forms were taken by samples of the same population."""

from typing import Final

import numpy as np

from scoring.equating.spreads import Spread
from scoring.equating.tables import ConversionTable, straight
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

METHODS: Final = ("identity", "mean", "linear", "equipercentile", "loglinear", "circle_arc")


def identity(x: Spread) -> ConversionTable:
    """Every score is worth itself."""
    return straight(x.scores, 1.0, 0.0, "identity", np.zeros(len(x.scores)))


def mean(x: Spread, y: Spread) -> ConversionTable:
    """Shift scores so that means are equal."""
    error = np.sqrt(x.sd**2 / x.n_persons + y.sd**2 / y.n_persons)
    errors = np.full(len(x.scores), error)
    return straight(x.scores, 1.0, y.mean - x.mean, "mean", errors)


def linear(x: Spread, y: Spread) -> ConversionTable:
    """Make means and standard deviations equal.

    References
    ----------
    .. [1] Kolen & Brennan (2014), formulas 2.10 and 7.13 (standard errors without normality).
    """
    slope = y.sd / x.sd
    z = (x.scores - x.mean) / x.sd
    skews, kurtoses = (
        [each.central(power) / each.central(2) ** (power / 2) for each in (x, y)]
        for power in (3, 4)
    )
    n = np.array([x.n_persons, y.n_persons])
    variances = y.sd**2 * (
        (1 / n).sum()
        + (np.array(skews) / n).sum() * z
        + ((np.array(kurtoses) - 1) / (4 * n)).sum() * z**2
    )
    return straight(x.scores, slope, y.mean - slope * x.mean, "linear", np.sqrt(variances))


def equipercentile(x: Spread, y: Spread, method: str = "equipercentile") -> ConversionTable:
    """Give scores of equal percentile ranks the same worth.

    References
    ----------
    .. [1] Kolen & Brennan (2014), formulas 2.18 and 7.12 (Lord's standard errors).
    """
    ranks = x.ranks(x.scores)
    return ConversionTable(
        scores=x.scores,
        equivalents=y.score_at(ranks),
        standard_errors=_equipercentile_errors(ranks, x, y),
        method=method,
    )


def _equipercentile_errors(ranks: FloatArray, x: Spread, y: Spread) -> FloatArray:
    total = np.cumsum(y.shares)
    upper = np.minimum(np.searchsorted(total, ranks, side="right"), len(total) - 1)
    above, below = total[upper], np.where(upper > 0, total[upper - 1], 0.0)
    step = above - below
    is_known = (ranks > 0) & (ranks < 1) & (step > 0)
    safe = np.where(is_known, step, 1.0)
    n_x, n_y = x.n_persons, y.n_persons
    variances = (
        ranks * (1 - ranks) * (1 / n_x + 1 / n_y) - (above - ranks) * (ranks - below) / (n_y * safe)
    ) / safe**2
    return np.where(is_known, np.sqrt(np.maximum(variances, 0)), 0.0)


def circle_arc(x: Spread, y: Spread, low: tuple[float, float] | None = None) -> ConversionTable:
    """Bend the line between the scales' ends into an arc through the means.

    Parameters
    ----------
    x, y : Spread
        Of the new and the base form.
    low : tuple of float, optional
        Where the arc begins: a score that chance alone would give on each form; (0, 0) when not
        given. It ends at both forms' greatest scores.

    References
    ----------
    .. [1] Livingston & Kim (2009), "The circle-arc method for equating in small samples",
       Journal of Educational Measurement 46, 330-343.
    """
    (x1, y1), (x3, y3) = low or (0.0, 0.0), (x.scores[-1], y.scores[-1])
    slope = (y3 - y1) / (x3 - x1)
    line = y1 + slope * (x.scores - x1)
    x2 = x.mean
    if not x1 < x2 < x3:
        raise UnfitDataError("mean_outside_arc", f"{x2} is not between {x1} and {x3}")
    rise = y.mean - (y1 + slope * (x2 - x1))
    nothing = np.full(len(x.scores), np.nan)
    if abs(rise) < 1e-12:  # noqa: PLR2004 - the three points lie on the line
        return ConversionTable(x.scores, line, nothing, "circle_arc")
    middle = (x1 + x3) / 2
    centre = (rise**2 + (x2 - middle) ** 2 - (x3 - middle) ** 2) / (2 * rise)
    radius = np.hypot(x3 - middle, centre)
    height = np.sqrt(np.maximum(radius**2 - (x.scores - middle) ** 2, 0.0))
    arc = centre + np.sign(rise) * height
    return ConversionTable(x.scores, line + arc, nothing, "circle_arc")
