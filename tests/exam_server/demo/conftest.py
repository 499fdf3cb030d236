"""The sample data loaded once for all its tests."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.demo.commands import load


@dataclass(frozen=True)
class Loaded:
    """A store with the sample data, how to load it again, and how long it took."""

    database: Database
    settings: Settings
    tickets: Path
    seconds: float


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Iterator[Loaded]:
    var = tmp_path_factory.mktemp("demo")
    (var / "exam.sqlite").write_bytes(sqlite_template)
    settings = Settings(var=var)
    database = Database(settings.url)
    begun = time.process_time()
    with database.writing() as db:
        load(db, settings, var / "demo-tickets.csv")
    yield Loaded(database, settings, var / "demo-tickets.csv", time.process_time() - begun)
    database.close()


@pytest.fixture
def sample(loaded: Loaded) -> Iterator[Session]:
    """Read the sample data."""
    with loaded.database.reading() as db:
        yield db
