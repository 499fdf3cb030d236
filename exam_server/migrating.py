"""Bringing a store to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from exam_server.db import Database
from exam_server.keyring import Keyring

SEALED_ONCE = ("form_item", "assembly_run", "sitting", "audit_entry", "release_request", "job")
MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(url: str) -> Config:
    """Return alembic's settings for a store."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, keyring: Keyring | None = None) -> None:
    """Apply every migration the store does not have yet; some seal what stands there."""
    config = alembic_config(url)
    config.attributes["keyring"] = keyring
    store = Database(url)
    try:
        before = revision_of(store)
        command.upgrade(config, "head")
        if before and before != newest_revision():
            _forget_old_rows(store)
    finally:
        store.close()


def _forget_old_rows(store: Database) -> None:
    """Write the store's files anew: what was sealed or removed must not lie about in them."""
    if store.is_sqlite:
        with store.engine.connect() as connection:
            cursor = connection.connection.cursor()  # VACUUM runs outside any transaction
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        engine = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"VACUUM FULL {', '.join(SEALED_ONCE)}")


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
