"""What waits for exam officers before an exam session can be held."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch, Registration
from exam_server.languages import chosen_language
from exam_server.seating.models import Duty, ExamSession, ReleaseRequest, RoomRun
from exam_server.todo import Todo, local_day, urgency_by

OFFICER, CHIEF = "exam_officer", "chief_proctor"
PLANNED_AHEAD = timedelta(days=30)
FORGOTTEN_AFTER = timedelta(days=7)


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return batches nobody planned, sessions not drawn, not staffed, not released, not closed."""
    waiting = _releases_to_decide(db, actor, now=now)
    if OFFICER not in actor.roles:
        return waiting
    planned = _sessions(actor, now, ExamSession.state == "planned")
    is_drawn = ExamSession.seat_seed.is_not(None)
    return [
        *waiting,
        *_not_planned(db, actor, now),
        *_listed(db, "seats_not_drawn", planned, ~is_drawn, now=now),
        *_listed(db, "rooms_without_proctor", planned, _has_unwatched_room(), now=now),
        *_listed(db, "papers_not_released", planned, is_drawn & ~_is_asked_for(), now=now),
        *_not_closed(db, actor, now),
    ]


def _releases_to_decide(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return releases that others asked for and this person may decide."""
    leads = select(Duty.id).where(
        Duty.exam_session_id == ExamSession.id,
        Duty.room_id.is_(None),
        Duty.person_id == actor.id,
        ExamSession.organization_id.in_(actor.organizations(CHIEF)),
    )
    is_officer = ExamSession.organization_id.in_(actor.organizations(OFFICER))
    chosen = (
        select(ReleaseRequest, ExamSession)
        .join(ExamSession, ReleaseRequest.exam_session_id == ExamSession.id)
        .where(
            ReleaseRequest.decided_at.is_(None),
            ReleaseRequest.asked_by != actor.id,
            or_(is_officer, leads.exists() & (ReleaseRequest.asked_as == OFFICER)),
            ExamSession.state == "planned",
        )
        .order_by(ExamSession.planned_start)
    )
    return [
        Todo(
            "release_to_decide",
            1,
            "seating.releases.release_page",
            {"uid": each.uid},
            urgency_by(each.planned_start, now),
            {"name": each.name},
            each.planned_start,
        )
        for _, each in db.execute(chosen)
    ]


def _is_asked_for() -> ColumnElement[bool]:
    return (
        select(ReleaseRequest.id)
        .where(
            ReleaseRequest.exam_session_id == ExamSession.id, ReleaseRequest.decided_at.is_(None)
        )
        .exists()
    )


def _sessions(actor: Actor, now: datetime, state: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        ExamSession.organization_id.in_(actor.organizations(OFFICER))
        & state
        & (ExamSession.planned_start >= now - FORGOTTEN_AFTER)
    )


def _not_planned(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    """Return batches that have candidates and no exam session."""
    has_session = select(ExamSession.id).where(ExamSession.batch_id == Batch.id).exists()
    today = local_day(now)
    chosen = (
        select(Batch, func.count(Registration.id))
        .join(Registration, Registration.batch_id == Batch.id)
        .where(
            Batch.organization_id.in_(actor.organizations(OFFICER)),
            Batch.is_rehearsal.is_(False),
            Batch.exam_date.between(today - FORGOTTEN_AFTER, today + PLANNED_AHEAD),
            ~has_session,
        )
        .group_by(Batch.id)
    )
    return [
        Todo(
            "batch_not_planned",
            count,
            "batches.batch_page",
            {"uid": batch.uid},
            urgency_by(batch.exam_date, now),
            {"name": batch.named(chosen_language())},
            batch.exam_date,
        )
        for batch, count in db.execute(chosen)
    ]


def _has_unwatched_room() -> ColumnElement[bool]:
    watched = (
        select(Duty.id)
        .where(Duty.exam_session_id == RoomRun.exam_session_id, Duty.room_id == RoomRun.room_id)
        .exists()
    )
    return select(RoomRun.id).where(RoomRun.exam_session_id == ExamSession.id, ~watched).exists()


def _listed(
    db: Session,
    code: str,
    sessions: ColumnElement[bool],
    which: ColumnElement[bool],
    *,
    now: datetime,
) -> list[Todo]:
    chosen = select(ExamSession).where(sessions, which).order_by(ExamSession.planned_start)
    return [
        Todo(
            code,
            1,
            "seating.exam_session_page",
            {"uid": each.uid},
            urgency_by(each.planned_start, now),
            {"name": each.name},
            each.planned_start,
        )
        for each in db.scalars(chosen)
    ]


def _not_closed(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    """Return released sessions whose rooms should all have been closed by now."""
    released = _sessions(actor, now, ExamSession.state == "released")
    chosen = select(ExamSession).where(released, ExamSession.planned_start < now)
    over = [
        each
        for each in db.scalars(chosen.order_by(ExamSession.planned_start))
        if each.planned_start + timedelta(minutes=each.minutes) < now
    ]
    return [
        Todo(
            "session_not_closed",
            1,
            "seating.exam_session_page",
            {"uid": each.uid},
            urgency_by(each.planned_start, now),
            {"name": each.name},
            each.planned_start,
        )
        for each in over
    ]
