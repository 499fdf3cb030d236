"""Differential item functioning: whether equals of two groups have equal chances on an item.

Persons are matched by their total over anchor items and the item itself. Responses are 0 or 1;
persons with a missing response are left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from scoring.figures import figures_of
from scoring.moments import BoolArray, FloatArray
from scoring.refusals import UnfitDataError

CHI_95: Final = 3.841458820694124  # 95 % point of chi-square, one degree of freedom
Z_95: Final = 1.959963984540054
Z_95_ONE_SIDED: Final = 1.6448536269514722
ETS_SCALE: Final = -2.35
SLIGHT: Final = 1.0
LARGE: Final = 1.5
ROUNDS: Final = 10
MATRIX: Final = 2


@dataclass(frozen=True)
class MatchedTables:
    """Counts of right and wrong in both groups, each of shape (n_levels, n_items)."""

    reference_right: FloatArray
    reference_wrong: FloatArray
    focal_right: FloatArray
    focal_wrong: FloatArray

    @property
    def totals(self) -> FloatArray:
        """Persons of a level."""
        return np.asarray(
            self.reference_right + self.reference_wrong + self.focal_right + self.focal_wrong
        )


@dataclass(frozen=True)
class DifResult:
    """Mantel-Haenszel figures of each item; all arrays of shape (n_items,), undefined NaN.

    Attributes
    ----------
    chi_squares
        With continuity correction when asked for; one degree of freedom.
    odds_ratios
        Common odds ratio, above 1 when the item favours the reference group; 0 or infinite where
        at equal totals only one group is ever right, or wrong: then no error is known.
    deltas
        ``-2.35 ln(odds ratio)``, negative when it favours the reference group.
    standard_errors
        Of the deltas.
    log_variances
        Variance of the logarithm of the odds ratio.
    classes
        ETS: ``A`` slight or chance, ``C`` large (1.5 or more, and significantly above 1),
        ``B`` between; empty where nothing is known. An infinite delta has no error: by
        ``is_flagged`` it is ``C`` or ``A``.
    is_flagged
        Chi-square above the 95 % point.
    is_anchor
        Items whose responses make up the matching total.
    n_rounds, converged
        Rounds of purification, and whether the anchor settled.
    n_persons
        Persons with complete data.
    """

    chi_squares: FloatArray
    odds_ratios: FloatArray
    deltas: FloatArray
    standard_errors: FloatArray
    log_variances: FloatArray
    classes: tuple[str, ...]
    is_flagged: BoolArray
    is_anchor: BoolArray
    n_rounds: int
    converged: bool
    n_persons: int


def mantel_haenszel(
    responses: ArrayLike, is_focal: ArrayLike, *, correct: bool = True, purify: bool = False
) -> DifResult:
    """Compare the odds of two groups at equal totals.

    Parameters
    ----------
    responses : array, shape (n_persons, n_items)
        0 or 1; persons with a missing (NaN) response are left out.
    is_focal : array of bool, shape (n_persons,)
        Who belongs to the focal group; the others are the reference group.
    correct : bool
        Whether chi-square is corrected for continuity.
    purify : bool
        Whether flagged items leave the matching total, over and over until the flags stand.

    Raises
    ------
    UnfitDataError
        ``not_dichotomous``, ``group_unknown``, ``one_group_empty``, ``too_few_items``.
    ValueError
        If shapes do not fit.

    References
    ----------
    .. [1] Holland & Thayer (1988), "Differential item performance and the Mantel-Haenszel
       procedure", in *Test validity*. Erlbaum.
    .. [2] Phillips & Holland (1987), "Estimators of the variance of the Mantel-Haenszel log-odds
       ratio estimate", Biometrics 43 (the variance).
    .. [3] Zwick (2012), *A review of ETS differential item functioning assessment procedures*.

    Examples
    --------
    >>> easier = [[1, 0], [1, 0], [0, 1], [1, 0], [0, 1], [0, 1]]
    >>> mantel_haenszel(easier, [0, 0, 0, 1, 1, 1], correct=False).odds_ratios
    array([4.  , 0.25])
    """
    marks, focal = checked_groups(responses, is_focal)

    def flags(is_anchor: BoolArray) -> BoolArray:
        tables = matched_tables(marks, focal, is_anchor)
        return np.asarray(_chi_squares(tables, correct=correct) > CHI_95)

    is_anchor, n_rounds, converged = purified(flags, marks.shape[1], rounds=ROUNDS * purify)
    tables = matched_tables(marks, focal, is_anchor)
    return _result(tables, is_anchor, correct, (n_rounds, converged, len(marks)))


def _result(
    tables: MatchedTables,
    is_anchor: BoolArray,
    correct: bool,  # noqa: FBT001 - handed through
    rounds: tuple[int, bool, int],
) -> DifResult:
    chi_squares = _chi_squares(tables, correct=correct)
    odds, variances = odds_ratios(tables)
    with np.errstate(divide="ignore"):
        deltas = ETS_SCALE * np.log(odds)
    errors = -ETS_SCALE * np.sqrt(variances)
    is_flagged = np.asarray(chi_squares > CHI_95)
    return DifResult(
        chi_squares=chi_squares,
        odds_ratios=odds,
        deltas=deltas,
        standard_errors=errors,
        log_variances=variances,
        classes=tuple(map(_ets_class, deltas, errors, is_flagged)),
        is_flagged=is_flagged,
        is_anchor=is_anchor,
        n_rounds=rounds[0],
        converged=rounds[1],
        n_persons=rounds[2],
    )


def checked_groups(responses: ArrayLike, is_focal: ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Return complete 0/1 responses and the focal group; raises as ``mantel_haenszel`` says."""
    marks = figures_of(responses)
    focal = focal_group(is_focal)
    if marks.ndim != MATRIX or focal.shape != marks.shape[:1]:
        raise ValueError(f"responses {marks.shape} and groups {focal.shape} do not fit")
    is_known = ~np.isnan(marks).any(axis=1)
    marks, focal = marks[is_known], focal[is_known]
    if not ((marks == 0) | (marks == 1)).all():
        raise UnfitDataError("not_dichotomous")
    if marks.shape[1] < MATRIX:
        raise UnfitDataError("too_few_items", str(marks.shape[1]))
    if focal.all() or not focal.any():
        raise UnfitDataError("one_group_empty")
    return marks, focal


