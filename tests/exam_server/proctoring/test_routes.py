"""Pages of the proctoring desk: my rooms, console, wall, record, photo, overview."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.batches.models import CandidatePhoto
from exam_server.clock import TestClock
from exam_server.db import Database
from exam_server.job_files import JobFile, open_file
from exam_server.jobs import Job
from exam_server.proctoring.models import Incident
from exam_server.programmes.models import Organization
from exam_server.working import JobFunctions
from tests.factories import NOW, add, make_person
from tests.rooms import RoomAtWork, running_room
from tests.staff import Desk, sign_in

NOTE = {"sitting": "", "category": "power", "note": "机房断电", "at": "09:05"}


@pytest.fixture
def room(client: FlaskClient, sqlite_database: Database, clock: TestClock) -> RoomAtWork:
    """A room at work, and the browser of its proctor."""
    clock.instant = NOW + timedelta(minutes=10)
    with sqlite_database.writing() as db:
        found = running_room(db)
        made = (found.sittings[0].registration, found.room_run.exam_session, found.room_run.room)
        assert all(made)
    sign_in(client, found.person)
    return found


def address(room: RoomAtWork) -> str:
    return f"/proctoring/{room.room_run.exam_session.uid}/{room.room_run.room.uid}"


def as_other(client: FlaskClient, database: Database, room: RoomAtWork, *roles: str) -> None:
    """Let somebody else of the same organization sign in."""
    with database.writing() as db:
        organization = db.get_one(Organization, room.room_run.exam_session.organization_id)
        person = make_person(db, *roles, organization=organization)
    sign_in(client, person)


def test_my_rooms_lead_to_what_comes_next(client: FlaskClient, room: RoomAtWork) -> None:
    page = client.get("/proctoring/").text
    assert f'href="{address(room)}"' in page
    assert "今天" in page


def test_a_closed_room_leads_to_its_record(
    client: FlaskClient, sqlite_database: Database, room: RoomAtWork
) -> None:
    with sqlite_database.writing() as db:
        run = db.get_one(type(room.room_run), room.room_run.id)
        run.closed_at = NOW
    assert f'href="{address(room)}/record"' in client.get("/proctoring/").text


@pytest.mark.parametrize("path", ["", "/wall", "/record"])
def test_a_proctor_and_a_supervisor_see_the_room(
    client: FlaskClient, sqlite_database: Database, room: RoomAtWork, path: str
) -> None:
    assert client.get(address(room) + path).status_code == 200
    as_other(client, sqlite_database, room, "quality_supervisor")
    assert client.get(address(room) + path).status_code == 200
    as_other(client, sqlite_database, room, "proctor")
    assert client.get(address(room) + path).status_code == 404


def test_the_wall_names_nobody(client: FlaskClient, room: RoomAtWork) -> None:
    page = client.get(f"{address(room)}/wall").text
    assert room.sittings[0].registration.ticket not in page


def test_an_incident_is_noted_on_the_record_at_the_time_it_happened(
    client: FlaskClient, sqlite_database: Database, room: RoomAtWork
) -> None:
    answer = client.post(f"{address(room)}/record/incidents", data=NOTE)
    assert answer.status_code == 302
    with sqlite_database.reading() as db:
        incident = db.scalars(select(Incident)).one()
    assert (incident.at, incident.note) == (NOW + timedelta(minutes=5), "机房断电")
    assert "机房断电" in client.get(f"{address(room)}/record").text


def test_what_was_typed_stays_when_a_note_is_refused(client: FlaskClient, room: RoomAtWork) -> None:
    answer = client.post(f"{address(room)}/record/incidents", data={**NOTE, "at": "11:00"})
    assert answer.status_code == 422
    assert "机房断电" in answer.text


def test_a_supervisor_and_an_officer_read_the_record_and_note_nothing(
    client: FlaskClient, sqlite_database: Database, room: RoomAtWork
) -> None:
    for role in ("quality_supervisor", "exam_officer"):
        as_other(client, sqlite_database, room, role)
        page = client.get(f"{address(room)}/record")
        assert page.status_code == 200
        assert "/record/incidents" not in page.text
        answer = client.post(f"{address(room)}/record/incidents", data=NOTE)
        assert answer.status_code == 403


def test_the_record_is_set_as_a_pdf_by_a_job(
    client: FlaskClient, sqlite_database: Database, room: RoomAtWork, tmp_path: Path
) -> None:
    answer = client.post(f"{address(room)}/record/pdf")
    assert answer.status_code == 302
    desk = Desk(client, sqlite_database, 0, room.person.id)
    assert desk.work(JobFunctions())
    settings = client.application.extensions["exam_server.settings"]
    with sqlite_database.reading() as db:
        job = db.scalars(select(Job)).one()
        assert (job.status, job.error) == ("done", None)
        file = db.scalars(select(JobFile)).one()
        assert open_file(file, secret=settings.secret).startswith(b"%PDF")


def test_a_photo_is_given_to_whoever_watches_the_room(
    client: FlaskClient, sqlite_database: Database, room: RoomAtWork
) -> None:
    one, other = room.sittings[:2]
    with sqlite_database.writing() as db:
        photo = CandidatePhoto(candidate_id=one.registration.candidate_id)
        add(db, photo, body=b"jpeg", mime="image/jpeg", sha256="0" * 64, stored_at=NOW)
    answer = client.get(f"{address(room)}/photos/{one.uid}")
    assert (answer.data, answer.content_type) == (b"jpeg", "image/jpeg")
    assert client.get(f"{address(room)}/photos/{other.uid}").status_code == 404
    as_other(client, sqlite_database, room, "proctor")
    assert client.get(f"{address(room)}/photos/{one.uid}").status_code == 404


def test_the_overview_is_for_those_who_lead_or_supervise(
    client: FlaskClient, sqlite_database: Database, room: RoomAtWork
) -> None:
    assert client.get("/proctoring/overview").status_code == 403
    as_other(client, sqlite_database, room, "quality_supervisor")
    assert client.get("/proctoring/overview").status_code == 200
