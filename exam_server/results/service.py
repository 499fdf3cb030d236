"""Decisions over a batch: marks combined under its rule set, with reasons."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session, joinedload

from exam_server import audit
from exam_server.batches.models import Batch, Registration
from exam_server.batches.service import registrations_of
from exam_server.errors import ConflictError
from exam_server.marking.component_marks import component_marks
from exam_server.marking.models import MarkingRun, SittingScore
from exam_server.marking.service import rounding_of
from exam_server.programmes.models import RuleSet
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.rules import COMPONENTS
from exam_server.seating.models import RoomRun, Sitting
from scoring.composite import combine
from scoring.decision import decide

RULES = (
    "name",
    "pass_mark",
    *(f"{component}_{kind}" for component in COMPONENTS for kind in ("weight", "minimum")),
    "rounding",
    "decimals",
)


@dataclass(frozen=True)
class Verdict:
    """What the marks that stand now come to for one registration."""

    registration_id: int
    theory: Decimal | None
    practical: Decimal | None
    performance: Decimal | None
    composite: Decimal | None
    outcome: str
    reasons: list[str]


def decide_batch(db: Session, batch: Batch, *, by: int | None, now: datetime) -> DecisionRun:
    """Decide on every registration; an earlier decision is superseded.

    Raises ConflictError: ``no_candidates``.
    """
    decided = verdicts(db, batch)
    if not decided:
        raise ConflictError("no_candidates")
    rules = rules_applied(db.get_one(RuleSet, batch.rule_set_id))
    run = DecisionRun(batch_id=batch.id, decided_at=now, decided_by=by, rules=rules)
    db.add(run)
    db.flush()
    db.add_all(Decision(decision_run_id=run.id, **asdict(each)) for each in decided)
    db.flush()
    detail = {"candidates": len(decided)}
    audit.record(db, "decide", by=by, of=f"batch:{batch.uid}", detail=detail)
    return run


def verdicts(db: Session, batch: Batch) -> list[Verdict]:
    """Return what each registration's marks come to as they stand now; nothing is stored."""
    registrations = registrations_of(db, batch)
    rules = db.get_one(RuleSet, batch.rule_set_id)
    theory, entered = theory_marks(db, batch), component_marks(db, batch)
    void, absent = void_registrations(db, batch) - theory.keys(), absent_registrations(db, batch)
    people: list[dict[str, Decimal | None]] = [
        {"theory": theory.get(each.id), **entered.get(each.id, {})} for each in registrations
    ]
    combined = combine(people, _weights(rules), _minima(rules), rounding_of(rules))
    found = []
    for place, registration in enumerate(registrations):
        decision = decide(
            combined.composites[place],
            rules.pass_mark,
            missing=combined.missing[place],
            below_minimum=combined.below_minimum[place],
            is_absent=registration.id in absent,
            is_void=registration.id in void,
        )
        verdict = Verdict(
            registration_id=registration.id,
            theory=people[place].get("theory"),
            practical=people[place].get("practical"),
            performance=people[place].get("performance"),
            composite=combined.composites[place],
            outcome=decision.outcome,
            reasons=list(decision.reasons),
        )
        found.append(verdict)
    return found


def count_changed(db: Session, batch: Batch, run: DecisionRun) -> int:
    """Return how many candidates would be decided otherwise by the marks that stand now."""
    stored = {each.registration_id: each for each in decisions_in(db, run)}
    return sum(
        each.registration_id not in stored
        or any(
            getattr(stored[each.registration_id], name) != value
            for name, value in asdict(each).items()
        )
        for each in verdicts(db, batch)
    )


def rules_applied(rules: RuleSet) -> dict[str, object]:
    """Return the rule set's values as a decision keeps them."""
    values = {name: getattr(rules, name) for name in RULES}
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()
    }


def theory_marks(db: Session, batch: Batch) -> dict[int, Decimal]:
    """Return the theory mark of each registration from the newest marking of its sitting.

    A void sitting has none, even if it was marked before it was made void.
    """
    newest = newest_markings()
    chosen = (
        select(Sitting.registration_id, SittingScore.theory)
        .join(SittingScore, SittingScore.sitting_id == Sitting.id)
        .join(newest, newest.c.run_id == SittingScore.marking_run_id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id, Sitting.status != "void")
        .order_by(Sitting.id)
    )
    return {row[0]: row[1] for row in db.execute(chosen)}


def newest_markings() -> Subquery:
    """Return, to be joined, the newest marking run of each exam session."""
    return (
        select(MarkingRun.exam_session_id, func.max(MarkingRun.id).label("run_id"))
        .group_by(MarkingRun.exam_session_id)
        .subquery()
    )


def absent_registrations(db: Session, batch: Batch) -> set[int]:
    """Return the registrations whose sittings never started although their room has closed."""
    chosen = (
        select(Sitting.registration_id, Sitting.started_at, RoomRun.closed_at)
        .join(RoomRun, Sitting.room_run_id == RoomRun.id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id)
    )
    sittings = db.execute(chosen).all()
    present = {row.registration_id for row in sittings if row.started_at is not None}
    return {row.registration_id for row in sittings if row.closed_at is not None} - present


def void_registrations(db: Session, batch: Batch) -> set[int]:
    """Return the registrations with a void sitting."""
    chosen = (
        select(Sitting.registration_id)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id, Sitting.status == "void")
    )
    return set(db.scalars(chosen))


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


def _weights(rules: RuleSet) -> dict[str, Decimal]:
    return {name: getattr(rules, f"{name}_weight") for name in COMPONENTS}


def _minima(rules: RuleSet) -> dict[str, Decimal | None]:
    return {name: getattr(rules, f"{name}_minimum") for name in COMPONENTS}
