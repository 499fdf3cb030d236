"""Servers killed, or renewed, amid adaptive tests: no item comes twice, none is lost."""

import signal
from collections.abc import Callable

import pytest
from sqlalchemy import select

from exam_server.clock import utcnow
from exam_server.db import Database
from exam_server.delivery.models import AnswerEvent
from exam_server.delivery.service import start_sittings
from exam_server.seating.adaptive_models import GivenItem
from exam_server.seating.models import RoomRun, Sitting
from tests.adaptive_rooms import (
    CODE,
    LONGEST,
    AdaptiveRoom,
    make_adaptive_room,
    sittings_in,
    waited_for,
)
from tests.live_server import LiveServer
from tests.seats import SeatClient

pytestmark = [pytest.mark.slow, pytest.mark.long]
SEATS = 4
RENEWED = "every process has been renewed"
SHAKEN_AFTER = (2, 4)  # confirmed items of the first seat


def test_kills_lose_and_repeat_no_item_on_sqlite(live_server: LiveServer) -> None:
    walk_through(live_server, kill_amid)


@pytest.mark.postgresql
@pytest.mark.valkey
def test_kills_lose_and_repeat_no_item_on_postgresql(live_postgres: LiveServer) -> None:
    walk_through(live_postgres, kill_amid)


@pytest.mark.postgresql
@pytest.mark.valkey
def test_a_rolling_restart_of_two_processes_loses_and_repeats_no_item(
    live_postgres: LiveServer,
) -> None:
    walk_through(live_postgres, renew_amid)
    assert live_postgres.log().count("a web process has ended in order") == 2 * len(SHAKEN_AFTER)


def walk_through(server: LiveServer, shake: Callable[[LiveServer, list[SeatClient]], None]) -> None:
    """Let seats answer while the server is shaken right after confirmations were sent."""
    database = server.database()
    room = make_adaptive_room(database, server.settings, now=utcnow(), seats=SEATS)
    seats = [
        SeatClient(server.base_of(place % server.workers), ticket, CODE)
        for place, ticket in enumerate(room.tickets)
    ]
    for seat in seats:
        assert seat.sign_in()["ok"]
        seat.connect().prepare()
        assert seat.state["adaptive"]["item"] is None
    with database.writing() as db:
        start_sittings(db, [db.get_one(RoomRun, room.room_run_id)], now=utcnow())
    shown: list[dict[int, str]] = [{} for _ in seats]
    for position in range(1, LONGEST + 1):
        for seat, items in zip(seats, shown, strict=True):
            work_on(seat, items, position)
        if position in SHAKEN_AFTER:
            shake(server, seats)
        for seat in seats:
            assert seat.send()["ok"]
    for seat in seats:
        waited_for(seat, LONGEST, is_finished=True)
        assert seat.hand_in()["ok"]
        seat.cut()
    everything_is_there(database, room)
    database.close()


def kill_amid(server: LiveServer, seats: list[SeatClient]) -> None:
    """Kill the server while confirmations are on their way: some arrive, some do not."""
    confirm_unheard(seats)
    server.kill()
    server.start()
    come_back(seats)


def renew_amid(server: LiveServer, seats: list[SeatClient]) -> None:
    """Renew every process in turn while confirmations are on their way."""
    confirm_unheard(seats)
    assert server.process is not None
    before = server.log().count(RENEWED)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log(RENEWED, times=before + 1)
    come_back(seats)


def confirm_unheard(seats: list[SeatClient]) -> None:
    """Send what each seat holds, and hear no reply."""
    for seat in seats:
        assert seat.line is not None
        told = {"events": list(seat.outbox.values())}
        seat.line.emit("save_answers", told, namespace="/sitting")


def come_back(seats: list[SeatClient]) -> None:
    """Open new lines."""
    for seat in seats:
        seat.cut()
        seat.connect()


def work_on(seat: SeatClient, items: dict[int, str], position: int) -> None:
    """Take up an item, answer it and confirm it, as the outbox keeps it."""
    item = waited_for(seat, position)["item"]
    assert item["position"] == position
    content = str({**item, "position": 0})
    assert content not in items.values()
    items[position] = content
    seat.note(position, "A" if position % 2 else "B")
    seat.note(position, None, "confirmed")


def everything_is_there(database: Database, room: AdaptiveRoom) -> None:
    """Check that each sitting has every item once, and each answer that was confirmed."""
    with database.reading() as db:
        for sitting in sittings_in(db, room):
            places = db.scalars(
                select(GivenItem.place)
                .where(GivenItem.sitting_id == sitting.id)
                .order_by(GivenItem.position)
            ).all()
            assert len(set(places)) == len(places) == LONGEST
            events = db.scalars(select(AnswerEvent).where(AnswerEvent.sitting_id == sitting.id))
            counted = [(each.kind, each.position) for each in events if not each.refused_code]
            for position in range(1, LONGEST + 1):
                assert counted.count(("confirmed", position)) == 1
                assert counted.count(("answer", position)) == 1
            found = db.get_one(Sitting, sitting.id)
            assert (found.status, found.form.n_items if found.form else 0) == (
                "handed_in",
                LONGEST,
            )