def focal_group(is_focal: ArrayLike) -> BoolArray:
    """Return who is of the focal group; raises ``UnfitDataError``: ``group_unknown``.

    Examples
    --------
    >>> focal_group([0, 1])
    array([False,  True])
    """
    try:
        sides = figures_of(is_focal)
    except ValueError:
        sides = np.full(1, np.nan)
    if not np.isin(sides, (0, 1)).all():
        raise UnfitDataError("group_unknown", "true or false for each person")
    return np.asarray(sides == 1)


def matched_tables(marks: FloatArray, focal: BoolArray, is_anchor: BoolArray) -> MatchedTables:
    """Count right and wrong of both groups at each total of anchors and the item itself."""
    levels = (marks @ is_anchor).astype(np.int64)
    n_levels = int(is_anchor.sum()) + 2  # an item outside the anchor adds one

    def right_and_wrong(who: BoolArray) -> tuple[FloatArray, FloatArray]:
        at = np.zeros((n_levels, int(who.sum())))
        at[levels[who], np.arange(at.shape[1])] = 1
        right = at @ marks[who]
        wrong = at.sum(axis=1, keepdims=True) - right
        # Those right on an item outside the anchor have one more with it.
        return np.where(is_anchor, right, np.roll(right, 1, axis=0)), wrong

    return MatchedTables(*right_and_wrong(~focal), *right_and_wrong(focal))


def purified(
    flags: Callable[[BoolArray], BoolArray], n_items: int, *, rounds: int
) -> tuple[BoolArray, int, bool]:
    """Take flagged items out of the anchor until the flags stay; anchor, rounds, whether it did.

    With no rounds every item is an anchor. An anchor of less than one item is never made.
    """
    is_anchor = np.ones(n_items, dtype=bool)
    if not rounds:
        return is_anchor, 0, True
    flagged = flags(is_anchor)
    for done in range(1, rounds + 1):
        if flagged.all():
            return is_anchor, done, False
        is_anchor = ~flagged
        again = flags(is_anchor)
        if (again == flagged).all():
            return is_anchor, done, True
        flagged = again
    return is_anchor, rounds, False


def _chi_squares(tables: MatchedTables, *, correct: bool) -> FloatArray:
    n = tables.totals
    right, wrong = (
        tables.reference_right + tables.focal_right,
        tables.reference_wrong + tables.focal_wrong,
    )
    reference = tables.reference_right + tables.reference_wrong
    focal = n - reference
    counts = n > 1
    size = np.where(counts, n, 2.0)
    expected = np.where(counts, reference * right / size, 0.0)
    variance = np.where(
        counts, reference * focal * right * wrong / (size**2 * (size - 1)), 0.0
    ).sum(axis=0)
    gap = np.abs((np.where(counts, tables.reference_right, 0.0) - expected).sum(axis=0))
    if correct:
        gap = gap - 0.5  # as published: a gap below one half is squared too
    return ratio(gap**2, variance)


def odds_ratios(tables: MatchedTables) -> tuple[FloatArray, FloatArray]:
    """Return common odds ratios over levels and the variances of their logarithms."""
    n = np.where(tables.totals > 0, tables.totals, 1.0)
    direct = tables.reference_right * tables.focal_wrong
    inverse = tables.reference_wrong * tables.focal_right
    one, other = (direct / n).sum(axis=0), (inverse / n).sum(axis=0)
    odds = np.where((one > 0) & (other == 0), np.inf, ratio(one, other))
    ad = tables.reference_right + tables.focal_wrong
    bc = tables.reference_wrong + tables.focal_right
    known = np.where(np.isinf(odds), np.nan, odds)
    parts = (direct + known * inverse) * (ad + known * bc) / n**2
    return odds, ratio(parts.sum(axis=0), 2 * one**2)


def ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Divide; NaN where there is nothing to divide by."""
    found: FloatArray = np.full(np.shape(part), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def _ets_class(delta: float, error: float, is_flagged: bool) -> str:  # noqa: FBT001 - of one item
    size = abs(delta)
    if np.isinf(size):
        return "C" if is_flagged else "A"
    if not np.isfinite(size) or not np.isfinite(error):
        return ""
    if size < SLIGHT or size < Z_95 * error:
        return "A"
    return "C" if size >= LARGE and size - SLIGHT > Z_95_ONE_SIDED * error else "B"
