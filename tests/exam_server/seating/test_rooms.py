"""Sites and rooms, and what of them stays as it was."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.programmes.models import Organization
from exam_server.seating import planning, rooms
from exam_server.seating.models import ExamSession, Room, RoomRun, Seat, Sitting
from exam_server.seating.rooms import LayoutIn
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_person,
    make_registration,
    make_room,
)
from tests.staff import Desk, desk_of


def layout(cells: str, **more: Any) -> LayoutIn:
    lines = cells.split("\n")
    facts = {"name": "101", "rows": len(lines), "columns": len(lines[0]), "cells": cells}
    return LayoutIn(**{**facts, **more})


def drawn(db: Session, state: str = "planned") -> tuple[Actor, Room, ExamSession]:
    """Add an exam session in a room of two rows and three columns, four candidates seated."""
    organization = make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    batch = make_batch(db, organization)
    for _ in range(4):
        make_registration(db, batch)
    room = make_room(db, organization, rows=2, columns=3, name="101")
    run = make_forms(db, make_blueprint(db, organization))
    exam_session = make_exam_session(db, batch, room=room, assembly_run=run)
    planning.draw(db, officer, exam_session, seed=1)
    exam_session.state = state
    db.flush()
    return officer, room, exam_session


def plan_of(room: Room) -> str:
    return str(rooms.layout_of(room)["cells"])


@pytest.mark.parametrize(
    ("cells", "lines"),
    [("", ["SSS", "SSS"]), ("s.b\r\nss", ["S.B", "SSS"]), ("SSSS\nS\nS", ["SSS", "SSS"])],
)
def test_a_plan_fits_its_rows_and_columns_whatever_is_typed(cells: str, lines: list[str]) -> None:
    assert LayoutIn(name="101", rows=2, columns=3, cells=cells).lines() == lines


def test_an_unused_room_gets_another_plan(db: Session) -> None:
    organization = make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    room = make_room(db, organization, rows=2, columns=3)
    saved = rooms.save_layout(db, officer, room, layout("S.S\nSBS", door="right"), now=NOW)
    assert saved.room is room
    assert plan_of(room) == "S.S\nSBS"
    numbers = {(seat.row, seat.column): seat.number for seat in room.seats}
    assert numbers == {(1, 3): 1, (1, 1): 2, (2, 3): 3, (2, 2): 4, (2, 1): 5}
    assert rooms.capacity_of(room) == 4


def test_a_room_without_any_seat_is_refused(db: Session) -> None:
    organization = make_organization(db)
    officer = actor_of(make_person(db, "exam_officer", organization=organization))
    room = make_room(db, organization)
    with pytest.raises(InvalidInputError) as refused:
        rooms.save_layout(db, officer, room, layout("..\n.."), now=NOW)
    assert [(each.where, each.code) for each in refused.value.problems] == [("cells", "no_seat")]


def test_a_broken_seat_leaves_the_draw_as_it_is(db: Session) -> None:
    officer, room, exam_session = drawn(db)
    saved = rooms.save_layout(db, officer, room, layout("SSS\nSSB"), now=NOW)
    assert saved.to_draw == []
    assert exam_session.seat_seed == "1"
    assert [seat.number for seat in room.seats if not seat.is_usable] == [6]


def test_another_plan_has_the_seats_of_a_planned_exam_session_drawn_again(db: Session) -> None:
    officer, room, exam_session = drawn(db)
    saved = rooms.save_layout(db, officer, room, layout("S.S\nSSS"), now=NOW)
    assert saved.to_draw == [exam_session]
    assert exam_session.seat_seed is None
    assert db.scalars(select(Sitting)).all() == []
    planning.draw(db, officer, exam_session, seed=2)
    assert len(db.scalars(select(Sitting)).all()) == 4


@pytest.mark.parametrize("cells", ["SSS\nSSB", "S.S\nSSS"])
def test_a_room_in_use_is_frozen(db: Session, cells: str) -> None:
    officer, room, _ = drawn(db, "released")
    with pytest.raises(ConflictError, match="room_in_use"):
        rooms.save_layout(db, officer, room, layout(cells), now=NOW)
    with pytest.raises(ConflictError, match="room_in_use"):
        rooms.retire_room(db, officer, room, now=NOW)


def test_where_an_exam_was_held_the_plan_of_that_day_stays(db: Session) -> None:
    officer, room, held = drawn(db, "closed")
    later = make_exam_session(db, held.batch, room=room)
    saved = rooms.save_layout(db, officer, room, layout("S.S\nSSS"), now=NOW)
    assert saved.room is not room
    assert (plan_of(room), plan_of(saved.room)) == ("SSS\nSSS", "S.S\nSSS")
    chosen = select(RoomRun.room_id).where(RoomRun.exam_session_id == later.id)
    assert db.scalars(chosen).one() == saved.room.id
    assert {each.seat.room_id for each in db.scalars(select(Sitting))} == {room.id}
    assert rooms.rooms_of(db, officer) == [saved.room]
    with pytest.raises(ConflictError, match="room_in_use"):
        rooms.save_layout(db, officer, room, layout("SS"), now=NOW)


def test_names_are_unique_among_the_rooms_of_today(db: Session) -> None:
    officer, room, _ = drawn(db, "closed")
    other = rooms.duplicate_room(db, officer, room, suffix=" copy")
    assert (other.name, plan_of(other)) == ("101 copy", plan_of(room))
    again = rooms.duplicate_room(db, officer, room, suffix=" copy")
    assert again.name == "101 copy 2"
    with pytest.raises(ConflictError, match="room_exists"):
        rooms.save_layout(db, officer, other, layout("SSS\nSSS"), now=NOW)
    rooms.retire_room(db, officer, room, now=NOW)
    saved = rooms.save_layout(db, officer, other, layout("SSS\nSSS"), now=NOW)
    assert (saved.room.name, saved.room.edition) == ("101", 2)


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "exam_officer")


def test_a_site_and_its_room_are_made_and_changed(office: Desk) -> None:
    client, base = office.client, "/exam-sessions/rooms"
    site = {"organization": office.organization_id, "name": "一中", "address": "示例路 1 号"}
    made = client.post(f"{base}/sites/new", data=site)
    uid = made.location.split("site=")[1]
    assert client.post(f"{base}/sites/new", data=site).status_code == 409
    room = {"site": uid, "name": "101", "rows": "2", "columns": "3", "cells": "S.B\nSSS"}
    assert client.post(f"{base}/new", data=room).status_code == 302
    assert client.post(f"{base}/new", data=room).status_code == 409
    assert client.post(f"{base}/new", data=room | {"name": "102", "rows": "0"}).status_code == 422
    changed = {"name": "一中考点", "address": "新路 2 号"}
    assert client.post(f"{base}/sites/{uid}", data=changed).status_code == 302
    listed = client.get(f"{base}/").text
    assert "一中考点" in listed
    assert "新路 2 号" in listed


def test_a_room_is_changed_copied_and_taken_off_the_list(office: Desk) -> None:
    client, base = office.client, "/exam-sessions/rooms"
    with office.database.writing() as db:
        room = make_room(db, db.get_one(Organization, office.organization_id), name="101").uid
    sent = {"name": "101", "rows": "1", "columns": "2", "numbering": "snake", "door": "left"}
    assert client.post(f"{base}/{room}", data=sent | {"cells": "SB"}).status_code == 302
    assert client.post(f"{base}/{room}", data=sent | {"cells": "."}).status_code == 302
    refused = client.post(f"{base}/{room}", data=sent | {"cells": ".."})
    assert refused.status_code == 422
    copied = client.post(f"{base}/{room}/duplicate")
    assert "（副本）" in client.get(copied.location).text
    assert client.post(f"{base}/{room}/retire").status_code == 302
    assert f"/{room}" not in client.get(f"{base}/").text
    with office.database.reading() as db:
        assert db.scalars(select(Seat).join(Room).where(Room.uid == room)).all()
