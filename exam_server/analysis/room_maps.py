"""Rooms as they are built, with the pairs whose answers agree: who sat where, never why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam_server.batches.models import Registration
from exam_server.seating.models import Room, Seat, Sitting

Pair = Mapping[str, Any]


@dataclass
class Marked:
    """A seat of the map; ``pairs`` are the numbers of the pairs its candidate is in."""

    number: int
    is_usable: bool
    pairs: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class RoomMap:
    """A room's seats by row and column, front first; None where no seat stands."""

    name: str
    rows: list[list[Marked | None]]


@dataclass(frozen=True)
class Shown:
    """The rooms with marked seats, and each pair with its two sittings."""

    rooms: list[RoomMap]
    pairs: list[tuple[Pair, Sitting, Sitting]]


def maps_of(db: Session, pairs: Sequence[Pair]) -> Shown:
    """Return the maps of the rooms in which somebody of a pair sat."""
    ids = {each for pair in pairs for each in pair["sittings"]}
    chosen = (
        select(Sitting)
        .where(Sitting.id.in_(ids))
        .options(
            joinedload(Sitting.seat).joinedload(Seat.room),
            joinedload(Sitting.registration).joinedload(Registration.candidate),
        )
    )
    sittings = {each.id: each for each in db.scalars(chosen)}
    known = [pair for pair in pairs if all(each in sittings for each in pair["sittings"])]
    listed = [
        (pair, sittings[pair["sittings"][0]], sittings[pair["sittings"][1]]) for pair in known
    ]
    marks: dict[int, list[int]] = {}
    for number, (_, one, other) in enumerate(listed, start=1):
        for sitting in (one, other):
            marks.setdefault(sitting.seat_id, []).append(number)
    rooms = {each.seat.room.id: each.seat.room for each in sittings.values()}
    maps = [_map(room, marks) for room in sorted(rooms.values(), key=lambda room: room.name)]
    return Shown(maps, listed)


def _map(room: Room, marks: Mapping[int, list[int]]) -> RoomMap:
    seats = {(seat.row, seat.column): seat for seat in room.seats}
    rows = sorted({row for row, _ in seats})
    columns = range(min(c for _, c in seats), max(c for _, c in seats) + 1)
    return RoomMap(
        room.name,
        [[_marked(seats.get((row, column)), marks) for column in columns] for row in rows],
    )


def _marked(seat: Seat | None, marks: Mapping[int, list[int]]) -> Marked | None:
    return None if seat is None else Marked(seat.number, seat.is_usable, marks.get(seat.id, []))
