"""A copy of a SQLite store, verified before anything relies on it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path


class BackupError(Exception):
    """A copy could not be made, or is not whole."""


def copy_verified(source: Path, target: Path) -> None:
    """Copy a store that may be in use, and check the copy; a bad one is removed.

    Raises BackupError.
    """
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(handle)
    try:
        with closing(sqlite3.connect(source)) as of, closing(sqlite3.connect(target)) as to:
            of.backup(to)
            found = to.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        target.unlink()
        raise BackupError(str(error)) from error
    if found != "ok":
        target.unlink()
        raise BackupError(str(found))
