"""Several web processes over one store: what one does, the seats of the others are told."""

import csv
import time
from decimal import Decimal
from pathlib import Path

import pytest

from exam_server.clock import parse_rfc3339
from exam_server.db import Database
from exam_server.proctoring import clock_acts
from exam_server.proctoring.service import Acting
from exam_server.seating.models import ExamSession
from tests.factories import actor_of, make_duty, make_person
from tests.live_server import LiveServer
from tests.seats import SeatClient

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.valkey]


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
    assert all(seat.has_key.wait(5) for seat in seats)
    before = [parse_rfc3339(seat.ask("fetch_state")["ends_at"]) for seat in seats]

    with postgres_database.writing() as db:  # a process that is neither of the two
        exam_session = db.query(ExamSession).filter_by(uid=uid).one()
        room_run = exam_session.rooms[0]
        person = make_person(db, "proctor", organization=exam_session.batch.programme.organization)
        make_duty(db, exam_session, person, room=room_run.room)
        acting = Acting(actor_of(person), room_run, room_run.started_at)
        clock_acts.grant_time(db, acting, None, minutes=Decimal(5), reason="bell")
    granted = time.monotonic()
    for seat, end in zip(seats, before, strict=True):
        told = seat.expect("clock_changed")
        assert (parse_rfc3339(told["ends_at"]) - end).total_seconds() == 300
        assert time.monotonic() - granted < 1
        assert seat.answer(1, "A")["ok"]
        seat.cut()
