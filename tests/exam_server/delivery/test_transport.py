"""Opening a line: refused in words when the store is away, and no start is missed."""

from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from socketio import Server
from socketio.exceptions import ConnectionRefusedError as Refused
from sqlalchemy.exc import OperationalError

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.lane import Lane
from exam_server.delivery.transport import Emit, Seat, Transport

SEAT = Seat(sitting_id=1, sitting_uid="u", room_run_id=2, lease_number=1, n_positions=5)


class Rooms:
    """A Socket.IO server that remembers who is where and what was sent."""

    def __init__(self) -> None:
        self.rooms: set[tuple[str, str]] = set()
        self.sent: list[tuple[str, str]] = []

    def enter_room(self, sid: str, room: str, namespace: str) -> None:
        self.rooms.add((sid, room))

    def leave_room(self, sid: str, room: str, namespace: str) -> None:
        self.rooms.discard((sid, room))

    def emit(self, name: str, message: Any, to: str, namespace: str) -> None:
        self.sent.append((to, name))

    def disconnect(self, sid: str, namespace: str) -> None:
        self.sent.append((sid, "disconnect"))


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    return Lane(Settings(var=tmp_path), Database(f"sqlite:///{tmp_path}/x.sqlite"))


def transport_over(lane: Lane, rooms: Rooms, greet: Any, seat: Seat = SEAT) -> Transport:
    server = cast("Server", rooms)
    return Transport(Flask("x"), server, lane, lambda _token: seat, greet)


def test_a_line_that_cannot_be_read_is_refused_in_words_and_leaves_nothing(lane: Lane) -> None:
    rooms = Rooms()

    def away(_seat: Seat) -> list[Emit]:
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    transport = transport_over(lane, rooms, away)
    with pytest.raises(Refused, match="store_unavailable"):
        transport.open_line("one", {}, {"token": "t"})
    assert transport.seats == {}
    assert rooms.rooms == set()
    assert not lane.facts.is_connected(1)


def test_a_line_stands_in_its_room_before_its_state_is_read(lane: Lane) -> None:
    rooms = Rooms()
    seen: list[int] = []

    def greet(_seat: Seat) -> list[Emit]:
        seen.append(len(transport.lines_of_room(2)))
        return [("sitting_state", {})]

    transport = transport_over(lane, rooms, greet)
    transport.open_line("one", {}, {"token": "t"})
    assert seen == [1]
    assert rooms.sent == [("one", "sitting_state")]


def test_a_line_of_an_ended_lease_hears_nothing_and_closes_no_other(lane: Lane) -> None:
    rooms = Rooms()
    transport = transport_over(lane, rooms, lambda _seat: [])
    transport.open_line("old", {}, {"token": "t"})
    transport.end_other_leases("u", 2)
    assert rooms.rooms == set()
    assert transport.lines_of_room(2) == []
    assert not lane.facts.is_connected(1)
    moved = Seat(sitting_id=1, sitting_uid="u", room_run_id=2, lease_number=2, n_positions=5)
    new = transport_over(lane, rooms, lambda _seat: [], moved)
    new.seats = transport.seats
    new.open_line("new", {}, {"token": "t"})
    assert ("old", "disconnect") not in rooms.sent
    assert [sid for sid, _ in new.lines_of_room(2)] == ["new"]
    new.close_line("old")
    assert lane.facts.is_connected(1)


def test_the_lines_of_a_sitting_are_hung_up_and_no_others(lane: Lane) -> None:
    rooms = Rooms()
    transport = transport_over(lane, rooms, lambda _seat: [])
    transport.open_line("one", {}, {"token": "t"})
    transport.hang_up("another")
    assert rooms.sent == []
    transport.hang_up("u")
    assert rooms.sent == [("one", "disconnect")]
