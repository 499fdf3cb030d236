"""What waits for exam officers in their batches."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch, Registration
from exam_server.languages import chosen_language
from exam_server.todo import Todo, local_day, urgency_by

OFFICER = "exam_officer"
# A batch whose day passed this long ago without candidates or codes will not be held any more.
FORGOTTEN_AFTER = timedelta(days=30)


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return batches without candidates, and batches whose candidates have no codes yet."""
    if OFFICER not in actor.roles:
        return []
    return [*_without_candidates(db, actor, now), *_without_codes(db, actor, now)]


def _open_batches(actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Batch.organization_id.in_(actor.organizations(OFFICER)),
        Batch.is_rehearsal.is_(False),
        Batch.exam_date >= local_day(now) - FORGOTTEN_AFTER,
    )


def _without_candidates(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    registered = select(Registration.batch_id).where(Registration.batch_id == Batch.id).exists()
    chosen = select(Batch).where(*_open_batches(actor, now), ~registered)
    return [
        Todo(
            "batch_without_candidates",
            1,
            "batches.batch_page",
            {"uid": batch.uid},
            urgency_by(batch.exam_date, now),
            {"name": batch.named(chosen_language())},
            batch.exam_date,
        )
        for batch in db.scalars(chosen.order_by(Batch.exam_date))
    ]


def _without_codes(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    chosen = (
        select(Batch, func.count(Registration.id))
        .join(Registration, Registration.batch_id == Batch.id)
        .where(*_open_batches(actor, now), Registration.code_issued_at.is_(None))
        .where(Batch.exam_date >= local_day(now))
        .group_by(Batch.id)
        .order_by(Batch.exam_date)
    )
    return [
        Todo(
            "codes_not_issued",
            count,
            "batches.batch_page",
            {"uid": batch.uid},
            urgency_by(batch.exam_date, now),
            {"name": batch.named(chosen_language())},
            batch.exam_date,
        )
        for batch, count in db.execute(chosen)
    ]
