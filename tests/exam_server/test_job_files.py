"""Files that jobs make."""

from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from exam_server.errors import NotFoundError
from exam_server.job_files import (
    Made,
    file_in,
    files_of,
    keep_file,
    open_file,
    remove_expired_files,
)
from exam_server.jobs import enqueue
from tests.factories import NOW

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
    assert files_of(db, job.id, now=NOW) == [file]
    later = NOW + hour
    assert files_of(db, job.id, now=later) == []
    with pytest.raises(NotFoundError, match="file_is_gone"):
        file_in(db, job.id, file.uid, now=later)
    remove_expired_files(db, now=later)
    assert files_of(db, job.id, now=NOW) == []


def test_a_file_belongs_to_its_job_only(db: Session) -> None:
    jobs = [
        enqueue(db, "x", title="x", payload={}, person_id=None, organization_id=None)
        for _ in range(2)
    ]
    file = keep_file(db, jobs[0].id, TICKETS, secret=b"s", now=NOW)
    with pytest.raises(NotFoundError, match="file_is_gone"):
        file_in(db, jobs[1].id, file.uid, now=NOW)
