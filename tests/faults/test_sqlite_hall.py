"""A hall at the small server: killed, without room on the disk, and without what was not synced."""

import re
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from exam_server.batches.models import Candidate
from exam_server.db import Database
from tests.hall import Hall
from tests.live_server import LiveServer
from tests.made_once import STORE
from tests.power_loss import built_shim, platter_of
from tests.services import children_of

pytestmark = pytest.mark.slow

ANSWERS = ("独此一答-甲", "独此一答-乙", "only-answer-C")
LITTLE = 64 * 1024  # bytes a file may have while the disk is full: every one has more

COMMITS_ONCE = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE t (x)")
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
db.execute("PRAGMA synchronous=" + sys.argv[2])
db.execute("INSERT INTO t VALUES (1)")
os._exit(0)
"""


def limit_files(server: LiveServer, size: int) -> None:
    """Let no file of the server grow beyond a size, as a full disk would."""
    assert server.process is not None
    for pid in [*children_of(server.process.pid), server.process.pid]:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_killed_and_without_room_nothing_acknowledged_is_lost_and_no_log_tells_of_anybody(
    live_server: LiveServer, tmp_path: Path
) -> None:
    with Hall(live_server, tmp_path, [live_server.base], 10, answers=ANSWERS).open() as hall:
        people = named_people(live_server)
        hall.work()
        hall.goes_on(5)
        runs_out_of_room(hall)
        hall.goes_on(5)
        live_server.kill()
        for_programs = live_server.log()
        live_server.is_at_terminal = True
        live_server.start()
        hall.goes_on(5)
        runs_out_of_room(hall)
        hall.goes_on(5)

        tally = hall.finish()
        print(tally)  # noqa: T201 - the figures are what this is for
        assert tally.acknowledged >= 10 * 4 * 5
        assert tally.lost == 0
        for_people = live_server.log()[len(for_programs) :]
        assert '{"n": ' in for_programs
        assert "the store fails" in for_programs
        assert "error    ] the store fails" in without_colours(for_people)
        seats = [each for seat in hall.seats for each in (seat.ticket, seat.code, seat.token)]
        for log in (for_programs, for_people):
            assert [each for each in (*seats, *people, *ANSWERS) if each in log] == []
            assert "parameters: (" not in log


def runs_out_of_room(hall: Hall) -> None:
    """Let nothing be stored for a while: nothing is acknowledged, and the failure is logged."""
    limit_files(hall.server, LITTLE)
    hall.waits_for_refusals()
    before = hall.acked()
    hall.waits_for_refusals()
    assert hall.acked() == before, "acknowledged without room to store it"
    limit_files(hall.server, resource.RLIM_INFINITY)


def named_people(server: LiveServer) -> list[str]:
    """Give the candidates names and numbers that would be found; return these."""
    database = Database(f"sqlite:///{server.var / STORE}")
    told = []
    with database.writing() as db:
        for n, candidate in enumerate(db.scalars(select(Candidate))):
            candidate.name, candidate.id_number = f"欧阳可寻{n}", f"1101011990030{n:05}"
            told += [candidate.name, candidate.id_number]
    database.close()
    return told


def without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_power_cut_loses_nothing_acknowledged(tmp_path: Path, sqlite_template: bytes) -> None:
    """Only what was synced survives: what the store had written and not synced is dropped."""
    var, platter = tmp_path / "live", tmp_path / "platter"
    var.mkdir()
    platter.mkdir()
    (var / STORE).write_bytes(sqlite_template)
    (platter / STORE).write_bytes(sqlite_template)
    server = LiveServer(var, built_shim(tmp_path, var, platter))
    try:
        server.start()
        with Hall(server, tmp_path, [server.base], 10).open().work() as hall:
            hall.goes_on(15)
            server.kill()
            platter_of(platter, var)
            server.start()
            hall.goes_on(5)
            tally = hall.finish()
            print(tally)  # noqa: T201 - the figures are what this is for
            assert tally.acknowledged >= 10 * 20
            assert tally.lost == 0
    finally:
        server.kill()


@pytest.mark.parametrize(("synchronous", "survives"), [("FULL", True), ("OFF", False)])
def test_the_power_cut_drops_what_was_not_synced(
    tmp_path: Path, synchronous: str, *, survives: bool
) -> None:
    var, platter = tmp_path / "var", tmp_path / "platter"
    var.mkdir()
    platter.mkdir()
    environment = built_shim(tmp_path, var, platter)
    command = [sys.executable, "-c", COMMITS_ONCE, str(var / STORE), synchronous]
    subprocess.run(command, check=True, env=environment)
    platter_of(platter, var)
    with sqlite3.connect(var / STORE) as db:
        assert (db.execute("SELECT count(*) FROM t").fetchone() == (1,)) is survives
    db.close()
