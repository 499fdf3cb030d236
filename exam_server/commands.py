"""The console program ``exam-server``."""

import click

from exam_server.commanding import opened_store
from exam_server.desks import command_groups
from exam_server.migrating import is_current, upgrade


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
        if not is_current(database):
            click.echo(
                "数据库版本不符，请先执行 exam-server db upgrade。 "
                "The store has another schema: run exam-server db upgrade first.",
                err=True,
            )
            raise click.exceptions.Exit(1)
    run_server(settings, workers=workers)


for command in command_groups():
    main.add_command(command)
