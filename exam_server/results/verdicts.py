"""What is known of each candidate of a batch now, and what it comes to; nothing is stored."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch, Registration
from exam_server.batches.service import registrations_of
from exam_server.marking.component_marks import standing_marks
from exam_server.marking.models import MarkingRun
from exam_server.programmes.models import RuleSet
from exam_server.results.equating.standing import theories
from exam_server.results.rules import COMPONENTS, Given, judge, rules_of
from exam_server.seating.models import RoomRun, Sitting

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
    theory_raw: Decimal | None  # before it was equated
    practical: Decimal | None
    performance: Decimal | None
    composite: Decimal | None
    outcome: str
    reasons: list[str]


def verdicts(db: Session, batch: Batch) -> list[Verdict]:
    """Return what each registration's marks come to as they stand now."""
    given = given_in(db, batch)
    raw = {each: theory.raw for each, theory in theories(db, batch).items()}
    rules = rules_of(rules_applied(db.get_one(RuleSet, batch.rule_set_id)))
    return [
        Verdict(
            registration_id=registration_id,
            theory=person.marks.get("theory"),
            theory_raw=raw.get(registration_id),
            practical=person.marks.get("practical"),
            performance=person.marks.get("performance"),
            composite=judged.composite,
            outcome=judged.outcome,
            reasons=list(judged.reasons),
        )
        for (registration_id, person), judged in zip(
            given.items(), judge(list(given.values()), rules), strict=True
        )
    ]


def given_in(db: Session, batch: Batch) -> dict[int, Given]:
    """Return what is known of each registration of a batch.

    A component without weight does not count, so neither does being absent there.
    """
    rules = rules_of(rules_applied(db.get_one(RuleSet, batch.rule_set_id)))
    theory, entered = theory_marks(db, batch), standing_marks(db, batch)
    sat = dict.fromkeys(absent_registrations(db, batch), "absent")
    sat |= dict.fromkeys(void_registrations(db, batch) - theory.keys(), "void")
    found = {}
    for registration in registrations_of(db, batch):
        own = entered.get(registration.id, {})
        standings = {name: each.standing for name, each in own.items() if each.mark is None}
        if registration.id in sat:
            standings = {"theory": sat[registration.id], **standings}
        found[registration.id] = Given(
            {"theory": theory.get(registration.id)} | {n: each.mark for n, each in own.items()},
            {name: standing for name, standing in standings.items() if name in rules.counted},
        )
    return found


def rules_applied(rules: RuleSet) -> dict[str, object]:
    """Return the rule set's values as a decision keeps them."""
    values = {name: getattr(rules, name) for name in RULES}
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()
    }


def theory_marks(db: Session, batch: Batch) -> dict[int, Decimal]:
    """Return the theory mark that counts of each registration, equated where a table stands."""
    return {registration: each.mark for registration, each in theories(db, batch).items()}


def newest_markings() -> Subquery:
    """Return, to be joined, the newest published marking of each exam session."""
    return (
        select(MarkingRun.exam_session_id, func.max(MarkingRun.id).label("run_id"))
        .where(MarkingRun.published_at.is_not(None))
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
