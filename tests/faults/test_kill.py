"""A server killed in mid-exam loses nothing it has acknowledged."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from socketio.exceptions import SocketIOError

from tests.live_server import LiveServer
from tests.seats import SeatClient

SEATS, ITEMS = 30, 20


@pytest.mark.slow
@pytest.mark.parametrize(
    "store",
    [
        "live_server",
        pytest.param("live_postgres", marks=[pytest.mark.postgresql, pytest.mark.valkey]),
    ],
)
def test_every_acknowledged_answer_survives_kill_9(
    store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    live_server: LiveServer = request.getfixturevalue(store)
    tickets = tmp_path / "tickets.csv"
    uid = live_server.command(
        *("rehearsal", "create", "--seats", str(SEATS), "--items", str(ITEMS)),
        *("--minutes", "30", "--out", str(tickets)),
    ).splitlines()[-1]
    with tickets.open(encoding="utf-8") as file:
        seats = [
            SeatClient(live_server.base, row["ticket"], row["code"]) for row in csv.DictReader(file)
        ]
    with ThreadPoolExecutor(SEATS) as pool:
        for seat in pool.map(lambda seat: (seat.sign_in(), seat.connect())[1], seats):
            assert seat.state["status"] == "ready"
        live_server.command("rehearsal", "start", uid)
        assert all(pool.map(lambda seat: seat.has_key.wait(10), seats))

        warm = Event()
        running = [pool.submit(answer_until_cut, seat, warm) for seat in seats]
        assert warm.wait(20)
        live_server.kill()
        for each in running:
            each.result(60)
        acked = {seat.ticket: dict(seat.acked) for seat in seats}
        assert sum(map(len, acked.values())) >= 5 * SEATS

        live_server.start()
        stored = exported(live_server, uid, tmp_path)
        for ticket, events in acked.items():
            for seq, event in events.items():
                assert stored[ticket, seq] == (event["position"], event["answer"]), (ticket, seq)

        list(pool.map(lambda seat: (seat.sign_in(), seat.connect(), seat.send()), seats))
    stored = exported(live_server, uid, tmp_path)
    for seat in seats:
        assert seat.outbox == {}
        assert len([1 for ticket, _ in stored if ticket == seat.ticket]) == len(seat.acked)


def answer_until_cut(seat: SeatClient, warm: Event) -> None:
    """Answer on and on; what was sent and not acknowledged stays in the outbox."""
    for turn in range(10_000):
        seat.note(turn % ITEMS + 1, "ABCD"[turn % 4])
        try:
            seat.send()
        except (SocketIOError, OSError):
            return
        if turn == 20:
            warm.set()


def exported(server: LiveServer, uid: str, folder: Path) -> dict[tuple[str, int], tuple[int, str]]:
    out = folder / "answers.csv"
    server.command("rehearsal", "answers", uid, "--out", str(out))
    with out.open(encoding="utf-8") as file:
        return {
            (row["ticket"], int(row["seq"])): (int(row["position"]), json.loads(row["answer"]))
            for row in csv.DictReader(file)
        }
