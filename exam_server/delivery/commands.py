"""Console commands: rehearsals."""

import csv
from pathlib import Path

import click

from exam_server.clock import rfc3339, utcnow
from exam_server.commanding import command
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery import rehearsing


@click.group()
def rehearsal() -> None:
    """Rehearse an exam session with generated items and candidates."""


@rehearsal.command("create")
@click.option("--seats", type=click.IntRange(1, 20_000), required=True)
@click.option("--items", type=click.IntRange(1, 500), required=True)
@click.option("--minutes", type=click.IntRange(1, 600), required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@command
def create(
    settings: Settings, database: Database, *, seats: int, items: int, minutes: int, out: Path
) -> None:
    """Make a rehearsal; write its tickets, print its id."""
    with database.writing() as db:
        exam_session, tickets = rehearsing.create_rehearsal(
            db, seats=seats, items=items, minutes=minutes, secret=settings.secret, now=utcnow()
        )
        uid = exam_session.uid
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket", "code", "room", "seat"])
        writer.writerows([each.ticket, each.code, each.room, each.seat] for each in tickets)
    click.echo(uid)


@rehearsal.command("start")
@click.argument("uid", metavar="ID")
@command
def start(_settings: Settings, database: Database, *, uid: str) -> None:
    """Start every room of a rehearsal."""
    with database.writing() as db:
        started = rehearsing.start_rehearsal(db, uid, now=utcnow())
    click.echo(f"已开始，就绪座位：{started}  started, seats ready: {started}")


@rehearsal.command("answers")
@click.argument("uid", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@command
def answers(_settings: Settings, database: Database, *, uid: str, out: Path) -> None:
    """Write every stored event of a rehearsal."""
    with database.reading() as db:
        events = rehearsing.stored_events(db, uid)
    with out.open("w", encoding="utf-8", newline="") as file:
        names = ["ticket", "seq", "kind", "position", "answer", "received_at"]
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for event in events:
            writer.writerow({**event, "received_at": rfc3339(event["received_at"])})
    click.echo(f"{len(events)}")
