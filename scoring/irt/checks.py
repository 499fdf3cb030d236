"""Why responses cannot be calibrated, or what to mind when they are."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.irt.calibration import Refusal

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
MODELS = ("rasch", "2pl", "3pl", "grm", "gpcm", "pcm")
BINARY = ("rasch", "2pl", "3pl")
FEWEST_PERSONS, FEWEST_ITEMS = 5, 2
FREE_SLOPE_ITEMS = 3  # two slopes and no fixed one cannot be told apart
STEEPEST = 30.0
MANY = 2_000_000  # cells; a Guttman scale that large is no accident


def refusals_of(responses: FloatArray, models: tuple[str, ...]) -> list[Refusal]:
    """Return every reason against calibrating, in the order in which to mend them.

    Parameters
    ----------
    responses : ndarray, shape (n_persons, n_items)
        Categories from 0; NaN is missing.
    models : tuple of str
        Each item's model.

    Examples
    --------
    >>> refusals_of(np.array([[1.0, 0.0], [1.0, 1.0]] * 3), ("rasch", "rasch"))
    [Refusal(code='no_variation', items=(0,))]
    """
    n_persons, n_items = responses.shape
    found = []
    fewest = FEWEST_ITEMS if set(models) <= {"rasch", "pcm"} else FREE_SLOPE_ITEMS
    if n_items < fewest:
        found.append(Refusal("too_few_items"))
    if n_persons < FEWEST_PERSONS:
        found.append(Refusal("too_few_persons"))
    is_given = ~np.isnan(responses)
    filled = np.where(is_given, responses, 0.0)
    wrong = (filled < 0) | (filled != np.floor(filled)) | np.isinf(filled)
    found += _about("not_categories", wrong.any(axis=0))
    found += _about("no_responses", ~is_given.any(axis=0))
    if found:
        return found
    found += _about(
        "not_dichotomous",
        np.array([m in BINARY for m in models]) & (filled.max(axis=0) > 1),
    )
    lowest = np.where(is_given, responses, np.inf).min(axis=0)
    is_constant = lowest == np.where(is_given, responses, -np.inf).max(axis=0)
    found += _about("no_variation", is_constant)
    found += _about("empty_category", _has_gap(filled, is_given) & ~is_constant)
    return found or _about_persons(responses, is_given, filled)


def _about(code: str, where: ArrayLike) -> list[Refusal]:
    is_so = np.asarray(where)
    return [Refusal(code, tuple(np.flatnonzero(is_so).tolist()))] if is_so.any() else []


def _has_gap(filled: FloatArray, is_given: BoolArray) -> BoolArray:
    top = filled.max(axis=0)
    used = np.zeros_like(top)
    for category in range(int(top.max()) + 1):
        used += ((filled == category) & is_given).any(axis=0)
    return np.asarray(used < top + 1)


def _about_persons(responses: FloatArray, is_given: BoolArray, filled: FloatArray) -> list[Refusal]:
    top = np.where(is_given, filled.max(axis=0), 0.0).sum(axis=1)
    totals = filled.sum(axis=1)
    is_extreme = (totals == 0) | (totals == top)
    if is_extreme.all():
        return [Refusal("only_extreme_persons")]
    if responses.size < MANY and _is_guttman(filled[~is_extreme], is_given[~is_extreme]):
        return [Refusal("perfect_separation")]
    return []


def _is_guttman(filled: FloatArray, is_given: BoolArray) -> bool:
    """Whether nobody failed an easier item than one passed: slopes would grow without end."""
    if not is_given.all() or filled.max() > 1:
        return False
    order = np.argsort(-filled.mean(axis=0), kind="stable")
    return bool((np.diff(filled[:, order], axis=1) <= 0).all())


def is_linked(is_given: BoolArray) -> bool:
    """Whether persons join all items: any two through persons who were given both.

    Examples
    --------
    >>> is_linked(np.array([[True, True, False], [False, False, True]]))
    False
    """
    given = is_given.astype(float)
    together = given.T @ given > 0
    reached = np.zeros(len(together), bool)
    reached[0] = True
    while True:
        more = together[reached].any(axis=0) | reached
        if (more == reached).all():
            return bool(reached.all())
        reached = more


def separated(responses: FloatArray) -> tuple[int, ...]:
    """Return the items that stand apart from the first by more than any finite distance.

    Item i reaches item j when somebody earned a step of i and missed one of j; all must reach
    all. For binary items that is Fischer's condition for conditional estimates; for others it is
    needed, too.

    Examples
    --------
    >>> separated(np.array([[1.0, 0, 0], [0, 1, 0], [1, 1, 0], [1, 1, 1]]))
    (2,)
    """
    top = np.nanmax(responses, axis=0)
    earned, missed = (responses > 0).astype(float), (responses < top).astype(float)
    reaches = earned.T @ missed > 0
    np.fill_diagonal(reaches, val=True)
    for _ in range(max(1, len(reaches).bit_length())):
        reaches = reaches.astype(float) @ reaches > 0
    return tuple(np.flatnonzero(~(reaches[0] & reaches[:, 0])).tolist())


def warnings_of(slopes: FloatArray, is_given: BoolArray, *, has_errors: bool) -> list[Refusal]:
    """Return what to mind about a fit."""
    found = _about("slope_unbounded", np.abs(slopes) > STEEPEST)
    found += _about("negative_slope", slopes < 0)
    if not is_linked(is_given):
        found.append(Refusal("not_linked"))
    if not has_errors:
        found.append(Refusal("singular_information"))
    return found
