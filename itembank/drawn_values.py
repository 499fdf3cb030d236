"""All values a calculation may be asked with, and those for which it has no answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

from itembank.expressions import Condition, NoValueError, Value, rounded_half_up
from itembank.item_models import Domain, ItemModel

MOST_DRAWS: Final = 1_000  # combinations of values: each is tried, also while somebody types
NO_VALUE, OUTSIDE = "no_value", "outside"


@dataclass(frozen=True)
class Draw:
    """Values of the parameters, and the answer they give, rounded as the item asks."""

    values: Mapping[str, Decimal]
    answer: Decimal


@dataclass(frozen=True)
class Failing:
    """Values that may be drawn and give no answer, or one outside of what is allowed."""

    values: Mapping[str, Decimal]
    why: str
    answer: Decimal | None = None


@dataclass(frozen=True)
class Draws:
    """What may be drawn, and what must not happen."""

    possible: list[Draw]
    failing: list[Failing]


def n_combinations(model: ItemModel) -> int:
    """Return how many combinations of values there are, wanted or not."""
    return prod(len(domain) for domain in model.parameters.values())


def all_draws(model: ItemModel, least: Decimal | None, most: Decimal | None) -> Draws:
    """Try every combination of values that meets the conditions.

    An answer must lie between ``least`` and ``most``, where they are said.

    Examples
    --------
    >>> from itembank.expressions import read_expression
    >>> numbers = Domain(values=(Decimal(0), Decimal(4)))
    >>> model = ItemModel("{R}", {"R": numbers}, read_expression("12 / R"), decimals=0)
    >>> draws = all_draws(model, None, None)
    >>> draws.possible, draws.failing[0].why
    ([Draw(values={'R': Decimal('4')}, answer=Decimal('3'))], 'no_value')
    """
    draws = Draws([], [])
    for values in _combinations(model.parameters):
        found = _tried(model, values, least, most)
        if isinstance(found, Draw):
            draws.possible.append(found)
        elif found is not None:
            draws.failing.append(found)
    return draws


def answer_of(model: ItemModel, values: Mapping[str, Decimal]) -> Decimal:
    """Return the answer that values give; raises ``NoValueError``."""
    return rounded_half_up(model.answer.value(_exact(model, values)), model.decimals)


def has_answer(model: ItemModel, values: Mapping[str, Decimal]) -> bool:
    """Say whether values give an answer."""
    try:
        answer_of(model, values)
    except NoValueError:
        return False
    return True


def _combinations(parameters: Mapping[str, Domain]) -> Iterator[dict[str, Decimal]]:
    listed = [[domain.at(place) for place in range(len(domain))] for domain in parameters.values()]
    for chosen in product(*listed):
        yield dict(zip(parameters, chosen, strict=True))


def _tried(
    model: ItemModel, values: Mapping[str, Decimal], least: Decimal | None, most: Decimal | None
) -> Draw | Failing | None:
    """Return a draw, why there is none, or ``None`` where the conditions leave the values out."""
    exact = _exact(model, values)
    before = [each for each in model.conditions if "answer" not in each.names]
    after = [each for each in model.conditions if "answer" in each.names]
    try:
        if not _hold(before, exact):
            return None
        answer = model.answer.value(exact)
        told = rounded_half_up(answer, model.decimals)
        if not _hold(after, {**exact, "answer": answer.number}) or not _is_nice(model, answer):
            return None
    except NoValueError:
        return Failing(values, NO_VALUE)
    if (least is not None and told < least) or (most is not None and told > most):
        return Failing(values, OUTSIDE, told)
    return Draw(values, told)


def _exact(model: ItemModel, values: Mapping[str, Decimal]) -> dict[str, Fraction]:
    return {name: Fraction(value) for name, value in values.items()} | {"pi": Fraction(model.pi)}


def _hold(conditions: list[Condition], exact: Mapping[str, Fraction]) -> bool:
    return all(each.holds(exact) for each in conditions)


def _is_nice(model: ItemModel, answer: Value) -> bool:
    """Say whether an answer ends after as many decimals as the model wants at most."""
    if model.exact_decimals is None:
        return True
    return answer.is_exact and (answer.number * 10**model.exact_decimals).denominator == 1
