"""``exam-server rehearsal run`` at real servers: by HTTPS, behind nginx, killing and killed."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.rehearsal_load.leftovers import (
    note_made,
    own_folder,
    own_schema,
    remove_leftovers,
)
from exam_server.delivery.rehearsing import create_rehearsal, rehearsal
from exam_server.errors import NotFoundError
from tests.factories import NOW
from tests.front import front
from tests.live_server import READY_LIMIT_S, LiveServer
from tests.services import children_of, free_port
from tests.source import ROOT

pytestmark = pytest.mark.slow

SMALL = ("--seats", "4", "--items", "3", "--minutes", "0.1")


def rehearse(server: LiveServer, folder: Path, *options: str, **more: str) -> dict[str, Any]:
    """Run a rehearsal with a kill; return its figures."""
    out = folder / "report.json"
    asking = LiveServer(server.var, {**server.more, **more}, server.port)
    done = asking.try_command("rehearsal", "run", *SMALL, "--report", str(out), *options)
    assert done.returncode == 0, done.stdout + done.stderr
    figures: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert (figures["is_good"], figures["lost"]) == (True, 0)
    return figures


@pytest.mark.long
def test_by_https_of_the_server_itself_a_process_is_killed_and_nothing_is_lost(
    tmp_path: Path, sqlite_template: bytes
) -> None:
    https = free_port()
    own = {"EXAM_SERVER_HTTPS_HOST": "127.0.0.1", "EXAM_SERVER_HTTPS_PORT": str(https)}
    server = LiveServer(tmp_path / "live", own)
    server.var.mkdir()
    (server.var / "exam.sqlite").write_bytes(sqlite_template)
    try:
        server.start()
        figures = rehearse(server, tmp_path, "--url", f"https://127.0.0.1:{https}", "--kill")
        assert [step["name"] for step in figures["steps"]].count("killed") == 1
        assert figures["reconnections"] >= 4
    finally:
        server.kill()


@pytest.mark.long
@pytest.mark.postgresql
@pytest.mark.valkey
def test_behind_nginx_it_is_a_web_process_that_is_measured_and_killed(
    live_postgres: LiveServer, tmp_path: Path
) -> None:
    server = live_postgres
    with front([server.port, server.port + 1]) as nginx:
        refused = server.try_command("rehearsal", "run", *SMALL, "--url", nginx.base)
        assert "server_not_trusted" in refused.stderr
        trusted = {"SSL_CERT_FILE": nginx.authority}
        figures = rehearse(server, tmp_path, "--url", nginx.base, "--kill", **trusted)
        assert figures["workers"] == 2
        assert figures["reconnections"] >= 4
        assert nginx.process.poll() is None


@pytest.mark.long
@pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)]
)
def test_what_a_killed_rehearsal_leaves_is_removed_by_the_next(
    tmp_path: Path, store: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if store == "postgres" else ""
    server = LiveServer(tmp_path / "office", {"EXAM_SERVER_DATABASE_URL": url})
    server.command("db", "upgrade")
    program = str(Path(sys.executable).with_name("exam-server"))
    killed = subprocess.Popen(
        [program, "rehearsal", "run", *SMALL],
        cwd=ROOT,
        env=server.environment,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert killed.stderr is not None
    assert "入场" in killed.stderr.readline().decode()
    below = children_of(killed.pid)
    killed.kill()
    killed.wait()
    killed.stderr.close()
    assert len(left_of(server, url)) == (2 if url else 1)
    wait_until_gone(below)
    done = server.try_command("rehearsal", "run", *SMALL)
    assert done.returncode == 0, done.stderr
    assert "An earlier rehearsal was killed" in done.stderr
    assert left_of(server, url) == []


def left_of(server: LiveServer, url: str) -> list[str]:
    """Return the folders and schemas of rehearsals."""
    left = [each.name for each in server.var.glob("rehearsal-*")]
    if url:
        engine = create_engine(url)
        with engine.connect() as connection:
            named = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rehearsal%'"
            left += connection.scalars(text(named)).all()
        engine.dispose()
    return left


def wait_until_gone(pids: list[int]) -> None:
    """Wait until processes have ended with their parent."""
    deadline = time.monotonic() + READY_LIMIT_S
    for pid in pids:
        while Path(f"/proc/{pid}").exists():
            assert time.monotonic() < deadline, "a server outlives its rehearsal"
            time.sleep(0.05)


def test_a_killed_rehearsal_is_told_from_one_that_runs(database: Database, tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, database_url="")
    url = database.engine.url.render_as_string(hide_password=False)
    with database.writing() as db:
        made = create_rehearsal(db, seats=1, items=1, minutes=1, secret=b"s" * 32, now=NOW)
        uid = made[0].uid

    with own_folder(settings) as folder:
        note_made(folder, uid)
        assert remove_leftovers(settings, database) == 0, "it runs"
        left = tmp_path / "rehearsal-left"
        left.mkdir()
        for name in ("running", "made"):
            (left / name).write_bytes((folder / name).read_bytes())
    assert not folder.exists()
    assert remove_leftovers(settings, database) == 1
    assert not left.exists()
    with database.reading() as db, pytest.raises(NotFoundError):
        rehearsal(db, uid)
    if database.is_sqlite:
        return
    with own_schema(url) as name, database.writing() as db:
        db.execute(text("CREATE SCHEMA rehearsal_left"))
        db.commit()
        assert remove_leftovers(settings, database) == 1
        named = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'rehearsal_')")
        assert db.scalars(named).all() == [name]
