"""Console commands about the server's time."""

import click
import structlog

from exam_server.announcements import announce
from exam_server.clock import rfc3339, utcnow
from exam_server.commanding import command
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery import time_doubt
from exam_server.delivery.notices import TO_CONSOLES

log = structlog.get_logger()


@click.group()
def time() -> None:
    """See and confirm the server's time."""


@time.command("show")
@command
def show(_settings: Settings, database: Database) -> None:
    """Show the time, the newest stored instant, and whether the time is doubted."""
    with database.reading() as db:
        newest, is_doubted = time_doubt.newest_stored(db), time_doubt.is_doubted(db)
    click.echo(f"现在 now: {rfc3339(utcnow())}")
    click.echo(f"最新记录 newest stored: {rfc3339(newest) if newest else '-'}")
    click.echo(
        "时间待确认 the time is doubted" if is_doubted else "时间正常 the time is not doubted"
    )


@time.command("confirm")
@click.option("--anyway", is_flag=True, help="Even though it stands before what is stored.")
@command
def confirm(_settings: Settings, database: Database, *, anyway: bool) -> None:
    """Confirm that the computer's clock is right; held sittings may then be resumed."""
    with database.writing() as db:
        time_doubt.confirm(db, now=utcnow(), is_forced=anyway)
        announce(db, "time_looked_at", {}, to=TO_CONSOLES)
    log.warning("an operator has confirmed the time", is_forced=anyway)
    click.echo(f"已确认 confirmed: {rfc3339(utcnow())}")
