"""The mark of an adaptive test: an ability on the bank's scale, and what it means of a whole paper.

Two candidates have different items, so a count of right answers compares nothing. The ability is
estimated from the items given, and the mark is the score that is expected at that ability on the
plan's reference: whole tests that keep the blueprint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import erf, sqrt
from typing import Any, Final

import numpy as np

from itembank.adaptive.ability import PRIOR, means_and_errors
from itembank.adaptive.pool import NODES, FloatArray, ItemCurve
from scoring.item_response import item_information, success_chances

METHODS: Final = ("eap", "wle")
SHORTS: Final = ("proportional", "zero")
MILLIONTH: Final = Decimal("0.000001")
TEN_THOUSANDTH: Final = Decimal("0.0001")
EDGE = 6.0  # logits: a weighted likelihood is looked for within
HALVINGS = 80
TINY = 1e-300


@dataclass(frozen=True)
class Estimate:
    """An ability and its standard error, in logits."""

    ability: float
    standard_error: float


@dataclass(frozen=True)
class Conversion:
    """How abilities become marks.

    Attributes
    ----------
    method
        ``eap``: the mean of the posterior under N(0, 1); ``wle``: the weighted likelihood estimate.
    least
        Items below which a test is too short for a full mark.
    short
        What then becomes of the mark: ``proportional`` to the items given, or ``zero``.
    reference
        The items of the reference tests, all tests of one length.
    """

    method: str
    least: int
    short: str
    reference: tuple[ItemCurve, ...]


def conversion_of(
    rules: Mapping[str, Any], curves: Mapping[str, ItemCurve], forms: Sequence[Sequence[str]]
) -> Conversion:
    """Return the conversion of a stored plan, its pool's curves by item, and its whole tests."""
    reference = tuple(curves[each] for form in forms for each in form)
    return Conversion(
        rules.get("estimate", "eap"), rules["least"], rules.get("short", "proportional"), reference
    )


def estimate(method: str, curves: Sequence[ItemCurve], rights: Sequence[bool]) -> Estimate:
    """Return what answers say of an ability; without any, what is known of everybody.

    References
    ----------
    .. [1] Bock & Mislevy (1982), Applied Psychological Measurement 6, 431-444.
    .. [2] Warm (1989), Psychometrika 54, 427-450.

    Examples
    --------
    >>> one = [ItemCurve(1.0, 0.0)]
    >>> round(estimate("eap", one, [True]).ability, 2)
    0.41
    >>> abs(round(estimate("wle", one * 2, [True, False]).ability, 9))
    0.0
    """
    answers = np.asarray(rights, bool)
    if method == "wle" and len(curves):
        ability = _weighted(curves, answers)
        found = item_information(np.array([ability]), *_columns(curves)).sum()
        return Estimate(ability, float(1 / np.sqrt(found)))
    chances = np.clip(success_chances(NODES, *_columns(curves)), 1e-12, 1 - 1e-12)
    own = np.where(answers, np.log(chances), np.log1p(-chances)).sum(axis=1)
    values, errors = means_and_errors((PRIOR + own)[None, :])
    return Estimate(float(values[0]), float(errors[0]))


def expected_share(conversion: Conversion, ability: float) -> float:
    """Return the share of right answers expected on the reference tests."""
    chances = success_chances(np.array([ability]), *_columns(conversion.reference))
    return float(chances.mean())


def mark_of(conversion: Conversion, ability: float, n_given: int) -> Decimal:
    """Return a mark of 100, to the millionth; the rule set's rounding comes after it, once.

    Examples
    --------
    >>> plan = Conversion("eap", 10, "proportional", (ItemCurve(1.0, 0.0),))
    >>> mark_of(plan, 0.0, 10), mark_of(plan, 0.0, 5)
    (Decimal('50.000000'), Decimal('25.000000'))
    """
    share = Decimal(expected_share(conversion, ability)) * 100
    if n_given < conversion.least:
        is_scaled = conversion.short == "proportional"
        share = share * n_given / conversion.least if is_scaled else Decimal(0)
    return share.quantize(MILLIONTH, ROUND_HALF_EVEN)


