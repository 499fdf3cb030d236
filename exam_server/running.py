"""``exam-server run``: web processes and the job process, started again when they die.

The supervisor itself reads little, so that it stands at once.
"""

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

import click
import structlog

from exam_server.config import Settings
from exam_server.https.keeping import NameNotAllowedError, prepared_site
from exam_server.logs import configure_logs

log = structlog.get_logger()

WATCH_S = 0.5
RESTART_AFTER_S = 1.0
STOP_LIMIT_S = 20
READY_LIMIT_S = 90
FEWEST_FILES = 4096


@dataclass
class Supervisor:
    """Children by name; a dead one is started again until the whole stops."""

    commands: dict[str, list[str]]
    environment: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, tuple[str, int]] = field(default_factory=dict)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    before_renewal: Callable[[], None] = lambda: None
    is_stopping: bool = False
    is_renewing: bool = False

    def run(self) -> None:
        """Start all and watch them until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_asked)
        signal.signal(signal.SIGHUP, self._renewal_asked)
        for name in self.commands:
            self._start(name)
        while not self.is_stopping:
            time.sleep(WATCH_S)
            self._start_dead()
            if self.is_renewing:
                self.is_renewing = False
                self._renew()
        self._stop_all()

    def _start_dead(self) -> None:
        for name, child in list(self.children.items()):
            if child.poll() is not None and not self.is_stopping:
                log.error("a process died; starting it again", name=name, rc=child.returncode)
                time.sleep(RESTART_AFTER_S)
                self._start(name)

    def _renew(self) -> None:
        """Start one process after the other anew; the next only when the last one is ready.

        They would read the program as it lies here now: it must be one that may start.
        """
        try:
            self.before_renewal()
        except click.exceptions.Exit:
            log.error("nothing is renewed: this version may not start now")  # noqa: TRY400 - words above
            return
        for name, child in list(self.children.items()):
            child.terminate()
            try:
                child.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            if self.is_stopping:
                return
            self._start(name)
            if name in self.addresses and not self._becomes_ready(name):
                log.error("a renewed process is not ready; the others stay as they are", name=name)
                return
        log.info("every process has been renewed")

    def _becomes_ready(self, name: str) -> bool:
        deadline = time.monotonic() + READY_LIMIT_S
        while time.monotonic() < deadline and not self.is_stopping:
            time.sleep(WATCH_S)
            if is_ready(*self.addresses[name]):
                return True
            self._start_dead()
        return False

    def _start(self, name: str) -> None:
        # Ctrl+C reaches the whole terminal group; children wait for our SIGTERM instead.
        own = {**os.environ, **self.environment, "EXAM_SERVER_PROCESS": name}
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own programs
            self.commands[name], env=own, start_new_session=True
        )

    def _renewal_asked(self, _number: int, _frame: FrameType | None) -> None:
        self.is_renewing = True

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


def run_server(
    settings: Settings, *, workers: int, before_renewal: Callable[[], None] = lambda: None
) -> None:
    """Run ``workers`` web processes on consecutive ports, and the job process."""
    ports = range(settings.port, settings.port + workers)
    for port in ports:
        if not is_free(settings.host, port):
            end_with(
                f"端口 {port} 已被占用，请用 EXAM_SERVER_PORT 换一个。 "
                f"Port {port} is in use: choose another with EXAM_SERVER_PORT."
            )
    secure = prepare_https(settings, workers=workers) if settings.https_port else []
    configure_logs()
    raise_file_limit()
    commands = {f"web {port}": web_command(settings.host, port, secure) for port in ports}
    commands["jobs"] = [sys.executable, "-m", "exam_server.working"]
    addresses = {f"web {port}": (settings.host, port) for port in ports}
    environment = {"EXAM_SERVER_WORKERS": str(workers)}
    Supervisor(commands, environment, addresses, before_renewal=before_renewal).run()


def prepare_https(settings: Settings, *, workers: int) -> list[str]:
    """Make the site's certificates; return where the web process listens for HTTPS."""
    host, port = settings.https_host, settings.https_port
    if workers > 1:
        end_with(
            "多个进程时由 nginx 提供 HTTPS，请去掉 EXAM_SERVER_HTTPS_PORT。 "
            "With several workers nginx speaks HTTPS: leave EXAM_SERVER_HTTPS_PORT out."
        )
    if not is_free(host, port):
        end_with(
            f"端口 {port} 已被占用，请用 EXAM_SERVER_HTTPS_PORT 换一个。 "
            f"Port {port} is in use: choose another with EXAM_SERVER_HTTPS_PORT."
        )
    try:
        prepared_site(settings)
    except NameNotAllowedError as refused:
        end_with(str(refused))
    return ["--bind", f"{host}:{port}"]


def end_with(words: str) -> NoReturn:
    """End the program with a sentence."""
    click.echo(words, err=True)
    raise click.exceptions.Exit(1)


def web_command(host: str, port: int, more: Sequence[str] = ()) -> list[str]:
    """Return the command of one web process."""
    return [
        sys.executable,
        *("-m", "gunicorn", "-c", "python:exam_server.gunicorn_settings"),
        *("--bind", f"{host}:{port}", *more, "--no-control-socket", "wsgi:app"),
    ]


def is_ready(host: str, port: int) -> bool:
    """Say whether a web process says that it takes seats."""
    asked = http.client.HTTPConnection(host, port, timeout=2)
    try:
        asked.request("GET", "/readyz")
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


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
