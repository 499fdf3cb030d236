"""Duties: who watches which room of an exam session, and whether they are enough."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person, RoleHolding
from exam_server.accounts.service import person_by_username
from exam_server.actors import Actor
from exam_server.announcements import announce
from exam_server.errors import ConflictError, NotFoundError
from exam_server.inputs import In
from exam_server.seating.models import Duty, ExamSession, Room, Sitting
from exam_server.seating.room_times import end_of
from proctor.seating_plan import proctors_needed

PROCTOR, CHIEF = "proctor", "chief_proctor"


class DutyIn(In):
    """Somebody on duty; no room for the chief proctor."""

    username: str
    room: str = ""


@dataclass(frozen=True)
class Colleague:
    """Somebody who may be put on duty, or why not at this time."""

    person: Person
    busy_in: str = ""
    busy_room: str = ""


@dataclass(frozen=True)
class Staffing:
    """A room of an exam session, or its lead (no room): who is on duty, how many it takes."""

    room: Room | None
    people: tuple[Person, ...]
    needed: int
    due: int

    @property
    def missing(self) -> int:
        """Return how many more it takes."""
        return max(0, self.needed - len(self.people))


def add_duty(db: Session, actor: Actor, exam_session: ExamSession, sent: DutyIn) -> Duty:
    """Put somebody on duty.

    Raises NotFoundError: ``no_such_person``, ``room_not_found``; ConflictError:
    ``exam_session_over``, ``role_not_held``, ``on_duty_already``, ``on_duty_elsewhere``.
    """
    if exam_session.state == "closed":
        raise ConflictError("exam_session_over")
    role = PROCTOR if sent.room else CHIEF
    person = person_by_username(db, sent.username)
    held = {(h.role, h.organization_id) for h in person.holdings}
    if (role, exam_session.organization_id) not in held:
        raise ConflictError("role_not_held", username=sent.username)
    room_id = _room_id(exam_session, sent)
    if _duty(db, exam_session, person, room_id) is not None:
        raise ConflictError("on_duty_already", username=sent.username)
    clash = _clashes(db, exam_session).get(person.id)
    if clash is not None and not (clash.room_id == room_id and room_id is not None):
        raise ConflictError("on_duty_elsewhere", person=person.name, place=clash.words)
    duty = Duty(exam_session_id=exam_session.id, room_id=room_id, person_id=person.id, role=role)
    db.add(duty)
    db.flush()
    _record(db, actor, "add_duty", exam_session, duty)
    return duty


def fill_duties(db: Session, actor: Actor, exam_session: ExamSession) -> int:
    """Put free people where somebody is missing, those with the fewest duties first.

    Return how many were found; it may be fewer than are missing.
    """
    found = 0
    for each in staffing_of(db, exam_session):
        room = each.room.uid if each.room else ""
        role = PROCTOR if each.room else CHIEF
        free = [h for h in colleagues_of(db, exam_session, role) if not h.busy_in]
        counts = _duty_counts(db, [colleague.person.id for colleague in free])
        free.sort(key=lambda colleague: (counts[colleague.person.id], colleague.person.name))
        for colleague in free[: each.missing]:
            sent = DutyIn(username=colleague.person.username, room=room)
            add_duty(db, actor, exam_session, sent)
            found += 1
    return found


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
    db.flush()
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


def staffing_of(db: Session, exam_session: ExamSession) -> list[Staffing]:
    """Return the lead and every room with who is on duty and how many it takes."""
    people: dict[int | None, list[Person]] = {}
    for duty, person, _ in duties_in(db, exam_session):
        people.setdefault(duty.room_id, []).append(person)
    due = _due(db, exam_session)
    lead = Staffing(None, tuple(people.get(None, ())), 1, sum(due.values()))
    rooms = [
        Staffing(
            run.room,
            tuple(people.get(run.room_id, ())),
            proctors_needed(due[run.id]),
            due[run.id],
        )
        for run in exam_session.rooms
    ]
    return [lead, *rooms]


def colleagues_of(db: Session, exam_session: ExamSession, role: str) -> list[Colleague]:
    """Return everybody who holds a role here, with what keeps them at this time."""
    chosen = (
        select(Person)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.role == role,
            RoleHolding.organization_id == exam_session.organization_id,
            Person.is_active,
        )
        .order_by(Person.name, Person.username)
    )
    clashes = _clashes(db, exam_session)
    return [
        Colleague(person, clash.exam_session, clash.room)
        if (clash := clashes.get(person.id))
        else Colleague(person)
        for person in db.scalars(chosen)
    ]


@dataclass(frozen=True)
class _Clash:
    """A duty at the same time: in which exam session, in which room (none: its lead)."""

    exam_session: str
    room: str
    room_id: int | None

    @property
    def words(self) -> str:
        return f"{self.exam_session} {self.room}".strip()


def _clashes(db: Session, exam_session: ExamSession) -> Mapping[int, _Clash]:
    """Return who is on duty somewhere while this exam session is held, here included."""
    longest = timedelta(days=1)
    chosen = (
        select(Duty, ExamSession, Room)
        .join(ExamSession, Duty.exam_session_id == ExamSession.id)
        .outerjoin(Room, Duty.room_id == Room.id)
        .where(
            ExamSession.state != "closed",
            ExamSession.planned_start < end_of(exam_session),
            ExamSession.planned_start > exam_session.planned_start - longest,
        )
        .order_by(Duty.id)
    )
    return {
        duty.person_id: _Clash(other.name, room.name if room else "", duty.room_id)
        for duty, other, room in db.execute(chosen)
        if end_of(other) > exam_session.planned_start
    }


def _due(db: Session, exam_session: ExamSession) -> Counter[int]:
    """Return how many are seated in each room; before the draw, how many it may hold."""
    chosen = select(Sitting.room_run_id, func.count()).where(
        Sitting.exam_session_id == exam_session.id
    )
    seated = Counter({row[0]: row[1] for row in db.execute(chosen.group_by(Sitting.room_run_id))})
    if seated:
        return seated
    return Counter(
        {run.id: sum(seat.is_usable for seat in run.room.seats) for run in exam_session.rooms}
    )


def _duty_counts(db: Session, people: Sequence[int]) -> Counter[int]:
    chosen = select(Duty.person_id, func.count()).where(Duty.person_id.in_(people))
    return Counter({row[0]: row[1] for row in db.execute(chosen.group_by(Duty.person_id))})


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
    person = db.get_one(Person, duty.person_id)
    room = db.get_one(Room, duty.room_id).name if duty.room_id else None
    detail = {"person": person.username, "role": duty.role, "room": room}
    audit.record(db, act, by=actor.id, of=f"exam_session:{exam_session.uid}", detail=detail)
