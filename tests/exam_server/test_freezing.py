"""While an exam session is live neither program nor schema nor anything of it changes."""

import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam_server import starting
from exam_server.audit import AuditEntry
from exam_server.backups import BackupError, copy_verified
from exam_server.clock import TestClock
from exam_server.commands import main
from exam_server.db import Database
from exam_server.delivery.closing import beat
from exam_server.errors import ConflictError
from exam_server.freezing import check_other_version, refuse_upgrade_while_live
from exam_server.migrating import alembic_config, is_current, upgrade
from exam_server.programmes.models import Organization
from exam_server.seating.live import live_exam_sessions
from exam_server.seating.models import ExamSession, Sitting
from exam_server.server_starts import ServerStart, note_start
from exam_server.versions import ServerVersion
from tests.factories import (
    NOW,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_room,
    make_sitting,
)
from tests.staff import desk_of

OLD = ServerVersion("1.0", "a", "b", "0013")
NEW = ServerVersion("1.0", "a", "c", "0013")


def make_live(db: Session, organization: Organization | None = None, **values: Any) -> ExamSession:
    batch = make_batch(db, organization or make_organization(db))
    return make_exam_session(db, batch, state="released", name="上午场", **values)


@pytest.mark.parametrize(
    ("minutes", "values", "begun", "expected"),
    [
        (-31, {}, False, False),  # entry is not open yet
        (-30, {}, False, True),
        (60, {}, False, True),
        (26 * 60, {}, False, False),  # nobody ever began: forgotten
        (26 * 60, {}, True, True),  # begun and not closed
        (0, {"state": "planned"}, False, False),
        (0, {"state": "closed"}, True, False),
    ],
)
def test_live_is_from_open_entry_until_the_rooms_are_closed(
    db: Session,
    minutes: int,
    values: dict[str, Any],
    begun: bool,  # noqa: FBT001 - one table
    expected: bool,  # noqa: FBT001 - one table
) -> None:
    exam_session = make_live(db)
    for name, value in values.items():
        setattr(exam_session, name, value)
    exam_session.rooms[0].started_at = NOW if begun else None
    db.flush()
    found = live_exam_sessions(db, now=NOW + timedelta(minutes=minutes))
    assert [each.uid for each in found] == [exam_session.uid] * expected
    exam_session.batch.is_rehearsal = True
    db.flush()
    assert live_exam_sessions(db, now=NOW + timedelta(minutes=minutes)) == []


def test_another_version_starts_only_with_a_reason_that_stands_on_record(db: Session) -> None:
    exam_session = make_live(db)

    def start(version: ServerVersion, *, reason: str = "", minutes: int = 5) -> bool:
        now = NOW + timedelta(minutes=minutes)
        is_despite = check_other_version(db, version, reason=reason, now=now)
        note_start(db, version, reason=reason, now=now)
        return is_despite

    assert not start(OLD, minutes=-60)
    assert not start(NEW, minutes=-50)  # nothing is live yet
    assert not start(OLD, minutes=1)  # it is live, but no server has run since
    beat(db, now=NOW + timedelta(minutes=2))
    assert not start(OLD)
    with pytest.raises(ConflictError) as refused:
        start(NEW)
    assert refused.value.code == "other_version_while_live"
    assert "上午场" in str(refused.value.detail["names"])
    assert start(NEW, reason="补丁")
    assert not start(NEW)  # the same again is free
    entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "start_despite_live")).one()
    assert entry.object == f"exam_session:{exam_session.uid}"
    assert entry.detail == {"reason": "补丁", "was": OLD.words, "now": NEW.words}
    with pytest.raises(ConflictError, match="upgrade_while_live"):
        refuse_upgrade_while_live(db, now=NOW)
    exam_session.state = "closed"
    db.flush()
    refuse_upgrade_while_live(db, now=NOW)
    assert not start(OLD)


def test_nothing_of_a_live_exam_session_is_changed_at_a_page(
    client: FlaskClient, sqlite_database: Database, clock: TestClock
) -> None:
    office = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        run = make_forms(db, make_blueprint(db, organization))
        room = make_room(db, organization, rows=2, columns=3)
        made = make_live(
            db,
            organization,
            room=room,
            assembly_run=run,
            seat_seed="1",
            planned_start=clock.instant,
        )
        sitting = make_sitting(db, made, form_id=run.forms[0].id)
        page, places = f"/exam-sessions/{made.uid}", room.uid
        candidate = f"/exam-sessions/candidates/{sitting.registration.uid}/withdraw"
    plan = {"name": "改", "planned_start": "2026-06-01T10:00", "minutes": "90"}
    layout = {"name": "改", "rows": "1", "columns": "1", "numbering": "rows", "door": "left"}
    acts: list[tuple[str, dict[str, str]]] = [
        (f"{page}/plan", plan),
        (f"{page}/draw", {"seed": "2"}),
        (f"{page}/newcomers", {}),
        (f"{page}/moves", {"who": f"{places}:1", "to": f"{places}:2", "reason": "x"}),
        (f"{page}/moves/undo", {}),
        (f"{page}/release/ask", {}),
        (f"{page}/safe-browser", {"use": "asked", "start_url": "https://a.example/sitting"}),
        (f"/exam-sessions/rooms/{places}", {**layout, "cells": ""}),
        (f"/exam-sessions/rooms/{places}/retire", {}),
        (candidate, {"reason": "x"}),
    ]
    for address, sent in acts:
        answer = client.post(address, data=sent)
        assert answer.status_code == 409, address
        assert "上午场" in answer.text, address
    with sqlite_database.reading() as db:
        kept = db.scalars(select(ExamSession)).one()
        assert (kept.name, kept.minutes, kept.seat_seed) == ("上午场", 60, "1")
        assert db.scalars(select(Sitting)).one().seat.number == 1


