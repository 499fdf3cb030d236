"""Files that jobs make."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import NotFoundError
from exam_server.job_files import JobFile, Made, file_in, keep_file, open_file
from exam_server.jobs import enqueue
from exam_server.working import work_off_jobs
from tests.factories import NOW, make_person
from tests.staff import Desk, desk_of, sign_in

TICKETS = Made("准考证.pdf", "application/pdf", b"login code K7M2")


def test_a_file_is_kept_encrypted_and_opened_with_the_servers_secret(db: Session) -> None:
    job = enqueue(db, "x", title="x", payload={}, person_id=None, organization_id=None)
    file = keep_file(db, job.id, TICKETS, secret=b"s", now=NOW)
    assert TICKETS.body not in file.body
    assert open_file(file, secret=b"s") == TICKETS.body
    with pytest.raises(InvalidTag):
        open_file(file, secret=b"another")


def test_a_file_is_gone_after_its_time(db: Session) -> None:
    job = enqueue(db, "x", title="x", payload={}, person_id=None, organization_id=None)
    hour = timedelta(hours=1)
    file = keep_file(db, job.id, TICKETS, secret=b"s", now=NOW, keep_for=hour)
    assert file_in(db, job.id, file.uid, now=NOW) is file
    later = NOW + hour
    with pytest.raises(NotFoundError, match="file_is_gone"):
        file_in(db, job.id, file.uid, now=later)


def test_the_job_process_removes_files_whose_time_is_over(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.writing() as db:
        job = enqueue(db, "x", title="x", payload={}, person_id=None, organization_id=None)
        job.status = "done"
        for age in (timedelta(), timedelta(hours=2)):
            past = utcnow() - age
            keep_file(db, job.id, TICKETS, secret=b"s", now=past, keep_for=timedelta(hours=1))
    rounds = iter([False, True])
    url = str(sqlite_database.engine.url)
    settings = Settings(database_url=url, var=tmp_path, testing=True)
    work_off_jobs(settings, lambda: next(rounds))
    with sqlite_database.reading() as db:
        assert len(db.scalars(select(JobFile)).all()) == 1


@pytest.fixture
def kept(client: FlaskClient, sqlite_database: Database) -> tuple[Desk, str]:
    """Keep a file of a job of somebody who is signed in; return its address."""
    desk = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        job = enqueue(
            db, "x", title="x", payload={}, person_id=desk.person_id, organization_id=None
        )
        job.status = "done"
        secret = client.application.extensions["exam_server.settings"].secret
        file = keep_file(db, job.id, TICKETS, secret=secret, now=utcnow())
        return desk, f"/jobs/{job.uid}/files/{file.uid}"


def test_a_file_is_downloaded_shown_and_deleted_by_who_asked_for_it(
    kept: tuple[Desk, str],
) -> None:
    desk, address = kept
    page = desk.client.get(address.split("/files")[0]).text
    assert address in page
    answer = desk.client.get(address)
    assert answer.data == TICKETS.body
    said = answer.headers["Content-Disposition"]
    assert said.isascii()  # the web server refuses any other header
    assert said.startswith("attachment")
    assert said.endswith("UTF-8''%E5%87%86%E8%80%83%E8%AF%81.pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    shown = desk.client.get(f"{address}?show=1")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert desk.client.post(f"{address}/delete").status_code == 302
    assert desk.client.get(address).status_code == 404


def test_nobody_else_gets_a_file(kept: tuple[Desk, str]) -> None:
    desk, address = kept
    with desk.database.writing() as db:
        other = make_person(db, "exam_officer")
    sign_in(desk.client, other)
    assert desk.client.get(address).status_code == 404
    assert desk.client.post(f"{address}/delete").status_code == 404


def test_a_file_belongs_to_its_job_only(db: Session) -> None:
    jobs = [
        enqueue(db, "x", title="x", payload={}, person_id=None, organization_id=None)
        for _ in range(2)
    ]
    file = keep_file(db, jobs[0].id, TICKETS, secret=b"s", now=NOW)
    with pytest.raises(NotFoundError, match="file_is_gone"):
        file_in(db, jobs[1].id, file.uid, now=NOW)


@pytest.mark.parametrize(("keeps_parts", "said"), [(True, "保留"), (False, "没有任何更改")])
def test_a_job_called_off_says_whether_what_was_finished_stays(
    client: FlaskClient, sqlite_database: Database, *, keeps_parts: bool, said: str
) -> None:
    desk = desk_of(client, sqlite_database, "exam_officer")
    payload = {"keeps_parts": keeps_parts}
    with sqlite_database.writing() as db:
        job = enqueue(
            db, "x", title="x", payload=payload, person_id=desk.person_id, organization_id=None
        )
        job.status, job.done, job.total = "cancelled", 1, 3
        address = f"/jobs/{job.uid}/card"
    assert said in desk.client.get(address).text
