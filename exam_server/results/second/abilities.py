"""The theory mark of an adaptive test, computed a second time: plain numbers, no arrays.

Written from what docs/scoring.md declares. Floating point has its place here alone, and ends at
the millionth of a mark, before the rule set's rounding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log, log1p
from typing import Any, Final, NamedTuple

from exam_server.results.second.arithmetic import nearest
from exam_server.results.second.facts import Asked, Counting
from exam_server.results.second.handed_in import HandedIn

MILLION: Final = 1_000_000
GRID: Final = tuple(tenth / 10 for tenth in range(-40, 41))
FARTHEST: Final = 6
STEPS_PER_LOGIT: Final = 20
HALVINGS: Final = 100
TINY: Final = 1e-300


class Curve(NamedTuple):
    """An item's slope, difficulty and chance of a guess."""

    slope: float
    difficulty: float
    guess: float

    def chance(self, ability: float) -> float:
        """Return the chance of a right answer."""
        return self.guess + (1 - self.guess) * self.known(ability)

    def known(self, ability: float) -> float:
        """Return the chance of a right answer without guessing."""
        return 1 / (1 + exp(-self.slope * (ability - self.difficulty)))


@dataclass(frozen=True)
class Plan:
    """How abilities become marks: the estimate, the fewest items, the items marks refer to."""

    method: str
    least: int
    short: str
    curves: Mapping[int, Curve]  # by item version
    reference: Sequence[Curve]


def plan_of(rules: Mapping[str, Any], pool: Mapping[str, Any]) -> Plan:
    """Return a stored plan and pool as they are needed here."""
    by_code, by_version = {}, {}
    for each in pool["items"]:
        told = each["curve"]
        curve = Curve(told["slope"], told["difficulty"], told["guessing"])
        by_code[each["item"]["id"]] = by_version[each["version"]] = curve
    reference = [by_code[code] for form in pool["forms"] for code in form]
    return Plan(
        rules.get("estimate", "eap"),
        rules["least"],
        rules.get("short", "proportional"),
        by_version,
        reference,
    )


def adaptive_theory(
    plan: Plan,
    sent: HandedIn,
    items: Sequence[Asked],
    marks: Mapping[int, Fraction | None],
    counting: Counting,
) -> Fraction:
    """Return the theory mark of 100, rounded once."""
    n_given = 0
    told: list[tuple[Curve, bool]] = []
    for each in items:
        if sent.answers.get(each.position) is None and each.position not in sent.confirmed:
            continue
        n_given += 1
        if each.counts and each.way != "full_marks":
            told.append((plan.curves[each.version_id], marks[each.position] == each.full))
    ability = ability_of(plan.method, told)
    share = sum(curve.chance(ability) for curve in plan.reference) / len(plan.reference)
    mark = Fraction(share) * 100
    if n_given < plan.least:
        mark = mark * n_given / plan.least if plan.short == "proportional" else Fraction(0)
    to_millionths = Fraction(round(mark * MILLION), MILLION)
    return nearest(to_millionths, counting.rounding, counting.decimals)


def ability_of(method: str, told: Sequence[tuple[Curve, bool]]) -> float:
    """Return the ability that answers show: ``eap``, or ``wle`` where there is any answer."""
    return _likeliest(told) if method == "wle" and told else _mean(told)


def _mean(told: Sequence[tuple[Curve, bool]]) -> float:
    """Return the posterior's mean under N(0, 1), at 81 abilities from −4 to 4.

    Examples
    --------
    >>> round(_mean([(Curve(1.0, 0.0, 0.0), True)]), 2)
    0.41
    """
    heights = [_told(told, ability) - ability * ability / 2 for ability in GRID]
    top = max(heights)
    weights = [exp(height - top) for height in heights]
    return sum(w * ability for w, ability in zip(weights, GRID, strict=True)) / sum(weights)


def _told(told: Sequence[tuple[Curve, bool]], ability: float) -> float:
    total = 0.0
    for curve, is_right in told:
        chance = min(max(curve.chance(ability), 1e-12), 1 - 1e-12)
        total += log(chance) if is_right else log1p(-chance)
    return total


def _likeliest(told: Sequence[tuple[Curve, bool]]) -> float:
    """Return where likelihood times the root of the information is highest, within ±6."""
    places = [n / STEPS_PER_LOGIT for n in range(-FARTHEST * STEPS_PER_LOGIT, 1)]
    places += [-each for each in reversed(places[:-1])]
    rises = [_rise(told, place) for place in places]
    tops = []
    for left, right, one, other in zip(places, places[1:], rises, rises[1:], strict=False):
        if one > 0 >= other:
            tops.append(_top_between(told, left, right))
    tops += [places[0]] * (rises[0] <= 0) + [places[-1]] * (rises[-1] > 0)
    return max(tops, key=lambda place: _weighted(told, place))


def _top_between(told: Sequence[tuple[Curve, bool]], left: float, right: float) -> float:
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        if _rise(told, middle) > 0:
            left = middle
        else:
            right = middle
    return (left + right) / 2


def _weighted(told: Sequence[tuple[Curve, bool]], ability: float) -> float:
    information = 0.0
    for curve, _ in told:
        chance = curve.chance(ability)
        known = curve.known(ability)
        information += (curve.slope * known) ** 2 * (1 - chance) / chance
    return _told(told, ability) + log(max(information, TINY)) / 2


def _rise(told: Sequence[tuple[Curve, bool]], ability: float) -> float:
    """Return the slope of what is made highest."""
    score = information = bend = 0.0
    for curve, is_right in told:
        chance = curve.chance(ability)
        known = curve.known(ability)
        steepness = curve.slope * known * (1 - known) * (1 - curve.guess)
        own = (curve.slope * known) ** 2 * (1 - chance) / chance
        score += steepness / chance if is_right else -curve.slope * known
        information += own
        # The information is slope² · known² · (1/chance - 1): each factor by its own slope.
        bend += (
            own * 2 * curve.slope * (1 - known) - (curve.slope * known / chance) ** 2 * steepness
        )
    return score + bend / (2 * max(information, TINY))
