"""Signs of life of the job process, beside those of the web processes."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.db import Database
from exam_server.delivery.closing import THE_BEAT
from exam_server.delivery.models import ServerBeat
from exam_server.jobs import Job

JOBS_BEAT = 2
BEAT_EVERY_S = 5.0
SILENT_AFTER = timedelta(seconds=30)


def note_jobs_alive(database: Database, *, now: datetime) -> None:
    """Store that the job process is alive."""
    with database.writing() as db:
        row = db.get(ServerBeat, JOBS_BEAT)
        if row is None:
            db.add(ServerBeat(id=JOBS_BEAT, at=now))
        else:
            row.at = now


def is_server_alive(db: Session, *, now: datetime) -> bool:
    """Say whether a web process has given a sign of life lately."""
    return _is_fresh(db.get(ServerBeat, THE_BEAT), now)


def is_job_process_alive(db: Session, *, now: datetime) -> bool:
    """Say whether the job process has given a sign of life lately, or is at a long job."""
    if _is_fresh(db.get(ServerBeat, JOBS_BEAT), now):
        return True
    return db.scalar(select(Job.id).where(Job.status == "running").limit(1)) is not None


def _is_fresh(row: ServerBeat | None, now: datetime) -> bool:
    return row is not None and abs(now - row.at) <= SILENT_AFTER
