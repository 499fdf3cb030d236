"""Where the candidates of a marking sat, and to which groups the register says they belong."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Candidate, Registration
from exam_server.seating.models import Room, Seat, Sitting

AT_ONCE: Final = 500
SEX_DIGIT: Final = 16  # of a resident's number: odd is male (GB 11643)
RESIDENT_DIGITS: Final = 18


@dataclass(frozen=True)
class SeatOf:
    """A candidate's last seat, with the groups of the register."""

    room: int
    row: int
    column: int
    room_name: str
    groups: Mapping[str, str]


def seats_of(db: Session, sittings: Collection[int]) -> dict[int, SeatOf]:
    """Return the seats of sittings, by the sitting's id."""
    found: dict[int, SeatOf] = {}
    ids = sorted(sittings)
    for first in range(0, len(ids), AT_ONCE):
        chosen = (
            select(Sitting.id, Seat.room_id, Seat.row, Seat.column, Room.name, Candidate)
            .join(Seat, Sitting.seat_id == Seat.id)
            .join(Room, Seat.room_id == Room.id)
            .join(Registration, Sitting.registration_id == Registration.id)
            .join(Candidate, Registration.candidate_id == Candidate.id)
            .where(Sitting.id.in_(ids[first : first + AT_ONCE]))
        )
        for sitting, room, row, column, name, candidate in db.execute(chosen):
            groups = {
                "room": name,
                "employer": candidate.employer.strip(),
                "sex": sex_of(candidate),
            }
            found[sitting] = SeatOf(room, row, column, name, groups)
    return found


def sex_of(candidate: Candidate) -> str:
    """Return ``male`` or ``female`` by a resident's number; nothing for other documents."""
    number = candidate.id_number
    if candidate.id_type != "resident" or len(number) != RESIDENT_DIGITS:
        return ""
    digit = number[SEX_DIGIT]
    if not digit.isdigit():
        return ""
    return "male" if int(digit) % 2 else "female"
