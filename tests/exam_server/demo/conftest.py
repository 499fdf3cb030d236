"""The sample data loaded once for all its tests."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from exam_server.config import Settings
from exam_server.db import Database
from tests.made_once import LOADED_IN, TICKETS


@dataclass(frozen=True)
class Loaded:
    """A store with the sample data, how to load it again, and how long it took."""

    database: Database
    settings: Settings
    tickets: Path
    seconds: float


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, sample_folder: Path) -> Iterator[Loaded]:
    var = tmp_path_factory.mktemp("loaded") / "var"
    shutil.copytree(sample_folder, var)
    settings = Settings(var=var)
    database = Database(settings.url, keyring=settings.keyring)
    seconds = float((var / LOADED_IN).read_text(encoding="ascii"))
    yield Loaded(database, settings, var / TICKETS, seconds)
    database.close()


@pytest.fixture
def sample(loaded: Loaded) -> Iterator[Session]:
    """Read the sample data."""
    with loaded.database.reading() as db:
        yield db
