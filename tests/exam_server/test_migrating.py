"""The migrations make exactly the tables the code has."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from exam_server.db import Database
from exam_server.migrating import alembic_config, is_current, upgrade
from exam_server.tables import METADATA

FIRST_ROWS = (
    "INSERT INTO organization (id, uid, code, name, kind) VALUES (1, 'o', 'O', '机构', 'x')",
    "INSERT INTO site (id, uid, organization_id, name, address) VALUES (1, 's', 1, '一中', '')",
    "INSERT INTO room (id, uid, site_id, name, rows, columns) VALUES (1, 'r', 1, '101', 1, 1)",
    'INSERT INTO seat (id, room_id, number, "row", "column", is_usable) VALUES (1, 1, 1, 1, 1, 1)',
)


def is_of_the_models(_object: object, name: str | None, *_: object) -> bool:
    """Say whether the models know it: the full-text index differs from store to store."""
    return not (name or "").startswith("item_gram")


def test_the_migrated_schema_equals_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_of_the_models})
        assert compare_metadata(context, METADATA) == []


def test_upgrading_twice_is_safe(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'exam.sqlite'}"
    database = Database(url)
    assert not is_current(database)
    upgrade(url)
    upgrade(url)
    assert is_current(database)
    database.close()


def test_a_filled_store_of_the_first_version_keeps_its_rows(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'exam.sqlite'}"
    command.upgrade(alembic_config(url), "0001")
    store = Database(url)
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for line in FIRST_ROWS:
            connection.exec_driver_sql(line)
    upgrade(url)
    with store.engine.connect() as connection:
        seats = connection.exec_driver_sql(
            "SELECT room.name, number FROM seat JOIN room ON room.id = room_id"
        ).all()
    assert [tuple(row) for row in seats] == [("101", 1)]
    store.close()
