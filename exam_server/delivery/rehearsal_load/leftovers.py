"""What a rehearsal keeps while it runs, and what a killed one has left: the next one removes it.

A lock tells the two apart: the system gives it up when its process ends, however it ends.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from exam_server.config import Settings
from exam_server.db import Database, new_uid
from exam_server.delivery.rehearsal_removal import remove_rehearsal
from exam_server.errors import NotFoundError

FOLDER, SCHEMA = "rehearsal-", "rehearsal_"
LOCK, MADE = "running", "made"
LOCK_OF = "pg_try_advisory_lock(hashtextextended(:name, 0))"
SCHEMAS = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix) ORDER BY nspname"


@contextmanager
def own_folder(settings: Settings) -> Iterator[Path]:
    """Make a folder of this rehearsal's own, locked while it runs and removed at the end."""
    settings.var.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=settings.var.absolute()))
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def note_made(folder: Path, uid: str) -> None:
    """Note a rehearsal in the office's own store, so that it is found when this one is killed."""
    with (folder / MADE).open("a", encoding="ascii") as file:
        file.write(f"{uid}\n")


@contextmanager
def own_schema(url: str) -> Iterator[str]:
    """Make a schema in the office's database, locked while the rehearsal runs; give its name."""
    name = f"{SCHEMA}{new_uid()[:8]}"
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            _is_free(connection, name)
            connection.execute(text(f'CREATE SCHEMA "{name}"'))
            connection.commit()
            try:
                yield name
            finally:
                _drop(connection, name)
    finally:
        engine.dispose()


def remove_leftovers(settings: Settings, database: Database) -> int:
    """Remove what killed rehearsals have left; return how many there were."""
    return _remove_schemas(database) + sum(
        _remove_folder(folder, database)
        for folder in sorted(settings.var.absolute().glob(f"{FOLDER}*"))
    )


def _remove_folder(folder: Path, database: Database) -> bool:
    with suppress(FileNotFoundError, BlockingIOError), (folder / LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with suppress(FileNotFoundError):
            for uid in (folder / MADE).read_text(encoding="ascii").split():
                with suppress(NotFoundError):
                    remove_rehearsal(database, uid)
        shutil.rmtree(folder, ignore_errors=True)
        return True
    return False


def _remove_schemas(database: Database) -> int:
    if database.is_sqlite:
        return 0
    with database.engine.connect() as connection:
        names = connection.scalars(text(SCHEMAS), {"prefix": SCHEMA}).all()
        left = [name for name in names if _is_free(connection, name)]
        for name in left:
            _drop(connection, name)
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
    return len(left)


def _is_free(connection: Connection, name: str) -> bool:
    """Lock the name of a schema for this connection, unless a running rehearsal has it."""
    is_locked: bool = connection.execute(text(f"SELECT {LOCK_OF}"), {"name": name}).scalar_one()
    return is_locked


def _drop(connection: Connection, name: str) -> None:
    connection.rollback()
    connection.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))
    connection.commit()
