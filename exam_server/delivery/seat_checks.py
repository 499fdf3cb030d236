"""The computers at the seats, looked at before the exam: what each says of itself."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.tickets import ALPHABET
from exam_server.delivery.models import SeatCheck
from exam_server.errors import InvalidInputError, NotFoundError
from exam_server.inputs import In
from exam_server.seating.models import ExamSession, RoomRun, Seat, Sitting

CODE_LENGTH = 8
# How long before its planned start a room's code is known.
KNOWN_BEFORE = timedelta(days=14)
Looked = Literal["browser", "storage", "line", "secure", "clock", "screen", "fonts"]
LOOKED_AT: tuple[Looked, ...] = (
    "browser",
    "storage",
    "line",
    "secure",
    "clock",
    "screen",
    "fonts",
)
State = Literal["ok", "attention", "danger"]


class SeatCheckIn(In):
    """What a seat's computer found: a state for everything that was looked at."""

    code: str = Field(min_length=1, max_length=32)
    seat: int = Field(ge=1, le=10_000)
    findings: dict[Looked, State]
    browser: str = Field(max_length=200)
    screen: str = Field(pattern=r"^\d{1,5}x\d{1,5}$")
    offset_ms: int


@dataclass(frozen=True)
class CheckedSeat:
    """A seat of a room, who sits there, and the newest look at its computer."""

    number: int
    ticket: str
    is_usable: bool
    found: SeatCheck | None


@dataclass(frozen=True)
class CheckedRoom:
    """A room with its code for the seats' page and every seat that is to be used."""

    name: str
    code: str
    seats: list[CheckedSeat]

    @property
    def ready(self) -> int:
        """Return how many seats are ready."""
        return sum(each.found is not None and each.found.is_ready for each in self.seats)


def room_code(secret: bytes, room_run_id: int) -> str:
    """Return the code by which a seat's computer names its room; it opens nothing else."""
    digest = hmac.new(secret, f"seat check:{room_run_id}".encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])


def room_by_code(db: Session, secret: bytes, code: str, *, now: datetime) -> RoomRun:
    """Return the room of a code; raises NotFoundError: ``no_such_room_code``."""
    chosen = (
        select(RoomRun)
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .where(
            RoomRun.closed_at.is_(None),
            ExamSession.state != "closed",
            ExamSession.planned_start < now + KNOWN_BEFORE,
        )
    )
    typed = code.upper().replace(" ", "").replace("-", "")
    for run in db.scalars(chosen):
        if hmac.compare_digest(room_code(secret, run.id), typed):
            return run
    raise NotFoundError("no_such_room_code")


def note_seat_check(
    db: Session, run: RoomRun, sent: SeatCheckIn, *, address: str, now: datetime
) -> SeatCheck:
    """Keep what a seat's computer found, in place of an earlier look.

    Raises InvalidInputError: ``no_seat_in_room``.
    """
    here = select(Seat.id).where(Seat.room_id == run.room_id, Seat.number == sent.seat)
    if db.scalar(here) is None:
        raise InvalidInputError("no_seat_in_room", seat=sent.seat, room=run.room.name)
    row = db.get(SeatCheck, (run.id, sent.seat)) or SeatCheck(room_run_id=run.id, seat=sent.seat)
    row.checked_at, row.address = now, address[:64]
    row.findings = {name: sent.findings.get(name, "danger") for name in LOOKED_AT}
    row.is_ready = "danger" not in row.findings.values()
    row.browser, row.screen, row.offset_ms = sent.browser, sent.screen, sent.offset_ms
    db.add(row)
    db.flush()
    return row


def checked_rooms(db: Session, exam_session: ExamSession, secret: bytes) -> list[CheckedRoom]:
    """Return the rooms with every seat somebody is to sit at; before the draw all usable ones."""
    ids = [run.id for run in exam_session.rooms]
    rows = db.scalars(select(SeatCheck).where(SeatCheck.room_run_id.in_(ids)))
    found = {(row.room_run_id, row.seat): row for row in rows}
    taken = _taken(db, exam_session)
    return [
        CheckedRoom(
            run.room.name,
            room_code(secret, run.id),
            [
                CheckedSeat(
                    seat.number,
                    taken.get((run.id, seat.id), ""),
                    seat.is_usable,
                    found.get((run.id, seat.number)),
                )
                for seat in run.room.seats
                if ((run.id, seat.id) in taken if taken else seat.is_usable)
                or (run.id, seat.number) in found
            ],
        )
        for run in exam_session.rooms
    ]


def _taken(db: Session, exam_session: ExamSession) -> Mapping[tuple[int, int], str]:
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    return {
        (each.room_run_id, each.seat_id): each.registration.ticket for each in db.scalars(chosen)
    }
