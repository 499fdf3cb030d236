"""Console commands: rehearsals."""

import csv
from pathlib import Path
from typing import Any

import click

from exam_server.clock import rfc3339, utcnow
from exam_server.commanding import command
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery import rehearsing
from exam_server.delivery.rehearsal_load import report, report_words
from exam_server.delivery.rehearsal_load.rehearse import Plan, rehearse


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


@rehearsal.command("run")
@click.option("--seats", type=click.IntRange(1, 20_000), required=True)
@click.option("--items", type=click.IntRange(1, 500), default=40, show_default=True)
@click.option("--minutes", type=click.FloatRange(0.05, 60), default=1.0, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--url", default="", help="A running server over the same store; else an own one.")
@click.option("--kill", "may_kill", is_flag=True, help="Kill a process of the server at --url.")
@click.option("--report", "out", type=click.Path(path_type=Path, dir_okay=False))
@command
def run(settings: Settings, database: Database, *, out: Path | None, **asked: Any) -> None:
    """Rehearse this server with the load of a whole exam day, and say what it carries."""
    if out is not None and out.suffix not in WRITERS:
        raise click.BadParameter("OUT.html / OUT.json", param_hint="--report")
    findings = rehearse(settings, database, Plan(**asked, say=_say))
    click.echo(report.as_text(findings))
    if out is not None:
        out.write_text(WRITERS[out.suffix](findings), encoding="utf-8")
    if not findings.is_good:
        raise click.exceptions.Exit(3)


WRITERS = {".html": report.as_html, ".json": report.as_json}


def _say(step: str) -> None:
    zh, en = report_words.STEPS[step]
    click.echo(f"… {zh}  {en}", err=True)
