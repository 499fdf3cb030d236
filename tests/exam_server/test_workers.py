"""Several web processes over one store: what one does, the seats of the others are told."""

import csv
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from exam_server.clock import parse_rfc3339, utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.rehearsing import create_rehearsal, start_rehearsal
from exam_server.proctoring import clock_acts
from exam_server.proctoring.service import Acting
from exam_server.seating.models import ExamSession, RoomRun
from tests.console_rooms import put_on_duty
from tests.consoles import ConsoleClient
from tests.factories import actor_of, make_duty, make_person
from tests.live_server import LiveServer
from tests.quickness import comes_within
from tests.seats import SeatClient

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.valkey]

FIVE_MIN = timedelta(minutes=5)


@pytest.mark.long
def test_an_act_of_any_process_reaches_the_seats_of_every_process(
    live_postgres: LiveServer, postgres_database: Database, tmp_path: Path
) -> None:
    out = tmp_path / "tickets.csv"
    options = ("--seats", "2", "--items", "3", "--minutes", "30", "--out", str(out))
    uid = live_postgres.command("rehearsal", "create", *options).splitlines()[-1]
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    seats = [
        SeatClient(live_postgres.base_of(worker), row["ticket"], row["code"])
        for worker, row in enumerate(rows)
    ]
    for seat in seats:
        assert seat.sign_in()["ok"]
        seat.connect()
    live_postgres.command("rehearsal", "start", uid)
    for seat in seats:
        seat.gets_key()

    with postgres_database.writing() as db:  # a process that is neither of the two
        exam_session = db.query(ExamSession).filter_by(uid=uid).one()
        room_run = exam_session.rooms[0]
        person = make_person(db, "proctor", organization=exam_session.batch.programme.organization)
        make_duty(db, exam_session, person, room=room_run.room)
        acting = Acting(actor_of(person), room_run, room_run.started_at)

    def grant() -> None:
        before = [parse_rfc3339(seat.ask("fetch_state")["ends_at"]) for seat in seats]
        with postgres_database.writing() as db:
            at_work = replace(acting, room_run=db.get_one(RoomRun, room_run.id))
            clock_acts.grant_time(db, at_work, None, minutes=Decimal(5), reason="bell")
        told = [parse_rfc3339(seat.expect("clock_changed")["ends_at"]) for seat in seats]
        assert [after - end for after, end in zip(told, before, strict=True)] == [FIVE_MIN] * 2

    assert comes_within(1, grant)
    for seat in seats:
        assert seat.answer(1, "A")["ok"]
        seat.cut()


@pytest.mark.long
def test_seats_at_one_process_and_their_console_at_another(
    live_postgres: LiveServer, postgres_database: Database
) -> None:
    with postgres_database.writing() as db:
        secret = Settings(var=live_postgres.var).secret
        exam_session, tickets = create_rehearsal(
            db, seats=3, items=3, minutes=30, secret=secret, now=utcnow()
        )
        proctor, _ = put_on_duty(db, exam_session)
        uid, room = exam_session.uid, exam_session.rooms[0].room.uid
        start_rehearsal(db, uid, now=utcnow())
    first, second = live_postgres.base_of(0), live_postgres.base_of(1)
    seat, moving, ended = (SeatClient(first, row.ticket, row.code) for row in tickets)
    for each in (seat, moving, ended):
        assert each.sign_in()["ok"]
        each.connect()
    console = ConsoleClient(second, proctor, {"exam_session": uid, "room": room}).join()
    for each in (seat, moving, ended):
        console.sees(each.ticket, connected=True, status="running")

    # what a seat does at its process is seen at the other
    assert seat.answer(1, "A")["ok"]
    assert seat.answer(2, "B")["ok"]
    console.sees(seat.ticket, answered=2)
    assert seat.ask("call_proctor", {"text": "paper"})["ok"]
    console.sees(seat.ticket, called="paper")

    # a second tab at another process closes the first
    tab = SeatClient(second, seat.ticket, seat.code, device=seat.device, token=seat.token).connect()
    seat.expect("line_replaced")
    console.sees(seat.ticket, connected=True)
    tab.acked = dict(seat.acked)
    assert tab.answer(3, "C")["ok"]
    console.sees(seat.ticket, answered=3)

    # a move approved at one process ends the lease at the other
    after = SeatClient(second, moving.ticket, moving.code)
    assert after.sign_in()["code"] == "other_device"
    uid_moving = console.sees(moving.ticket, move_requested=True)["sitting"]
    console.ask("approve_move", sitting=uid_moving)
    moving.expect("lease_ended")
    assert moving.answer(1, "A")["code"] == "lease_ended"
    assert after.sign_in()["ok"]
    assert after.connect().answer(1, "D")["ok"]

    # a hand-in forced at one process is told at the other, with everything before it
    for position in (1, 2, 3):
        assert ended.answer(position, "A")["ok"]
    uid_ended = console.sees(ended.ticket, answered=3)["sitting"]
    receipt = console.ask("force_hand_in", sitting=uid_ended, reason="unwell")["receipt"]
    assert ended.expect("sitting_closed")["receipt"] == receipt
    assert receipt["count"] == 3

    # a process that is killed leaves no seat shown as connected
    live_postgres.kill_worker(0)
    console.sees(ended.ticket, connected=False)
    console.sees(seat.ticket, connected=True)
    console.leave()
