"""From ratings to a cut of 100: by the methods of ``scoring.standards``, and how sure it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.refusals import UnfitDataError
from scoring.standards import angoff, bookmark, hofstee, impact_table
from scoring.standards_by_groups import borderline_group, borderline_regression, contrasting_groups

FloatArray = NDArray[np.float64]
WHOLE: Final = 100.0
OF_MEDIAN: Final = 1.2533  # standard error of a median over that of a mean, normal
FAR_SDS, FAR_MARKS = 2.0, 5.0
FEWEST_FOR_ERROR: Final = 2
FEWEST_FOR_R: Final = 3
BORDERLINE, COMPETENT = 2, 3


@dataclass(frozen=True)
class Items:
    """What is known of the items judged, place by place; NaN where nothing is."""

    marks: FloatArray
    difficulties: FloatArray  # share of the full mark that candidates earned
    slopes: FloatArray
    locations: FloatArray


@dataclass(frozen=True)
class MemberFigures:
    """One member's ratings as figures; ``is_far``: far from all the others."""

    cut: float
    mean: float | None = None
    sd: float | None = None
    with_others: float | None = None  # correlation with the mean of the others, over items
    with_difficulty: float | None = None
    is_far: bool = False


@dataclass(frozen=True)
class ItemFigures:
    """How the panel rated one item, in per cent."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True)
class Found:
    """What a round comes to; ``refused`` is the code of why it comes to nothing."""

    cut: float | None = None
    error: float | None = None  # over members
    error_both: float | None = None  # over members and items
    sd: float | None = None
    median: float | None = None
    trimmed: float | None = None
    agreement: float | None = None  # consistency of the panel's mean ratings
    members: Sequence[MemberFigures] = ()
    items: Sequence[ItemFigures] = ()
    more: Mapping[str, float | None] = field(default_factory=dict)
    refused: str | None = None


def cut_by_items(ratings: FloatArray, items: Items) -> Found:
    """Return the Angoff cut; ``ratings`` in per cent, members by items.

    Examples
    --------
    >>> two = Items(np.ones(2), *[np.full(2, np.nan)] * 3)
    >>> round(cut_by_items(np.array([[50, 70], [60, 80]]), two).cut, 1)
    65.0
    """
    try:
        found = angoff(ratings / WHOLE, items.marks)
    except UnfitDataError as unfit:
        return Found(refused=unfit.code)
    full = float(items.marks.sum())
    n_members, n_items = ratings.shape
    over_items = max(found.item_variance, 0.0) / n_items
    residual = max(found.residual_variance, 0.0) / n_members
    cuts = found.judge_cuts / full * WHOLE
    varied = found.item_variance + residual
    return Found(
        cut=found.share * WHOLE,
        error=found.standard_error / full * WHOLE,
        error_both=float(np.sqrt(found.error_variance + over_items)) * WHOLE,
        sd=found.sd / full * WHOLE,
        median=found.median / full * WHOLE,
        trimmed=found.trimmed / full * WHOLE,
        agreement=found.item_variance / varied if found.item_variance > 0 else None,
        members=_members(ratings, cuts, items.difficulties),
        items=[
            ItemFigures(*map(float, (each.mean(), each.std(ddof=1), each.min(), each.max())))
            for each in ratings.T
        ],
    )


def booklet(items: Items, response_chance: float) -> list[int]:
    """Return the places of calibrated items, the easiest to be mastered first."""
    places = np.flatnonzero(~np.isnan(items.slopes) & ~np.isnan(items.locations) & _rising(items))
    shift = np.log(response_chance / (1 - response_chance))
    order = np.argsort(items.locations[places] + shift / items.slopes[places], kind="stable")
    return [int(place) + 1 for place in places[order]]


def _rising(items: Items) -> NDArray[np.bool_]:
    return np.nan_to_num(items.slopes) > 0


def cut_by_bookmarks(pages: FloatArray, items: Items, response_chance: float) -> Found:
    """Return the bookmark cut: the median ability, as the mark it is worth on these items."""
    places = np.array(booklet(items, response_chance)) - 1
    if not len(places):
        return Found(refused="no_calibrated_items")
    slopes, locations, marks = (
        each[places] for each in (items.slopes, items.locations, items.marks)
    )
    try:
        ability, abilities = bookmark(slopes, locations, pages.astype(np.int64), response_chance)
    except UnfitDataError as unfit:
        return Found(refused=unfit.code)

    def worth(at: float) -> float:
        chances = (
            np.zeros(len(slopes)) if at == -np.inf else 1 / (1 + np.exp(slopes * (locations - at)))
        )
        return float((chances * marks).sum() / marks.sum() * WHOLE)

    cuts = np.array([worth(each) for each in abilities])
    known = ability if np.isfinite(ability) else None
    return Found(
        cut=float(np.median(cuts)),
        error=_error(cuts, OF_MEDIAN),
        sd=float(cuts.std(ddof=1)) if len(cuts) > 1 else None,
        median=float(np.median(cuts)),
        members=_members(None, cuts, items.difficulties),
        more={"ability": known},
    )


def cut_by_compromise(answers: FloatArray, scores: FloatArray) -> Found:
    """Return the Hofstee cut of the mean answers: two cuts and two shares of failures, of 100."""
    if not len(scores):
        return Found(refused="no_scores")
    if not len(answers):
        return Found(refused="too_few_judges")
    low, high, least, most = answers.mean(axis=0)
    means = {"low": float(low), "high": float(high), "least": float(least), "most": float(most)}
    if not (low < high and least < most):
        return Found(refused="questions_not_rising", more=means)
    cut = hofstee(scores, (low, high), (least / WHOLE, most / WHOLE))
    if np.isnan(cut):
        return Found(refused="no_compromise", more=means)
    return Found(cut=cut, error=_left_out(answers, scores), more=means)


def _left_out(answers: FloatArray, scores: FloatArray) -> float | None:
    """Return the jackknife error over members; None where leaving one out has no compromise."""
    n = len(answers)
    if n < FEWEST_FOR_R:
        return None
    cuts = []
    for place in range(n):
        low, high, least, most = np.delete(answers, place, axis=0).mean(axis=0)
        rises = low < high and least < most
        cuts.append(
            hofstee(scores, (low, high), (least / WHOLE, most / WHOLE)) if rises else np.nan
        )
    spread = np.array(cuts)
    error = float(np.sqrt((n - 1) / n * ((spread - spread.mean()) ** 2).sum()))
    return None if np.isnan(error) else error


def cut_by_groups(method: str, marks: FloatArray, ratings: FloatArray) -> Found:
    """Return the cut from experts' judgements of candidates (1 to 4) and their marks."""
    try:
        return _GROUPS[method](marks, ratings)
    except UnfitDataError as unfit:
        return Found(refused=unfit.code)


