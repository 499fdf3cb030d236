"""Stores, apps and browsers for all tests."""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser
from sqlalchemy import literal, select, text, union_all
from sqlalchemy.orm import Session

from exam_server.app import create_app, use_store
from exam_server.clock import SteadyClock, TestClock, use_clock
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.keyring import NAME, Keyring
from exam_server.migrating import upgrade
from exam_server.tables import METADATA
from tests.browsers import Staff, started_chromium
from tests.live_server import LiveServer
from tests.made_once import STORE, made_once, make_empty_store, make_sample_store
from tests.services import free_port, postgres_server, valkey_server

SHARED = Path(__file__).resolve().parents[2] / "shared"
KEYS = Keyring(lambda: [b"the secret of the stores of tests"])
# A busy machine is no fault of the code: no property fails for the time an example took.
hypothesis_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")
START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Gather the tests without searching memory for circles: what is read here stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


# What takes longest, for three workers: each begins with its own third of the list, and whoever
# is done early takes over from the others' ends. At the end of a list these would hold up all.
SLOWEST = (
    ("browser/test_every_page.py", "exam_server/https/test_seats.py"),
    ("faults/test_supervisor.py", "journeys/", "faults/test_across_the_end.py"),
    ("faults/test_postgres_hall.py", "faults/test_sqlite_hall.py", "faults/test_mass_reconnect.py"),
)


@pytest.hookimpl(trylast=True)  # after those that are not asked for have gone
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest tests at the beginning of each worker's share."""
    shares: list[list[pytest.Item]] = [[] for _ in SLOWEST]
    others: list[pytest.Item] = []
    for item in items:
        mine = (
            share
            for names, share in zip(SLOWEST, shares, strict=True)
            if any(f"tests/{name}" in item.nodeid for name in names)
        )
        next(mine, others).append(item)
    third = -(-len(items) // len(SLOWEST))
    ordered: list[pytest.Item] = []
    for share in shares:
        ordered += share
        room = max(0, third - len(share))
        ordered += others[:room]
        others = others[room:]
    items[:] = ordered + others


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Iterator[list[pytest.Collector]]:
    """Look for examples in the product only: tests have none, and to look takes seconds."""
    found = yield
    return [each for each in found if not isinstance(each, DoctestModule)]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a fresh PostgreSQL with the schema."""
    with postgres_server() as url:
        upgrade(url)
        yield url


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """Address of a Redis-protocol server."""
    with valkey_server() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return an empty store with the schema, as a file's bytes."""
    return (made_once(tmp_path_factory, "empty", make_empty_store) / STORE).read_bytes()


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Path:
    """Return a data folder with the sample data, to be copied."""
    return made_once(
        tmp_path_factory, "sample", lambda folder: make_sample_store(folder, sqlite_template)
    )


# An engine keeps the statements it has compiled: tests that share one take much less time.
@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Return a database whose file every test replaces."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('store') / STORE}", keyring=KEYS)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(sqlite_engine: Database, sqlite_template: bytes) -> Iterator[Database]:
    """Open a SQLite store of this test's own."""
    path = Path(sqlite_engine.engine.url.database or "")
    for left in path.parent.iterdir():  # the journal too
        left.unlink()
    path.write_bytes(sqlite_template)
    yield sqlite_engine
    forget_listeners(sqlite_engine)


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[Database]:
    """Return a database that every test empties."""
    database = Database(postgres_url, keyring=KEYS)
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_engine: Database) -> Iterator[Database]:
    """Open an empty PostgreSQL store; what a test leaves there is removed."""
    postgres_engine.keyring = KEYS
    yield postgres_engine
    forget_listeners(postgres_engine)
    with postgres_engine.writing() as db:
        # to empty all tables takes longer than most tests, and few leave anything
        filled = db.scalars(FILLED).all()
        if filled:
            names = ", ".join(f'"{name}"' for name in filled)
            db.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


def forget_listeners(database: Database) -> None:
    """Close every line and forget who listens, as a new database would have none."""
    database.close()
    database.after_announcing.clear()


FILLED = union_all(
    *(
        select(literal(table.name)).where(select(literal(1)).select_from(table).exists())
        for table in METADATA.sorted_tables
    )
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Database:
    """Open an empty store, once on SQLite and once on PostgreSQL."""
    opened: Database = request.getfixturevalue(f"{request.param}_database")
    return opened


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """Open a writing transaction that is rolled back after the test."""
    with database.engine.connect().execution_options(writes=True) as connection:
        transaction = connection.begin()
        with Session(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={NAME: database.keyring},
        ) as db:
            yield db
        transaction.rollback()


@pytest.fixture
def clock() -> Iterator[TestClock]:
    """Stop the server's clock at a fixed instant; the test moves it."""
    stopped = TestClock(START)
    use_clock(stopped)
    yield stopped
    use_clock(SteadyClock())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a data folder of this test's own."""
    return Settings(var=tmp_path / "var", testing=True)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Put the app together once: it and its templates take longer than most tests."""
    var = tmp_path_factory.mktemp("office")
    made = create_app(Settings(var=var, testing=True), Database(f"sqlite:///{var / STORE}"))
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def app(office: Flask, settings: Settings, sqlite_database: Database) -> Flask:
    """Return the app over an empty SQLite store; forged posts are tested apart."""
    use_store(office, settings, sqlite_database)
    return office


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without pictures: the app's test client."""
    return app.test_client()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no real data at {os.path.relpath(SHARED)}")
    return SHARED


@pytest.fixture
def live_postgres(
    tmp_path: Path, postgres_url: str, postgres_database: Database, valkey_url: str
) -> Iterator[LiveServer]:
    """Run the real server as two web processes over PostgreSQL, with Redis for hints."""
    more = {
        "EXAM_SERVER_DATABASE_URL": postgres_url,
        "EXAM_SERVER_REDIS_URL": valkey_url,
        "EXAM_SERVER_PROXY": "127.0.0.1",
    }
    server = LiveServer(tmp_path / "live", more, workers=2)
    postgres_database.keyring = server.settings.keyring
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture
def live_server(tmp_path: Path, sqlite_template: bytes) -> Iterator[LiveServer]:
    """Run the real server over an empty SQLite store."""
    var = tmp_path / "live"
    var.mkdir()
    (var / "exam.sqlite").write_bytes(sqlite_template)
    server = LiveServer(var)
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture(scope="session")
def shared_server(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes
) -> Iterator[LiveServer]:
    """Run the real server once; tests that share it add exam sessions and look at theirs only."""
    var = tmp_path_factory.mktemp("shared")
    (var / STORE).write_bytes(sqlite_template)
    server = LiveServer(var)
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once for all tests of a worker."""
    with started_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def demo_server(
    tmp_path_factory: pytest.TempPathFactory, sample_folder: Path
) -> Iterator[LiveServer]:
    """Run the real server over the sample data; tests that share it only add to it."""
    more = {"EXAM_SERVER_HTTPS_HOST": "127.0.0.1", "EXAM_SERVER_HTTPS_PORT": str(free_port())}
    server = LiveServer(tmp_path_factory.mktemp("demo") / "var", more)
    shutil.copytree(sample_folder, server.var)
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture
def staff(chromium: Browser, demo_server: LiveServer) -> Iterator[Staff]:
    """Sign sample staff in at the sample server: ``staff.page_as("officer")``."""
    people = Staff(chromium, demo_server.base)
    yield people
    people.close()
