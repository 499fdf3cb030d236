"""The candidate's page before anything comes over the line."""

from datetime import timedelta

from flask.testing import FlaskClient

from exam_server.batches.models import CandidatePhoto
from exam_server.batches.tickets import code_hash
from exam_server.clock import TestClock
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.leases import digest
from tests.factories import (
    NOW,
    make_batch,
    make_exam_session,
    make_organization,
    make_registration,
    make_sitting,
)

CODE = "ABCD2345"


def test_the_page_tells_the_servers_time_and_the_centre(
    client: FlaskClient, sqlite_database: Database, clock: TestClock
) -> None:
    with sqlite_database.writing() as db:
        batch = make_batch(db, make_organization(db))
        exam_session = make_exam_session(db, batch, state="released")
        site = exam_session.rooms[0].room.site.name
    page = client.get("/sitting").text
    assert 'data-now="2026-06-01T01:00:00.000Z"' in page
    assert f'data-centre="{site}"' in page


def test_sign_in_before_its_time_is_refused_with_the_time_on_the_wall(
    client: FlaskClient, sqlite_database: Database, clock: TestClock, settings: Settings
) -> None:
    with sqlite_database.writing() as db:
        batch = make_batch(db, make_organization(db))
        start = NOW + timedelta(hours=2)
        exam_session = make_exam_session(db, batch, state="released", planned_start=start)
        registration = make_registration(db, batch, ticket="T0901")
        registration.code_hash = code_hash(settings.secret, "T0901", CODE)
        make_sitting(db, exam_session, registration=registration)
    sent = {"ticket": "T0901", "code": CODE, "device": "a-device-secret-of-24"}
    reply = client.post("/api/sittings/login", json=sent)
    assert reply.json
    assert reply.json["code"] == "not_yet_open"
    assert "2026-06-01 10:30" in reply.json["message"]


def test_a_seat_gets_its_own_candidates_photo_and_no_other(
    client: FlaskClient, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        seen, other = make_sitting(db), make_sitting(db)
        for sitting, token in ((seen, "seen"), (other, "other")):
            sitting.token_hash = digest(token)
        candidate = seen.registration.candidate_id
        photo = CandidatePhoto(candidate_id=candidate, body=b"face", mime="image/jpeg")
        photo.sha256, photo.stored_at = "0" * 64, NOW
        db.add(photo)

    def asked(token: str) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.get("/api/sittings/photo", headers=headers)
        return answer.status_code, answer.data if answer.status_code == 200 else b""

    assert asked("seen") == (200, b"face")
    assert asked("other") == (404, b"")
    assert asked("forged") == (403, b"")
    assert client.get("/api/sittings/photo").status_code == 403
