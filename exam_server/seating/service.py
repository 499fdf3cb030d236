"""Guarded ways to exam sessions, rooms and sittings."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.errors import NotFoundError
from exam_server.seating.models import Duty, ExamSession, Room, RoomRun, Sitting


@dataclass(frozen=True)
class DutyFacts:
    """A room of an exam session somebody is on duty for."""

    exam_session: ExamSession
    room_run: RoomRun
    is_chief: bool


def exam_session_for(db: Session, actor: Actor, uid: str, *roles: str) -> ExamSession:
    """Return an exam session of an organization where a role is held.

    Raises NotFoundError: ``no_such_exam_session``.
    """
    exam_session = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if exam_session is None or not actor.may(*roles, organization_id=exam_session.organization_id):
        raise NotFoundError("no_such_exam_session")
    return exam_session


def room_run_for(db: Session, actor: Actor, exam_session_uid: str, room_uid: str) -> RoomRun:
    """Return a room in an exam session for its proctor or the session's chief proctor.

    Raises NotFoundError: ``no_such_room``.
    """
    chosen = (
        select(RoomRun)
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .join(Room, RoomRun.room_id == Room.id)
        .where(ExamSession.uid == exam_session_uid, Room.uid == room_uid)
        .where(_on_duty(actor))
    )
    room_run = db.scalar(chosen)
    if room_run is None:
        raise NotFoundError("no_such_room")
    return room_run


def watched_room_for(
    db: Session, actor: Actor, exam_session_uid: str, room_uid: str, *roles: str
) -> tuple[RoomRun, bool]:
    """Return a room for whoever may look, and whether they may act there: they are on duty.

    Holders of the roles (by default quality supervisors) look at every room of their
    organizations and act in none. Raises NotFoundError: ``no_such_room``.
    """
    organizations = actor.organizations(*(roles or ("quality_supervisor",)))
    chosen = (
        select(RoomRun, _on_duty(actor))
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .join(Room, RoomRun.room_id == Room.id)
        .where(ExamSession.uid == exam_session_uid, Room.uid == room_uid)
        .where(or_(_on_duty(actor), ExamSession.organization_id.in_(organizations)))
    )
    found = db.execute(chosen).first()
    if found is None:
        raise NotFoundError("no_such_room")
    return found[0], bool(found[1])


def led_exam_session_for(db: Session, actor: Actor, uid: str) -> ExamSession:
    """Return an exam session for its chief proctor; raises ``no_such_exam_session``."""
    duty = (Duty.person_id == actor.id, Duty.room_id.is_(None))
    chosen = select(ExamSession).join(Duty, Duty.exam_session_id == ExamSession.id)
    exam_session = db.scalar(chosen.where(ExamSession.uid == uid, *duty))
    if exam_session is None or not actor.may(
        "chief_proctor", organization_id=exam_session.organization_id
    ):
        raise NotFoundError("no_such_exam_session")
    return exam_session


def leads(db: Session, actor: Actor, exam_session: ExamSession) -> bool:
    """Say whether somebody is an exam session's chief proctor today."""
    duty = (
        Duty.person_id == actor.id,
        Duty.room_id.is_(None),
        Duty.exam_session_id == exam_session.id,
    )
    return actor.may("chief_proctor", organization_id=exam_session.organization_id) and bool(
        db.scalar(select(Duty.id).where(*duty))
    )


def held_exam_session_for(db: Session, actor: Actor, uid: str) -> ExamSession:
    """Return an exam session for its exam officers and its chief proctor.

    Raises NotFoundError: ``no_such_exam_session``.
    """
    exam_session = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if exam_session is None or not (
        actor.may("exam_officer", organization_id=exam_session.organization_id)
        or leads(db, actor, exam_session)
    ):
        raise NotFoundError("no_such_exam_session")
    return exam_session


def sitting_in(db: Session, room_run: RoomRun, sitting_uid: str) -> Sitting:
    """Return a sitting of a room the caller was let into; raises ``no_such_sitting``."""
    sitting = db.scalar(
        select(Sitting)
        .where(Sitting.uid == sitting_uid, Sitting.room_run_id == room_run.id)
        .with_for_update(of=Sitting, key_share=True)
    )
    if sitting is None:
        raise NotFoundError("no_such_sitting")
    return sitting


def sittings_in(db: Session, room_run: RoomRun) -> list[Sitting]:
    """Return the sittings of a room by id, locked for writing."""
    chosen = select(Sitting).where(Sitting.room_run_id == room_run.id).order_by(Sitting.id)
    return list(db.scalars(chosen.with_for_update(of=Sitting, key_share=True)))


def duties_of(db: Session, actor: Actor) -> list[DutyFacts]:
    """Return the rooms somebody is on duty for, the newest planned start first."""
    chosen = (
        select(RoomRun, ExamSession)
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .where(_on_duty(actor))
        .order_by(ExamSession.planned_start.desc(), RoomRun.id)
    )
    chief_of = set(
        db.scalars(
            select(Duty.exam_session_id).where(Duty.person_id == actor.id, Duty.room_id.is_(None))
        )
    )
    return [
        DutyFacts(exam_session, room_run, exam_session.id in chief_of)
        for room_run, exam_session in db.execute(chosen)
    ]


def _on_duty(actor: Actor) -> Any:
    """Return the condition that the person is on duty in the room, holding the role today."""
    rooms = select(Duty.id).where(
        Duty.person_id == actor.id,
        Duty.exam_session_id == RoomRun.exam_session_id,
        or_(Duty.room_id == RoomRun.room_id, Duty.room_id.is_(None)),
    )
    organizations = actor.organizations("proctor", "chief_proctor")
    return rooms.exists() & ExamSession.organization_id.in_(organizations)
