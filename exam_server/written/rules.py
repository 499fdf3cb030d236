"""When a written answer has a mark: rounds, tolerance, the arbiter, controls and severity.

Marks are exact. A marker is known here by a number only, an answer by nothing at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist, fmean, stdev
from typing import Final

FIRST: Final = 1
SECOND: Final = 2
ARBITER: Final = 3
CONTROL: Final = 0
ROUNDS: Final = (FIRST, SECOND, ARBITER)
FEWEST_FOR_SEVERITY: Final = 10
SMALLEST: Final = Decimal("0.0001")  # of a mark; the store keeps no finer one
Z_95: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Plan:
    """How the answers to one item are marked.

    Parameters
    ----------
    n_markers : int
        1 or 2 markers for every answer, neither knowing of the other.
    tolerance : Decimal
        How far the two may lie apart, in marks of the item; further apart, an arbiter decides.
    control_every : int
        One of so many answers that a marker gets is a control with an agreed mark; 0: none.
    """

    n_markers: int
    tolerance: Decimal
    control_every: int


def standing_mark(plan: Plan, given: Mapping[int, Decimal]) -> Decimal | None:
    """Return the mark that stands, from the marks given by round; ``None`` while one is missing.

    The arbiter's stands before all others. Two marks within the tolerance stand as their mean,
    also when the plan by now asks for one marker only: no mark that was given is passed over. Where
    a rubric does not divide the full mark evenly the mean is rounded half up to four decimals.

    Examples
    --------
    >>> double = Plan(n_markers=2, tolerance=Decimal(2), control_every=0)
    >>> standing_mark(double, {1: Decimal(7)})
    >>> standing_mark(double, {1: Decimal(7), 2: Decimal("8.5")})
    Decimal('7.75')
    >>> standing_mark(double, {1: Decimal(7), 2: Decimal("9.5")})
    >>> standing_mark(double, {1: Decimal(7), 2: Decimal("9.5"), 3: Decimal(9)})
    Decimal('9')
    """
    if ARBITER in given:
        return given[ARBITER]
    blind = [given[number] for number in (FIRST, SECOND) if number in given]
    if not blind or len(blind) < plan.n_markers or differ(plan, given):
        return None
    if len(blind) == 1:
        return blind[0]
    mean = sum(blind, Decimal(0)) / len(blind)
    return mean if mean == mean.quantize(SMALLEST) else mean.quantize(SMALLEST, ROUND_HALF_UP)


def differ(plan: Plan, given: Mapping[int, Decimal]) -> bool:
    """Say whether two markers lie further apart than the tolerance and nobody has decided yet.

    Examples
    --------
    >>> plan = Plan(2, Decimal(1), 0)
    >>> differ(plan, {1: Decimal(4), 2: Decimal(5)})
    False
    >>> differ(plan, {1: Decimal(4), 2: Decimal("5.5")})
    True
    """
    if ARBITER in given or FIRST not in given or SECOND not in given:
        return False
    return abs(given[FIRST] - given[SECOND]) > plan.tolerance


def rounds_open(plan: Plan, given: Iterable[int]) -> list[int]:
    """Return the rounds of blind markers that an answer still waits for.

    Examples
    --------
    >>> rounds_open(Plan(2, Decimal(0), 0), {1}), rounds_open(Plan(1, Decimal(0), 0), {2})
    ([2], [])
    """
    held = set(given)
    if ARBITER in held:
        return []
    missing = [number for number in (FIRST, SECOND) if number not in held]
    return missing[: max(0, plan.n_markers - (2 - len(missing)))]


def is_control_due(plan: Plan, n_marked: int, n_controls: int) -> bool:
    """Say whether the next answer a marker gets is a control: one in ``control_every`` is.

    ``n_marked`` counts all the marker has marked of the item, ``n_controls`` the controls of it.

    Examples
    --------
    >>> plan = Plan(1, Decimal(0), control_every=5)
    >>> [is_control_due(plan, n, 0) for n in (3, 4)], is_control_due(plan, 8, 1)
    ([False, True], False)
    """
    return plan.control_every > 0 and (n_marked + 1) // plan.control_every > n_controls


@dataclass(frozen=True)
class Severity:
    """How one marker marks beside the others, in marks of the item; ``None`` where too little.

    ``beside_others`` is own mark less the other marker's on the same answers, ``beside_agreed``
    own mark less the agreed one on controls: below 0 is strict. Limits are at 95 %.
    """

    marker: int
    n: int
    mean: float
    spread: float | None
    n_pairs: int
    beside_others: float | None
    others_limits: tuple[float, float] | None
    n_controls: int
    beside_agreed: float | None
    agreed_limits: tuple[float, float] | None

    @property
    def verdict(self) -> str:
        """Return ``strict``, ``lenient``, ``in_line`` or ``too_few``: controls speak first."""
        limits = self.agreed_limits or self.others_limits
        if limits is None:
            return "too_few"
        if limits[1] < 0:
            return "strict"
        return "lenient" if limits[0] > 0 else "in_line"


@dataclass(frozen=True)
class Marked:
    """One mark as severity looks at it: who gave which mark to which answer; controls' agreed."""

    marker: int
    answer: int
    mark: Decimal
    agreed: Decimal | None = None


def severities(marked: Sequence[Marked]) -> list[Severity]:
    """Return how each marker marks, by marker's number.

    Differences get limits from ten answers on: ``d ± z s / √n`` (two-sided, normal).
    """
    by_answer: dict[int, list[Marked]] = {}
    for each in marked:
        if each.agreed is None:
            by_answer.setdefault(each.answer, []).append(each)
    return [_severity(marker, marked, by_answer) for marker in sorted({m.marker for m in marked})]


def _severity(
    marker: int, marked: Sequence[Marked], by_answer: Mapping[int, Sequence[Marked]]
) -> Severity:
    own = [each for each in marked if each.marker == marker]
    marks = [float(each.mark) for each in own if each.agreed is None]
    beside = [
        float(mine.mark - other.mark)
        for pair in by_answer.values()
        for mine in pair
        for other in pair
        if mine.marker == marker and other.marker != marker
    ]
    agreed = [float(each.mark - each.agreed) for each in own if each.agreed is not None]
    return Severity(
        marker=marker,
        n=len(marks),
        mean=fmean(marks) if marks else 0.0,
        spread=stdev(marks) if len(marks) > 1 else None,
        n_pairs=len(beside),
        beside_others=fmean(beside) if beside else None,
        others_limits=_limits(beside),
        n_controls=len(agreed),
        beside_agreed=fmean(agreed) if agreed else None,
        agreed_limits=_limits(agreed),
    )


def _limits(differences: Sequence[float]) -> tuple[float, float] | None:
    n = len(differences)
    if n < FEWEST_FOR_SEVERITY:
        return None
    middle, reach = fmean(differences), Z_95 * stdev(differences) / n**0.5
    return middle - reach, middle + reach
