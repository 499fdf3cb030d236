"""``exam-server run``: web processes and the job process, started again when they die."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import click
import structlog
from sqlalchemy.orm import Session

from exam_server.bank.import_runs import finish_imports
from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.closing import has_open_rooms
from exam_server.desks import job_functions
from exam_server.job_files import remove_expired_files
from exam_server.jobs import fail_interrupted, run_next_job
from exam_server.logs import configure_logs
from exam_server.parents import die_with_parent

log = structlog.get_logger()

WATCH_S = 0.5
RESTART_AFTER_S = 1.0
STOP_LIMIT_S = 15
JOB_POLL_S = 0.3
JOB_NICENESS = 10
SWEEP_EVERY_S = 60
FEWEST_FILES = 4096


@dataclass
class Supervisor:
    """Children by name; a dead one is started again until the whole stops."""

    commands: dict[str, list[str]]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    is_stopping: bool = False

    def run(self) -> None:
        """Start all and watch them until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_asked)
        for name in self.commands:
            self._start(name)
        while not self.is_stopping:
            time.sleep(WATCH_S)
            for name, child in list(self.children.items()):
                if child.poll() is not None and not self.is_stopping:
                    log.error("a process died; starting it again", name=name, rc=child.returncode)
                    time.sleep(RESTART_AFTER_S)
                    self._start(name)
        self._stop_all()

    def _start(self, name: str) -> None:
        # Ctrl+C reaches the whole terminal group; children wait for our SIGTERM instead.
        self.children[name] = subprocess.Popen(self.commands[name], start_new_session=True)  # noqa: S603 - our own programs

    def _stop_asked(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True

    def _stop_all(self) -> None:
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + STOP_LIMIT_S
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()


def run_server(settings: Settings, *, workers: int) -> None:
    """Run ``workers`` web processes on consecutive ports, and the job process."""
    ports = range(settings.port, settings.port + workers)
    for port in ports:
        if not is_free(settings.host, port):
            click.echo(
                f"端口 {port} 已被占用，请用 EXAM_SERVER_PORT 换一个。 "
                f"Port {port} is in use: choose another with EXAM_SERVER_PORT.",
                err=True,
            )
            raise click.exceptions.Exit(1)
    configure_logs()
    raise_file_limit()
    commands = {f"web {port}": web_command(settings.host, port) for port in ports}
    commands["jobs"] = [sys.executable, "-m", "exam_server.running"]
    Supervisor(commands).run()


def web_command(host: str, port: int) -> list[str]:
    """Return the command of one web process."""
    return [
        sys.executable,
        *("-m", "gunicorn", "-c", "python:exam_server.gunicorn_settings"),
        *("--bind", f"{host}:{port}", "--no-control-socket", "wsgi:app"),
    ]


def is_free(host: str, port: int) -> bool:
    """Say whether the port can be taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def raise_file_limit() -> None:
    """Allow as many open files as the system grants; say so when that is few."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < FEWEST_FILES:
        log.warning("few open files allowed: each seat needs one", limit=hard)


def work_off_jobs(settings: Settings, should_stop: Callable[[], bool]) -> None:
    """Work off jobs one by one until told to stop."""
    database = Database(settings.url)
    fail_interrupted(database)
    finish_imports(database)

    def may_run_heavy(db: Session) -> bool:
        return not has_open_rooms(db)

    next_sweep = time.monotonic()
    while not should_stop():
        if time.monotonic() >= next_sweep:
            remove_expired_files(database, now=utcnow())
            next_sweep = time.monotonic() + SWEEP_EVERY_S
        if not run_next_job(database, settings, job_functions(), may_run_heavy=may_run_heavy):
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
    work_off_jobs(Settings(), lambda: bool(stopping))


if __name__ == "__main__":
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    job_process()
