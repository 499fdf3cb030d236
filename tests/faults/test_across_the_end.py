"""What an outage leaves behind when the end of an exam falls into it, and a clock set back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.delivery.models import LateWork, Receipt
from exam_server.delivery.rehearsing import create_rehearsal, start_rehearsal
from exam_server.seating.models import Sitting
from tests.console_rooms import put_on_duty
from tests.consoles import ConsoleClient
from tests.live_server import LiveServer
from tests.made_once import STORE
from tests.seats import SeatClient
from tests.wall_clock import clock_shim, moved_by

pytestmark = pytest.mark.slow

MINUTES = 10
AN_HOUR = 3600


@dataclass
class Room:
    """A room of three at a small server whose computer's clock may be moved while it is off."""

    server: LiveServer
    shim: Path
    seats: list[SeatClient] = field(default_factory=list)
    proctor: str = ""
    address: dict[str, str] = field(default_factory=dict)

    def open(self) -> "Room":
        """Seat three candidates and start; each has one answer stored."""
        with self.stored() as db:
            secret = Settings(var=self.server.var).secret
            exam_session, tickets = create_rehearsal(
                db, seats=3, items=4, minutes=MINUTES, secret=secret, now=utcnow()
            )
            self.proctor, _ = put_on_duty(db, exam_session)
            uid, room = exam_session.uid, exam_session.rooms[0].room.uid
            self.address = {"exam_session": uid, "room": room}
        self.seats = [SeatClient(self.server.base, row.ticket, row.code) for row in tickets]
        for seat in self.seats:
            assert seat.sign_in()["ok"]
            seat.connect()
        with self.stored() as db:
            start_rehearsal(db, uid, now=utcnow())
        for seat in self.seats:
            assert seat.gets_key().answer(1, "A")["ok"]
        return self

    def falls_and_returns(self, *, clock_s: int) -> None:
        """Lose the power; the server starts again with its clock so far from the true one."""
        self.server.kill()
        self.server.more = moved_by(self.shim, clock_s)
        self.server.start()
        for seat in self.seats:
            seat.cut()
            seat.connect()

    def console(self) -> ConsoleClient:
        """Return the proctor's console."""
        return ConsoleClient(self.server.base, self.proctor, self.address).join()

    @contextmanager
    def stored(self) -> Iterator[Session]:
        """Write and read beside the server."""
        database = self.server.database()
        with database.writing() as db:
            yield db
        database.close()


@pytest.fixture
def room(tmp_path: Path, sqlite_template: bytes) -> Iterator[Room]:
    """Run a small server with a room at work."""
    var = tmp_path / "live"
    var.mkdir()
    (var / STORE).write_bytes(sqlite_template)
    server = LiveServer(var)
    try:
        room = Room(server.start(), clock_shim(tmp_path)).open()
        yield room
        for seat in room.seats:
            seat.cut()
    finally:
        server.kill()


def test_an_end_that_falls_into_an_outage_waits_for_the_proctor(room: Room) -> None:
    credited, closed, waiting = room.seats
    for seat in room.seats:
        seat.note(2, "B")  # on the candidate's computer only when the power goes
    room.falls_and_returns(clock_s=(MINUTES + 5) * 60)
    for seat in room.seats:
        assert (seat.state["status"], seat.state["acked_seq"]) == ("held", 1)
        assert seat.send()["code"] == "sitting_held"

    console = room.console()
    assert {console.seats[seat.ticket]["status"] for seat in room.seats} == {"held"}
    console.ask("grant_time", **about(credited), minutes="8", reason="power cut")
    assert credited.expect("clock_changed")["status"] == "running"
    assert credited.send() == {"ok": True, "acked_seq": 2, "refused": []}
    console.ask("force_hand_in", **about(closed), reason="the candidate has left")
    assert closed.expect("sitting_closed")["receipt"]["count"] == 1
    console.sees(waiting.ticket, status="held")
    console.leave()

    with room.stored() as db:
        late = db.scalars(select(LateWork).order_by(LateWork.sitting_id)).all()
        kept = [(row.seq, row.answer, row.cause) for row in late]
        assert kept == [(2, '"B"', "sitting_held")] * 3
        statuses = db.scalars(select(Sitting.status).order_by(Sitting.id)).all()
        assert statuses == ["running", "handed_in", "held"]
        assert db.scalar(select(func.min(Receipt.count))) == 1, "a sitting was closed empty"


@pytest.mark.long
def test_a_clock_set_back_holds_what_ran_until_an_operator_has_confirmed_the_time(
    room: Room,
) -> None:
    room.falls_and_returns(clock_s=-AN_HOUR)
    assert "the wall clock stands before what is stored" in room.server.log()
    first, *_ = room.seats
    assert {seat.state["status"] for seat in room.seats} == {"held"}
    first.note(2, "B")
    assert first.send()["code"] == "sitting_held"
    console = room.console()
    snapshot = console.ask("join_room")["snapshot"]
    assert snapshot["clock"]["is_doubted"]
    needs = [need for seat in snapshot["seats"] for need in seat["needs"]]
    assert sum(need["need"] == "held" for need in needs) == len(room.seats)
    assert all(need["shows_at"] <= snapshot["now"] for need in needs if need["need"] == "held")
    console.ask("grant_time", **about(first), minutes="1", reason="too early")
    refused = room.server.try_command("time", "confirm")
    assert "time_still_behind" in refused.stderr
    console.sees(first.ticket, status="held")  # the next sign of life holds it again
    console.leave()

    room.falls_and_returns(clock_s=0)
    assert {seat.state["status"] for seat in room.seats} == {"held"}, "doubt ends by a person"
    console = room.console()
    room.server.command("time", "confirm")
    assert console.hears_of_room()["clock"] == {"is_doubted": False, "step_s": 0}
    console.ask("grant_lost_time", **about(first), reason="the clock was wrong")
    assert first.expect("clock_changed")["status"] == "running"
    assert first.send() == {"ok": True, "acked_seq": 2, "refused": []}
    console.leave()


def about(seat: SeatClient) -> dict[str, str]:
    return {"sitting": seat.state["sitting_id"]}
