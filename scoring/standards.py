"""Where the pass mark should lie: judges on items (Angoff, bookmark) and on the whole (Hofstee)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.figures import figures_of, finite_figures
from scoring.generalizability import g_study
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

FEWEST: Final = 2
RESPONSE_CHANCE: Final = 2 / 3


@dataclass(frozen=True)
class Angoff:
    """A cut score from judges' estimates; marks of the whole test.

    Attributes
    ----------
    cut, median, trimmed
        Mean over judges, median, and mean without the lowest and highest judge.
    share
        The cut as a share of the whole mark.
    judge_cuts
        Each judge's, shape (n_judges,).
    sd, standard_error
        Of judges' cuts; of their mean.
    judge_variance, item_variance, residual_variance
        Components of a rating as a share of the item's mark.
    error_variance
        Of the share, over such judges, the items being these.
    """

    cut: float
    median: float
    trimmed: float
    share: float
    judge_cuts: FloatArray
    sd: float
    standard_error: float
    judge_variance: float
    item_variance: float
    residual_variance: float
    error_variance: float


def angoff(ratings: ArrayLike, max_marks: ArrayLike | None = None) -> Angoff:
    """Find a cut score from how borderline candidates would do on each item.

    Parameters
    ----------
    ratings : array, shape (n_judges, n_items)
        Share of the item's mark a borderline candidate would earn (Angoff), or 0 and 1 (yes-no).
    max_marks : array, shape (n_items,), optional
        Greatest marks; 1 when not given.

    Raises
    ------
    UnfitDataError
        ``missing_ratings``, ``ratings_off_scale``, ``too_few_judges``.
    ValueError
        If there is no positive greatest mark for every item.

    References
    ----------
    .. [1] Angoff (1971), "Scales, norms, and equivalent scores", in *Educational measurement*.
    .. [2] Brennan & Lockwood (1980), "A comparison of the Nedelsky and Angoff cutting score
       procedures using generalizability theory", Applied Psychological Measurement 4.

    Examples
    --------
    >>> round(angoff([[0.5, 0.7], [0.6, 0.8]]).cut, 4)
    1.3
    """
    shares = figures_of(ratings)
    if np.isnan(shares).any():
        raise UnfitDataError("missing_ratings")
    if shares.ndim != 2 or min(shares.shape) < FEWEST:  # noqa: PLR2004 - judges and items
        raise UnfitDataError("too_few_judges", str(shares.shape))
    if shares.min() < 0 or shares.max() > 1:
        raise UnfitDataError("ratings_off_scale", "shares from 0 to 1")
    n_judges, n_items = shares.shape
    marks = np.ones(n_items) if max_marks is None else finite_figures(max_marks)
    if marks.shape != (n_items,) or not (marks > 0).all():
        raise ValueError(f"there must be a positive mark for every item: {marks!r}")
    cuts = np.sort(shares @ marks)
    sd = float(cuts.std(ddof=1))
    parts = g_study(shares.T).components  # items are the objects, judges the raters
    judges, residual = max(parts["r"], 0.0), max(parts["pr"], 0.0)
    inner = cuts[1:-1] if n_judges > FEWEST else cuts
    return Angoff(
        cut=float(cuts.mean()),
        median=float(np.median(cuts)),
        trimmed=float(inner.mean()),
        share=float(cuts.mean() / marks.sum()),
        judge_cuts=np.asarray(shares @ marks),
        sd=sd,
        standard_error=sd / float(np.sqrt(n_judges)),
        judge_variance=parts["r"],
        item_variance=parts["p"],
        residual_variance=parts["pr"],
        error_variance=judges / n_judges + residual / (n_judges * n_items),
    )


def angoff_rounds(rounds: list[ArrayLike], max_marks: ArrayLike | None = None) -> list[Angoff]:
    """Find the cut of each round: whether discussion moved it, and brought judges together.

    Each round's ratings, the greatest marks and the errors are those of ``angoff``.
    """
    return [angoff(each, max_marks) for each in rounds]


def bookmark(
    slopes: ArrayLike,
    difficulties: ArrayLike,
    pages: ArrayLike,
    response_chance: float = RESPONSE_CHANCE,
) -> tuple[float, FloatArray]:
    """Find a cut on the ability scale from bookmarks in a booklet of items ordered by hardness.

    Parameters
    ----------
    slopes, difficulties : ndarray, shape (n_items,)
        2PL parameters (D = 1), in any order.
    pages : array of int, shape (n_judges,)
        The first item, from 1 in the booklet, that a borderline candidate would not master.
    response_chance : float
        What mastering means, between 0 and 1.

    Returns
    -------
    tuple of float and ndarray
        The median cut, and each judge's, shape (n_judges,), in logits: the ability at which the
        last mastered item is; minus infinity for a bookmark on the first.

    Raises
    ------
    UnfitDataError
        ``too_few_judges``, ``ratings_off_scale``, ``parameters_missing``, ``slope_not_positive``.
    ValueError
        If shapes do not fit, or the chance is none.

    References
    ----------
    .. [1] Mitzel, Lewis, Patz & Green (2001), "The bookmark procedure", in *Setting performance
       standards*. Erlbaum.
    """
    a, b, given = figures_of(slopes), figures_of(difficulties), figures_of(pages)
    if a.ndim != 1 or a.shape != b.shape or not 0 < response_chance < 1:
        raise ValueError(f"{a.shape}, {b.shape} do not fit, or no chance: {response_chance!r}")
    if not np.isfinite([a, b]).all():
        raise UnfitDataError("parameters_missing")
    if not (a > 0).all():
        raise UnfitDataError("slope_not_positive", str(a.min()))
    places = np.sort(b + np.log(response_chance / (1 - response_chance)) / a)
    if not given.size:
        raise UnfitDataError("too_few_judges", "0")
    if not np.isin(given, np.arange(1, len(places) + 2)).all():
        raise UnfitDataError("ratings_off_scale", f"pages from 1 to {len(places) + 1}: {given!r}")
    marks = given.astype(np.int64)
    cuts = np.where(marks > 1, places[np.maximum(marks - 2, 0)], -np.inf)
    return float(np.median(cuts)), cuts


def hofstee(
    scores: ArrayLike, cut_range: tuple[float, float], fail_range: tuple[float, float]
) -> float:
    """Find the cut between acceptable cuts and acceptable shares of failures.

    Parameters
    ----------
    scores : array, shape (n_persons,)
        Marks.
    cut_range : tuple of float
        Least and greatest acceptable cut.
    fail_range : tuple of float
        Least and greatest acceptable share below it.

    Returns
    -------
    float
        Where the line from (least cut, most failures) to (greatest cut, least failures) meets
        the curve of failures; NaN where it does not: then no compromise exists.

    Raises
    ------
    UnfitDataError
        ``too_few_persons``, ``missing_scores``.
    ValueError
        If a range does not rise, or shares do not lie between 0 and 1.

    References
    ----------
    .. [1] Hofstee (1983), "The case for compromise in educational selection and grading".
    """
    marks = np.sort(figures_of(scores))
    if not marks.size:
        raise UnfitDataError("too_few_persons", "0")
    if np.isnan(marks).any():
        raise UnfitDataError("missing_scores")
    low, high = cut_range
    if not low < high or not 0 <= fail_range[0] < fail_range[1] <= 1:
        raise ValueError(f"rising ranges: {cut_range!r}, {fail_range!r}")
    cuts = np.linspace(low, high, 2001)
    failing = np.searchsorted(marks, cuts - 1e-9, side="left") / len(marks)
    line = fail_range[1] + (fail_range[0] - fail_range[1]) * (cuts - low) / (high - low)
    above = failing >= line
    if above[0] or not above[-1]:
        return float("nan")
    return float(cuts[int(above.argmax())])


def impact_table(scores: ArrayLike, cuts: ArrayLike) -> FloatArray:
    """Share of persons who would pass at each cut, shape (n_cuts,); NaN where there is nobody.

    Raises
    ------
    UnfitDataError
        ``missing_scores``.

    Examples
    --------
    >>> impact_table([50, 60, 70, 80], [55, 70])
    array([0.75, 0.5 ])
    """
    marks, borders = figures_of(scores), np.atleast_1d(figures_of(cuts))
    if np.isnan(marks).any():
        raise UnfitDataError("missing_scores")
    if not marks.size:
        return np.full(len(borders), np.nan)
    return np.asarray((marks[:, None] >= borders).mean(axis=0))
