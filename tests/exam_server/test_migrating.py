"""The migrations make exactly the tables the code has."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from exam_server.db import Database
from exam_server.migrating import is_current, upgrade
from exam_server.tables import METADATA


def test_the_migrated_schema_equals_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_upgrading_twice_is_safe(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'exam.sqlite'}"
    database = Database(url)
    assert not is_current(database)
    upgrade(url)
    upgrade(url)
    assert is_current(database)
    database.close()