def mark_error_of(conversion: Conversion, found: Estimate, n_given: int) -> Decimal:
    """Return the standard error of a mark of 100: half of what lies between one error on each side.

    Examples
    --------
    >>> plan = Conversion("eap", 10, "proportional", (ItemCurve(1.0, 0.0),))
    >>> mark_error_of(plan, Estimate(0.0, 0.4), 10), mark_error_of(plan, Estimate(3.0, 0.4), 10)
    (Decimal('9.8688'), Decimal('1.8421'))
    """
    low, high = (
        mark_of(conversion, found.ability + side * found.standard_error, n_given)
        for side in (-1, 1)
    )
    return ((high - low) / 2).quantize(TEN_THOUSANDTH, ROUND_HALF_EVEN)


def ability_at(conversion: Conversion, share: float) -> float:
    """Return the ability at which that share is expected, within ±6 logits."""
    low, high = -EDGE, EDGE
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if expected_share(conversion, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def same_again(ability: float, standard_error: float, cut: float) -> float:
    """Return the chance that another such test would decide the same at a cut.

    Examples
    --------
    >>> round(same_again(0.5, 0.5, 0.0), 3), same_again(0.0, 0.3, 0.0)
    (0.841, 0.5)
    """
    distance = abs(ability - cut) / standard_error
    return (1 + erf(distance / sqrt(2))) / 2


def _weighted(curves: Sequence[ItemCurve], answers: np.ndarray) -> float:
    """Return where likelihood times the root of the information is greatest."""
    columns = _columns(curves)
    coarse = np.linspace(-EDGE, EDGE, 241)
    slopes = _slope(coarse, columns, answers)
    falls = np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0))
    low, high = coarse[falls], coarse[falls + 1]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_rising = _slope(middle, columns, answers) > 0
        low, high = np.where(is_rising, middle, low), np.where(is_rising, high, middle)
    ends = coarse[[0, -1]][[slopes[0] <= 0, slopes[-1] > 0]]
    tops = np.concatenate([(low + high) / 2, ends])
    return float(tops[_height(tops, columns, answers).argmax()])


def _height(points: FloatArray, columns: tuple[FloatArray, ...], answers: Any) -> FloatArray:
    chances = np.clip(success_chances(points, *columns), 1e-300, 1 - 1e-16)
    told = np.where(answers, np.log(chances), np.log1p(-chances)).sum(axis=1)
    information = np.maximum(item_information(points, *columns).sum(axis=1), TINY)
    height: FloatArray = told + np.log(information) / 2
    return height


def _slope(points: FloatArray, columns: tuple[FloatArray, ...], answers: Any) -> FloatArray:
    """Return the derivative of ``_height``."""
    slopes, difficulties, guessings = columns
    known = 1 / (1 + np.exp(-slopes * (points[:, None] - difficulties)))  # without guessing
    chances = guessings + (1 - guessings) * known
    score = (slopes * known / chances * (answers - chances)).sum(axis=1)
    information = ((slopes * known) ** 2 * (1 - chances) / chances).sum(axis=1)
    rise = slopes * known * (1 - known)
    bend = 2 * (1 - chances) / chances - (1 - guessings) * known / chances**2
    bent = (slopes**2 * known * rise * bend).sum(axis=1)
    slope: FloatArray = score + bent / (2 * np.maximum(information, TINY))
    return slope


def _columns(curves: Sequence[ItemCurve]) -> tuple[FloatArray, FloatArray, FloatArray]:
    rows = np.array([(c.slope, c.difficulty, c.guessing) for c in curves], float).reshape(-1, 3)
    return rows[:, 0], rows[:, 1], rows[:, 2]
