"""Equating two groups that differ, by an anchor both took (non-equivalent groups).

The synthetic population mixes both groups: ``weight`` is the share of the new form's group.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.equating.groups import equipercentile
from scoring.equating.spreads import Spread, spread_of
from scoring.equating.tables import ConversionTable, straight
from scoring.figures import figures_of
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError


@dataclass(frozen=True)
class Taken:
    """One form with its anchor in one group: counts (n_scores, n_anchor_scores) and moments."""

    counts: FloatArray
    mean: float
    variance: float
    anchor_mean: float
    anchor_variance: float
    covariance: float

    @property
    def n_persons(self) -> float:
        """Persons in the group."""
        return float(self.counts.sum())

    @property
    def whole(self) -> Spread:
        """How the form's scores are spread."""
        return Spread(self.counts.sum(axis=1) / self.n_persons, self.n_persons)

    @property
    def anchor(self) -> Spread:
        """How the anchor's scores are spread."""
        return Spread(self.counts.sum(axis=0) / self.n_persons, self.n_persons)


def taken(scores: ArrayLike, anchor: ArrayLike, n_points: float, n_anchor_points: float) -> Taken:
    """Count scores with anchor scores; whole, from 0 to the given ends.

    Parameters
    ----------
    scores, anchor : array, shape (n_persons,)
        Of the whole form and of the common items.
    n_points, n_anchor_points : int
        Greatest possible scores.

    Raises
    ------
    UnfitDataError
        As ``spread_of``, for either; ``anchor_unrelated`` when the two do not vary together.
    ValueError
        As ``spread_of``, for either; if the two are of different persons.
    """
    whole, common = figures_of(scores), figures_of(anchor)
    if whole.shape != common.shape:
        raise ValueError(f"scores {whole.shape} and anchor scores {common.shape} do not fit")
    spread_of(whole, n_points)
    spread_of(common, n_anchor_points)
    counts = np.zeros((int(n_points) + 1, int(n_anchor_points) + 1))
    np.add.at(counts, (np.rint(whole).astype(int), np.rint(common).astype(int)), 1)
    (variance, covariance), (_, anchor_variance) = np.cov(whole, common)
    if not covariance > 0:
        raise UnfitDataError("anchor_unrelated")
    return Taken(
        counts,
        float(whole.mean()),
        float(variance),
        float(common.mean()),
        float(anchor_variance),
        float(covariance),
    )


Slopes = Callable[[Taken, bool], float]


def _tucker(form: Taken, is_internal: bool) -> float:  # noqa: ARG001, FBT001 - one signature for all
    return form.covariance / form.anchor_variance


def _levine(form: Taken, is_internal: bool) -> float:  # noqa: FBT001 - handed through
    if is_internal:
        return form.variance / form.covariance
    return (form.variance + form.covariance) / (form.anchor_variance + form.covariance)


def _nominal(form: Taken, is_internal: bool) -> float:  # noqa: ARG001, FBT001 - one signature for all
    n_points, n_anchor_points = (size - 1 for size in form.counts.shape)
    return float(n_points / n_anchor_points)


SLOPES: Final = MappingProxyType({"tucker": _tucker, "levine": _levine, "nominal": _nominal})


def synthetic_linear(
    x: Taken,
    y: Taken,
    method: str = "tucker",
    *,
    weight: float = 0.5,
    is_internal: bool = True,
    only_means: bool = False,
) -> ConversionTable:
    """Equate by means and standard deviations in a synthetic population.

    Parameters
    ----------
    x, y : Taken
        The new form in its group, the base form in its own.
    method : {"tucker", "levine", "nominal"}
        How the form follows the anchor: by regression, by true scores, by length.
    weight : float
        Share of the new form's group, from 0 to 1.
    is_internal : bool
        Whether the anchor counts in the score (only Levine's asks).
    only_means : bool
        Whether standard deviations are left as they are.

    Raises
    ------
    UnfitDataError
        ``no_synthetic_variance``.
    ValueError
        If the method is unknown, the weight is no share, or the anchors are of different length.

    References
    ----------
    .. [1] Kolen & Brennan (2014), chapter 4.
    .. [2] Babcock, Albano & Raymond (2012), "Nominal weights mean equating", Educational and
       Psychological Measurement 72, 608-628.
    """
    if method not in SLOPES:
        raise ValueError(f"a method is one of {', '.join(SLOPES)}: {method!r}")
    w1 = _share(x, y, weight)
    gamma1, gamma2 = (SLOPES[method](each, is_internal) for each in (x, y))
    apart = x.anchor_mean - y.anchor_mean
    wider = x.anchor_variance - y.anchor_variance
    mixed = w1 * (1 - w1) * apart**2
    mean_x = x.mean - (1 - w1) * gamma1 * apart
    mean_y = y.mean + w1 * gamma2 * apart
    variance_x = x.variance - (1 - w1) * gamma1**2 * wider + gamma1**2 * mixed
    variance_y = y.variance + w1 * gamma2**2 * wider + gamma2**2 * mixed
    return _line(x, mean_x, mean_y, variance_x, variance_y, method, only_means=only_means)


