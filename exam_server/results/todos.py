"""What waits to be decided."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch, Registration
from exam_server.languages import chosen_language
from exam_server.marking.models import MarkingRun, ScoringChange
from exam_server.results.models import DecisionRun
from exam_server.seating.models import ExamSession
from exam_server.todo import Todo, urgency_by

OFFICER = "exam_officer"


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return changes of scoring that wait for a second person, and batches nobody has decided."""
    if OFFICER not in actor.roles:
        return []
    return [*_changes_to_decide(db, actor, now), *_to_decide(db, actor, now)]


def _changes_to_decide(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    """Return batches in which a colleague has asked to change how an item is marked."""
    chosen = (
        select(Batch, func.count(ScoringChange.id), func.min(ScoringChange.asked_at))
        .join(ScoringChange, ScoringChange.batch_id == Batch.id)
        .where(
            Batch.organization_id.in_(actor.organizations(OFFICER)),
            ScoringChange.outcome.is_(None),
            ScoringChange.asked_by != actor.id,
        )
        .group_by(Batch.id)
        .order_by(Batch.id)
    )
    return [
        Todo(
            "scoring_changes_to_decide",
            count,
            "results.scoring",
            {"uid": batch.uid},
            urgency_by(now, now),
            {"name": batch.named(chosen_language())},
            since=asked_at,
        )
        for batch, count, asked_at in db.execute(chosen)
    ]


def _to_decide(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    sessions = select(ExamSession.id).where(ExamSession.batch_id == Batch.id)
    marked = (
        select(MarkingRun.id)
        .where(MarkingRun.exam_session_id == ExamSession.id, MarkingRun.published_at.is_not(None))
        .exists()
    )
    decided = select(DecisionRun.id).where(DecisionRun.batch_id == Batch.id).exists()
    chosen = (
        select(Batch, func.count(Registration.id))
        .join(Registration, Registration.batch_id == Batch.id)
        .where(
            Batch.organization_id.in_(actor.organizations(OFFICER)),
            Batch.is_rehearsal.is_(False),
            sessions.exists(),
            ~sessions.where(~marked).exists(),
            ~decided,
        )
        .group_by(Batch.id)
        .order_by(Batch.exam_date)
    )
    return [
        Todo(
            "results_to_decide",
            count,
            "results.result_page",
            {"uid": batch.uid},
            urgency_by(batch.exam_date, now),
            {"name": batch.named(chosen_language())},
            batch.exam_date,
        )
        for batch, count in db.execute(chosen)
    ]
