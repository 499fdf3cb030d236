"""Bringing a store to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from exam_server.db import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(url: str) -> Config:
    """Return alembic's settings for a store."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Apply every migration the store does not have yet."""
    command.upgrade(alembic_config(url), "head")


def newest_revision() -> str:
    """Return the schema of this version."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def revision_of(database: Database) -> str:
    """Return the schema a store has; nothing for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_current(database: Database) -> bool:
    """Say whether the store has the schema of this version."""
    return revision_of(database) == newest_revision()