@pytest.fixture
def console(tmp_path: Path, clock: TestClock) -> Any:
    """Console commands over a store of the schema before the newest."""

    def run(*args: str) -> Result:
        return CliRunner(env={"EXAM_SERVER_VAR": str(tmp_path)}).invoke(main, args)

    assert run("db", "upgrade").exit_code == 0  # an empty store: no backup, no question
    assert [path.name for path in tmp_path.glob("*.sqlite")] == ["exam.sqlite"]
    command.downgrade(alembic_config(f"sqlite:///{tmp_path / 'exam.sqlite'}"), "-1")
    return run


def test_an_upgrade_makes_and_checks_a_copy_and_waits_for_a_live_exam(
    console: Any, tmp_path: Path, clock: TestClock
) -> None:
    url = f"sqlite:///{tmp_path / 'exam.sqlite'}"
    database = Database(url)
    upgrade(url)
    with database.writing() as db:
        make_live(db, planned_start=clock.instant)
    command.downgrade(alembic_config(url), "-1")
    refused = console("db", "upgrade")
    assert refused.exit_code == 1
    assert "上午场" in refused.output
    assert "was not upgraded" in refused.output
    with database.writing() as db:
        db.execute(update(ExamSession).values(state="closed"))
    assert console("db", "upgrade").exit_code == 0
    assert is_current(database)
    (copy,) = [path for path in tmp_path.glob("*.sqlite") if path.name != "exam.sqlite"]
    assert copy.stat().st_mode & 0o077 == 0
    kept = Database(f"sqlite:///{copy}")
    assert not is_current(kept)
    with kept.reading() as db:
        assert db.scalar(select(ExamSession.name)) == "上午场"
    for each in (kept, database):
        each.close()
    assert console("db", "upgrade").exit_code == 0
    assert len(list(tmp_path.glob("*.sqlite"))) == 2  # nothing to do: no other copy


def test_a_damaged_store_gives_no_copy(tmp_path: Path) -> None:
    damaged = tmp_path / "exam.sqlite"
    with sqlite3.connect(damaged) as store:
        store.execute("CREATE TABLE t (x)")
        store.executemany("INSERT INTO t VALUES (?)", [("y" * 3000,)] * 50)
    store.close()
    body = bytearray(damaged.read_bytes())
    body[4096 * 3 : 4096 * 8] = b"\xff" * (4096 * 5)
    damaged.write_bytes(bytes(body))
    with pytest.raises(BackupError):
        copy_verified(damaged, tmp_path / "copy.sqlite")
    assert not (tmp_path / "copy.sqlite").exists()


@pytest.mark.postgresql
def test_postgresql_asks_for_a_backup(postgres_database: Database) -> None:
    from exam_server.upgrading import make_ready  # noqa: PLC0415

    with pytest.raises(BaseException, match="1") as ended:
        make_ready(postgres_database, "0001", is_backed_up=False, now=NOW)
    assert ended.typename == "Exit"
    make_ready(postgres_database, "0001", is_backed_up=True, now=NOW)


def test_a_start_is_noted_and_another_version_meets_a_live_exam(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: TestClock
) -> None:
    started: list[int] = []
    monkeypatch.setattr("exam_server.running.run_server", lambda *_a, **_k: started.append(1))
    with sqlite_database.writing() as db:
        exam_session = make_live(db, planned_start=clock.instant)
        beat(db, now=clock.instant)
        uid = exam_session.uid

    def run(version: ServerVersion, *more: str) -> Result:
        monkeypatch.setattr(starting, "version_here", lambda: version)
        env = {
            "EXAM_SERVER_DATABASE_URL": sqlite_database.engine.url.render_as_string(),
            "EXAM_SERVER_VAR": str(tmp_path),
        }
        return CliRunner(env=env).invoke(main, ["run", *more])

    assert run(OLD).exit_code == run(OLD).exit_code == 0
    refused = run(NEW)
    assert refused.exit_code == 1
    assert "--despite-live" in refused.output
    assert "上午场" in refused.output
    assert run(NEW, "--despite-live", "  ").exit_code == 1
    assert len(started) == 2
    assert run(NEW, "--despite-live", "急修").exit_code == 0
    assert run(NEW).exit_code == 0
    with sqlite_database.reading() as db:
        starts = db.scalars(select(ServerStart).order_by(ServerStart.id)).all()
        assert [(each.version, each.reason) for each in starts] == [
            (OLD, ""),
            (OLD, ""),
            (NEW, "急修"),
            (NEW, ""),
        ]
        entry = db.scalars(select(AuditEntry)).one()
        assert (entry.act, entry.object) == ("start_despite_live", f"exam_session:{uid}")


def test_a_start_despite_a_live_exam_works_in_a_process_of_its_own(
    sqlite_database: Database, clock: TestClock
) -> None:
    """Other tests have read every table; the command has only what it reads itself."""
    with sqlite_database.writing() as db:
        make_live(db, planned_start=clock.instant)
        beat(db, now=clock.instant)
    program = f"""
from datetime import datetime
from exam_server import starting
from exam_server.db import Database
from exam_server.versions import ServerVersion
starting.utcnow = lambda: datetime.fromisoformat("{clock.instant.isoformat()}")
for version in (ServerVersion("1", "a", "b", "c"), ServerVersion("2", "a", "b", "c")):
    starting.version_here = lambda: version
    store = Database("{sqlite_database.engine.url.render_as_string()}")
    starting.note_start_here(store, reason="mend")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with sqlite_database.reading() as db:
        assert [each.reason for each in db.scalars(select(ServerStart))] == ["", "mend"]
