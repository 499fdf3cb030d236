"""The console program ``exam-server``."""

from importlib import import_module

import click

from exam_server.commanding import check_schema, opened_store
from exam_server.migrating import upgrade

# Read when asked for: a command starts without what only other commands need.
DESKS = {
    "organization": "exam_server.programmes.commands",
    "staff": "exam_server.programmes.commands",
    "https": "exam_server.https.commands",
    "bank": "exam_server.bank.commands",
    "rehearsal": "exam_server.delivery.commands",
    "verify": "exam_server.delivery.verify_command",
    "demo": "exam_server.demo.commands",
}


class Program(click.Group):
    """The commands of this module and those of the desks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        return sorted([*super().list_commands(ctx), *DESKS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in DESKS:
            return super().get_command(ctx, cmd_name)
        import_module("exam_server.tables")  # they refer to one another, so all must be known
        found: click.Command = getattr(import_module(DESKS[cmd_name]), cmd_name)
        return found


@click.group(cls=Program)
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
