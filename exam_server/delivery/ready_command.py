"""The console command ``ready``: whether everything stands before the doors open."""

import click
from flask import Flask
from flask_babel import force_locale

from exam_server.clock import utcnow
from exam_server.commanding import command
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery import ready_words
from exam_server.delivery.machine_checks import Ready, machine_checks
from exam_server.delivery.readiness import (
    Readiness,
    exam_session_named,
    exam_sessions_soon,
    readiness_of,
)
from exam_server.languages import install_languages

SIGNS = {"ok": "✓", "attention": "!", "danger": "✗"}
LANGUAGES = ("zh_Hans_CN", "en")


@click.command()
@click.argument("exam_session", required=False, metavar="[EXAM_SESSION]")
@command
def ready(settings: Settings, database: Database, *, exam_session: str | None) -> None:
    """Look whether everything is ready: one exam session, or all of the next day.

    Ends with 0 when nothing is red, 1 otherwise.
    """
    now = utcnow()
    app = Flask(__name__)
    install_languages(app)
    with database.reading() as db, app.test_request_context():
        chosen = (
            [exam_session_named(db, exam_session)]
            if exam_session
            else exam_sessions_soon(db, now=now)
        )
        found = [readiness_of(db, each, settings, now=now, most_opened=None) for each in chosen]
        machine = found[0].machine if found else machine_checks(db, settings, seats=0, now=now)
        _print_checks("服务器 Server", machine)
        for each in found:
            _print_exam_session(each)
        is_red = any(each.state == "danger" for each in machine) or any(
            each.count("danger") for each in found
        )
    if is_red:
        raise click.exceptions.Exit(1)


def _print_exam_session(readiness: Readiness) -> None:
    exam_session = readiness.exam_session
    _print_checks(f"{exam_session.name}  {exam_session.uid}", readiness.exam)
    for room in readiness.rooms:
        click.echo(f"  {room.name}  {room.code}  {room.ready}/{len(room.seats)}")


def _print_checks(heading: str, checks: list[Ready]) -> None:
    click.echo(heading)
    for each in checks:
        for place, language in enumerate(LANGUAGES):
            with force_locale(language):
                sign = " " if place else SIGNS[each.state]
                line = f"{ready_words.title(each)}: {ready_words.found(each)}"
                click.echo(f"  {sign} {line} {ready_words.to_do(each)}".rstrip())
