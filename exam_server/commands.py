"""The console program ``exam-server``."""

import click

from exam_server.commanding import opened_store
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


for command in command_groups():
    main.add_command(command)
