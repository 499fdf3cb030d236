"""The files of ``deploy/`` as we hand them out, in front of real servers."""

import csv
from pathlib import Path

import pytest
import requests

from tests.front import front
from tests.live_server import LiveServer
from tests.seats import LIMIT_S, SeatClient

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.valkey]

TWO_ROOMS = 31  # a rehearsal's room holds thirty


def seats_behind(base: str, authority: str, server: LiveServer, folder: Path) -> list[SeatClient]:
    """Return the first two seats of one room and the one of the next."""
    out = folder / "tickets.csv"
    options = ("--seats", str(TWO_ROOMS), "--items", "3", "--minutes", "30", "--out", str(out))
    server.command("rehearsal", "create", *options)
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        SeatClient(base, rows[each]["ticket"], rows[each]["code"], authority=authority)
        for each in (0, 1, TWO_ROOMS - 1)
    ]


def test_nginx_keeps_a_room_in_one_process_by_websocket_and_by_polling(
    live_postgres: LiveServer, tmp_path: Path
) -> None:
    ports = [live_postgres.port, live_postgres.port + 1]
    with front(ports) as nginx:
        first, polling, other = seats_behind(nginx.base, nginx.authority, live_postgres, tmp_path)
        for seat in (first, polling, other):
            assert seat.sign_in()["ok"]
            assert seat.live_url.startswith(f"{nginx.base}/?room=")
        assert first.live_url == polling.live_url != other.live_url
        first.connect()
        other.connect()
        polling.connect(transports=["polling"])
        for _ in range(3):  # a poll that went to another process would find no line
            assert polling.ask("fetch_state")["ok"]
        for seat in (first, polling, other):
            seat.cut()
        plain = f"http://127.0.0.1:{nginx.plain_port}/sitting"
        moved = requests.get(plain, timeout=LIMIT_S, allow_redirects=False)
        assert moved.headers["Location"] == f"{nginx.base}/sitting"
        metrics = requests.get(f"{nginx.base}/metrics", timeout=LIMIT_S, verify=nginx.authority)
        assert metrics.status_code == 404
        nginx.stop()
        by_room = nginx.processes_by_room()
    assert len(by_room) == 2
    assert all(len(processes) == 1 for processes in by_room.values())
