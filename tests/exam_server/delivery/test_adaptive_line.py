"""An adaptive test through what happens in a room: time, a pause, another computer, late work."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from exam_server.accounts.models import Person
from exam_server.clock import parse_rfc3339, rfc3339, utcnow
from exam_server.db import Database
from exam_server.delivery.service import start_sittings
from exam_server.delivery.standing import responses_of
from exam_server.proctoring.late_decisions import DecideLateWork
from exam_server.seating.adaptive_models import GivenItem
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from tests.adaptive_rooms import CODE, AdaptiveRoom, make_adaptive_room, sittings_in, waited_for
from tests.console_rooms import put_on_duty
from tests.consoles import ConsoleClient
from tests.exam_server.delivery.test_journal import write
from tests.live_server import LiveServer
from tests.seats import SeatClient

pytestmark = pytest.mark.slow


def console_of(server: LiveServer, database: Database, room: AdaptiveRoom) -> ConsoleClient:
    with database.writing() as db:
        exam_session = db.get_one(ExamSession, room.exam_session_id)
        proctor, _ = put_on_duty(db, exam_session)
        address = {"exam_session": exam_session.uid, "room": exam_session.rooms[0].room.uid}
    return ConsoleClient(server.base, proctor, address).join()


def n_given(database: Database, sitting_id: int) -> int:
    with database.reading() as db:
        chosen = select(func.count()).select_from(GivenItem)
        return db.scalars(chosen.where(GivenItem.sitting_id == sitting_id)).one()


def shown(told: dict[str, Any]) -> tuple[int, str]:
    return told["given"], str(told["item"])


def test_an_adaptive_test_goes_on_where_it_was_whatever_happens_in_the_room(
    shared_server: LiveServer,
) -> None:
    database = shared_server.database()
    room = make_adaptive_room(database, shared_server.settings, now=utcnow(), seats=1)
    with database.reading() as db:
        (sitting,) = sittings_in(db, room)
    first = SeatClient(shared_server.base, room.tickets[0], CODE)
    assert first.sign_in()["ok"]
    first.connect().prepare()
    with database.writing() as db:
        start_sittings(db, [db.get_one(RoomRun, room.room_run_id)], now=utcnow())
    waited_for(first, 1)
    # answered twice: the later answer stands; after it is confirmed nothing changes it
    assert first.answer(1, "A")["ok"]
    first.note(1, "B")
    first.note(1, None, "confirmed")
    assert first.send()["refused"] == []
    second_item = shown(waited_for(first, 2))
    first.note(1, "C")
    first.note(1, None, "confirmed")
    assert {each["code"] for each in first.send()["refused"]} == {"item_confirmed"}

    console = console_of(shared_server, database, room)
    time_is_added(console, sitting, first, second_item)
    a_pause_gives_nothing(console, sitting, first, second_item)
    assert n_given(database, sitting.id) == 2
    console.ask("resume_sitting", sitting=sitting.uid)
    assert first.send()["ok"]
    third_item = shown(waited_for(first, 3))

    # another computer: the same item, none more; what the old one still holds is late work
    first.cut()
    other = moved(console, sitting, first)
    assert shown(other.state["adaptive"]) == third_item
    assert other.state["answers"] == {"1": "B", "2": "A"}
    assert n_given(database, sitting.id) == 3
    first.note(3, "A")["at"] = rfc3339(utcnow() + timedelta(hours=1))  # its clock is fast
    first.reconnect_under_ended_lease()
    assert first.ask("send_late_work", {"events": list(first.outbox.values())})["kept"] == 1
    other.acked[other.state["acked_seq"]] = {}  # numbers go on from there
    other.note(3, "B")
    other.note(3, None, "confirmed")
    assert other.send()["refused"] == []
    waited_for(other, 4)
    console.ask("force_hand_in", sitting=sitting.uid, reason="unwell")
    accept_late_work(database, sitting, console)
    with database.reading() as db:  # the next item was chosen by what was confirmed
        answers = responses_of(db, [sitting.id])[sitting.id].answers
        assert answers == {"1": "B", "2": "A", "3": "B"}
        places = db.scalars(select(GivenItem.place).where(GivenItem.sitting_id == sitting.id))
        assert len(set(places)) == 4
        assert db.get_one(Sitting, sitting.id).status == "handed_in"
    first.cut()
    other.cut()
    console.leave()
    database.close()


def time_is_added(
    console: ConsoleClient, sitting: Sitting, seat: SeatClient, item: tuple[int, str]
) -> None:
    ends_at = parse_rfc3339(seat.ask("fetch_state")["ends_at"])
    console.ask("grant_time", sitting=sitting.uid, minutes="5", reason="restart")
    told = seat.ask("fetch_state")
    assert parse_rfc3339(told["ends_at"]) - ends_at == timedelta(minutes=5)
    assert shown(told["adaptive"]) == item


def a_pause_gives_nothing(
    console: ConsoleClient, sitting: Sitting, seat: SeatClient, item: tuple[int, str]
) -> None:
    console.ask("pause_sitting", sitting=sitting.uid, reason="alarm")
    seat.note(2, "A")
    seat.note(2, None, "confirmed")
    assert seat.send()["code"] == "sitting_paused"
    assert shown(seat.ask("fetch_state")["adaptive"]) == item


def moved(console: ConsoleClient, sitting: Sitting, seat: SeatClient) -> SeatClient:
    other = SeatClient(seat.base, seat.ticket, CODE)
    assert other.sign_in()["code"] == "other_device"
    console.sees(seat.ticket, move_requested=True)
    console.ask("approve_move", sitting=sitting.uid)
    assert other.sign_in()["ok"]
    return other.connect()


def accept_late_work(database: Database, sitting: Sitting, console: ConsoleClient) -> None:
    late = DecideLateWork(
        sitting_id=sitting.id,
        groups=frozenset(),
        is_accepted=True,
        reason="换机",
        person_id=proctor_of(database, console),
        now=utcnow(),
        has_result=lambda _db, _registration: False,
        title="重新评分",
    )
    assert write(database, late)[0]["ok"]


def proctor_of(database: Database, console: ConsoleClient) -> int:
    with database.reading() as db:
        return db.query(Person).filter_by(username=console.username).one().id
