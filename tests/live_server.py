"""The real server as processes of its own: started, killed and started again by tests."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import requests

from exam_server.config import Settings
from exam_server.db import Database
from tests.services import children_of, free_port
from tests.source import ROOT

READY_LIMIT_S = 240


@dataclass
class LiveServer:
    """A server over a folder of its own."""

    var: Path
    more: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    workers: int = 1
    process: subprocess.Popen[bytes] | None = None
    is_at_terminal: bool = False  # it then writes for people

    @property
    def base(self) -> str:
        """Return the server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the server and of console commands about it."""
        own = {
            "EXAM_SERVER_VAR": str(self.var),
            "EXAM_SERVER_PORT": str(self.port),
            "EXAM_SERVER_HOST": "127.0.0.1",
        }
        return {**os.environ, **own, **self.more}

    @property
    def settings(self) -> Settings:
        """Return the server's settings: its secret opens what stands sealed in its store."""
        url = self.more.get("EXAM_SERVER_DATABASE_URL", "")
        return Settings(var=self.var, database_url=url)

    def database(self) -> Database:
        """Open the server's store beside it."""
        return Database(self.settings.url, keyring=self.settings.keyring)

    def command(self, *args: str) -> str:
        """Run a console command; return what it printed."""
        done = self.try_command(*args)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def try_command(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run a console command that may refuse."""
        program = str(Path(sys.executable).with_name("exam-server"))
        return subprocess.run(
            [program, *args],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )

    def start(self) -> "LiveServer":
        """Start and wait until it is ready."""
        self.var.mkdir(parents=True, exist_ok=True)
        log = self._opened_log()
        program = str(Path(sys.executable).with_name("exam-server"))
        self.process = subprocess.Popen(
            [program, "run", "--workers", str(self.workers)],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        deadline = time.monotonic() + READY_LIMIT_S
        while not self._is_ready():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)
        return self

    def _opened_log(self) -> IO[bytes]:
        """Return what the server writes to: its log file, or a terminal that is copied there."""
        file = (self.var / "server.log").open("ab")
        if not self.is_at_terminal:
            return file
        ours, theirs = pty.openpty()

        def copy() -> None:
            with file, suppress(OSError):  # the terminal ends with its last process
                while text := os.read(ours, 65536):
                    file.write(text)
                    file.flush()
            os.close(ours)

        threading.Thread(target=copy, daemon=True).start()
        return os.fdopen(theirs, "wb")

    def kill(self) -> None:
        """Kill every process of the server with signal 9, as a power cut would."""
        if self.process is None:
            return
        for pid in [*children_of(self.process.pid), self.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def kill_worker(self, worker: int) -> None:
        """Kill one web process with signal 9; the supervisor starts it again."""
        assert self.process is not None
        named = f":{self.port + worker}\0".encode()
        for pid in children_of(self.process.pid):
            with suppress(ProcessLookupError, FileNotFoundError):
                if named in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Stop in order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(READY_LIMIT_S)
            self.process = None

    def wait_for_log(self, words: str, limit_s: float = READY_LIMIT_S, *, times: int = 1) -> None:
        """Wait until the server has written these words, so many times."""
        deadline = time.monotonic() + limit_s
        while self.log().count(words) < times:
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)

    def log(self) -> str:
        """Return what the server has written."""
        return (self.var / "server.log").read_text(encoding="utf-8", errors="replace")

    def base_of(self, worker: int) -> str:
        """Return the address of one of several web processes."""
        return f"http://127.0.0.1:{self.port + worker}"

    def _is_ready(self) -> bool:
        try:
            answers = [
                requests.get(f"{self.base_of(worker)}/readyz", timeout=20)
                for worker in range(self.workers)
            ]
            return all(answer.ok for answer in answers)
        except (requests.ConnectionError, requests.Timeout):
            return False


def remove(var: Path) -> None:
    """Remove a server's folder."""
    shutil.rmtree(var, ignore_errors=True)
