"""The job table as a queue."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import InvalidInputError, NotFoundError, Problem
from exam_server.jobs import (
    Job,
    JobFunction,
    Work,
    enqueue,
    error_of,
    fail_interrupted,
    run_next_job,
)


def ask(db: Session, kind: str, **values: Any) -> int:
    job = enqueue(
        db,
        kind,
        title="Work",
        payload={"n": 3},
        person_id=None,
        organization_id=None,
        **values,
    )
    return job.id


def run(
    database: Database, settings: Settings, function: JobFunction, *, heavy: bool = True
) -> bool:
    return run_next_job(database, settings, {"count": function}, may_run_heavy=lambda _db: heavy)


def job_in(database: Database) -> Job:
    with database.reading() as db:
        return db.scalars(select(Job)).one()


def test_a_job_is_done_with_its_result_and_progress(database: Database, settings: Settings) -> None:
    def count(work: Work) -> dict[str, Any]:
        work.progress(2, work.payload["n"])
        assert work.upload == b"file"
        return {"counted": work.payload["n"]}

    with database.writing() as db:
        ask(db, "count", upload=b"file")
    assert run(database, settings, count)
    job = job_in(database)
    assert (job.status, job.result, job.done, job.total) == ("done", {"counted": 3}, 2, 3)
    assert not run(database, settings, count)


def test_a_refused_job_says_what_and_where(database: Database, settings: Settings) -> None:
    def refuse(_work: Work) -> dict[str, Any]:
        raise InvalidInputError("rows_refused", [Problem("row 3", "name_missing")])

    with database.writing() as db:
        ask(db, "count")
    run(database, settings, refuse)
    job = job_in(database)
    assert (job.status, job.error_code) == ("refused", "rows_refused")
    assert "row 3" not in str(job.error)  # it may quote an unopened paper
    with database.reading() as db:
        problems = error_of(db, job)["problems"]
    assert problems == [{"where": "row 3", "code": "name_missing", "detail": {}}]


def test_a_broken_job_does_not_stop_the_process(database: Database, settings: Settings) -> None:
    def fail(_work: Work) -> dict[str, Any]:
        raise ZeroDivisionError

    with database.writing() as db:
        ask(db, "count")
    assert run(database, settings, fail)
    assert job_in(database).status == "failed"


def test_a_called_off_job_stops_at_its_next_step(database: Database, settings: Settings) -> None:
    def count(work: Work) -> dict[str, Any]:
        with work.writing() as db:
            db.get_one(Job, work.job_id).is_cancel_asked = True
        work.progress(1, 2)
        return {}

    with database.writing() as db:
        ask(db, "count")
    run(database, settings, count)
    assert job_in(database).status == "cancelled"


def test_a_heavy_job_waits_while_an_exam_session_is_live(
    database: Database, settings: Settings
) -> None:
    with database.writing() as db:
        ask(db, "count", is_heavy=True)
    assert not run(database, settings, lambda _work: {}, heavy=False)
    assert job_in(database).status == "queued"
    assert run(database, settings, lambda _work: {})


def test_a_job_that_was_cut_off_is_marked_so(database: Database) -> None:
    with database.writing() as db:
        db.get_one(Job, ask(db, "count")).status = "running"
    fail_interrupted(database)
    job = job_in(database)
    assert (job.status, job.error_code) == ("failed", "job_interrupted")


def ask_then_fail(db: Session) -> None:
    ask(db, "count")
    raise NotFoundError("no_such_person")


def test_asking_for_a_job_in_a_failed_transaction_asks_for_nothing(database: Database) -> None:
    with pytest.raises(NotFoundError), database.writing() as db:
        ask_then_fail(db)
    with database.reading() as db:
        assert db.scalars(select(Job)).all() == []
