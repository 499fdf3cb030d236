"""Real lines to a real server: second devices, forged tokens, the clock, the end of time."""

import queue
import re
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as Refused
from socketio.exceptions import SocketIOError
from sqlalchemy import select

from exam_server.announcements import announce
from exam_server.clock import parse_rfc3339, utcnow
from exam_server.config import Settings
from exam_server.delivery.living import VOID_LINE_S
from exam_server.delivery.rehearsing import create_rehearsal, rehearsal, start_rehearsal
from exam_server.demo.programme import PASSWORD
from exam_server.seating.models import Sitting
from tests.console_rooms import add_somebody, put_on_duty
from tests.live_server import LiveServer
from tests.quickness import comes_within
from tests.seats import LIMIT_S, SeatClient

pytestmark = pytest.mark.slow


class Rehearsed:
    """A running server with a rehearsal of three seats, and its proctor."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.database = server.database()
        with self.database.writing() as db:
            exam_session, self.rows = create_rehearsal(
                db,
                seats=3,
                items=5,
                minutes=30,
                secret=Settings(var=server.var).secret,
                now=utcnow(),
            )
            self.uid = exam_session.uid

    def seat(self, number: int = 0) -> SeatClient:
        row = self.rows[number]
        return SeatClient(self.server.base, row.ticket, row.code)

    def running_seat(self, number: int = 0) -> SeatClient:
        seat = self.seat(number)
        assert seat.sign_in()["ok"]
        seat.connect()
        with self.database.writing() as db:
            start_rehearsal(db, self.uid, now=utcnow())
        return seat.gets_key()

    def console(self) -> tuple[socketio.Client, dict[str, str]]:
        """Put a proctor on duty and join the room."""
        with self.database.writing() as db:
            exam_session = rehearsal(db, self.uid)
            proctor, _ = put_on_duty(db, exam_session)
            address = {"exam_session": self.uid, "room": exam_session.rooms[0].room.uid}
        console = socketio.Client(reconnection=False)
        console.connect(
            self.server.base,
            namespaces=["/proctoring"],
            headers={"Cookie": self.cookie(proctor)},
            transports=["websocket"],
        )
        return console, address

    def cookie(self, username: str) -> str:
        http = requests.Session()
        page = http.get(f"{self.server.base}/sign-in", timeout=LIMIT_S).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        sent = {"csrf_token": token[1], "username": username, "password": PASSWORD}
        http.post(f"{self.server.base}/sign-in", data=sent, timeout=LIMIT_S)
        return "; ".join(f"{name}={value}" for name, value in http.cookies.items())


@pytest.fixture
def rehearsed(shared_server: LiveServer) -> Iterator[Rehearsed]:
    made = Rehearsed(shared_server)
    yield made
    made.database.close()


@pytest.fixture
def alone(live_server: LiveServer) -> Iterator[Rehearsed]:
    """Rehearse at a server that the test may treat as it likes."""
    made = Rehearsed(live_server)
    yield made
    made.database.close()


def call(console: socketio.Client, name: str, data: dict[str, object]) -> dict[str, object]:
    reply: dict[str, object] = console.call(name, data, namespace="/proctoring", timeout=LIMIT_S)
    return reply


def test_a_forged_token_opens_no_line(rehearsed: Rehearsed) -> None:
    seat = rehearsed.seat()
    seat.token = "forged-token"
    with pytest.raises(Refused):
        seat.connect()
    header = {"Authorization": "Bearer forged-token"}
    answer = requests.get(f"{seat.base}/api/sittings/form", headers=header, timeout=LIMIT_S)
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_token")


def test_a_line_that_polled_first_changes_over_and_loses_nothing(rehearsed: Rehearsed) -> None:
    seat = rehearsed.seat()
    seat.sign_in()
    seat.connect(transports=["polling", "websocket"])
    assert seat.line is not None
    assert seat.line.transport() == "websocket"
    assert seat.ask("ack_clock", {"clock_number": 1})["ok"]
    assert seat.ask("fetch_state")["status"] == "ready"
    seat.cut()


def test_polling_works_without_a_websocket(rehearsed: Rehearsed) -> None:
    seat = rehearsed.seat()
    seat.sign_in()
    seat.connect(transports=["polling"])
    assert seat.ask("fetch_state")["status"] == "ready"
    seat.cut()


def test_thirty_wrong_codes_slow_one_ticket_and_no_other(rehearsed: Rehearsed) -> None:
    wrong = SeatClient(rehearsed.server.base, rehearsed.rows[0].ticket, "WRONG")
    codes = [wrong.sign_in()["code"] for _ in range(6)]
    assert codes[0] == "wrong_ticket_or_code"
    assert codes[-1] == "try_again_later"
    assert rehearsed.seat(1).sign_in()["ok"]


def test_a_second_device_waits_for_the_proctor_and_then_locks_the_first(
    rehearsed: Rehearsed,
) -> None:
    first = rehearsed.running_seat()
    first.answer(1, "A")
    second = rehearsed.seat()
    assert second.sign_in()["code"] == "other_device"
    first.expect("move_asked")
    assert first.answer(2, "B")["ok"]

    console, address = rehearsed.console()
    seats = call(console, "join_room", address)["snapshot"]["seats"]  # type: ignore[index]
    asking = [seat for seat in seats if seat["move_requested"]]
    assert len(asking) == 1
    assert call(console, "approve_move", {**address, "sitting": asking[0]["sitting"]})["ok"]
    first.expect("lease_ended")
    assert second.sign_in()["ok"]
    second.connect()
    assert second.state["answers"] == {"1": "A", "2": "B"}
    console.disconnect()
    second.cut()


def test_a_computer_that_was_away_when_its_sitting_moved_hands_over_what_it_holds(
    rehearsed: Rehearsed,
) -> None:
    away = rehearsed.running_seat()
    away.answer(1, "A")
    away.cut()
    away.note(2, "D")
    second = rehearsed.seat()
    assert second.sign_in()["code"] == "other_device"
    console, address = rehearsed.console()
    seats = call(console, "join_room", address)["snapshot"]["seats"]  # type: ignore[index]
    asking = next(seat["sitting"] for seat in seats if seat["move_requested"])
    assert call(console, "approve_move", {**address, "sitting": asking})["ok"]
    console.disconnect()
    assert second.sign_in()["ok"]
    second.connect()
    second.acked[second.state["acked_seq"]] = {}  # numbers go on from there
    second.answer(2, "B")

    away.reconnect_under_ended_lease()
    events = list(away.outbox.values())
    assert away.ask("save_answers", {"events": events})["code"] == "lease_ended"
    assert away.ask("fetch_state")["code"] == "lease_ended"
    assert away.ask("hand_in", {"last_seq": 2})["code"] == "lease_ended"
    assert away.ask("send_late_work", {"events": events})["kept"] == 1
    assert second.ask("fetch_state")["answers"] == {"1": "A", "2": "B"}
    assert late_work(rehearsed.server) == [(2, '"D"', "lease_ended")]
    own = {"Authorization": f"Bearer {away.token}"}
    form = requests.get(f"{away.base}/api/sittings/form", headers=own, timeout=LIMIT_S)
    assert form.status_code == 403
    away.cut()
    second.cut()


def test_a_stale_tab_is_closed_when_another_opens_and_changes_nothing(
    rehearsed: Rehearsed,
) -> None:
    stale = rehearsed.running_seat()
    stale.answer(1, "A")
    fresh = SeatClient(stale.base, stale.ticket, stale.code, device=stale.device, token=stale.token)
    fresh.connect()
    stale.expect("line_replaced")
    stale.note(2, "D")
    with pytest.raises(SocketIOError):
        stale.send()
    assert fresh.ask("fetch_state")["answers"] == {"1": "A"}
    fresh.cut()


def test_a_reload_on_the_same_device_goes_on_and_the_old_token_dies(rehearsed: Rehearsed) -> None:
    seat = rehearsed.running_seat()
    seat.answer(1, "C")
    old = seat.token
    seat.cut()
    assert seat.sign_in()["ok"]
    seat.connect()
    assert seat.state["answers"] == {"1": "C"}
    stale = SeatClient(seat.base, seat.ticket, seat.code, device=seat.device, token=old)
    with pytest.raises(Refused):
        stale.connect()
    seat.cut()


def test_granted_time_reaches_the_seat_and_its_answer_the_console_within_a_second(
    rehearsed: Rehearsed,
) -> None:
    seat = rehearsed.running_seat()
    console, address = rehearsed.console()
    shown: queue.Queue[int] = queue.Queue()

    def see(data: dict[str, Any]) -> None:
        for each in data["changed"]:
            shown.put(each.get("answered", 0))

    console.on("seats_changed", see, namespace="/proctoring")
    assert call(console, "join_room", address)["ok"]
    granted = {**address, "sitting": None, "minutes": "5", "reason": "late bell"}

    def grant() -> None:
        before = parse_rfc3339(seat.ask("fetch_state")["ends_at"])
        assert call(console, "grant_time", granted)["ok"]
        changed = seat.expect("clock_changed")
        assert (parse_rfc3339(changed["ends_at"]) - before).total_seconds() == 300
        assert changed["minutes_added"] == "5"

    def answer() -> None:
        count = len(seat.acked) + 1
        seat.answer(count, "A")
        while shown.get(timeout=LIMIT_S) < count:
            continue

    assert comes_within(1, grant)
    assert comes_within(1, answer)
    console.disconnect()
    seat.cut()


def test_a_proctor_of_no_duty_here_is_refused(rehearsed: Rehearsed) -> None:
    console, address = rehearsed.console()
    console.disconnect()
    with rehearsed.database.writing() as db:
        exam_session = rehearsal(db, rehearsed.uid)
        add_somebody(db, exam_session, "proctor", f"elsewhere-{rehearsed.uid[:8]}")
    other = socketio.Client(reconnection=False)
    other.connect(
        rehearsed.server.base,
        namespaces=["/proctoring"],
        headers={"Cookie": rehearsed.cookie(f"elsewhere-{rehearsed.uid[:8]}")},
        transports=["websocket"],
    )
    assert call(other, "join_room", address)["code"] == "no_such_room"
    assert call(other, "start_room", address)["code"] == "no_such_room"
    other.disconnect()


def test_a_stranger_gets_no_console(shared_server: LiveServer) -> None:
    console = socketio.Client(reconnection=False)
    with pytest.raises(Refused):
        console.connect(shared_server.base, namespaces=["/proctoring"], transports=["websocket"])


@pytest.mark.long
def test_the_line_of_a_void_sitting_is_closed_though_its_page_keeps_it(
    rehearsed: Rehearsed,
) -> None:
    seat, other = rehearsed.running_seat(), rehearsed.seat(1)
    assert other.sign_in()["ok"]
    other.connect()
    with rehearsed.database.writing() as db:
        sitting = db.scalars(
            select(Sitting).where(Sitting.uid == seat.ask("fetch_state")["sitting_id"])
        ).one()
        sitting.status = "void"
        announce(db, "sitting_closed", {"reason": "void"}, to=f"sitting:{sitting.uid}")
    assert seat.expect("sitting_closed")["reason"] == "void"
    assert seat.is_cut.wait(VOID_LINE_S + LIMIT_S)
    assert other.ask("fetch_state")["ok"]


def test_a_foreign_page_gets_no_line(rehearsed: Rehearsed) -> None:
    seat = rehearsed.seat()
    seat.sign_in()
    with pytest.raises((Refused, AssertionError)):
        seat.connect(headers={"Origin": "http://evil.example"})


def test_a_sitting_closes_on_time_with_nobody_connected(rehearsed: Rehearsed) -> None:
    seat = rehearsed.running_seat()
    seat.answer(1, "D")
    seat.cut()
    move_start_back(rehearsed, minutes=30)
    deadline = time.monotonic() + LIMIT_S
    while seat_status(rehearsed) != "handed_in":
        assert time.monotonic() < deadline
        requests.get(f"{rehearsed.server.base}/healthz", timeout=LIMIT_S)
    assert seat.sign_in()["ok"]
    seat.connect()
    assert seat.state["receipt"]["reason"] == "time_over"
    assert seat.state["receipt"]["count"] == 1
    seat.note(2, "A")
    assert seat.ask("send_late_work", {"events": list(seat.outbox.values())})["kept"] == 1
    seat.cut()


@pytest.mark.long
def test_an_end_inside_an_outage_holds_the_sitting(
    live_server: LiveServer, alone: Rehearsed
) -> None:
    seat = alone.running_seat()
    seat.answer(1, "D")
    live_server.kill()
    # As if the server had died ten minutes ago, five minutes before the end.
    move_start_back(alone, minutes=35)
    with sqlite3.connect(live_server.var / "exam.sqlite") as store:
        beat = datetime.fromtimestamp(time.time() - 600, UTC)  # noqa: TID251 - the store's own past
        store.execute("UPDATE server_beat SET at = ?", (beat.strftime("%Y-%m-%d %H:%M:%S.%f"),))
    live_server.start()
    assert seat_status(alone) == "held"
    assert seat.sign_in()["ok"]
    seat.connect()
    seat.note(2, "A")
    assert seat.send()["code"] == "sitting_held"


def move_start_back(rehearsed: Rehearsed, *, minutes: int) -> None:
    """Let the room have started earlier, so that its end is now."""
    with sqlite3.connect(rehearsed.server.var / "exam.sqlite", timeout=LIMIT_S) as store:
        store.execute(
            "UPDATE room_run SET started_at = datetime(started_at, ?) || '.000000'"
            " WHERE exam_session_id = (SELECT id FROM exam_session WHERE uid = ?)",
            (f"-{minutes} minutes", rehearsed.uid),
        )


def late_work(server: LiveServer) -> list[tuple[int, str, str]]:
    """Return what was kept for the proctor: number, answer and cause."""
    with sqlite3.connect(server.var / "exam.sqlite") as store:
        return store.execute("SELECT seq, answer, cause FROM late_work ORDER BY seq").fetchall()


def seat_status(rehearsed: Rehearsed) -> str:
    with sqlite3.connect(rehearsed.server.var / "exam.sqlite", timeout=LIMIT_S) as store:
        found = store.execute(
            "SELECT status FROM sitting WHERE lease_number > 0"
            " AND exam_session_id = (SELECT id FROM exam_session WHERE uid = ?)",
            (rehearsed.uid,),
        )
        return str(found.fetchone()[0])
