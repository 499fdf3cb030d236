"""What all workers of a run share: made by whichever comes first, the others wait for it."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.demo.commands import load
from exam_server.migrating import upgrade

STORE = "exam.sqlite"
TICKETS = "demo-tickets.csv"
LOADED_IN = "loaded-in-s"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder of the run that ``make`` has filled; only the first to ask calls it."""
    own = factory.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, stamp = run / name, run / f"{name}.made"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            stamp.touch()
    return folder


def make_empty_store(folder: Path) -> None:
    """Make a SQLite store with the schema and nothing in it, in one file."""
    url = f"sqlite:///{folder / STORE}"
    upgrade(url)
    fold(url)


def make_sample_store(folder: Path, template: bytes) -> None:
    """Make a data folder with the sample data."""
    (folder / STORE).write_bytes(template)
    settings = Settings(var=folder)
    database = Database(settings.url, keyring=settings.keyring)
    begun = time.process_time()
    with database.writing() as db:
        load(db, settings, folder / TICKETS)
    (folder / LOADED_IN).write_text(str(time.process_time() - begun), encoding="ascii")
    database.close()
    fold(settings.url)


def fold(url: str) -> None:
    """Bring everything into the store's one file, so that it can be copied."""
    database = Database(url)
    with database.engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
