"""Sites and rooms: their grids of seats, and the seats that are broken."""

import re
from collections.abc import Sequence

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.inputs import In
from exam_server.seating.models import Room, Seat, Site

OFFICER = "exam_officer"
LONGEST_NUMBER = 3
BETWEEN_NUMBERS = re.compile(r"[\s,;，、；]+")


class RoomIn(In):
    """A room of a full grid of seats."""

    organization: int
    site: str = Field(min_length=1)
    name: str = Field(min_length=1)
    rows: int = Field(default=5, ge=1, le=30)
    columns: int = Field(default=6, ge=1, le=30)
    broken: str = ""


class BrokenSeatsIn(In):
    """The numbers of a room's broken seats, as typed."""

    broken: str = ""


def rooms_of(db: Session, actor: Actor) -> Sequence[Room]:
    """Return the rooms of an officer's organizations."""
    ids = actor.organizations(OFFICER)
    chosen = select(Room).join(Site).where(Site.organization_id.in_(ids))
    return db.scalars(chosen.options(selectinload(Room.seats)).order_by(Site.name, Room.name)).all()


def room_for(db: Session, actor: Actor, uid: str) -> Room:
    """Return a room of an officer's organization; raises ``room_not_found``."""
    room = db.scalar(select(Room).where(Room.uid == uid))
    if room is None or not actor.may(OFFICER, organization_id=room.site.organization_id):
        raise NotFoundError("room_not_found")
    return room


def create_room(db: Session, actor: Actor, sent: RoomIn) -> Room:
    """Create a room, and its site when new; raises ``room_exists``, ``rooms_wrong``."""
    if not actor.may(OFFICER, organization_id=sent.organization):
        raise NotFoundError("no_such_organization")
    named = (Site.organization_id == sent.organization, Site.name == sent.site)
    site = db.scalar(select(Site).where(*named))
    site = site or Site(organization_id=sent.organization, name=sent.site)
    if site.id and db.scalar(
        select(Room.id).where(Room.site_id == site.id, Room.name == sent.name)
    ):
        raise ConflictError("room_exists", name=sent.name)
    broken = _broken_seats(sent.broken, sent.rows * sent.columns)
    room = Room(site=site, name=sent.name, rows=sent.rows, columns=sent.columns)
    room.seats = [
        Seat(
            number=n + 1,
            row=n // sent.columns + 1,
            column=n % sent.columns + 1,
            is_usable=n + 1 not in broken,
        )
        for n in range(sent.rows * sent.columns)
    ]
    db.add(room)
    db.flush()
    audit.record(db, "create_room", by=actor.id, of=f"room:{room.uid}")
    return room


def name_broken_seats(db: Session, actor: Actor, room: Room, sent: BrokenSeatsIn) -> None:
    """Say which seats of a room are broken; the others are usable. Raises ``rooms_wrong``."""
    broken = _broken_seats(sent.broken, len(room.seats))
    for seat in room.seats:
        seat.is_usable = seat.number not in broken
    detail = {"broken": sorted(broken)}
    audit.record(db, "name_broken_seats", by=actor.id, of=f"room:{room.uid}", detail=detail)


def broken_text(room: Room) -> str:
    """Return the numbers of a room's broken seats as an officer types them."""
    return ", ".join(str(seat.number) for seat in room.seats if not seat.is_usable)


def _broken_seats(typed: str, n_seats: int) -> set[int]:
    numbers = [number for number in BETWEEN_NUMBERS.split(typed) if number]
    strange = [number for number in numbers if not _is_seat_number(number, n_seats)]
    if strange:
        detail: dict[str, object] = {"value": ", ".join(strange), "most": n_seats}
        problem = Problem("broken", "broken_seats_wrong", detail)
        raise InvalidInputError("rooms_wrong", [problem])
    return {int(number) for number in numbers}


def _is_seat_number(typed: str, n_seats: int) -> bool:
    return len(typed) <= LONGEST_NUMBER and typed.isdecimal() and 1 <= int(typed) <= n_seats
