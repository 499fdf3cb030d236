"""A real room for tests and measurements of the console: seats as programs, staff of every kind."""

import functools
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from exam_server.accounts import service as accounts
from exam_server.accounts.models import Person
from exam_server.accounts.passwords import hash_password
from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.delivery.rehearsing import create_rehearsal
from exam_server.demo.programme import PASSWORD
from exam_server.seating.models import Duty, ExamSession
from tests.live_server import LiveServer
from tests.seats import SeatClient


@dataclass
class ConfirmingSeat(SeatClient):
    """A seat that confirms clocks and messages at once, as the candidate's page does."""

    is_confirming: bool = True

    def _hear(self, name: str) -> Any:
        inner = super()._hear(name)

        def hear(data: Any = None) -> None:
            inner(data)
            if not self.is_confirming or self.line is None or not self.line.connected:
                return
            if name == "clock_changed":
                number = {"clock_number": data["clock_number"]}
                self.line.emit("ack_clock", number, namespace="/sitting")
            elif name == "message_sent":
                self.line.emit("ack_message", {"id": data["id"]}, namespace="/sitting")

        return hear

    def confirm_state(self) -> None:
        """Confirm the clock of the newest state."""
        self.ask("ack_clock", {"clock_number": self.state["clock_number"]})


@functools.cache
def password_hash() -> str:
    """Hash the demonstration's password, once."""
    return hash_password(PASSWORD)


def add_somebody(db: Session, exam_session: ExamSession, role: str, name: str) -> Person:
    """Add a person who holds a role at the exam session's organization."""
    organization = exam_session.batch.programme.organization
    person = accounts.add_person(
        db, username=name, name=role, password_hash=password_hash(), by=None
    )
    accounts.grant_role(db, person, role, organization.id, by=None, now=utcnow())
    return person


def put_on_duty(db: Session, exam_session: ExamSession) -> tuple[str, str]:
    """Give a rehearsal a proctor in its first room and a chief proctor; return their names."""
    room = exam_session.rooms[0].room
    names = []
    for role, room_id in (("proctor", room.id), ("chief_proctor", None)):
        person = add_somebody(db, exam_session, role, f"{role}-{exam_session.uid[:8]}")
        db.flush()
        db.add(
            Duty(exam_session_id=exam_session.id, room_id=room_id, person_id=person.id, role=role)
        )
        names.append(person.username)
    return names[0], names[1]


@dataclass
class LiveRoom:
    """A room of a rehearsal with a proctor, a chief proctor and a supervisor of its own."""

    server: LiveServer
    n_seats: int = 4
    minutes: int = 30
    n_items: int = 10
    address: str = ""
    proctor: str = ""
    chief: str = ""
    supervisor: str = ""
    seats: list[ConfirmingSeat] = field(default_factory=list)

    def open(self) -> "LiveRoom":
        """Create the room and put people on duty."""
        database = self.server.database()
        with database.writing() as db:
            exam_session, tickets = create_rehearsal(
                db,
                seats=self.n_seats,
                items=self.n_items,
                minutes=self.minutes,
                secret=Settings(var=self.server.var).secret,
                now=utcnow(),
            )
            uid = exam_session.uid
            self.proctor, self.chief = put_on_duty(db, exam_session)
            self.supervisor = f"supervisor-{uid[:8]}"
            add_somebody(db, exam_session, "quality_supervisor", self.supervisor)
            self.address = f"/proctoring/{uid}/{exam_session.rooms[0].room.uid}"
        database.close()
        self.seats = [ConfirmingSeat(self.server.base, row.ticket, row.code) for row in tickets]
        return self

    def come(self, *numbers: int) -> None:
        """Let seats sign in and connect."""
        for number in numbers:
            seat = self.seats[number - 1]
            assert seat.sign_in()["ok"]
            seat.connect()

    def leave(self) -> None:
        """Cut every line."""
        for seat in self.seats:
            seat.cut()
