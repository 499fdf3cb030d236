"""Pages of rooms and exam sessions."""

import csv
import io
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.batches.models import Registration
from exam_server.db import Database
from exam_server.programmes.models import Organization
from exam_server.seating.models import Duty, ExamSession, Room, Seat
from tests.factories import (
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_person,
    make_registration,
    make_room,
)
from tests.staff import Desk, desk_of


@dataclass(frozen=True)
class Planned:
    """An exam session of a desk, as addresses."""

    office: Desk
    page: str
    room: str
    batch: str
    run: str

    def post(self, path: str, **fields: object) -> int:
        return self.office.client.post(f"{self.page}{path}", data=fields).status_code

    def state(self) -> str:
        with self.office.database.reading() as db:
            return db.scalars(select(ExamSession.state)).one()


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "exam_officer")


@pytest.fixture
def planned(office: Desk) -> Planned:
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        run = make_forms(db, make_blueprint(db, organization))
        batch = make_batch(db, organization)
        for _ in range(4):
            make_registration(db, batch)
        room = make_room(db, organization, rows=2, columns=3)
        made = make_exam_session(db, batch, room=room, assembly_run=run)
        return Planned(office, f"/exam-sessions/{made.uid}", room.uid, batch.uid, run.uid)


def staff_member(office: Desk, role: str) -> str:
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        return make_person(db, role, organization=organization).username


def test_a_room_is_made_and_a_second_of_its_name_refused(office: Desk) -> None:
    sent = {"organization": office.organization_id, "site": "一中", "name": "101", "broken": "2"}
    assert office.client.post("/exam-sessions/rooms/new", data=sent).status_code == 302
    assert office.client.post("/exam-sessions/rooms/new", data=sent).status_code == 409
    with office.database.reading() as db:
        broken = db.scalars(select(Seat.number).where(Seat.is_usable.is_(False))).all()
    assert broken == [2]


@pytest.mark.parametrize("broken", ["x", "0", "7", "1 2 99999999"])
def test_a_broken_seat_that_is_none_is_refused(planned: Planned, broken: str) -> None:
    address = f"/exam-sessions/rooms/{planned.room}"
    answer = planned.office.client.post(address, data={"broken": broken})
    assert answer.status_code == 422
    assert f'value="{broken}"' in answer.text


def test_seats_are_broken_and_mended(planned: Planned) -> None:
    address = f"/exam-sessions/rooms/{planned.room}"
    planned.office.client.post(address, data={"broken": "1，6"})
    assert 'value="1, 6"' in planned.office.client.get(address).text
    planned.office.client.post(address, data={"broken": ""})
    with planned.office.database.reading() as db:
        assert all(seat.is_usable for seat in db.scalars(select(Room)).one().seats)


def test_an_exam_session_is_planned_drawn_and_released(planned: Planned) -> None:
    office = planned.office
    sent = {
        "batch": planned.batch,
        "assembly_run": planned.run,
        "name": "第二场",
        "planned_start": "2026-06-02T09:00",
        "minutes": "90",
        "rooms": [planned.room],
    }
    made = office.client.post("/exam-sessions/new", data=sent)
    assert made.status_code == 302
    assert office.client.post(f"{made.location}/draw").status_code == 302
    assert office.client.post(f"{made.location}/release").status_code == 302
    assert "2026-06-02 09:00" in office.client.get(made.location).text


@pytest.mark.parametrize(
    ("field", "value"), [("rooms", []), ("planned_start", ""), ("minutes", "0"), ("name", "")]
)
def test_a_wrong_exam_session_is_not_made(planned: Planned, field: str, value: object) -> None:
    sent = {
        "batch": planned.batch,
        "assembly_run": planned.run,
        "name": "第二场",
        "planned_start": "2026-06-02T09:00",
        "minutes": "90",
        "rooms": [planned.room],
    } | {field: value}
    answer = planned.office.client.post("/exam-sessions/new", data=sent)
    assert answer.status_code == 422
    with planned.office.database.reading() as db:
        assert len(db.scalars(select(ExamSession)).all()) == 1


def test_a_plan_changes_until_its_papers_are_released(planned: Planned) -> None:
    later = {"name": "改期", "planned_start": "2026-07-01T14:00", "minutes": "120"}
    assert "T09:00" in planned.office.client.get(f"{planned.page}/plan").text
    assert planned.post("/plan", **later) == 302
    assert planned.post("/plan", **later | {"minutes": "x"}) == 422
    planned.post("/draw")
    planned.post("/release")
    assert planned.post("/plan", **later | {"name": "又改"}) == 409
    with planned.office.database.reading() as db:
        assert db.scalars(select(ExamSession.name)).one() == "改期"


def test_papers_are_not_released_before_everybody_has_a_usable_seat(planned: Planned) -> None:
    assert planned.post("/release") == 409
    planned.post("/draw")
    with planned.office.database.writing() as db:
        make_registration(db, db.scalars(select(ExamSession)).one().batch)
    assert planned.post("/release") == 409
    planned.post("/draw")
    with planned.office.database.writing() as db:
        db.scalars(select(Seat).where(Seat.number == 1)).one().is_usable = False
    assert planned.post("/release") == 409
    assert planned.state() == "planned"
    planned.post("/draw")
    assert planned.post("/release") == 302
    assert planned.post("/release") == 409


def test_people_are_put_on_duty_once_and_taken_off(planned: Planned) -> None:
    proctor = {"username": staff_member(planned.office, "proctor"), "room": planned.room}
    assert planned.post("/duties", **proctor) == 302
    assert planned.post("/duties", **proctor) == 409
    assert planned.post("/duties", username=proctor["username"], room="") == 409  # no chief
    assert planned.post("/duties/end", **proctor) == 302
    assert planned.post("/duties/end", **proctor) == 404
    with planned.office.database.reading() as db:
        assert db.scalars(select(Duty)).all() == []


def test_tickets_carry_room_and_seat_and_codes_are_shown_once(planned: Planned) -> None:
    planned.post("/draw")
    answer = planned.office.client.post(f"{planned.page}/tickets", data={"csv": "1"})
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))[1:]
    assert sorted(row[4] for row in rows) == ["1", "2", "3", "4"]
    assert planned.post("/tickets", csv="1") == 409
    shown = planned.office.client.post(f"{planned.page}/tickets", data={"everybody": "1"})
    assert shown.text.count('class="ticket"') == 4
    with planned.office.database.reading() as db:
        assert all(db.scalars(select(Registration.code_hash)))


def test_the_attendance_sheet_lists_everybody(planned: Planned) -> None:
    planned.post("/draw")
    assert planned.office.client.get(f"{planned.page}/attendance").text.count("<td></td></tr>") == 4
