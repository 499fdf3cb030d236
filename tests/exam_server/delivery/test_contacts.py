"""Losses of contact become rows: those that lasted, of seats at work, each once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from exam_server.db import Database
from exam_server.delivery.closing import beat
from exam_server.delivery.contacts import Contacts, note_outage
from exam_server.delivery.entries import AckClock
from exam_server.delivery.held_lines import (
    HeldLines,
    beat_process,
    dead_processes,
    lines_elsewhere,
    take_over,
)
from exam_server.delivery.journal_writing import open_batch
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.models import ContactLoss
from tests.factories import make_sitting

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def running(database: Database, status: str = "running") -> int:
    with database.writing() as db:
        return make_sitting(db, status=status).id


def rows(database: Database) -> list[tuple[float, float | None]]:
    with database.reading() as db:
        found = db.scalars(select(ContactLoss).order_by(ContactLoss.id)).all()
    return [
        (
            (row.lost_at - NINE).total_seconds(),
            row.regained_at and (row.regained_at - NINE).total_seconds(),
        )
        for row in found
    ]


def test_a_loss_is_written_while_it_lasts_and_closed_when_it_ends(database: Database) -> None:
    contacts, sitting = Contacts(), running(database)
    contacts.lost(sitting, now=at(0))
    contacts.write(database, now=at(2))
    assert rows(database) == []
    contacts.write(database, now=at(4))
    assert rows(database) == [(0, None)]
    contacts.regained(sitting, now=at(90))
    contacts.write(database, now=at(91))
    contacts.write(database, now=at(98))
    assert rows(database) == [(0, 90)]


def test_a_reload_is_no_loss(database: Database) -> None:
    contacts, sitting = Contacts(), running(database)
    contacts.lost(sitting, now=at(0))
    contacts.regained(sitting, now=at(2))
    contacts.write(database, now=at(10))
    assert rows(database) == []


def test_two_losses_between_two_writings_are_two(database: Database) -> None:
    contacts, sitting = Contacts(), running(database)
    contacts.lost(sitting, now=at(0))
    contacts.regained(sitting, now=at(5))
    contacts.lost(sitting, now=at(6))
    contacts.write(database, now=at(10))
    assert rows(database) == [(0, 5), (6, None)]


def test_a_seat_that_is_over_or_not_yet_ready_loses_nothing(database: Database) -> None:
    contacts = Contacts()
    for status in ("assigned", "checked_in", "handed_in", "void"):
        contacts.lost(running(database, status), now=at(0))
    contacts.write(database, now=at(10))
    assert rows(database) == []


def test_another_process_sees_the_seat_again_before_the_loss_is_written(
    database: Database,
) -> None:
    sitting = running(database)
    old, new = Contacts(), Contacts()
    old.lost(sitting, now=at(0))
    new.regained(sitting, now=at(2))
    new.write(database, now=at(3))
    old.write(database, now=at(3.5))
    assert rows(database) == [(0, None)]
    new.write(database, now=at(9))
    assert rows(database) == [(0, 2)]


def test_one_of_two_lines_is_no_loss(database: Database) -> None:
    facts, sitting = LiveFacts(), running(database)
    facts.connected(sitting, "a", now=at(0))
    facts.connected(sitting, "b", now=at(1))
    facts.disconnected(sitting, "a", now=at(2))
    facts.contacts.write(database, now=at(9))
    assert rows(database) == []
    facts.disconnected(sitting, "b", now=at(10))
    facts.contacts.write(database, now=at(14))
    assert rows(database) == [(10, None)]


def test_an_outage_of_the_server_is_a_loss_of_every_seat_at_work(database: Database) -> None:
    running(database)
    running(database, "assigned")
    with database.writing() as db:
        beat(db, now=at(0))
        assert note_outage(db, now=at(2)) == 0
        assert note_outage(db, now=at(60)) == 1
        assert note_outage(db, now=at(61)) == 0
    assert rows(database) == [(0, None)]


def test_a_process_taken_for_dead_holds_its_lines_again_with_its_next_sign_of_life(
    database: Database,
) -> None:
    sitting = running(database)
    facts = LiveFacts(held=HeldLines("web 1"))
    facts.connected(sitting, "line", now=at(0))
    facts.held.write(database)

    def beats(now: datetime) -> bool:
        with database.writing() as db:
            return beat_process(db, "web 1", now=now)

    def seen_from_elsewhere() -> set[int]:
        with database.reading() as db:
            return set(lines_elsewhere(db, [sitting], "web 2"))

    assert [beats(at(0)), beats(at(2))] == [False, True]
    assert seen_from_elsewhere() == {sitting}
    with database.writing() as db:
        assert dead_processes(db, now=at(9)) == []
        assert dead_processes(db, now=at(11)) == ["web 1"]
        take_over(db, "web 1")
    assert rows(database) == [(2, None)]
    assert seen_from_elsewhere() == set()
    assert not beats(at(20)), "it learns that it was taken for dead"
    facts.hold_again(now=at(20))
    facts.held.write(database)
    facts.contacts.write(database, now=at(21))
    assert rows(database) == [(2, 20)]
    assert seen_from_elsewhere() == {sitting}


@pytest.mark.postgresql
def test_a_loss_is_noted_while_an_answer_is_being_written(postgres_database: Database) -> None:
    """Neither waits for the other, so they cannot wait for each other."""
    with postgres_database.writing() as db:
        sitting_id = make_sitting(db, status="running").id
    entry = AckClock(sitting_id, 1, 1)
    with postgres_database.writing() as journal:
        assert open_batch(journal, [entry]).sittings.keys() == {sitting_id}
        with postgres_database.writing() as db:
            db.execute(text("SET LOCAL lock_timeout = '1s'"))
            db.add(ContactLoss(sitting_id=sitting_id, lost_at=NINE))
