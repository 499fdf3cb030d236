"""The processes of a server live and die together."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest
import requests

from tests.live_server import LiveServer
from tests.services import children_of, free_port

pytestmark = pytest.mark.slow


def wait_until_free(port: int) -> None:
    deadline = time.monotonic() + 5
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        assert time.monotonic() < deadline, "a process was left behind on the port"


def test_a_killed_supervisor_leaves_nothing_behind_and_starts_again(
    live_server: LiveServer,
) -> None:
    assert live_server.process is not None
    os.kill(live_server.process.pid, signal.SIGKILL)
    live_server.process.wait()
    wait_until_free(live_server.port)
    live_server.process = None
    live_server.start()


def test_a_killed_web_process_is_started_again(live_server: LiveServer) -> None:
    assert live_server.process is not None
    before = set(children_of(live_server.process.pid))
    command_of = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in before}
    for pid in before:
        if b"gunicorn" in command_of[pid]:
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while True:
        assert time.monotonic() < deadline, live_server.log()
        try:
            if requests.get(f"{live_server.base}/readyz", timeout=2).ok:
                break
        except requests.RequestException:
            continue
    assert before != set(children_of(live_server.process.pid))


def test_stopping_in_order_takes_seconds_and_frees_the_port(live_server: LiveServer) -> None:
    asked = time.monotonic()
    live_server.stop()
    assert time.monotonic() - asked < 15
    wait_until_free(live_server.port)


def test_a_busy_port_gets_one_sentence(live_server: LiveServer) -> None:
    second = LiveServer(live_server.var, port=live_server.port)
    refused = second.try_command("run")
    assert refused.returncode == 1
    assert f"Port {live_server.port} is in use" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_store_without_schema_gets_one_sentence(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "empty", port=free_port())
    for asked in (("run",), ("rehearsal", "start", "none")):
        refused = server.try_command(*asked)
        assert refused.returncode == 1
        assert "exam-server db upgrade" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