def _line(  # noqa: PLR0913 - two means and two variances
    x: Taken,
    mean_x: float,
    mean_y: float,
    variance_x: float,
    variance_y: float,
    method: str,
    *,
    only_means: bool,
) -> ConversionTable:
    if min(variance_x, variance_y) <= 0:
        raise UnfitDataError("no_synthetic_variance", method)
    slope = 1.0 if only_means else float(np.sqrt(variance_y / variance_x))
    return straight(x.whole.scores, slope, mean_y - slope * mean_x, method)


def levine_true(x: Taken, y: Taken, *, is_internal: bool = True) -> ConversionTable:
    """Equate true scores by Levine's method; no synthetic population is needed.

    References
    ----------
    .. [1] Kolen & Brennan (2014), section 4.2.
    """
    _share(x, y, None)
    gamma1, gamma2 = _levine(x, is_internal), _levine(y, is_internal)
    slope = gamma2 / gamma1
    intercept = y.mean + gamma2 * (x.anchor_mean - y.anchor_mean) - slope * x.mean
    return straight(x.whole.scores, slope, intercept, "levine_true")


def chained_linear(x: Taken, y: Taken, *, only_means: bool = False) -> ConversionTable:
    """Equate by lines to the anchor in one group and from it in the other."""
    _share(x, y, None)
    first = 1.0 if only_means else np.sqrt(x.anchor_variance / x.variance)
    second = 1.0 if only_means else np.sqrt(y.variance / y.anchor_variance)
    at_anchor = x.anchor_mean - first * x.mean
    intercept = y.mean + second * (at_anchor - y.anchor_mean)
    return straight(x.whole.scores, float(first * second), float(intercept), "chained")


def synthetic_spreads(x: Taken, y: Taken, weight: float | None = None) -> tuple[Spread, Spread]:
    """Estimate both forms' distributions in the synthetic population (frequency estimation).

    At each anchor score both groups are taken to spread alike. An anchor score that one group
    never had is left with the other group's share alone.

    Parameters
    ----------
    x, y : Taken
        The new form in its group, the base form in its own.
    weight : float, optional
        Share of the new form's group; by the groups' sizes when not given.

    Raises
    ------
    UnfitDataError
        ``anchor_unrelated``: no anchor score that somebody of either group had.
    ValueError
        If the weight is no share, or the anchors are of different length.
    """
    share, n = _share(x, y, weight), x.n_persons + y.n_persons
    if not x.anchor.shares @ y.anchor.shares > 0:
        raise UnfitDataError("anchor_unrelated", "both groups have no anchor score in common")
    return _mixed(x, y.anchor, share, n), _mixed(y, x.anchor, 1 - share, n)


def _share(x: Taken, y: Taken, weight: float | None) -> float:
    """Return the share of the new form's group, by size when not given."""
    if x.counts.shape[1] != y.counts.shape[1]:
        raise ValueError(f"one anchor, of {x.counts.shape[1] - 1} and {y.counts.shape[1] - 1}")
    share = x.n_persons / (x.n_persons + y.n_persons) if weight is None else weight
    if not 0 <= share <= 1:
        raise ValueError(f"a weight is a share from 0 to 1: {weight!r}")
    return share


def _mixed(form: Taken, other_anchor: Spread, own_weight: float, n: float) -> Spread:
    at_anchor = form.counts.sum(axis=0)
    given = form.counts / np.where(at_anchor > 0, at_anchor, 1.0)
    shares = own_weight * form.whole.shares + (1 - own_weight) * given @ other_anchor.shares
    return Spread(shares / shares.sum(), n)


def frequency_estimation(x: Taken, y: Taken, weight: float | None = None) -> ConversionTable:
    """Equipercentile equating in the synthetic population; all as in ``synthetic_spreads``.

    References
    ----------
    .. [1] Kolen & Brennan (2014), chapter 5.
    """
    found = equipercentile(*synthetic_spreads(x, y, weight), method="frequency_estimation")
    return found.with_errors(np.full(len(found.scores), np.nan))


def braun_holland(
    x: Taken, y: Taken, weight: float | None = None, *, only_means: bool = False
) -> ConversionTable:
    """Linear equating of the distributions that frequency estimation gives.

    All is as in ``synthetic_spreads``; ``no_synthetic_variance`` besides.

    References
    ----------
    .. [1] Braun & Holland (1982), "Observed-score test equating", in *Test equating*. Academic
       Press.
    """
    of_x, of_y = synthetic_spreads(x, y, weight)
    return _line(
        x,
        of_x.mean,
        of_y.mean,
        of_x.central(2),
        of_y.central(2),
        "braun_holland",
        only_means=only_means,
    )


def chained_equipercentile(x: Taken, y: Taken) -> ConversionTable:
    """Equipercentile equating to the anchor in one group and from it in the other."""
    _share(x, y, None)
    at_anchor = x.anchor.score_at(x.whole.ranks(x.whole.scores))
    equivalents = y.whole.score_at(y.anchor.ranks(at_anchor))
    nothing = np.full(len(equivalents), np.nan)
    return ConversionTable(x.whole.scores, equivalents, nothing, "chained_equipercentile")
