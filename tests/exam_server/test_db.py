"""Column types and transactions of the store."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from exam_server import db as db_module
from exam_server.audit import AuditEntry
from exam_server.db import Database, Mark, StoreSilentError, make_engine, plain
from exam_server.errors import NotFoundError
from tests.factories import NOW, make_organization, make_rule_set

SQLITE = SQLiteDialect()


def test_a_mark_comes_back_exactly(db: Session) -> None:
    rules = make_rule_set(db, make_organization(db), pass_mark=Decimal("59.9999"))
    db.expire(rules)
    assert rules.pass_mark == Decimal("59.9999")
    assert db.scalar(text("SELECT pass_mark FROM rule_set")) == 599_999


def test_a_mark_of_five_decimals_is_a_bug(db: Session) -> None:
    with pytest.raises(StatementError, match="at most four decimals"):
        make_rule_set(db, make_organization(db), pass_mark=Decimal("0.00001"))


@given(st.integers(-(10**9), 10**9))
def test_every_ten_thousandth_survives_the_store(units: int) -> None:
    mark = Decimal(units) / 10_000
    stored = Mark().process_bind_param(mark, SQLITE)
    assert Mark().process_result_value(stored, SQLITE) == mark


def test_a_whole_mark_is_written_without_exponent() -> None:
    assert str(plain(Decimal("100.0000"))) == "100"
    assert str(plain(Decimal("59.5000"))) == "59.5"


def test_an_instant_comes_back_in_utc(db: Session) -> None:
    beijing = datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    entry = AuditEntry(at=beijing, act="test", object="none", detail={})
    db.add(entry)
    db.flush()
    db.expire(entry)
    assert entry.at == NOW
    assert entry.at.tzinfo == UTC


def test_an_instant_without_zone_is_refused(db: Session) -> None:
    naive = datetime(2026, 6, 1, 9, 0)  # noqa: DTZ001 - the point of the test
    db.add(AuditEntry(at=naive, act="test", object="none", detail={}))
    with pytest.raises(StatementError, match="needs a time zone"):
        db.flush()


def add_organization_then_fail(db: Session) -> None:
    make_organization(db)
    raise NotFoundError("no_such_person")


def test_a_failed_writing_leaves_nothing(database: Database) -> None:
    with pytest.raises(NotFoundError), database.writing() as db:
        add_organization_then_fail(db)
    with database.reading() as db:
        assert db.scalar(text("SELECT count(*) FROM organization")) == 0


def test_two_writers_of_one_process_wait_for_each_other(database: Database) -> None:
    """Each adds one to the same counter; a lost update would show."""
    with database.writing() as db:
        organization_id = make_organization(db, kind="0").id

    def add_ten() -> None:
        for _ in range(10):
            with database.writing() as db:
                chosen = text("SELECT kind FROM organization WHERE id = :id FOR UPDATE")
                if database.is_sqlite:
                    chosen = text("SELECT kind FROM organization WHERE id = :id")
                kind = int(db.scalar(chosen, {"id": organization_id}))
                db.execute(
                    text("UPDATE organization SET kind = :kind WHERE id = :id"),
                    {"kind": str(kind + 1), "id": organization_id},
                )

    writers = [threading.Thread(target=add_ten) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.reading() as db:
        assert db.scalar(text("SELECT kind FROM organization")) == "40"


def test_sqlite_writes_through_to_the_disk(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.postgresql
def test_a_web_process_adds_its_limits_to_what_the_address_asks_for(postgres_url: str) -> None:
    engine = make_engine(f"{postgres_url}?options=-csearch_path%3Delsewhere", is_web=True)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW search_path")) == "elsewhere"
        assert connection.scalar(text("SHOW statement_timeout")) == "20s"
    engine.dispose()


@pytest.mark.postgresql
def test_a_connection_that_fell_while_idle_is_renewed_and_a_fresh_one_not_asked(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, pings = make_engine(postgres_url, is_web=True), []
    asks = engine.dialect.do_ping
    monkeypatch.setattr(engine.dialect, "do_ping", lambda it: pings.append(it) or asks(it))

    def backend() -> int:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT pg_backend_pid()")) or 0

    backend()  # a new connection is asked once
    pings.clear()
    first = backend()
    assert pings == []
    other = make_engine(postgres_url)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
    other.dispose()
    monkeypatch.setattr(db_module, "FRESH_S", 0.0)
    assert backend() not in {0, first}
    assert pings
    engine.dispose()


@pytest.mark.postgresql
def test_a_silent_store_is_told_apart_whatever_fails_on_the_way_out(
    postgres_database: Database,
) -> None:
    """The driver refuses to tidy up a connection in the middle of a statement, in its own words."""

    def waits_in_vain() -> None:
        try:
            gevent.sleep(5)
        finally:
            raise ValueError("connection in transaction status ACTIVE")

    with pytest.raises(StoreSilentError), postgres_database.writing(within_s=0.05):
        waits_in_vain()
    with pytest.raises(ValueError, match="ACTIVE"), postgres_database.writing(within_s=60):
        raise ValueError("ACTIVE")
