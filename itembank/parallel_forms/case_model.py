"""An assembly case as data: a bank table, enemy sets and constraints as a model.

The format is that of a family of benchmarks for automated test assembly: ``forms``, ``length``,
``max_use_per_item``, ``max_times_used``, ``theta``, ``objective`` (``maximin``, or ``minimax``
with ``target``), ``weights``, and ``constraints`` of kind ``count``, ``sum`` and ``mean``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from itembank.demands import Row
from itembank.parallel_forms.case_reading import (
    Items,
    checked_bank,
    checked_sets,
    column,
    given,
    number_column,
    real_number,
    real_numbers,
    refuse,
    whole_number,
)
from itembank.parallel_forms.model import FloatArray, FormModel, Goal, IntArray, model_of
from scoring.item_response import item_information, mean_chances

OBJECTIVES = frozenset({"maximin", "minimax"})
KINDS = frozenset({"count", "sum", "mean"})
LEAST_SLOPE = 1e-9


@dataclass(frozen=True)
class CaseModel:
    """The model, and the items' ids in the order of its units."""

    ids: tuple[str, ...]
    model: FormModel


def case_model(
    case: Mapping[str, Any], bank: Items, enemy_sets: Sequence[Sequence[str]]
) -> CaseModel:
    """Return the model of a case; items used too often already are left out.

    Raises
    ------
    CaseError
        If the case, the bank or a constraint cannot be read; it says where.
    """
    if case.get("objective") not in OBJECTIVES:
        refuse("objective", f"{case.get('objective')!r} is neither maximin nor minimax")
    n_forms = whole_number("forms", given(case, "forms"), 1)
    items = _unworn(case, checked_bank(bank))
    most = whole_number("max_use_per_item", case.get("max_use_per_item", 1), 1)
    uses = np.full(len(items), most, dtype=np.int64)
    rows = _rows(case, items, checked_sets(enemy_sets))
    model = model_of(rows, n_forms, uses, goal=_goal(case, items))
    return CaseModel(tuple(item["id"] for item in items), model)


def _unworn(case: Mapping[str, Any], bank: Items) -> Items:
    if case.get("max_times_used") is None:
        return bank
    most_used = real_number("max_times_used", case["max_times_used"])
    used = number_column(bank, "times_used")
    items = [item for item, times in zip(bank, used, strict=True) if times < most_used]
    if not items:
        refuse("bank", f"no item may be used: all were, {most_used:g} times or more")
    return items


def _rows(
    case: Mapping[str, Any], items: Items, enemy_sets: Sequence[Sequence[str]]
) -> Iterator[Row]:
    length = whole_number("length", given(case, "length"), 1)
    yield Row("length", "", np.ones(len(items)), length, length)
    constraints = given(case, "constraints")
    if not isinstance(constraints, list):
        refuse("constraints", "no list")
    for place, each in enumerate(constraints):
        yield _row(f"constraints.{place}", each, items, length)
    yield from _enemy_rows(items, enemy_sets)


def _goal(case: Mapping[str, Any], items: Items) -> Goal:
    theta = real_numbers("theta", given(case, "theta"))
    weights = real_numbers("weights", case.get("weights") or [1] * theta.size)
    targets = real_numbers("target", case["target"]) if "target" in case else None
    if (case["objective"] == "minimax") != (targets is not None):
        refuse("target", "minimax needs one value for each theta, maximin has none")
    if {theta.size} != {each.size for each in (theta, weights, targets) if each is not None}:
        refuse("theta, weights and target", "not equally many")
    if weights.min() <= 0:
        refuse("weights", f"{weights.tolist()!r} are not all positive")
    return Goal(item_information(theta, *_parameters(items)), weights, targets)


def _parameters(items: Items) -> tuple[FloatArray, FloatArray, FloatArray]:
    slope = number_column(items, "a", LEAST_SLOPE)
    return slope, number_column(items, "b"), number_column(items, "c", 0, 1)


def _row(where: str, constraint: object, items: Items, length: int) -> Row:
    """Return a constraint as a row; ``mean`` is over the items of a form."""
    if not isinstance(constraint, Mapping) or constraint.get("kind") not in KINDS:
        refuse(where, f"{constraint!r} is no count, sum or mean")
    kind, name = constraint["kind"], constraint.get("attr")
    low, high = _band(where, constraint)
    if not isinstance(name, str):
        refuse(where, f"attr {name!r} is no column")
    if name not in items[0] and (kind == "count" or name != "p_expected"):
        refuse(where, f"the bank has no column {name!r}")
    if kind == "count":
        if constraint.get("value") is None or high < 0:
            refuse(where, f"{dict(constraint)!r} counts no value, or fewer than none")
        value = str(constraint["value"])
        hits = np.array([float(each == value) for each in column(items, name)])
        return Row(name, value, hits, low, high)
    if name == "p_expected":
        values = mean_chances(*_parameters(items))
    else:
        values = number_column(items, name)
    return Row(kind, name, values / length if kind == "mean" else values, low, high)


def _band(where: str, constraint: Mapping[str, Any]) -> tuple[float, float]:
    """Return the bounds of a constraint; one that is not given is none."""
    low, high = (
        free if constraint.get(name) is None else real_number(f"{where}.{name}", constraint[name])
        for name, free in (("min", -np.inf), ("max", np.inf))
    )
    if low > high:
        refuse(where, f"min {low:g} is more than max {high:g}")
    return low, high


def _enemy_rows(items: Items, enemy_sets: Sequence[Sequence[str]]) -> Iterator[Row]:
    places = {item["id"]: place for place, item in enumerate(items)}
    for enemies in enemy_sets:
        inside = [places[each] for each in dict.fromkeys(enemies) if each in places]
        if len(inside) > 1:
            coefficients = np.zeros(len(items))
            coefficients[inside] = 1
            yield Row("enemies", " ".join(enemies), coefficients, 0, 1)


def form_ids(ids: Sequence[str], form: IntArray) -> list[str]:
    """Return a form's item ids in the order of the bank."""
    return [ids[place] for place in np.sort(form).tolist()]