def _by_borderline_group(marks: FloatArray, ratings: FloatArray) -> Found:
    group = marks[ratings == BORDERLINE]
    mean, median = borderline_group(marks, ratings == BORDERLINE)
    more = {"mean": mean, "n_borderline": float(len(group))}
    return Found(cut=median, error=_error(group, OF_MEDIAN), median=median, more=more)


def _by_contrast(marks: FloatArray, ratings: FloatArray) -> Found:
    is_clear = ratings != BORDERLINE
    even, fewest = contrasting_groups(marks[is_clear], ratings[is_clear] >= COMPETENT)
    known = None if np.isnan(even) else even
    more = {
        "even": known,
        "fewest": fewest,
        "n_competent": float((ratings >= COMPETENT).sum()),
        "n_not": float((ratings < BORDERLINE).sum()),
    }
    return Found(cut=fewest if known is None else known, more=more)


def _by_regression(marks: FloatArray, ratings: FloatArray) -> Found:
    line = borderline_regression(marks, ratings, BORDERLINE)
    more = {"slope": line.slope, "r_squared": line.r_squared}
    return Found(cut=line.cut, error=line.standard_error, more=more)


_GROUPS: Mapping[str, Callable[[FloatArray, FloatArray], Found]] = {
    "borderline_group": _by_borderline_group,
    "contrasting_groups": _by_contrast,
    "borderline_regression": _by_regression,
}


def impact(scores: FloatArray, cuts: Sequence[float]) -> list[float]:
    """Return the share of candidates who would pass at each cut.

    Examples
    --------
    >>> impact(np.array([50.0, 60.0, 70.0, 80.0]), [60, 71])
    [0.75, 0.25]
    """
    return [float(each) for each in impact_table(scores, [round(cut, 4) for cut in cuts])]


def _members(
    ratings: FloatArray | None, cuts: FloatArray, difficulties: FloatArray
) -> list[MemberFigures]:
    found = []
    for place, cut in enumerate(cuts):
        is_far = _is_far(cut, np.delete(cuts, place))
        if ratings is None:
            found.append(MemberFigures(float(cut), is_far=is_far))
            continue
        own, others = ratings[place], np.delete(ratings, place, axis=0)
        found.append(
            MemberFigures(
                cut=float(cut),
                mean=float(own.mean()),
                sd=float(own.std(ddof=1)),
                with_others=_correlation(own, others.mean(axis=0)),
                with_difficulty=_correlation(own, difficulties),
                is_far=is_far,
            )
        )
    return found


def _is_far(cut: float, others: FloatArray) -> bool:
    """Say whether a cut lies two standard deviations and five marks from the mean of the others."""
    if len(others) < FEWEST_FOR_R:
        return False
    away = abs(cut - float(others.mean()))
    return away >= FAR_MARKS and away > FAR_SDS * float(others.std(ddof=1))


def _correlation(one: FloatArray, other: FloatArray) -> float | None:
    known = ~np.isnan(one) & ~np.isnan(other)
    x, y = one[known], other[known]
    if len(x) < FEWEST_FOR_R or not x.std() > 0 or not y.std() > 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def _error(values: FloatArray, factor: float) -> float | None:
    if len(values) < FEWEST_FOR_ERROR:
        return None
    return factor * float(values.std(ddof=1)) / float(np.sqrt(len(values)))
