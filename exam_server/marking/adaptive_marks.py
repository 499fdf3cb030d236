"""The theory mark of an adaptive test: from the ability, by the plan's declared conversion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam_server.adaptive.models import AdaptiveTrial
from exam_server.adaptive.pooling import conversion_in
from exam_server.delivery.models import AnswerEvent
from exam_server.marking.models import AdaptiveMark, MarkingRun
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from itembank.adaptive.marks import (
    Conversion,
    Estimate,
    ability_at,
    estimate,
    mark_error_of,
    mark_of,
)
from itembank.adaptive.pool import ItemCurve

WHOLE = Decimal(100)
SAYS_NOTHING = frozenset({"dropped", "full_marks"})  # changes of scoring, of an ability


@dataclass(frozen=True)
class Scale:
    """What the marks of an adaptive exam session are computed by.

    ``confirmed``: the positions each sitting has closed; ``cut``: the ability at which the mark
    that passes is expected.
    """

    conversion: Conversion
    curves: Mapping[int, ItemCurve]  # by item version
    confirmed: Mapping[int, frozenset[int]]
    cut: float


@dataclass(frozen=True)
class Measured:
    """What stands behind a mark."""

    estimate: Estimate
    n_given: int
    mark: Decimal  # of 100, before the rule set's rounding
    mark_error: Decimal


@dataclass(frozen=True)
class Outcome:
    """How one item went; what does not ``inform`` has been changed to say nothing of an ability."""

    position: int
    version_id: int
    is_answered: bool
    is_right: bool
    informs: bool


def scale_of(db: Session, exam_session: ExamSession, rules: RuleSet) -> Scale | None:
    """Return by what an exam session's marks are computed; nothing where forms were whole."""
    if exam_session.adaptive_trial_id is None:
        return None
    chosen = select(AdaptiveTrial).where(AdaptiveTrial.id == exam_session.adaptive_trial_id)
    full = chosen.options(undefer(AdaptiveTrial.pool)).execution_options(populate_existing=True)
    trial = db.scalars(full).one()
    stored = trial.pool or {}
    conversion = conversion_in(stored, trial.plan.rules)
    passing = rules.pass_mark if rules.theory_minimum is None else rules.theory_minimum
    return Scale(
        conversion=conversion,
        curves={each["version"]: ItemCurve(**each["curve"]) for each in stored["items"]},
        confirmed=confirmed_in(db, exam_session.id),
        cut=ability_at(conversion, float(passing / WHOLE)),
    )


def measured(scale: Scale, sitting_id: int, outcomes: Sequence[Outcome]) -> Measured:
    """Return the ability that the items show, and the mark that it means.

    An open item that was neither confirmed nor answered says nothing.
    """
    closed = scale.confirmed.get(sitting_id, frozenset())
    given = [each for each in outcomes if each.is_answered or each.position in closed]
    telling = [each for each in given if each.informs]
    found = estimate(
        scale.conversion.method,
        [scale.curves[each.version_id] for each in telling],
        [each.is_right for each in telling],
    )
    mark = mark_of(scale.conversion, found.ability, len(given))
    error = mark_error_of(scale.conversion, found, len(given))
    return Measured(found, len(given), mark, error)


def mark_rows(run: MarkingRun, found: Mapping[int, Measured], scale: Scale) -> list[dict[str, Any]]:
    """Return the rows that keep what stands behind marks."""
    return [
        {
            "marking_run_id": run.id,
            "sitting_id": sitting_id,
            "ability": each.estimate.ability,
            "standard_error": each.estimate.standard_error,
            "n_given": each.n_given,
            "cut": scale.cut,
            "mark_error": each.mark_error,
        }
        for sitting_id, each in found.items()
    ]


def adaptive_mark_of(db: Session, registration_id: int) -> AdaptiveMark | None:
    """Return what stands behind the newest theory mark of a candidate, if his test was adaptive."""
    chosen = (
        select(AdaptiveMark)
        .join(MarkingRun, AdaptiveMark.marking_run_id == MarkingRun.id)
        .join(Sitting, AdaptiveMark.sitting_id == Sitting.id)
        .where(
            Sitting.registration_id == registration_id,
            Sitting.status == "handed_in",
            MarkingRun.published_at.is_not(None),
        )
    )
    newest = chosen.order_by(AdaptiveMark.sitting_id.desc(), AdaptiveMark.marking_run_id.desc())
    return db.scalar(newest.limit(1))


def confirmed_in(db: Session, exam_session_id: int) -> dict[int, frozenset[int]]:
    """Return the positions that each sitting of an exam session has closed."""
    chosen = (
        select(AnswerEvent.sitting_id, AnswerEvent.position)
        .join(Sitting, AnswerEvent.sitting_id == Sitting.id)
        .where(
            Sitting.exam_session_id == exam_session_id,
            AnswerEvent.kind == "confirmed",
            AnswerEvent.refused_code.is_(None),
        )
    )
    found: dict[int, set[int]] = {}
    for sitting_id, position in db.execute(chosen):
        found.setdefault(sitting_id, set()).add(position)
    return {sitting_id: frozenset(positions) for sitting_id, positions in found.items()}
