"""What must be so before a store with rows in it gets another schema."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import text

from exam_server.backups import BackupError, copy_verified
from exam_server.commanding import say_in_both
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError, RefusedError
from exam_server.freezing import refuse_upgrade_while_live


def make_ready(database: Database, before: str, *, is_backed_up: bool, now: datetime) -> None:
    """See that no exam session is live and that a backup stands; end with words if not."""
    try:
        with database.reading() as db:
            refuse_upgrade_while_live(db, now=now)
        if database.is_sqlite:
            _copy(database, before, now)
        elif not is_backed_up:
            raise ConflictError("backup_needed")
    except RefusedError as refused:
        say_in_both(refused)
        raise click.exceptions.Exit(1) from None


def refuse_without_secret(settings: Settings, database: Database) -> None:
    """End with words when a store with forms in it is upgraded away from its secret.

    A new one would be made, and what is sealed under it would open nowhere else.
    """
    with database.reading() as db:
        has_forms = db.execute(text("SELECT 1 FROM assembly_run LIMIT 1")).first() is not None
    if has_forms and not settings.secret_path.exists():
        say_in_both(ConflictError("secret_file_missing", path=str(settings.secret_path)))
        raise click.exceptions.Exit(1)


def _copy(database: Database, before: str, now: datetime) -> None:
    """Copy the store beside itself and check the copy; raises ConflictError ``backup_failed``."""
    source = Path(str(database.engine.url.database))
    target = source.with_name(f"{source.stem}-{before}-{now:%Y%m%d-%H%M%S}{source.suffix}")
    try:
        copy_verified(source, target)
    except (BackupError, OSError) as error:
        raise ConflictError("backup_failed", why=str(error)) from error
    click.echo(f"已备份并校验 A verified copy was made: {target}")
