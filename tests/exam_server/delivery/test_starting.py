"""A start reaches every line, however many rooms start at once and whatever fails on the way."""

from pathlib import Path
from typing import Any, cast

import gevent
import pytest
from flask import Flask
from socketio import Server
from sqlalchemy.exc import TimeoutError as NoConnectionError
from structlog.testing import capture_logs

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery import living
from exam_server.delivery.lane import Lane
from exam_server.delivery.living import Life
from exam_server.delivery.transport import Seat, Transport
from tests.factories import NOW, make_batch, make_exam_session, make_organization, make_sitting

ROOMS = 70  # more than a process has connections


class Told:
    """A Socket.IO server that counts who was told what."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def emit(self, name: str, _message: Any, to: str, namespace: str) -> None:
        assert name == "sitting_state"
        self.states.append(to)


def test_many_rooms_that_start_at_once_are_told_though_the_store_fails_meanwhile(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "START_AGAIN_S", 0)
    monkeypatch.setattr(living, "START_STEP", 10)
    told = Told()
    lane = Lane(Settings(var=tmp_path), database)
    transport = Transport(
        Flask("x"), cast("Server", told), lane, lambda _token: seats[0], lambda _seat: []
    )
    with database.writing() as db:
        exam_session = make_exam_session(db, make_batch(db, make_organization(db)))
        exam_session.rooms[0].started_at = NOW
        sitting = make_sitting(db, exam_session, status="running", lease_number=1)
    # as many rooms as lines; what is told of each is the same sitting's
    seats = [Seat(sitting.id, sitting.uid, room, 1, 5) for room in range(ROOMS)]
    for room, seat in enumerate(seats):
        transport.seats[f"line {room}"] = seat
        transport._of_room[room].add(f"line {room}")  # noqa: SLF001 - without opening them
    life = Life(lane, transport)
    failures = [ZeroDivisionError(), NoConnectionError(), NoConnectionError()]
    real = living.openings

    def failing(*asked: Any) -> Any:
        assert life.is_telling
        if failures:
            raise failures.pop()
        return real(*asked)

    monkeypatch.setattr(living, "openings", failing)
    for room in range(ROOMS):
        life.hear("room_started", f"room:{room}", {"room_run": room})
    with capture_logs() as logs, gevent.Timeout(90):
        while life.is_telling:
            gevent.sleep(0.01)
    assert failures == []
    assert len(logs) == 3
    assert sorted(told.states) == sorted(transport.seats)
