"""The processes of a server live and die together."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from exam_server.clock import utcnow
from exam_server.db import Database
from exam_server.delivery.closing import beat
from exam_server.running import web_command
from exam_server.seating.models import ExamSession
from exam_server.server_starts import note_start
from exam_server.versions import ServerVersion
from tests.factories import make_batch, make_exam_session, make_organization
from tests.live_server import READY_LIMIT_S, LiveServer
from tests.made_once import STORE
from tests.services import children_of, free_port
from tests.source import ROOT

pytestmark = pytest.mark.slow
ENDED = "a web process has ended in order"


@pytest.fixture(scope="module")
def kept_server(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes
) -> Iterator[LiveServer]:
    """Keep a server that these tests kill and stop: each start takes seconds."""
    var = tmp_path_factory.mktemp("kept")
    (var / STORE).write_bytes(sqlite_template)
    server = LiveServer(var)
    yield server
    server.kill()


@pytest.fixture
def running(kept_server: LiveServer) -> LiveServer:
    """Return the server, started where the test before has left none."""
    if kept_server.process is None or kept_server.process.poll() is not None:
        kept_server.kill()
        kept_server.start()
    return kept_server


def wait_until_free(port: int) -> None:
    deadline = time.monotonic() + READY_LIMIT_S
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        assert time.monotonic() < deadline, "a process was left behind on the port"


def test_a_killed_supervisor_leaves_nothing_behind_and_starts_again(
    running: LiveServer,
) -> None:
    assert running.process is not None
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait()
    wait_until_free(running.port)
    running.process = None
    running.start()


def test_a_killed_web_process_is_started_again(running: LiveServer) -> None:
    assert running.process is not None
    before = set(children_of(running.process.pid))
    command_of = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in before}
    for pid in before:
        if b"gunicorn" in command_of[pid]:
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + READY_LIMIT_S
    while True:
        assert time.monotonic() < deadline, running.log()
        try:
            if requests.get(f"{running.base}/readyz", timeout=20).ok:
                break
        except requests.RequestException:
            time.sleep(0.05)  # asking without a break takes the processor that the start needs
    assert before != set(children_of(running.process.pid))


def test_a_renewal_with_another_version_is_refused_while_an_exam_is_live(
    running: LiveServer,
) -> None:
    assert running.process is not None
    before = set(children_of(running.process.pid))
    database = running.database()
    with database.writing() as db:
        batch = make_batch(db, make_organization(db))
        made = make_exam_session(db, batch, state="released", name="上午场", planned_start=utcnow())
        note_start(db, ServerVersion("0.9", "a", "b", "0001"), now=utcnow())  # as if it ran
        beat(db, now=utcnow())
    running.process.send_signal(signal.SIGHUP)
    running.wait_for_log("nothing is renewed")
    assert "上午场" in running.log()
    assert set(children_of(running.process.pid)) == before
    assert requests.get(f"{running.base}/readyz", timeout=READY_LIMIT_S).ok
    with database.writing() as db:  # the server is shared: nothing stays live
        db.get_one(ExamSession, made.id).state = "closed"
    database.close()


def test_a_busy_port_gets_one_sentence(running: LiveServer) -> None:
    second = LiveServer(running.var, port=running.port)
    refused = second.try_command("run")
    assert refused.returncode == 1
    assert f"Port {running.port} is in use" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_stopping_lets_the_web_process_end_in_order_and_frees_the_port(running: LiveServer) -> None:
    ended = running.log().count(ENDED)
    running.stop()
    assert running.log().count(ENDED) == ended + 1, "what takes too long is killed"
    wait_until_free(running.port)


@pytest.mark.long
def test_a_store_without_schema_gets_one_sentence(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "empty", port=free_port())
    for asked in (("run",), ("rehearsal", "start", "none")):
        refused = server.try_command(*asked)
        assert refused.returncode == 1
        assert "exam-server db upgrade" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1


@pytest.mark.long
def test_a_web_process_started_by_hand_meets_no_live_exam_with_another_version(
    tmp_path: Path, sqlite_template: bytes
) -> None:
    (tmp_path / STORE).write_bytes(sqlite_template)
    database = Database(f"sqlite:///{tmp_path / STORE}")
    with database.writing() as db:
        batch = make_batch(db, make_organization(db))
        make_exam_session(db, batch, state="released", name="上午场", planned_start=utcnow())
        note_start(db, ServerVersion("0.9", "a", "b", "0001"), now=utcnow())
        beat(db, now=utcnow())
    database.close()
    port = free_port()
    refused = subprocess.run(
        web_command("127.0.0.1", port),
        cwd=ROOT,
        env={**os.environ, "EXAM_SERVER_VAR": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=READY_LIMIT_S,
    )
    assert refused.returncode == 3
    assert "上午场" in refused.stderr
    wait_until_free(port)
