"""The ready check: the machine, the papers, the people, and every seat's computer."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from exam_server.accounts.models import Person
from exam_server.clock import TestClock, utcnow
from exam_server.commands import main
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery import ready_words
from exam_server.delivery.beats import is_job_process_alive, is_server_alive, note_jobs_alive
from exam_server.delivery.closing import beat
from exam_server.delivery.machine_checks import Ready, machine_checks, store_check
from exam_server.delivery.models import SeatCheck
from exam_server.delivery.readiness import readiness_of
from exam_server.delivery.receipts import add_receipt
from exam_server.delivery.seat_checks import LOOKED_AT, room_code
from exam_server.forms.models import PreparedForm, SealedForm
from exam_server.forms.sealed_forms import Releasing, form_body, prepared, release_prepared
from exam_server.programmes.models import Organization
from exam_server.seating.adaptive_models import SealedPoolItem
from exam_server.seating.models import ExamSession, RoomRun
from tests.adaptive_rooms import make_adaptive_room
from tests.catalogues import entries
from tests.exam_papers import SatExam, make_sat_exam
from tests.factories import (
    NOW,
    add,
    make_batch,
    make_blueprint,
    make_duty,
    make_exam_session,
    make_forms,
    make_organization,
    make_room,
    make_sitting,
)
from tests.staff import Desk, colleague_of, desk_of

SECRET = b"s" * 32
CONTEXTS = {"ready", "ready_found", "ready_do"}


def states(found: list[Ready]) -> dict[str, str]:
    return {each.code: each.state for each in found}


def test_the_store_keeps_what_it_acknowledges_or_says_what_is_set_wrongly(
    database: Database,
) -> None:
    speedy = set() if database.is_sqlite else {"fsync=off"}  # as the tests' server runs
    with database.reading() as db:
        assert set(str(store_check(db).detail["wrong"]).split(", ")) - {""} == speedy
    with database.engine.connect() as connection, Session(connection) as db:
        if database.is_sqlite:  # nothing switches inside a transaction: around SQLAlchemy's
            connection.connection.cursor().execute("PRAGMA synchronous=NORMAL")
        else:
            db.execute(text("SET synchronous_commit=off"))
        found = store_check(db)
        connection.invalidate()
    assert found.state == "danger"
    wrong = set(str(found.detail["wrong"]).split(", ")) - speedy
    assert wrong == {"synchronous=1" if database.is_sqlite else "synchronous_commit=off"}


def test_the_machine_is_measured_against_the_seats(db: Session, settings: Settings) -> None:
    settings.var.mkdir(parents=True, exist_ok=True)
    few = states(machine_checks(db, settings, seats=30, now=NOW))
    many = states(machine_checks(db, settings, seats=10**9, now=NOW))
    assert (few["disk"], few["files"], few["redis"]) == ("ok", "ok", "ok")
    assert (many["disk"], many["files"]) == ("danger", "danger")
    away = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    assert states(machine_checks(db, away, seats=1, now=NOW))["redis"] == "danger"


def test_a_clock_before_the_newest_receipt_is_found(db: Session, settings: Settings) -> None:
    settings.var.mkdir(parents=True, exist_ok=True)
    batch = make_batch(db, make_organization(db))
    add_receipt(db, make_sitting(db, make_exam_session(db, batch)), reason="hand_in", now=NOW)
    for minutes, state in ((-1, "danger"), (1, "ok")):
        now = NOW + timedelta(minutes=minutes)
        assert states(machine_checks(db, settings, seats=1, now=now))["clock_back"] == state


def test_who_is_alive_has_said_so_lately(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        assert not is_server_alive(db, now=NOW)
        assert not is_job_process_alive(db, now=NOW)
        beat(db, now=NOW)
    note_jobs_alive(sqlite_database, now=NOW)
    with sqlite_database.reading() as db:
        for seconds, is_alive in ((0, True), (29, True), (31, False)):
            now = NOW + timedelta(seconds=seconds)
            assert is_server_alive(db, now=now) is is_alive
            assert is_job_process_alive(db, now=now) is is_alive


def papers(db: Session, exam: SatExam, secret: bytes, tmp_path: Path) -> Ready:
    secret_file = tmp_path / "secret"
    secret_file.write_bytes(secret)
    settings = Settings(var=tmp_path, secret_file=secret_file)
    exam_session = db.scalars(
        select(ExamSession).where(ExamSession.uid == exam.exam_session_uid)
    ).one()
    found = readiness_of(db, exam_session, settings, now=NOW)
    return next(each for each in found.exam if each.code == "papers")


def test_papers_are_opened_with_the_present_secret(db: Session, tmp_path: Path) -> None:
    exam = make_sat_exam(db, SECRET, now=NOW)
    assert papers(db, exam, SECRET, tmp_path).state == "ok"
    lost = papers(db, exam, b"x" * 32, tmp_path)
    assert (lost.state, lost.detail["wrong"]) == ("danger", "A")
    sealed = db.scalars(select(SealedForm)).one()
    sealed.body = sealed.body[:-1] + bytes([sealed.body[-1] ^ 1])
    db.flush()
    assert papers(db, exam, SECRET, tmp_path).state == "danger"


def test_an_adaptive_test_is_ready_when_its_pool_opens(
    sqlite_database: Database, settings: Settings
) -> None:
    room = make_adaptive_room(sqlite_database, settings, now=NOW)

    def pool() -> Ready:
        with sqlite_database.reading() as db:
            exam_session = db.get_one(ExamSession, room.exam_session_id)
            found = readiness_of(db, exam_session, settings, now=NOW, most_opened=5)
        assert {each.code for each in found.exam} <= set(ready_words.FOUND)
        assert not any(each.code == "papers" for each in found.exam)
        return next(each for each in found.exam if each.code == "pool")

    assert (pool().state, pool().detail) == ("ok", {"count": 24, "opened": 5})
    with sqlite_database.writing() as db:
        row = db.get_one(SealedPoolItem, (room.exam_session_id, 0))
        row.body = row.body[:-1] + bytes([row.body[-1] ^ 1])
    assert pool().state == "danger"


def test_of_many_papers_some_are_opened_and_the_check_says_how_many(
    db: Session, settings: Settings
) -> None:
    settings.var.mkdir(parents=True, exist_ok=True)
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=5, n_items=2)
    made = make_exam_session(
        db, make_batch(db, organization), assembly_run=run, state="released", most_alike=1
    )
    for form in run.forms:
        row = prepared(form_body(db, form.id, exam_session_uid=made.uid), settings.secret)
        add(db, PreparedForm(exam_session_id=made.id, form_id=form.id, **row))
    release_prepared(db, Releasing(made.id, made.uid, None, settings.secret, NOW))

    def looked(most_opened: int | None) -> Ready:
        found = readiness_of(db, made, settings, now=NOW, most_opened=most_opened)
        return next(each for each in found.exam if each.code.startswith("papers"))

    some, every = looked(2), looked(None)
    assert (some.code, some.state) == ("papers_some", "ok")
    assert (some.detail["opened"], some.detail["count"]) == (2, 5)
    assert (every.code, every.state, every.detail["opened"]) == ("papers", "ok", 5)
    second = db.get_one(PreparedForm, (made.id, run.forms[1].id))
    second.body = second.body[:-1] + bytes([second.body[-1] ^ 1])
    db.flush()
    assert looked(2).state == "ok"  # a damaged one in between is found when all are opened
    assert (looked(None).state, looked(None).detail["wrong"]) == ("danger", "B")
    second.body = b""
    db.flush()
    assert (looked(2).state, looked(2).detail["wrong"]) == ("danger", "B")


@dataclass(frozen=True)
class Seats:
    """An exam session of two seats, its officer, and the way its computers report."""

    office: Desk
    uid: str
    code: str

    def send(self, **changed: Any) -> TestResponse:
        sent = {
            "code": self.code,
            "seat": 1,
            "findings": dict.fromkeys(LOOKED_AT, "ok"),
            "browser": "Chrome 120",
            "screen": "1366x768",
            "offset_ms": 12,
        }
        client = self.office.client.application.test_client()  # nobody has signed in there
        return client.post("/api/seat-checks", json=sent | changed)

    def page(self) -> str:
        return self.office.client.get(f"/ready/{self.uid}").text

    def stored(self) -> dict[int, bool]:
        with self.office.database.reading() as db:
            return {each.seat: each.is_ready for each in db.scalars(select(SeatCheck))}


@pytest.fixture
def seats(
    client: FlaskClient, sqlite_database: Database, settings: Settings, clock: TestClock
) -> Seats:
    office = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        room = make_room(db, organization, rows=1, columns=3)
        made = make_exam_session(
            db, make_batch(db, organization), room=room, planned_start=clock.instant
        )
        for _ in range(2):
            make_sitting(db, made)
        return Seats(office, made.uid, room_code(settings.secret, made.rooms[0].id))


def test_a_seat_reports_for_its_room_and_the_page_lists_it(seats: Seats) -> None:
    assert "2 个机位中 0 个已就绪" in seats.page()
    answer = seats.send(code=seats.code.lower())
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["is_ready"] is True
    bad = seats.send(seat=2, findings=dict.fromkeys(LOOKED_AT, "ok") | {"storage": "danger"})
    assert bad.json is not None
    assert bad.json["is_ready"] is False
    assert seats.stored() == {1: True, 2: False}
    page = seats.page()
    assert "2 个机位中 1 个已就绪，1 个有问题" in page
    assert "本机存储" in page
    assert seats.send(seat=2).status_code == 200  # mended: the newest look counts
    assert "2 个机位全部就绪" in seats.page()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"code": "AAAA2222"}, 404),
        ({"seat": 9}, 422),
        ({"seat": "x"}, 422),
        ({"findings": {"unknown": "ok"}}, 422),
        ({"findings": {"line": "perfect"}}, 422),
        ({"screen": "<b>"}, 422),
        ({"more": 1}, 422),
    ],
)
def test_a_wrong_report_is_refused(seats: Seats, changed: dict[str, Any], status: int) -> None:
    assert seats.send(**changed).status_code == status
    assert seats.stored() == {}


def test_what_was_not_looked_at_is_not_ready(seats: Seats) -> None:
    seats.send(findings={"line": "ok"})
    assert seats.stored() == {1: False}


def test_a_closed_room_takes_no_report(seats: Seats) -> None:
    with seats.office.database.writing() as db:
        db.scalars(select(RoomRun)).one().closed_at = NOW
    assert seats.send().status_code == 404


def test_officer_chief_and_whoever_is_on_duty_look_and_nobody_else(seats: Seats) -> None:
    proctor = colleague_of(seats.office, "proctor")
    address = f"/ready/{seats.uid}"
    assert proctor.client.get(address).status_code == 404
    with seats.office.database.writing() as db:
        made = db.scalars(select(ExamSession)).one()
        make_duty(db, made, db.get_one(Person, proctor.person_id), room=made.rooms[0].room)
    assert proctor.client.get(address).status_code == 200
    assert "尚未确认" in seats.page()
    assert proctor.client.post(f"{address}/printer", data={"printer": "no"}).status_code == 302
    assert "报告不可用" in seats.page()
    assert proctor.client.post(f"{address}/printer", data={"printer": "yes"}).status_code == 302
    assert "确认可用" in seats.page()


def test_every_check_has_its_words() -> None:
    for language in ("zh_Hans_CN", "en"):
        known = {key for key in entries(language) if key[0] in CONTEXTS}
        wanted = {("ready", code) for code in ready_words.FOUND}
        wanted |= {("ready_do", code) for code in ready_words.FOUND}
        wanted |= {
            ("ready_found", f"{code}_{state}")
            for code, found in ready_words.FOUND.items()
            for state in found
        }
        assert wanted - known == set()


def test_every_check_made_is_one_with_words(seats: Seats, settings: Settings) -> None:
    with seats.office.database.reading() as db:
        made = db.scalars(select(ExamSession)).one()
        found = readiness_of(db, made, settings, now=utcnow())
    for each in (*found.machine, *found.exam):
        assert each.state in ready_words.FOUND[each.code], each
    assert {each.code for each in (*found.machine, *found.exam)} <= set(ready_words.FOUND)


def test_the_console_says_what_is_red(seats: Seats, settings: Settings) -> None:
    env = {
        "EXAM_SERVER_DATABASE_URL": seats.office.database.engine.url.render_as_string(),
        "EXAM_SERVER_VAR": str(settings.var),
    }

    def ready(*args: str) -> Any:
        return CliRunner(env=env).invoke(main, ["ready", *args])

    for found in (ready(), ready(seats.uid)):
        assert found.exit_code == 1, found.output
        assert "尚未发布" in found.output
        assert "not released" in found.output
        assert seats.code in found.output
    assert ready("unknown").exit_code == 2
