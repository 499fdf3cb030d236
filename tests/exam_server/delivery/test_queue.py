"""The journal's queue: acknowledged after the commit only, one failure harms no other."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import gevent
import pytest
from gevent.queue import Queue
from sqlalchemy import func, select, text

from exam_server.clock import rfc3339
from exam_server.db import Database
from exam_server.delivery.entries import AckClock, Close, HandIn, SaveAnswers
from exam_server.delivery.journal import LARGEST_BATCH, Journal
from exam_server.delivery.journal_writing import Batch
from exam_server.delivery.messages import Parsed, parse_events
from exam_server.delivery.models import AnswerEvent, Receipt
from exam_server.seating.models import Sitting
from tests.factories import NOW, make_batch, make_exam_session, make_organization, make_sitting


@dataclass(frozen=True)
class Broken:
    """An entry with a bug in it, behind a write of its own."""

    sitting_id: int
    locks_exam_session: bool = False

    def seqs(self) -> Iterable[int]:
        return ()

    def write(self, batch: Batch) -> dict[str, Any]:
        batch.flush()
        raise ZeroDivisionError


def make_room(database: Database, *, seats: int) -> list[int]:
    with database.writing() as db:
        exam_session = make_exam_session(db, make_batch(db, make_organization(db)))
        exam_session.rooms[0].started_at = NOW
        return [
            make_sitting(db, exam_session, status="running", lease_number=1).id
            for _ in range(seats)
        ]


def save(sitting_id: int, *seqs: int) -> SaveAnswers:
    events = [{"seq": n, "position": n, "answer": "A", "at": rfc3339(NOW)} for n in seqs]
    parsed = parse_events({"events": events}, 10)
    assert isinstance(parsed, Parsed)
    return SaveAnswers(sitting_id, 1, parsed, NOW)


@contextmanager
def running(database: Database) -> Iterator[Journal]:
    journal = Journal(database, lambda _batch: None)
    writer = gevent.spawn(journal.run)
    yield journal
    journal.stop()
    writer.join(5)
    assert writer.successful()


def ask_all(journal: Journal, entries: Iterable[Any]) -> list[dict[str, Any]]:
    asked = [gevent.spawn(journal.ask, entry) for entry in entries]
    gevent.joinall(asked, timeout=120)
    return [each.get(block=False) for each in asked]


def count(database: Database, table: type[Any] = AnswerEvent) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_what_is_acknowledged_can_be_read_by_everybody(database: Database) -> None:
    (sitting,) = make_room(database, seats=1)
    with running(database) as journal:
        assert journal.ask(save(sitting, 1, 2))["acked_seq"] == 2
        assert count(database) == 2


def test_one_failing_entry_harms_no_other_of_its_batch(database: Database) -> None:
    first, second = make_room(database, seats=2)
    with running(database) as journal:
        entries = [save(first, 1), Broken(first), save(second, 1), HandIn(second, 1, 1, NOW)]
        replies = ask_all(journal, entries)
    assert [reply["ok"] for reply in replies[:3]] == [True, False, True]
    assert replies[1]["code"] == "store_unavailable"
    assert count(database) == 2


def test_while_the_store_fails_nothing_is_acknowledged_and_a_repeat_is_taken_later(
    sqlite_database: Database,
) -> None:
    seats = make_room(sqlite_database, seats=3)
    with running(sqlite_database) as journal:
        with sqlite_database.writing() as db:
            db.execute(text("ALTER TABLE answer_event RENAME TO away"))
        replies = ask_all(journal, [save(each, 1) for each in seats])
        assert replies == [{"ok": False, "code": "store_unavailable"}] * 3
        with sqlite_database.writing() as db:
            db.execute(text("ALTER TABLE away RENAME TO answer_event"))
        replies = ask_all(journal, [save(each, 1) for each in seats])
    assert [reply["acked_seq"] for reply in replies] == [1, 1, 1]
    assert count(sqlite_database) == 3


def test_a_full_queue_refuses_at_once_and_keeps_what_it_has(database: Database) -> None:
    (sitting,) = make_room(database, seats=1)
    journal = Journal(database, lambda _batch: None, queue=Queue(1))
    kept = gevent.spawn(journal.ask, save(sitting, 1))
    gevent.sleep(0)
    assert journal.ask(save(sitting, 2)) == {"ok": False, "code": "server_busy"}
    journal.stop()
    journal.run()
    assert kept.get(timeout=120)["acked_seq"] == 1


def test_stopping_writes_what_is_queued(database: Database) -> None:
    seats = make_room(database, seats=5)
    journal = Journal(database, lambda _batch: None)
    asked = [gevent.spawn(journal.ask, save(each, 1)) for each in seats]
    gevent.sleep(0)
    journal.stop()
    journal.run()
    assert [each.get(timeout=120)["ok"] for each in asked] == [True] * 5
    assert count(database) == 5


@pytest.mark.slow
def test_a_batch_as_large_as_they_come_is_written_and_closed(database: Database) -> None:
    with database.writing() as db:
        batch = make_batch(db, make_organization(db))
        seats = []
        for _ in range(LARGEST_BATCH // 30 + 1):
            exam_session = make_exam_session(db, batch)
            exam_session.rooms[0].started_at = NOW
            values = {"status": "running", "lease_number": 1}
            seats += [make_sitting(db, exam_session, **values).id for _ in range(30)]
    with running(database) as journal:
        saved = ask_all(journal, [save(each, 1, 2) for each in seats])
        assert [reply["acked_seq"] for reply in saved] == [2] * len(seats)
        ended = ask_all(journal, [Close(each, "forced", NOW) for each in seats])
    assert [reply["receipt"]["count"] for reply in ended] == [2] * len(seats)
    assert count(database, Receipt) == len(seats)


def test_clocks_that_seats_show_are_stored_together_and_never_ahead(database: Database) -> None:
    one, two, other = make_room(database, seats=3)
    with database.writing() as db:
        for sitting in db.scalars(select(Sitting)):
            sitting.clock_number = 4
    with running(database) as journal:
        asked = [
            gevent.spawn(journal.ask, AckClock(one, 1, 3)),
            gevent.spawn(journal.ask, AckClock(one, 1, 2)),
            gevent.spawn(journal.ask, AckClock(two, 1, 9)),
            gevent.spawn(journal.ask, AckClock(other, 7, 4)),
        ]
        gevent.joinall(asked)
    assert [each.value["ok"] for each in asked] == [True, True, True, False]
    with database.reading() as db:
        shown = db.scalars(select(Sitting.clock_acked).order_by(Sitting.id)).all()
    assert shown == [3, 0, 0]
