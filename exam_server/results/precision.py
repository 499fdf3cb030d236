"""How sure decisions are: the standard error of composites, and the chance of deciding alike again.

Only the theory paper's error is known; the other marks count as exact. So a standard error told
here is the least it can be, and a chance the most.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from exam_server.results.models import DecisionRun
from exam_server.results.rules import COMPONENTS, WHOLE, Rules, rules_of
from exam_server.results.service import borderline_in, decisions_in, marks_in
from exam_server.results.theory_errors import theory_errors
from scoring.composite_reliability import composite_reliability, same_again
from scoring.refusals import UnfitDataError

FEWEST: Final = 30  # candidates with every mark; with fewer nothing is said


def precision_for(db: Session, run: DecisionRun) -> dict[str, Any]:
    """Return how sure the decisions of a run are."""
    decisions = decisions_in(db, run)
    errors = theory_errors(db, run)
    near = borderline_in(run, decisions, errors)
    return precision_of(
        {each.registration.uid: marks_in(each) for each in decisions},
        [each.registration.uid for each in decisions if each.registration_id in near],
        rules_of(run.rules),
        {each.registration.uid: errors.of(each.registration_id) for each in decisions},
    )


def precision_of(
    people: Mapping[str, Mapping[str, Decimal | None]],
    borderline: Sequence[str],
    rules: Rules,
    errors: Mapping[str, Decimal | None],
) -> dict[str, Any]:
    """Return figures of a decision's precision, or ``unknown`` with why.

    ``people`` are marks by name, ``borderline`` the names of those near the line, ``errors`` the
    standard errors of theory marks: alike, or each one's own (adaptive tests). ``unknown``:
    too_few_persons, no_standard_error, no_variation, error_too_large.
    """
    counted = rules.counted
    named = [
        who for who, marks in people.items() if all(marks.get(name) is not None for name in counted)
    ]
    whole = [[float(people[who][name] or 0) for name in counted] for who in named]
    found: dict[str, Any] = {"n": len(whole), "unknown": None}
    if len(whole) < FEWEST:
        return {**found, "unknown": "too_few_persons"}
    weights = [float(rules.weights[name] / WHOLE) for name in counted]
    data = np.array(whole)
    try:
        exact = composite_reliability(data, weights, [1.0] * len(counted))
    except UnfitDataError as refused:
        return {**found, "unknown": refused.code}
    found |= {
        "mean": exact.mean,
        "sd": exact.sd,
        "nominal": dict(zip(counted, exact.nominal_weights.tolist(), strict=True)),
        "effective": dict(zip(counted, exact.effective_weights.tolist(), strict=True)),
        "others_exact": len(counted) > 1,
    }
    known = [each for each in (errors.get(who) for who in named) if each is not None]
    if "theory" not in counted or len(known) < len(named):
        return {**found, "unknown": "no_standard_error"}
    return (
        found
        | _errors(data, weights, counted, _typical(known))
        | {"again": {name: chance_again(people[name], rules, errors[name]) for name in borderline}}
    )


def chance_again(
    marks: Mapping[str, Decimal | None], rules: Rules, theory_sem: Decimal | None
) -> float | None:
    """Return the chance that a second theory paper would lead to the same decision."""
    needed = needed_theory(marks, rules)
    theory = marks.get("theory")
    if needed is None or theory is None or not theory_sem:
        return None
    return float(same_again([float(theory)], float(theory_sem), float(needed))[0])


def needed_theory(marks: Mapping[str, Decimal | None], rules: Rules) -> Decimal | None:
    """Return the least theory mark that passes beside the other marks; ``None`` without weight.

    Rounding of the composite is left aside.

    Examples
    --------
    >>> from scoring.composite import Rounding
    >>> weights = {"theory": Decimal(40), "practical": Decimal(60), "performance": Decimal(0)}
    >>> rules = Rules(Decimal(60), weights, dict.fromkeys(COMPONENTS), Rounding())
    >>> needed_theory({"theory": Decimal(58), "practical": Decimal(62)}, rules)
    Decimal('57')
    """
    if not rules.weights["theory"] or any(marks.get(name) is None for name in rules.counted):
        return None
    others = sum(
        (
            (marks[name] or Decimal(0)) * rules.weights[name]
            for name in COMPONENTS[1:]
            if rules.weights[name] > 0
        ),
        Decimal(0),
    )
    needed = (rules.pass_mark * WHOLE - others) / rules.weights["theory"]
    least = rules.minima["theory"]
    return needed if least is None else max(needed, least)


def _typical(errors: Sequence[Decimal]) -> float:
    """Return the root of the mean error variance."""
    return float(np.sqrt(np.mean([float(each) ** 2 for each in errors])))


def _errors(
    data: Any, weights: Sequence[float], counted: Sequence[str], theory_sem: float
) -> dict[str, Any]:
    place = counted.index("theory")
    variance = float(np.var(data[:, place], ddof=1))
    if not variance > theory_sem**2:
        return {"unknown": "error_too_large"}
    own = [1.0] * len(counted)
    own[place] = 1 - theory_sem**2 / variance
    found = composite_reliability(data, weights, own)
    return {"reliability": found.reliability, "standard_error": found.standard_error}
