"""A real room for tests and measurements of the console: seats as programs, staff of every kind."""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exam_server.accounts.passwords import hash_password
from exam_server.clock import utcnow
from exam_server.db import Database
from exam_server.demo.programme import PASSWORD, add_staff
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


@dataclass
class LiveRoom:
    """A room of a rehearsal with a proctor, a chief proctor and a supervisor on the same server."""

    server: LiveServer
    folder: Path
    n_seats: int = 4
    minutes: int = 30
    n_items: int = 10
    address: str = ""
    seats: list[ConfirmingSeat] = field(default_factory=list)

    def open(self) -> "LiveRoom":
        """Create the room and put people on duty."""
        out = self.folder / "tickets.csv"
        sizes = ("--seats", str(self.n_seats), "--items", str(self.n_items))
        length = ("--minutes", str(self.minutes), "--out", str(out))
        uid = self.server.command("rehearsal", "create", *sizes, *length).splitlines()[-1]
        with out.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.seats = [ConfirmingSeat(self.server.base, row["ticket"], row["code"]) for row in rows]
        database = Database(f"sqlite:///{self.server.var / 'exam.sqlite'}")
        with database.writing() as db:
            exam_session = db.query(ExamSession).filter_by(uid=uid).one()
            organization = exam_session.batch.programme.organization
            people = add_staff(
                db, organization, password_hash=hash_password(PASSWORD), now=utcnow()
            )
            room = exam_session.rooms[0].room
            for username, role, room_id in (
                ("proctor", "proctor", room.id),
                ("chief", "chief_proctor", None),
            ):
                duty = Duty(
                    exam_session_id=exam_session.id,
                    room_id=room_id,
                    person_id=people[username].id,
                    role=role,
                )
                db.add(duty)
            self.address = f"/proctoring/{uid}/{room.uid}"
        database.close()
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
