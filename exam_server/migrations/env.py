"""Alembic's entry: run the migrations over one connection."""

from alembic import context

from exam_server.db import make_engine
from exam_server.tables import METADATA


def run() -> None:
    """Migrate the store named in the configuration."""
    engine = make_engine(str(context.config.get_main_option("sqlalchemy.url")))
    with engine.connect().execution_options(writes=True) as connection:
        context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
