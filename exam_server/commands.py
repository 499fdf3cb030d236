"""The console program ``exam-server``."""

import click

from exam_server.commanding import check_schema, opened_store
from exam_server.desks import command_groups
from exam_server.migrating import upgrade


@click.group()
def main() -> None:
    """Online exam delivery and item-bank server."""


@main.group()
def db() -> None:
    """Look after the store."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the store to the schema of this version."""
    with opened_store() as (settings, _):
        upgrade(settings.url)


@main.command("run")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
def run(workers: int) -> None:
    """Run the server: web processes on consecutive ports, and the job process."""
    from exam_server.running import run_server  # noqa: PLC0415 - other commands start faster

    with opened_store() as (settings, database):
        check_schema(database)
    run_server(settings, workers=workers)


for command in command_groups():
    main.add_command(command)
