"""Decisions over a batch: marks combined under its rule set, with reasons."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from exam_server import audit
from exam_server.batches.models import Batch, Registration
from exam_server.batches.service import registrations_of
from exam_server.errors import ConflictError
from exam_server.marking.models import MarkingRun, SittingScore
from exam_server.marking.service import component_marks, rounding_of
from exam_server.programmes.models import RuleSet
from exam_server.results.models import Decision, DecisionRun
from exam_server.seating.models import Sitting
from scoring.composite import combine
from scoring.decision import decide

COMPONENTS = ("theory", "practical", "performance")
RULES = (
    "name",
    "pass_mark",
    *(f"{component}_{kind}" for component in COMPONENTS for kind in ("weight", "minimum")),
    "rounding",
    "decimals",
)


def decide_batch(db: Session, batch: Batch, *, by: int | None, now: datetime) -> DecisionRun:
    """Decide on every registration; an earlier decision is superseded.

    Raises ConflictError: ``no_candidates``.
    """
    registrations = registrations_of(db, batch)
    if not registrations:
        raise ConflictError("no_candidates")
    rules = db.get_one(RuleSet, batch.rule_set_id)
    run = DecisionRun(batch_id=batch.id, decided_at=now, decided_by=by, rules=rules_applied(rules))
    db.add(run)
    db.flush()
    marks = component_marks(db, batch)
    theory, absent = theory_marks(db, batch), absent_registrations(db, batch)
    people = [
        {"theory": theory.get(each.id), **_components(marks.get(each.id, {}))}
        for each in registrations
    ]
    combined = combine(people, _weights(rules), _minima(rules), rounding_of(rules))
    for place, registration in enumerate(registrations):
        decision = decide(
            combined.composites[place],
            rules.pass_mark,
            missing=combined.missing[place],
            below_minimum=combined.below_minimum[place],
            is_absent=registration.id in absent,
        )
        row = Decision(
            decision_run_id=run.id,
            registration_id=registration.id,
            composite=combined.composites[place],
            outcome=decision.outcome,
            reasons=list(decision.reasons),
            **people[place],
        )
        db.add(row)
    db.flush()
    detail = {"candidates": len(registrations)}
    audit.record(db, "decide", by=by, of=f"batch:{batch.uid}", detail=detail)
    return run


def rules_applied(rules: RuleSet) -> dict[str, object]:
    """Return the rule set's values as a decision keeps them."""
    values = {name: getattr(rules, name) for name in RULES}
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()
    }


def theory_marks(db: Session, batch: Batch) -> dict[int, Decimal]:
    """Return the theory mark of each registration from the newest marking of its sitting."""
    newest = (
        select(MarkingRun.exam_session_id, func.max(MarkingRun.id).label("run_id"))
        .group_by(MarkingRun.exam_session_id)
        .subquery()
    )
    chosen = (
        select(Sitting.registration_id, SittingScore.theory)
        .join(SittingScore, SittingScore.sitting_id == Sitting.id)
        .join(newest, newest.c.run_id == SittingScore.marking_run_id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id)
        .order_by(Sitting.id)
    )
    return {row[0]: row[1] for row in db.execute(chosen)}


def absent_registrations(db: Session, batch: Batch) -> set[int]:
    """Return the registrations whose sittings never started although their room did."""
    chosen = (
        select(Sitting)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id)
    )
    sittings = db.scalars(chosen.options(joinedload(Sitting.room_run))).all()
    present = {each.registration_id for each in sittings if each.started_at is not None}
    over = {each.registration_id for each in sittings if each.room_run.closed_at is not None}
    return over - present


def newest_decisions(db: Session, batch: Batch) -> DecisionRun | None:
    """Return the decision that stands."""
    chosen = select(DecisionRun).where(DecisionRun.batch_id == batch.id)
    return db.scalar(chosen.order_by(DecisionRun.id.desc()).limit(1))


def decisions_in(db: Session, run: DecisionRun) -> Sequence[Decision]:
    """Return the decisions of a run by ticket."""
    chosen = (
        select(Decision)
        .join(Registration, Decision.registration_id == Registration.id)
        .where(Decision.decision_run_id == run.id)
        .options(joinedload(Decision.registration).joinedload(Registration.candidate))
    )
    return db.scalars(chosen.order_by(Registration.ticket)).all()


def _components(marks: dict[str, Decimal]) -> dict[str, Decimal | None]:
    return {name: marks.get(name) for name in COMPONENTS[1:]}


def _weights(rules: RuleSet) -> dict[str, Decimal]:
    return {name: getattr(rules, f"{name}_weight") for name in COMPONENTS}


def _minima(rules: RuleSet) -> dict[str, Decimal | None]:
    return {name: getattr(rules, f"{name}_minimum") for name in COMPONENTS}
