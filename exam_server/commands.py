"""The console program ``exam-server``."""

from importlib import import_module

import click

from exam_server.clock import utcnow
from exam_server.commanding import check_schema, opened_store, say_in_both
from exam_server.errors import RefusedError
from exam_server.migrating import is_current, revision_of, upgrade
from exam_server.starting import note_start_here

# Read when asked for: a command starts without what only other commands need.
DESKS = {
    "organization": "exam_server.programmes.commands",
    "staff": "exam_server.programmes.commands",
    "https": "exam_server.https.commands",
    "bank": "exam_server.bank.commands",
    "forms": "exam_server.forms.commands",
    "rehearsal": "exam_server.delivery.commands",
    "verify": "exam_server.delivery.verify_command",
    "ready": "exam_server.delivery.ready_command",
    "demo": "exam_server.demo.commands",
    "time": "exam_server.delivery.time_commands",
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
@click.option("--backup-made", is_flag=True, help="PostgreSQL: a backup was made and checked.")
def db_upgrade(*, backup_made: bool) -> None:
    """Bring the store to the schema of this version; a copy is made first."""
    with opened_store() as (settings, database):
        before = revision_of(database)
        if before and not is_current(database):
            from exam_server.upgrading import (  # noqa: PLC0415 - only where it changes
                make_ready,
                refuse_without_secret,
            )

            refuse_without_secret(settings, database)
            make_ready(database, before, is_backed_up=backup_made, now=utcnow())
        upgrade(settings.url, settings.keyring)


@main.command("run")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option(
    "--despite-live",
    metavar="REASON",
    default="",
    help="Start another version although an exam is live; the reason stands on its pages.",
)
def run(workers: int, despite_live: str) -> None:
    """Run the server: web processes on consecutive ports, and the job process."""
    from exam_server.running import run_server  # noqa: PLC0415 - other commands start faster

    with opened_store() as (settings, _):
        note_or_end(despite_live.strip())
    run_server(settings, workers=workers, before_renewal=note_or_end)


def note_or_end(reason: str = "") -> None:
    """Note the version that starts here, or end with the words of what forbids it."""
    with opened_store() as (_, database):
        check_schema(database)
        try:
            note_start_here(database, reason=reason)
        except RefusedError as refused:
            say_in_both(refused)
            raise click.exceptions.Exit(1) from None
