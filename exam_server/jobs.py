"""Long work outside the web processes: the job table is the queue, one job process works it off.

A job is enqueued in the transaction that asks for it, so neither can exist without the other.
"""

import json
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ForeignKey, LargeBinary, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Base, Database, Outside
from exam_server.errors import RefusedError
from exam_server.keyring import keyring_of, seal_facts, unseal_facts

log = structlog.get_logger()
OPEN = ("queued", "running")
ERRORS = "job errors"


class Job(Outside, Base):
    """One piece of long work: ``queued → running → done | failed | refused | cancelled``."""

    __tablename__ = "job"

    kind: Mapped[str]
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default="queued", index=True)
    payload: Mapped[dict[str, Any]]
    upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    result: Mapped[dict[str, Any] | None]
    error_code: Mapped[str | None]
    error: Mapped[dict[str, Any] | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    is_heavy: Mapped[bool] = mapped_column(default=False)
    is_cancel_asked: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    queued_at: Mapped[datetime] = mapped_column(default=utcnow)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class CancelledError(Exception):
    """The person who asked for the job has called it off."""


@dataclass(frozen=True)
class Work:
    """What a job function gets: its facts, transactions and a way to tell how far it is."""

    database: Database
    settings: Settings
    job_id: int
    person_id: int | None
    payload: dict[str, Any]
    upload: bytes | None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a reading transaction."""
        with self.database.reading() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a writing transaction; keep it short, a room may be live."""
        with self.database.writing() as db:
            yield db

    def progress(self, done: int, total: int) -> None:
        """Store how far the work is; raises ``CancelledError`` when it was called off."""
        with self.database.writing() as db:
            job = db.get_one(Job, self.job_id)
            job.done, job.total = done, total
            if job.is_cancel_asked:
                raise CancelledError


JobFunction = Callable[[Work], dict[str, Any]]


def enqueue(  # noqa: PLR0913 - a job has this many facts
    db: Session,
    kind: str,
    *,
    title: str,
    payload: dict[str, Any],
    person_id: int | None,
    organization_id: int | None,
    upload: bytes | None = None,
    is_heavy: bool = False,
) -> Job:
    """Ask for long work; it starts after this transaction has committed."""
    job = Job(
        kind=kind,
        title=title,
        payload=payload,
        upload=upload,
        person_id=person_id,
        organization_id=organization_id,
        is_heavy=is_heavy,
    )
    db.add(job)
    db.flush()
    return job


def count_open(db: Session, person_id: int) -> int:
    """Return how many jobs of a person are waiting or running."""
    chosen = select(func.count()).select_from(Job)
    mine = chosen.where(Job.person_id == person_id, Job.status.in_(OPEN))
    return db.scalar(mine) or 0


def jobs_of(db: Session, person_id: int, *, limit: int) -> Sequence[Job]:
    """Return a person's jobs, the newest first."""
    mine = select(Job).where(Job.person_id == person_id)
    return db.scalars(mine.order_by(Job.id.desc()).limit(limit)).all()


def run_next_job(
    database: Database,
    settings: Settings,
    functions: Mapping[str, JobFunction],
    *,
    may_run_heavy: Callable[[Session], bool],
) -> bool:
    """Work off the oldest waiting job; return whether there was one."""
    work = _claim(database, settings, may_run_heavy)
    if work is None:
        return False
    kind, facts = work
    try:
        result = functions[kind](facts)
    except CancelledError:
        _finish(database, facts.job_id, status="cancelled")
    except RefusedError as refused:
        problems = [vars(p) for p in refused.problems]
        error = {"detail": refused.detail, "problems": problems}
        kept = _kept(database, facts.job_id, error)
        _finish(database, facts.job_id, status="refused", error_code=refused.code, error=kept)
    except Exception:  # the job process must outlive any job
        log.exception("job failed", job=facts.job_id, kind=kind)
        error = {"trace": traceback.format_exc(limit=5)}
        kept = _kept(database, facts.job_id, error)
        _finish(database, facts.job_id, status="failed", error_code="our_fault", error=kept)
    else:
        _finish(database, facts.job_id, status="done", result=result)
    return True


def error_of(db: Session, job: Job) -> dict[str, Any]:
    """Return what was wrong with a job's work, in facts."""
    error = job.error or {}
    if "sealed" not in error:
        return error
    key = keyring_of(db).key(ERRORS, error["key_id"])
    found: dict[str, Any] = unseal_facts(bytes.fromhex(error["sealed"]), key, bound=f"job:{job.id}")
    return found


def _kept(database: Database, job_id: int, error: dict[str, Any]) -> dict[str, Any]:
    """Return an error as it is stored: sealed, for it may quote an item of an unopened paper."""
    ring = database.keyring
    if ring is None:
        return error
    plain = json.loads(json.dumps(error, default=str))
    sealed = seal_facts(plain, ring.key(ERRORS, ring.key_id), bound=f"job:{job_id}")
    return {"sealed": sealed.hex(), "key_id": ring.key_id}


def fail_interrupted(database: Database) -> None:
    """Mark jobs that were running when the job process last died; nothing half-done remains."""
    with database.writing() as db:
        db.execute(
            update(Job)
            .where(Job.status == "running")
            .values(status="failed", error_code="job_interrupted", finished_at=utcnow())
        )


def _claim(
    database: Database, settings: Settings, may_run_heavy: Callable[[Session], bool]
) -> tuple[str, Work] | None:
    waiting = select(Job).where(Job.status == "queued").order_by(Job.id)
    with database.reading() as db:
        if db.scalar(waiting.limit(1)) is None:
            return None
    with database.writing() as db:
        if not may_run_heavy(db):
            waiting = waiting.where(Job.is_heavy.is_(False))
        job = db.scalar(waiting.limit(1))
        if job is None:
            return None
        job.status, job.started_at = "running", utcnow()
        return job.kind, Work(database, settings, job.id, job.person_id, job.payload, job.upload)


def _finish(database: Database, job_id: int, **values: object) -> None:
    with database.writing() as db:
        db.execute(
            update(Job).where(Job.id == job_id).values(finished_at=utcnow(), upload=None, **values)
        )
