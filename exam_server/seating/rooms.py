"""Rooms: plans of seats on a grid, and their editions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.inputs import In
from exam_server.seating.models import (
    Duty,
    ExamSession,
    Room,
    RoomRun,
    Seat,
    SeatMove,
    Site,
    Sitting,
)
from exam_server.seating.sites import site_for
from proctor.seating_plan import AISLE, BROKEN, SEAT, numbered

OFFICER = "exam_officer"
LARGEST = 30
SEAT_LETTERS = {"S": SEAT, "B": BROKEN}


class LayoutIn(In):
    """A room's plan: a line of letters a row, ``S`` seat, ``B`` broken, ``.`` no seat.

    Lines that do not fit rows and columns are cut or filled up with seats, so that without a
    script the two numbers are enough.
    """

    name: str = Field(min_length=1)
    rows: int = Field(ge=1, le=LARGEST)
    columns: int = Field(ge=1, le=LARGEST)
    numbering: Literal["rows", "snake", "columns", "columns_snake"] = "rows"
    door: Literal["left", "right"] = "left"
    cells: str = ""

    @field_validator("cells")
    @classmethod
    def _without_carriage_returns(cls, cells: str) -> str:
        return cells.replace("\r", "")

    def lines(self) -> list[str]:
        """Return the plan in exactly so many rows and columns."""
        given = [line.strip().upper() for line in self.cells.strip("\n").split("\n")]
        given = given if self.cells.strip() else []
        whole = SEAT * self.columns
        padded = [(line + whole)[: self.columns] for line in given][: self.rows]
        padded += [whole] * (self.rows - len(padded))
        return ["".join(SEAT_LETTERS.get(letter, AISLE) for letter in line) for line in padded]


class RoomIn(LayoutIn):
    """A new room at a site."""

    site: str


@dataclass(frozen=True)
class Saved:
    """A room as saved, and the exam sessions in which seats must be drawn again."""

    room: Room
    to_draw: list[ExamSession]


def rooms_of(db: Session, actor: Actor) -> Sequence[Room]:
    """Return the rooms of an officer's organizations as they are today."""
    ids = actor.organizations(OFFICER)
    chosen = select(Room).join(Site).where(Site.organization_id.in_(ids), Room.retired_at.is_(None))
    return db.scalars(chosen.options(selectinload(Room.seats)).order_by(Site.name, Room.name)).all()


def room_for(db: Session, actor: Actor, uid: str) -> Room:
    """Return a room of an officer's organization; raises ``room_not_found``."""
    room = db.scalar(select(Room).where(Room.uid == uid))
    if room is None or not actor.may(OFFICER, organization_id=room.site.organization_id):
        raise NotFoundError("room_not_found")
    return room


def uses_of(db: Session, room: Room) -> Sequence[ExamSession]:
    """Return the exam sessions that a room is or was used in, the newest first."""
    chosen = select(ExamSession).join(RoomRun, RoomRun.exam_session_id == ExamSession.id)
    chosen = chosen.where(RoomRun.room_id == room.id)
    return db.scalars(chosen.order_by(ExamSession.planned_start.desc())).all()


def create_room(db: Session, actor: Actor, sent: RoomIn) -> Room:
    """Create a room; raises ``no_such_site``, ``room_exists``, ``rooms_wrong``."""
    site = site_for(db, actor, sent.site)
    _check_room_name(db, site.id, sent.name, None)
    room = _new_room(site, sent, edition=_newest_edition(db, site.id, sent.name) + 1)
    db.add(room)
    db.flush()
    audit.record(db, "create_room", by=actor.id, of=f"room:{room.uid}")
    return room


def duplicate_room(db: Session, actor: Actor, room: Room, *, suffix: str) -> Room:
    """Create a room with the same plan under a name of its own."""
    names = set(db.scalars(select(Room.name).where(Room.site_id == room.site_id)))
    number, name = 2, f"{room.name}{suffix}"
    while name in names:
        name, number = f"{room.name}{suffix} {number}", number + 1
    sent = RoomIn.model_validate({**layout_of(room), "site": room.site.uid, "name": name})
    return create_room(db, actor, sent)


def save_layout(db: Session, actor: Actor, room: Room, sent: LayoutIn, *, now: datetime) -> Saved:
    """Change a room's name or plan; where an exam was held the plan of that day stays.

    Raises ConflictError: ``room_in_use``, ``room_exists``; InvalidInputError: ``rooms_wrong``.
    """
    uses = uses_of(db, room)
    in_use = [each for each in uses if each.state == "released"]
    if in_use or room.retired_at is not None:
        raise ConflictError("room_in_use", name=in_use[0].name if in_use else room.name)
    _check_room_name(db, room.site_id, sent.name, room)
    planned = [each for each in uses if each.state == "planned"]
    detail = {"before": layout_of(room), "after": _as_sent(sent)}
    if _geometry(layout_of(room)) == _geometry(_as_sent(sent)):
        _rename(db, room, sent.name)
        _break_and_mend(room, sent)
        saved = Saved(room, [])
    else:
        drawn = [each for each in planned if each.seat_seed is not None]
        _clear_draws(db, drawn)
        held_before = len(uses) > len(planned)
        saved = Saved(_next_edition(db, room, sent, planned, now) if held_before else room, drawn)
        if not held_before:
            _lay_out(db, room, sent)
    of = f"room:{saved.room.uid}"
    audit.record(db, "change_room", by=actor.id, of=of, detail=detail)
    return saved


