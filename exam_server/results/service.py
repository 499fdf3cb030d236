"""Decisions over a batch: marks combined under its rule set, with reasons, superseding runs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.analysis.service import report_of
from exam_server.batches.models import Batch, Registration
from exam_server.errors import ConflictError
from exam_server.marking.changes import needless, standing_changes
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.programmes.models import RuleSet
from exam_server.results.equating.standing import check_tables, evidence_of
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.rules import COMPONENTS, Given, is_borderline, rules_of
from exam_server.results.theory_errors import TheoryErrors
from exam_server.results.verdicts import Verdict, rules_applied, verdicts
from exam_server.written.gathering import has_open_task, n_waiting

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Change:
    """A candidate decided otherwise than by the run before."""

    registration: Registration
    before: str | None
    after: str
    composite_before: Decimal | None
    composite_after: Decimal | None


@dataclass(frozen=True)
class PastRun:
    """A decision run: who decided when, how it counted, what it changed."""

    run: DecisionRun
    decided_by: str
    outcomes: Counter[str]
    changes: Sequence[Change] = field(default_factory=list)


def decide_batch(db: Session, batch: Batch, *, by: int | None, now: datetime) -> DecisionRun:
    """Decide on every registration; an earlier decision is superseded.

    Raises ConflictError: ``no_candidates``, ``written_marks_missing``, ``written_marking_open``,
    ``equating_stale``.
    """
    check_written(db, batch)
    check_tables(db, batch)
    decided = verdicts(db, batch)
    if not decided:
        raise ConflictError("no_candidates")
    run = DecisionRun(
        batch_id=batch.id,
        decided_at=now,
        decided_by=by,
        rules=rules_applied(db.get_one(RuleSet, batch.rule_set_id)),
        evidence=evidence_for(db, batch),
    )
    db.add(run)
    db.flush()
    db.add_all(Decision(decision_run_id=run.id, **asdict(each)) for each in decided)
    db.flush()
    detail = {"candidates": len(decided)}
    audit.record(db, "decide", by=by, of=f"batch:{batch.uid}", detail=detail)
    return run


def check_written(db: Session, batch: Batch) -> None:
    """Refuse to decide while written answers wait, or were marked since the theory was.

    What an item that was dropped, or that gives everybody its mark, was answered needs no mark.

    Raises ConflictError: ``written_marks_missing``, ``written_marking_open``.
    """
    exam_sessions = exam_sessions_in(db, batch)
    freed = needless(standing_changes(db, batch.id))
    waiting = sum(n_waiting(db, each, freed) for each in exam_sessions)
    if waiting:
        raise ConflictError("written_marks_missing", count=waiting)
    if any(has_open_task(db, each, freed) for each in exam_sessions):
        raise ConflictError("written_marking_open")


def evidence_for(db: Session, batch: Batch) -> dict[str, Any]:
    """Return what a decision rests on: the markings, and the standard error of theory marks."""
    markings, errors = [], []
    for exam_session in exam_sessions_in(db, batch):
        run = newest_run(db, exam_session.id)
        if run is None:
            continue
        report = report_of(db, run)
        figures = report.figures if report else {}
        if not exam_session.is_adaptive:  # there each candidate has an error of his own
            errors.append((figures.get("n", 0), figures.get("sem")))
        markings.append(
            {"exam_session": exam_session.name, "marking": run.uid, "at": run.marked_at.isoformat()}
        )
    changes = sorted(each.uid for each in standing_changes(db, batch.id).values())
    found = {"markings": markings, "theory_sem": _pooled(errors), "changes": changes}
    return found | {"equatings": evidence_of(db, batch)}


def count_changed(db: Session, batch: Batch, run: DecisionRun) -> int:
    """Return how many candidates would be decided otherwise by the marks that stand now."""
    stored = {each.registration_id: each for each in decisions_in(db, run)}
    return sum(_differs(stored.get(each.registration_id), each) for each in verdicts(db, batch))


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


def decision_of(db: Session, run: DecisionRun, registration: Registration) -> Decision | None:
    """Return the decision of a run on one candidate."""
    return db.get(Decision, (run.id, registration.id))


def marks_in(decision: Decision) -> dict[str, Decimal | None]:
    """Return the marks a decision rests on."""
    return {name: getattr(decision, name) for name in COMPONENTS}


def borderline_in(
    run: DecisionRun, decisions: Sequence[Decision], errors: TheoryErrors
) -> set[int]:
    """Return the registrations that one standard error of the theory mark would turn."""
    rules = rules_of(run.rules)
    return {
        each.registration_id
        for each in decisions
        if each.outcome in {"pass", "fail"}
        and is_borderline(Given(marks_in(each), {}), rules, errors.of(each.registration_id))
    }


def past_runs(db: Session, batch: Batch) -> list[PastRun]:
    """Return every decision run of a batch, the newest first, with what each changed."""
    chosen = (
        select(DecisionRun, Person.name)
        .outerjoin(Person, DecisionRun.decided_by == Person.id)
        .where(DecisionRun.batch_id == batch.id)
        .order_by(DecisionRun.id)
    )
    found: list[PastRun] = []
    before: dict[int, Decision] | None = None
    for run, name in db.execute(chosen):
        decisions = decisions_in(db, run)
        changes = [] if before is None else _changes(before, decisions)
        outcomes = Counter(each.outcome for each in decisions)
        found.append(PastRun(run, name or "", outcomes, changes))
        before = {each.registration_id: each for each in decisions}
    return found[::-1]


def _changes(before: dict[int, Decision], after: Sequence[Decision]) -> list[Change]:
    changes = []
    for each in after:
        old = before.get(each.registration_id)
        was = (None, None) if old is None else (old.outcome, old.composite)
        if was != (each.outcome, each.composite):
            change = Change(each.registration, was[0], each.outcome, was[1], each.composite)
            changes.append(change)
    return changes


def _differs(stored: Decision | None, now: Verdict) -> bool:
    return stored is None or any(
        getattr(stored, name) != value for name, value in asdict(now).items()
    )


def _pooled(errors: Sequence[tuple[int, float | None]]) -> str | None:
    """Return the standard error over all exam sessions, as text; nothing if one is unknown."""
    known = [(n, error) for n, error in errors if error is not None and n]
    if not known or len(known) < len(errors):
        return None
    persons = sum(n for n, _ in known)
    variance = sum(n * error**2 for n, error in known) / persons
    return str(Decimal(variance**0.5).quantize(HUNDREDTH))
