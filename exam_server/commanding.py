"""What console commands share: settings, the store, and refusals in words."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec

import click
from flask import Flask

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import RefusedError
from exam_server.languages import install_languages
from exam_server.migrating import is_current
from exam_server.web import LANGUAGES, problem_sentence, sentence, sentence_in

P = ParamSpec("P")


@contextmanager
def opened_store() -> Iterator[tuple[Settings, Database]]:
    """Open the store the environment names."""
    settings = Settings()
    settings.var.mkdir(parents=True, exist_ok=True)
    database = Database(settings.url, keyring=settings.keyring)
    try:
        yield settings, database
    finally:
        database.close()


def command(function: Callable[P, Any]) -> Callable[P, Any]:
    """Turn a refusal of a console command into words on stderr and exit status 2.

    The function gets ``settings`` and ``database`` as its first two arguments.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> Any:
        with opened_store() as (settings, database):
            check_schema(database)
            try:
                return function(settings, database, *args, **kwargs)  # type: ignore[arg-type] # the two are ours
            except RefusedError as refused:
                explain(refused)
                raise click.exceptions.Exit(2) from None

    return run


def check_schema(database: Database) -> None:
    """End with one sentence when the store is empty or of another version."""
    if not is_current(database):
        click.echo(
            "数据库版本不符，请先执行 exam-server db upgrade。 "
            "The store has another schema: run exam-server db upgrade first.",
            err=True,
        )
        raise click.exceptions.Exit(1)


def explain(refused: RefusedError) -> None:
    """Print a refusal and every problem with its place."""
    app = Flask(__name__)
    install_languages(app)
    with app.test_request_context():
        click.echo(f"{sentence(refused.code, refused.detail)} [{refused.code}]", err=True)
        for problem in refused.problems:
            click.echo(f"  {problem.where}: {problem_sentence(problem)}", err=True)


def say_in_both(refused: RefusedError) -> None:
    """Print a refusal in Chinese and English: whoever reads it at a console is in a hurry."""
    app = Flask(__name__)
    install_languages(app)
    with app.test_request_context():
        for language in LANGUAGES:
            click.echo(sentence_in(language, refused.code, refused.detail), err=True)