def retire_room(db: Session, actor: Actor, room: Room, *, now: datetime) -> None:
    """Take a room off the list; raises ConflictError: ``room_in_use``."""
    in_use = [each for each in uses_of(db, room) if each.state != "closed"]
    if in_use:
        raise ConflictError("room_in_use", name=in_use[0].name)
    room.retired_at = now
    audit.record(db, "retire_room", by=actor.id, of=f"room:{room.uid}")


def layout_of(room: Room) -> dict[str, object]:
    """Return a room's name and plan as ``LayoutIn`` takes them."""
    grid = [[AISLE] * room.columns for _ in range(room.rows)]
    for seat in room.seats:
        grid[seat.row - 1][seat.column - 1] = SEAT if seat.is_usable else BROKEN
    return {
        "name": room.name,
        "rows": room.rows,
        "columns": room.columns,
        "numbering": room.numbering,
        "door": room.door,
        "cells": "\n".join("".join(line) for line in grid),
    }


def capacity_of(room: Room) -> int:
    """Return how many candidates a room seats."""
    return sum(seat.is_usable for seat in room.seats)


def _as_sent(sent: LayoutIn) -> dict[str, object]:
    kept = sent.model_dump(include={"name", "rows", "columns", "numbering", "door"})
    return {**kept, "cells": "\n".join(sent.lines())}


def _geometry(layout: dict[str, object]) -> tuple[object, ...]:
    """Return what of a plan decides where seats stand and how they are numbered."""
    cells = str(layout["cells"]).replace(BROKEN, SEAT)
    return (cells, layout["numbering"], layout["door"])


def _break_and_mend(room: Room, sent: LayoutIn) -> None:
    lines = sent.lines()
    for seat in room.seats:
        seat.is_usable = lines[seat.row - 1][seat.column - 1] == SEAT


def _new_room(site: Site, sent: LayoutIn, *, edition: int) -> Room:
    room = Room(site=site, name=sent.name, edition=edition)
    _set_layout(room, sent)
    return room


def _set_layout(room: Room, sent: LayoutIn) -> None:
    lines = sent.lines()
    numbers = numbered(lines, sent.numbering, sent.door)
    if not numbers:
        raise InvalidInputError("rooms_wrong", [Problem("cells", "no_seat")])
    room.rows, room.columns = sent.rows, sent.columns
    room.numbering, room.door = sent.numbering, sent.door
    room.seats = [
        Seat(
            number=number,
            row=row,
            column=column,
            is_usable=lines[row - 1][column - 1] == SEAT,
        )
        for (row, column), number in numbers.items()
    ]


def _lay_out(db: Session, room: Room, sent: LayoutIn) -> None:
    room.seats.clear()
    db.flush()  # the old seats' numbers and places must be free first
    _rename(db, room, sent.name)
    _set_layout(room, sent)
    db.flush()


def _rename(db: Session, room: Room, name: str) -> None:
    if name != room.name:
        room.edition = _newest_edition(db, room.site_id, name) + 1
        room.name = name


def _next_edition(
    db: Session, room: Room, sent: LayoutIn, planned: Sequence[ExamSession], now: datetime
) -> Room:
    """Retire a room in which exams were held; those that are only planned get the new one."""
    room.retired_at = now
    edition = max(room.edition, _newest_edition(db, room.site_id, sent.name)) + 1
    fresh = _new_room(room.site, sent, edition=edition)
    db.add(fresh)
    db.flush()
    ids = [each.id for each in planned]
    for kind in (RoomRun, Duty):
        db.execute(
            update(kind)
            .where(kind.exam_session_id.in_(ids), kind.room_id == room.id)
            .values(room_id=fresh.id)
        )
    return fresh


def _clear_draws(db: Session, exam_sessions: Sequence[ExamSession]) -> None:
    ids = [each.id for each in exam_sessions]
    db.execute(delete(SeatMove).where(SeatMove.exam_session_id.in_(ids)))
    db.execute(delete(Sitting).where(Sitting.exam_session_id.in_(ids)))
    for each in exam_sessions:
        each.seat_seed = None
    db.flush()


def _check_room_name(db: Session, site_id: int, name: str, room: Room | None) -> None:
    named = (Room.site_id == site_id, Room.name == name, Room.retired_at.is_(None))
    other = db.scalar(select(Room).where(*named))
    if other is not None and other is not room:
        raise ConflictError("room_exists", name=name)


def _newest_edition(db: Session, site_id: int, name: str) -> int:
    chosen = select(func.max(Room.edition)).where(Room.site_id == site_id, Room.name == name)
    return db.scalar(chosen) or 0
