"""A room at work for tests of the proctor's acts."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.delivery.service import start_sittings
from exam_server.proctoring.service import Acting
from exam_server.seating.models import RoomRun, Sitting
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_duty,
    make_exam_session,
    make_organization,
    make_person,
    make_sitting,
)

LATER = NOW + timedelta(minutes=10)


@dataclass(frozen=True)
class RoomAtWork:
    """A started room: its proctor acting ten minutes after the start, and its sittings."""

    person: Person
    acting: Acting
    room_run: RoomRun
    sittings: list[Sitting]

    def at(self, minute: float) -> Acting:
        """Return the proctor acting some minutes after the start."""
        return Acting(self.acting.actor, self.room_run, NOW + timedelta(minutes=minute))


def running_room(db: Session, n_seats: int = 3) -> RoomAtWork:
    """Add a room of an organization of its own, started at NOW."""
    organization = make_organization(db)
    exam_session = make_exam_session(db, make_batch(db, organization), state="released")
    room_run = exam_session.rooms[0]
    person = make_person(db, "proctor", organization=organization)
    make_duty(db, exam_session, person, room=room_run.room)
    sittings = [make_sitting(db, exam_session, status="ready") for _ in range(n_seats)]
    start_sittings(db, [room_run], now=NOW)
    for sitting in sittings:
        db.refresh(sitting)
    return RoomAtWork(person, Acting(actor_of(person), room_run, LATER), room_run, sittings)
