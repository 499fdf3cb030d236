"""How far the results of batches are: which marks are there, how many pass."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch, Registration
from exam_server.marking.models import ComponentMark, SittingScore
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.verdicts import newest_markings
from exam_server.seating.models import Sitting


@dataclass(frozen=True)
class Progress:
    """How many candidates have a mark of each component; the outcomes once decided."""

    marked: Counter[str] = field(default_factory=Counter)
    decided_at: datetime | None = None
    outcomes: Counter[str] = field(default_factory=Counter)


def progress_of(db: Session, batches: Sequence[Batch]) -> dict[int, Progress]:
    """Return the progress of each batch by its id."""
    ids = [batch.id for batch in batches]
    marked = {batch_id: Counter[str]() for batch_id in ids}
    for batch_id, component, count in [*_theory(db, ids), *_components(db, ids)]:
        marked[batch_id][component] = count
    decided_at, outcomes = _decided(db, ids)
    return {
        batch_id: Progress(marked[batch_id], decided_at.get(batch_id), outcomes[batch_id])
        for batch_id in ids
    }


def _theory(db: Session, ids: Sequence[int]) -> list[tuple[int, str, int]]:
    newest = newest_markings()
    chosen = (
        select(Registration.batch_id, func.count(Registration.id.distinct()))
        .join(Sitting, Sitting.registration_id == Registration.id)
        .join(SittingScore, SittingScore.sitting_id == Sitting.id)
        .join(newest, newest.c.run_id == SittingScore.marking_run_id)
        .where(
            Registration.batch_id.in_(ids),
            Sitting.status != "void",
            SittingScore.theory.is_not(None),
        )
        .group_by(Registration.batch_id)
    )
    return [(row[0], "theory", row[1]) for row in db.execute(chosen)]


def _components(db: Session, ids: Sequence[int]) -> list[tuple[int, str, int]]:
    chosen = (
        select(Registration.batch_id, ComponentMark.component, func.count())
        .join(Registration, ComponentMark.registration_id == Registration.id)
        .where(Registration.batch_id.in_(ids), ComponentMark.superseded_at.is_(None))
        .group_by(Registration.batch_id, ComponentMark.component)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(chosen)]


def _decided(
    db: Session, ids: Sequence[int]
) -> tuple[dict[int, datetime], dict[int, Counter[str]]]:
    newest = (
        select(func.max(DecisionRun.id))
        .where(DecisionRun.batch_id.in_(ids))
        .group_by(DecisionRun.batch_id)
    )
    chosen = (
        select(DecisionRun.batch_id, DecisionRun.decided_at, Decision.outcome, func.count())
        .join(Decision, Decision.decision_run_id == DecisionRun.id)
        .where(DecisionRun.id.in_(newest))
        .group_by(DecisionRun.batch_id, DecisionRun.decided_at, Decision.outcome)
    )
    decided_at: dict[int, datetime] = {}
    outcomes = {batch_id: Counter[str]() for batch_id in ids}
    for batch_id, at, outcome, count in db.execute(chosen):
        decided_at[batch_id] = at
        outcomes[batch_id][outcome] = count
    return decided_at, outcomes
