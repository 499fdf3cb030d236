"""The server under rehearsal as processes: started, killed, and what they use."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from exam_server.delivery.rehearsal_load.addresses import Address, request

OURS = b"exam_server.gunicorn_settings"
READY_LIMIT_S = 60.0
STOP_LIMIT_S = 20
# Below those that a system gives to lines going out: nothing takes one between look and use.
FIRST_PORT, LAST_PORT = 12_000, 32_000
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# It ends with the rehearsal, even when that is killed: no server is left behind on a port.
START = (
    "from exam_server.parents import die_with_parent; die_with_parent(); "
    "from exam_server.commands import main; main()"
)


@dataclass
class OwnServer:
    """``exam-server run`` over a store of its own, started here and so safe to kill."""

    environment: Mapping[str, str]
    workers: int = 1
    port: int = 0
    log: Path | None = None
    command: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def addresses(self) -> list[Address]:
        """Return the address of each web process."""
        return [Address("127.0.0.1", self.port + n) for n in range(self.workers)]

    async def start(self) -> None:
        """Start and wait until every web process is ready; raises TimeoutError."""
        self.port = self.port or free_ports(self.workers)
        log = self.log.open("ab") if self.log else subprocess.DEVNULL
        command = self.command or [sys.executable, "-c", START, "run"]
        self.process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program, once
            [*command, "--workers", str(self.workers)],
            env={**self.environment, "EXAM_SERVER_PORT": str(self.port)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        await wait_ready(self.addresses)

    def web_pids(self) -> list[int]:
        """Return the web workers: those that serve lines, not their parents."""
        return listening_workers(address.port for address in self.addresses)

    def stop(self) -> None:
        """End every process of it."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            for pid in [*children_of(self.process.pid), self.process.pid]:
                kill(pid)
            self.process.wait()
        self.process = None


@dataclass
class Meter:
    """CPU and memory of processes on this machine; a killed one is read no more."""

    pids: list[int]
    _cpu: dict[int, float] = field(default_factory=dict)

    def cpu_s(self) -> float:
        """Return the CPU seconds used so far by all of them, user and system."""
        for pid in self.pids:
            with suppress(OSError):
                self._cpu[pid] = cpu_seconds(pid)
        return sum(self._cpu.values())

    def memory(self) -> int:
        """Return the bytes that stand in memory."""
        total = 0
        for pid in self.pids:
            with suppress(OSError):
                text = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
                total += int(text.split()[1]) * PAGE
        return total


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process; raises OSError when it is gone."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def kill(pid: int) -> None:
    """Kill a process with signal 9, as a power cut would."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """Return the processes below a process, deepest first."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []  # it has ended meanwhile
    below = [int(each) for each in listed.split()]
    return [each for child in below for each in (*children_of(child), child)]


def listening_workers(ports: Iterable[int]) -> list[int]:
    """Return the processes of this machine that serve TCP ports, parents that only fork left out.

    Empty where the system does not tell, or the server is somewhere else.
    """
    sockets = _listening_sockets(set(ports))
    holders = {pid for pid in _all_pids() if sockets & _sockets_of(pid)} if sockets else set()
    parents = {pid for pid in holders if holders & set(children_of(pid))}
    return sorted(pid for pid in holders - parents if _is_ours(pid))


def _is_ours(pid: int) -> bool:
    """Say whether a process is a web process of an exam server: not a proxy, nobody else's."""
    with suppress(OSError):
        return OURS in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _listening_sockets(ports: set[int]) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                cells = line.split()
                is_listening = cells[3] == "0A"
                if is_listening and int(cells[1].rpartition(":")[2], 16) in ports:
                    found.add(f"socket:[{cells[9]}]")
    return found


def _all_pids() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def _sockets_of(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(str(handle.readlink()))
    return found


async def wait_ready(addresses: Iterable[Address], limit_s: float = READY_LIMIT_S) -> None:
    """Wait until every web process says it is ready; raises TimeoutError."""
    async with asyncio.timeout(limit_s):
        for address in addresses:
            while not await _is_ready(address):  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.05)


async def _is_ready(address: Address) -> bool:
    try:
        status, _ = await request(address, "GET", "/readyz", headers={})
    except (OSError, ValueError):
        return False
    return status == 200  # noqa: PLR2004 - HTTP OK


def free_ports(count: int) -> int:
    """Return the first of some consecutive free ports."""
    while True:
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        if all(is_free(port + n) for n in range(count)):
            return port


def is_free(port: int) -> bool:
    """Say whether a port of this machine can be taken."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
