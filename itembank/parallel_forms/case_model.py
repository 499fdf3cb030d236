"""An assembly case as data: a bank table, enemy sets and constraints as a model.

The format is that of a family of benchmarks for automated test assembly: ``forms``, ``length``,
``max_use_per_item``, ``max_times_used``, ``theta``, ``objective`` (``maximin``, or ``minimax``
with ``target``), ``weights``, and ``constraints`` of kind ``count``, ``sum`` and ``mean``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from itembank.demands import Row
from itembank.parallel_forms.model import FloatArray, FormModel, Goal, IntArray, model_of
from scoring.item_response import item_information, mean_chances

Items = Sequence[Mapping[str, str]]
OBJECTIVES = frozenset({"maximin", "minimax"})


class CaseError(ValueError):
    """The case means nothing; the argument says what and where."""


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
        If the case, the bank or a constraint cannot be read.
    """
    if case.get("objective") not in OBJECTIVES:
        msg = f"objective: {case.get('objective')!r} is neither maximin nor minimax"
        raise CaseError(msg)
    most_used = case.get("max_times_used")
    items = [item for item in bank if most_used is None or int(item["times_used"]) < most_used]
    if not items:
        msg = "bank: no item may be used"
        raise CaseError(msg)
    length = int(case["length"])
    rows = [Row("length", "", np.ones(len(items)), length, length)]
    rows += [_row(place, each, items, length) for place, each in enumerate(case["constraints"])]
    rows += _enemy_rows(items, enemy_sets)
    uses = np.full(len(items), int(case.get("max_use_per_item", 1)), dtype=np.int64)
    model = model_of(rows, int(case["forms"]), uses, goal=_goal(case, items))
    return CaseModel(tuple(item["id"] for item in items), model)


def _goal(case: Mapping[str, Any], items: Items) -> Goal:
    theta = np.array(case["theta"], dtype=np.float64)
    weights = np.array(case.get("weights", np.ones(theta.size)), dtype=np.float64)
    targets = np.array(case["target"], dtype=np.float64) if "target" in case else None
    if (case["objective"] == "minimax") != (targets is not None):
        msg = "target: minimax needs one value for each theta, maximin has none"
        raise CaseError(msg)
    if {theta.size} != {each.size for each in (theta, weights, targets) if each is not None}:
        msg = "theta, weights and target: not equally many"
        raise CaseError(msg)
    if not theta.size or weights.min() <= 0:
        msg = f"weights: {weights.tolist()!r} are not all positive"
        raise CaseError(msg)
    return Goal(item_information(theta, *_parameters(items)), weights, targets)


def _parameters(items: Items) -> tuple[FloatArray, FloatArray, FloatArray]:
    slope, difficulty, guessing = (_numbers(items, name) for name in ("a", "b", "c"))
    return slope, difficulty, guessing


def _numbers(items: Items, name: str) -> FloatArray:
    try:
        return np.array([float(item[name]) for item in items])
    except KeyError as missing:
        msg = f"bank: no column {missing}"
        raise CaseError(msg) from missing


def _row(place: int, constraint: Mapping[str, Any], items: Items, length: int) -> Row:
    """Return a constraint as a row; ``mean`` is over the items of a form."""
    kind, name = constraint.get("kind"), constraint.get("attr")
    low = float(_bound(constraint, "min", -np.inf))
    high = float(_bound(constraint, "max", np.inf))
    if not isinstance(name, str) or kind not in {"count", "sum", "mean"} or low > high:
        msg = f"constraints.{place}: {dict(constraint)!r} is no count, sum or mean with a band"
        raise CaseError(msg)
    if kind == "count":
        value = str(constraint.get("value"))
        if any(name not in item for item in items):
            msg = f"constraints.{place}: the bank has no column {name!r}"
            raise CaseError(msg)
        return Row(name, value, np.array([float(item[name] == value) for item in items]), low, high)
    values = mean_chances(*_parameters(items)) if name == "p_expected" else _numbers(items, name)
    return Row(kind, name, values / length if kind == "mean" else values, low, high)


def _bound(constraint: Mapping[str, Any], name: str, default: float) -> Any:
    return default if constraint.get(name) is None else constraint[name]


def _enemy_rows(items: Items, enemy_sets: Sequence[Sequence[str]]) -> list[Row]:
    places = {item["id"]: place for place, item in enumerate(items)}
    rows = []
    for enemies in enemy_sets:
        inside = [places[each] for each in enemies if each in places]
        if len(inside) > 1:
            coefficients = np.zeros(len(items))
            coefficients[inside] = 1
            rows.append(Row("enemies", " ".join(enemies), coefficients, 0, 1))
    return rows


def form_ids(ids: Sequence[str], form: IntArray) -> list[str]:
    """Return a form's item ids in the order of the bank."""
    return [ids[place] for place in np.sort(form).tolist()]
