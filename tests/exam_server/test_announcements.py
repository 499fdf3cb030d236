"""Announcements reach every process once."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from exam_server.announcements import AnnouncementReader, announce, forget_old
from exam_server.clock import TestClock
from exam_server.db import Database
from exam_server.errors import NotFoundError

Heard = list[tuple[str, str, dict[str, Any]]]


def reader_of(database: Database) -> tuple[AnnouncementReader, Heard]:
    heard: Heard = []
    reader = AnnouncementReader(
        database, [lambda name, to, payload: heard.append((name, to, payload))]
    )
    reader.start()
    return reader, heard


def announce_then_fail(db: Session) -> None:
    announce(db, "clock_changed", {}, to="sitting:a")
    db.flush()
    raise NotFoundError("no_such_person")


def test_what_was_announced_is_heard_once_and_in_order(database: Database) -> None:
    reader, heard = reader_of(database)
    with database.writing() as db:
        announce(db, "clock_changed", {"minutes": 5}, to="sitting:a")
        db.flush()
        announce(db, "clock_changed", {"minutes": 10}, to="sitting:a")
    assert reader.read() == 2
    assert reader.read() == 0
    assert [payload["minutes"] for _, _, payload in heard] == [5, 10]


def test_what_was_rolled_back_is_never_heard(database: Database) -> None:
    reader, heard = reader_of(database)
    with pytest.raises(NotFoundError), database.writing() as db:
        announce_then_fail(db)
    assert reader.read() == 0
    assert heard == []


def test_a_reader_begins_behind_what_happened_before(database: Database) -> None:
    with database.writing() as db:
        announce(db, "clock_changed", {}, to="sitting:a")
    reader, heard = reader_of(database)
    assert reader.read() == 0
    assert heard == []


@pytest.mark.postgresql
def test_an_announcement_committed_out_of_order_is_still_heard(postgres_database: Database) -> None:
    reader, heard = reader_of(postgres_database)
    with postgres_database.writing() as slow:
        announce(slow, "first", {}, to="sitting:a")
        slow.flush()
        with postgres_database.writing() as quick:
            announce(quick, "second", {}, to="sitting:b")
        reader.read()
    reader.read()
    assert [name for name, _, _ in heard] == ["second", "first"]


def test_a_commit_wakes_who_listens(database: Database) -> None:
    woken: list[bool] = []
    database.after_announcing.append(lambda: woken.append(True))
    with database.writing() as db:
        announce(db, "clock_changed", {}, to="sitting:a")
    with database.writing():
        pass
    assert woken == [True]


def test_old_announcements_are_forgotten(database: Database, clock: TestClock) -> None:
    with database.writing() as db:
        announce(db, "old", {}, to="sitting:a")
    clock.advance(minutes=11)
    with database.writing() as db:
        announce(db, "new", {}, to="sitting:a")
        db.flush()
        forget_old(db, clock.now())
    fresh = AnnouncementReader(database, [])
    assert fresh.read() == 1


def test_what_is_announced_after_a_long_silence_is_heard(
    database: Database, clock: TestClock
) -> None:
    reader, heard = reader_of(database)
    with database.writing() as db:
        announce(db, "first", {}, to="sitting:a")
    reader.read()
    clock.advance(minutes=11)
    with database.writing() as db:
        forget_old(db, clock.now())
    with database.writing() as db:
        announce(db, "second", {}, to="sitting:a")
    reader.read()
    assert [name for name, _, _ in heard] == ["first", "second"]
