"""Alembic's entry: run the migrations over one connection."""

from alembic import context
from sqlalchemy.engine import Connection

from exam_server.db import make_engine
from exam_server.tables import METADATA


def run() -> None:
    """Migrate the store named in the configuration."""
    engine = make_engine(str(context.config.get_main_option("sqlalchemy.url")))
    with engine.connect().execution_options(writes=True) as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            # A table that is made anew is dropped first: rows that point to it must wait. The
            # switch does nothing inside a transaction, so it goes around SQLAlchemy's.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                refuse_lost_parents(connection)
    engine.dispose()


def refuse_lost_parents(connection: Connection) -> None:
    """Undo migrations that leave a row pointing to nothing."""
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        msg = f"rows point to nothing after the migration: {lost[:5]!r}"
        raise RuntimeError(msg)


run()
