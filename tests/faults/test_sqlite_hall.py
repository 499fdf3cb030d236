"""A hall at the small server: killed, without room on the disk, and without what was not synced."""

import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hall import Hall
from tests.live_server import LiveServer
from tests.made_once import STORE
from tests.power_loss import built_shim, platter_of
from tests.services import children_of

pytestmark = pytest.mark.slow

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


def test_killed_and_without_room_nothing_acknowledged_is_lost(
    live_server: LiveServer, tmp_path: Path
) -> None:
    with Hall(live_server, tmp_path, [live_server.base], 10).open().work() as hall:
        hall.goes_on(5)
        live_server.kill()
        live_server.start()
        hall.goes_on(5)

        limit_files(live_server, LITTLE)
        live_server.wait_for_log("the store fails")
        hall.waits_for_refusals(10)
        before = hall.acked()
        hall.waits_for_refusals(10)
        assert hall.acked() == before, "acknowledged without room to store it"
        limit_files(live_server, resource.RLIM_INFINITY)
        hall.goes_on(5)

        tally = hall.finish()
        print(tally)  # noqa: T201 - the figures are what this is for
        assert tally.acknowledged >= 10 * 3 * 5
        assert tally.lost == 0
        log = live_server.log()
        told = [seat.ticket for seat in hall.seats] + [seat.token for seat in hall.seats]
        assert not [each for each in told if each in log]
        assert "parameters: (" not in log


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
