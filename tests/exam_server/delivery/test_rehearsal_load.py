"""The office rehearses its own server: real load, an honest report, nothing left behind."""

import json

import pytest
from sqlalchemy import func, select

from exam_server.config import Settings
from exam_server.db import Base, Database
from exam_server.delivery.rehearsal_load import play, report
from exam_server.delivery.rehearsal_load.addresses import Address, address_of
from exam_server.delivery.rehearsal_load.capacity import Measured, capacity_of
from exam_server.delivery.rehearsal_load.findings import Findings, Step, compare
from exam_server.delivery.rehearsal_load.rehearse import Plan, refuse_beside_an_exam, rehearse
from exam_server.delivery.rehearsal_load.seats import LoadSeat
from exam_server.errors import ConflictError
from tests.apart import apart
from tests.factories import NOW, make_batch, make_exam_session, make_organization
from tests.live_server import LiveServer

CALM = {"seats": 300, "workers": 1, "interval_s": 30.0, "first_s": 0.2, "last_s": 0.3}


@pytest.mark.long
def test_a_running_server_is_rehearsed_and_nothing_of_it_stays(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "FLAT_OUT_S", 0.2)
    database = live_server.database()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in KEPT]
    before = counts(database, tables)
    said: list[str] = []
    plan = Plan(seats=3, items=4, minutes=0.05, url=live_server.base, say=said.append)
    found = apart(rehearse, Settings(var=live_server.var), database, plan)
    assert said == ["doors", "start", "work", "more_work", "flat_out", "hand_in", "bell"]
    assert (found.lost, [step.name for step in found.steps if not step.is_good]) == (0, [])
    assert found.acknowledged == found.stored > 3
    assert found.seat_bytes is not None
    assert found.capacity is not None
    assert counts(database, tables) == before
    database.close()


# The rehearsals' organization and occupation are made once; the audit record forgets nothing.
KEPT = {"organization", "occupation", "audit_entry", "announcement", "server_beat"}


def counts(database: Database, tables: list[Base]) -> dict[str, int]:
    with database.reading() as db:
        return {
            table.name: db.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        }


def test_beside_a_real_exam_nothing_is_rehearsed(database: Database) -> None:
    with database.writing() as db:
        batch = make_batch(db, make_organization(db))
        room_run = make_exam_session(db, batch).rooms[0]
        refuse_beside_an_exam(db)
        room_run.started_at = NOW
        db.flush()
        with pytest.raises(ConflictError, match="exam_is_live"):
            refuse_beside_an_exam(db)
        batch.is_rehearsal = True
        db.flush()
        refuse_beside_an_exam(db)


@pytest.mark.parametrize(
    ("more", "limit", "seats"),
    [
        ({}, "trust", 6000),
        ({"cpu_s_per_answer": 0.01}, "processor", 1800),
        ({"cpu_s_per_answer": 0.01, "workers": 2}, "processor", 3600),
        ({"last_s": 3.2}, "start", 480),
        ({"seat_bytes": 60_000, "free_bytes": 120_000_000}, "memory", 1300),
        ({"files": 1024}, "open_files", 520),
        ({"files": 100}, "open_files", 0),
    ],
)
def test_what_runs_out_first_is_the_limit(more: dict[str, float], limit: str, seats: int) -> None:
    found = capacity_of(Measured(**{**CALM, **more}))
    assert (found.limit, found.seats) == (limit, seats)


def test_a_good_rehearsal_says_what_the_server_carries_and_why() -> None:
    found = Findings(300, 40, 1, "SQLite", 2, is_own_server=True, server_memory=1, files=9000)
    found.capacity = capacity_of(Measured(**{**CALM, "cpu_s_per_answer": 0.01}))
    text = report.as_text(found)
    for words in ("1800", "the limit is the processor", "首先受限于：处理器"):
        assert words in text


def test_an_acknowledged_answer_that_is_not_stored_as_sent_is_counted_as_lost() -> None:
    seat = LoadSeat(Address("127.0.0.1", 1), "T1", "code", 4)
    for _ in range(3):
        event = seat.note_answer()
        seat.acked[event["seq"]] = seat.outbox.pop(event["seq"])
    rows = [
        {"ticket": "T1", "seq": seq, "position": event["position"], "answer": answer}
        for seq, answer in ((1, '"B"'), (2, '"A"'))
        for event in [seat.acked[seq]]
    ]
    assert compare([seat], rows) == 2  # the second was stored otherwise, the third is not there


def test_the_report_says_what_went_wrong_in_both_languages() -> None:
    found = Findings(3, 4, 1, "SQLite", 2, is_own_server=False, acknowledged=9, lost=1, files=256)
    found.steps = [Step("start", 0.5, seats=2, is_good=False), Step("work", 1, p99_ms=1500.0)]
    page = report.as_html(found)
    for words in ("演练未通过", "Not passed", "ulimit -n", "请勿用本服务器开考", "✗"):
        assert words in page
    assert json.loads(report.as_json(found))["warnings"] == [
        "answers_lost",
        "step_failed",
        "few_files",
        "slow",
        "no_processor_figures",
    ]
    assert "carries" not in page  # who loses answers carries nobody


@pytest.mark.parametrize(
    ("live_url", "netloc", "path"),
    [
        ("", "exam.test:443", "/socket.io/?EIO=4&transport=websocket"),
        ("/?room=r1", "exam.test:443", "/socket.io/?room=r1&EIO=4&transport=websocket"),
        ("/live/r1", "exam.test:443", "/live/r1/socket.io/?EIO=4&transport=websocket"),
    ],
)
def test_a_seat_goes_where_the_sign_in_sends_it(live_url: str, netloc: str, path: str) -> None:
    found = address_of("https://exam.test").live(live_url)
    assert (found.netloc, found.live_path) == (netloc, path)
