"""Duties: who watches which room of an exam session."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.accounts.service import person_by_username
from exam_server.actors import Actor
from exam_server.announcements import announce
from exam_server.errors import ConflictError, NotFoundError
from exam_server.inputs import In
from exam_server.seating.models import Duty, ExamSession, Room


class DutyIn(In):
    """Somebody on duty; no room for the chief proctor."""

    username: str
    room: str = ""


def add_duty(db: Session, actor: Actor, exam_session: ExamSession, sent: DutyIn) -> Duty:
    """Put somebody on duty.

    Raises NotFoundError: ``no_such_person``, ``room_not_found``; ConflictError:
    ``role_not_held``, ``on_duty_already``.
    """
    role = "proctor" if sent.room else "chief_proctor"
    person = person_by_username(db, sent.username)
    held = {(h.role, h.organization_id) for h in person.holdings}
    if (role, exam_session.organization_id) not in held:
        raise ConflictError("role_not_held", username=sent.username)
    room_id = _room_id(exam_session, sent)
    if _duty(db, exam_session, person, room_id) is not None:
        raise ConflictError("on_duty_already", username=sent.username)
    duty = Duty(exam_session_id=exam_session.id, room_id=room_id, person_id=person.id, role=role)
    db.add(duty)
    db.flush()
    _record(db, actor, "add_duty", exam_session, duty)
    return duty


def end_duty(db: Session, actor: Actor, exam_session: ExamSession, sent: DutyIn) -> None:
    """Take somebody off duty; consoles they have open are closed.

    Raises NotFoundError: ``no_such_person``, ``room_not_found``, ``not_on_duty``.
    """
    person = person_by_username(db, sent.username)
    duty = _duty(db, exam_session, person, _room_id(exam_session, sent))
    if duty is None:
        raise NotFoundError("not_on_duty", username=sent.username)
    _record(db, actor, "end_duty", exam_session, duty)
    db.delete(duty)
    announce(db, "duty_ended", {}, to=f"person:{person.id}")


def duties_in(db: Session, exam_session: ExamSession) -> Sequence[tuple[Duty, Person, Room | None]]:
    """Return who is on duty in an exam session."""
    chosen = (
        select(Duty, Person, Room)
        .join(Person, Duty.person_id == Person.id)
        .outerjoin(Room, Duty.room_id == Room.id)
        .where(Duty.exam_session_id == exam_session.id)
        .order_by(Duty.id)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(chosen)]


def _room_id(exam_session: ExamSession, sent: DutyIn) -> int | None:
    rooms = {run.room.uid: run.room_id for run in exam_session.rooms}
    if sent.room and sent.room not in rooms:
        raise NotFoundError("room_not_found")
    return rooms.get(sent.room)


def _duty(
    db: Session, exam_session: ExamSession, person: Person, room_id: int | None
) -> Duty | None:
    chosen = select(Duty).where(
        Duty.exam_session_id == exam_session.id, Duty.person_id == person.id
    )
    return db.scalars(chosen.where(Duty.room_id.is_not_distinct_from(room_id))).first()


def _record(db: Session, actor: Actor, act: str, exam_session: ExamSession, duty: Duty) -> None:
    detail = {"person": duty.person_id, "role": duty.role, "room": duty.room_id}
    audit.record(db, act, by=actor.id, of=f"exam_session:{exam_session.uid}", detail=detail)
