"""The job process: works off the job table beside the web processes, nice and one by one."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

import structlog
from sqlalchemy.orm import Session

from exam_server import tables  # noqa: F401 - they refer to one another, so all must be known
from exam_server.bank.import_runs import finish_imports
from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import STORE_FAILS, Database
from exam_server.delivery.beats import BEAT_EVERY_S, note_jobs_alive
from exam_server.delivery.closing import has_open_rooms
from exam_server.job_files import remove_expired_files
from exam_server.jobs import JobFunction, fail_interrupted, run_next_job
from exam_server.logs import configure_logs
from exam_server.parents import die_with_parent

log = structlog.get_logger()

DESKS = (
    "bank",
    "batches",
    "forms",
    "adaptive",
    "seating",
    "proctoring",
    "analysis",
    "results",
    "standards",
    "demo",  # the sample data's earlier exam day
)
JOB_POLL_S = 0.3
JOB_NICENESS = 10
SWEEP_EVERY_S = 60


class JobFunctions(Mapping[str, JobFunction]):
    """The long work of all desks by kind, such as ``bank.import``; a desk is read when asked."""

    def __getitem__(self, kind: str) -> JobFunction:
        """Return the work of a kind; raises KeyError."""
        desk, _, _ = kind.partition(".")
        if desk not in DESKS:
            raise KeyError(kind)
        return jobs_of_desk(desk)[kind]

    def __iter__(self) -> Iterator[str]:
        """Give every kind."""
        return (kind for desk in DESKS for kind in jobs_of_desk(desk))

    def __len__(self) -> int:
        """Return how many kinds there are."""
        return sum(1 for _ in self)


def jobs_of_desk(desk: str) -> Mapping[str, JobFunction]:
    """Return what a desk can do at length, by kind."""
    found: Mapping[str, JobFunction] = import_module(f"exam_server.{desk}.jobs").JOBS
    return found


def work_off_jobs(settings: Settings, should_stop: Callable[[], bool]) -> None:
    """Work off jobs one by one until told to stop."""
    database = Database(settings.url, keyring=settings.keyring)
    fail_interrupted(database)
    finish_imports(database)

    def may_run_heavy(db: Session) -> bool:
        return not has_open_rooms(db)

    next_sweep = next_beat = time.monotonic()
    while not should_stop():
        if time.monotonic() >= next_sweep:
            remove_expired_files(database, now=utcnow())
            next_sweep = time.monotonic() + SWEEP_EVERY_S
        if time.monotonic() >= next_beat:
            note_jobs_alive(database, now=utcnow())
            next_beat = time.monotonic() + BEAT_EVERY_S
        if not run_next_job(database, settings, JobFunctions(), may_run_heavy=may_run_heavy):
            time.sleep(JOB_POLL_S)
    database.close()


def job_process() -> None:
    """Be the job process: nice, one thread, ended by SIGTERM after the job in hand."""
    die_with_parent()
    configure_logs()
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(JOB_NICENESS)
    try:
        work_off_jobs(Settings(), lambda: bool(stopping))
    except STORE_FAILS as failure:
        # The supervisor starts it again: what was in hand is then put in order.
        log.error("the store fails; jobs begin anew", why=type(failure).__name__)  # noqa: TRY400 - once more on every start
        sys.exit(1)


if __name__ == "__main__":
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    job_process()
