"""A store of the version before keeps its forms: what is unopened is sealed, the rest is joined."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    select,
)

from exam_server.audit import AuditEntry
from exam_server.db import Database
from exam_server.forms.custody import form_items, held_in, order_of, seen_digest
from exam_server.forms.models import AssemblyRun, Form, FormItem
from exam_server.forms.seeds import number_of
from exam_server.jobs import Job, error_of
from exam_server.keyring import Keyring
from exam_server.migrating import alembic_config, is_current, upgrade
from exam_server.seating.models import ReleaseRequest, Sitting

BEFORE, SEED, OPTION = "0021", "987654321987", "option-that-tells"
KEYS = Keyring(lambda: [b"k" * 32])
AT = datetime(2026, 6, 1, tzinfo=UTC)
DIGEST = hashlib.sha256(b"body").hexdigest()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a filled store of the version before, of this test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('path')}"
        return
    server: Database = request.getfixturevalue("postgres_database")
    server.close()  # what others are at work on cannot be copied
    own = server.engine.url.set(database="before")
    engine = create_engine(own.set(database="template1"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE before TEMPLATE postgres")
        fill(own.render_as_string(hide_password=False))
        yield own.render_as_string(hide_password=False)
        connection.exec_driver_sql("DROP DATABASE before WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def path(tmp_path: Path, sqlite_template: bytes) -> Path:
    """A filled file of the version before."""
    made = tmp_path / "exam.sqlite"
    made.write_bytes(sqlite_template)
    fill(f"sqlite:///{made}")
    return made


PLAIN = ((Boolean, False), (DateTime, AT), (Date, AT.date()), (Integer, 1), (JSON, {}))


class Filler:
    """Rows of an older schema: what is not named is the simplest that the schema takes."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.metadata = connection, MetaData()
        self.metadata.reflect(connection)
        self.made: set[str] = set()

    def put(self, name: str, **values: Any) -> None:
        """Add a row, and the rows with the number 1 that it refers to."""
        table = self.metadata.tables[name]
        self.made.add(name)
        for column in table.columns:
            if column.name in values or (column.nullable and not column.primary_key):
                continue
            parents = [key.column.table.name for key in column.foreign_keys]
            for parent in parents:
                if parent not in self.made:
                    self.put(parent)
            values[column.name] = 1 if parents or column.primary_key else self._plain(column.type)
        self.connection.execute(table.insert().values(**values))

    def _plain(self, kind: Any) -> Any:
        for known, value in PLAIN:
            if isinstance(kind, known):
                return value
        return b"x" if isinstance(kind, LargeBinary) else f"x{len(self.made)}"


def fill(url: str) -> None:
    """Add two runs: one whose exam session has closed, one of an unopened paper."""
    command.downgrade(alembic_config(url), BEFORE)
    store = Database(url)
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        put = Filler(connection).put
        weights = {"theory_weight": 1000000, "practical_weight": 0, "performance_weight": 0}
        put("rule_set", **weights)
        for number, state in ((1, "closed"), (2, "released")):
            put("item", id=number, uid=f"item{number}", code=f"C{number}")
            put("item_version", id=number, item_id=number, content={}, key={})
            put("assembly_run", id=number, uid=f"run{number}", seed=SEED)
            put("form", id=number, uid=f"form{number}", assembly_run_id=number, code="A")
            row = {"section": 1, "mark": 15000, "item_version_id": number}
            put("form_item", form_id=number, position=1, **row)
            planned = {"assembly_run_id": number, "state": state, "closed_at": AT}
            put("exam_session", id=number, uid=f"session{number}", **planned)
            put("room_run", id=number, exam_session_id=number)
            order = {"items": [1], "options": {"1": [OPTION]}}
            sat = {"exam_session_id": number, "room_run_id": number, "form_id": number}
            put("sitting", id=number, uid=f"sitting{number}", display_order=order, **sat)
            audited = {"act": "assemble_forms", "detail": {"forms": 1, "seed": SEED}}
            put("audit_entry", id=100 + number, object=f"assembly_run:run{number}", **audited)
        seen = {"plan": {}, "forms": {"A": DIGEST}}
        put("release_request", exam_session_id=2, seen=seen)
        put("job", id=5, uid="j", kind="forms.print", error={"problems": [{"where": "C2"}]})
    store.close()


def test_what_is_unopened_is_sealed_and_what_is_over_stays(url: str) -> None:
    upgrade(url, KEYS)
    store = Database(url, keyring=KEYS)
    assert is_current(store)
    with store.reading() as db:
        over, unopened = db.scalars(select(Form).order_by(Form.id)).all()
        assert (over.opened_at is None, unopened.opened_at is None) == (False, True)
        assert [row.form_id for row in db.scalars(select(FormItem))] == [over.id]
        for form in (over, unopened):
            (held,) = held_in(db, form)
            assert (held.item_version_id, str(held.mark), form.n_items) == (form.id, "1.5", 1)
        assert form_items(db, unopened)[0].item_version.item.code == "C2"
        runs = db.scalars(select(AssemblyRun)).all()
        assert [number_of(db, run) for run in runs] == [int(SEED)] * 2  # made the old way
        for sitting in db.scalars(select(Sitting)):
            order = order_of(db, sitting.form, sitting.sealed_order)
            assert order == {"items": [1], "options": {"1": [OPTION]}}
        (request,) = db.scalars(select(ReleaseRequest))
        assert request.seen["forms"] == {"A": seen_digest(db, unopened, DIGEST)}
        (job,) = db.scalars(select(Job).where(Job.kind == "forms.print"))
        assert "C2" not in json.dumps(job.error)
        assert error_of(db, job) == {"problems": [{"where": "C2"}]}
        entries = db.scalars(select(AuditEntry).order_by(AuditEntry.act, AuditEntry.id)).all()
        assert [(entry.act, entry.object, "seed" in entry.detail) for entry in entries] == [
            ("assemble_forms", "assembly_run:run1", True),
            ("assemble_forms", "assembly_run:run2", False),
            ("seal_stored_forms", "assembly_run:run2", False),
        ]
    store.close()


def test_nothing_of_it_is_left_in_the_file(path: Path) -> None:
    with create_engine(f"sqlite:///{path}").begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE id = 101")  # of an open form
    assert OPTION.encode() in path.read_bytes() + Path(f"{path}-wal").read_bytes()
    upgrade(f"sqlite:///{path}", KEYS)
    left = b"".join(each.read_bytes() for each in path.parent.iterdir())
    for told in (OPTION, SEED, DIGEST):
        assert told.encode() not in left


def test_a_store_with_forms_is_not_upgraded_without_the_secret(path: Path) -> None:
    url = f"sqlite:///{path}"
    with pytest.raises(RuntimeError, match="secret"):
        upgrade(url)
    store = Database(url)
    assert not is_current(store)
    with store.engine.connect() as connection:
        items: Table = Filler(connection).metadata.tables["form_item"]
        assert len(connection.execute(select(items)).all()) == 2
    store.close()
