"""Console commands: assembly of a case from files; they need no store."""

import time
from pathlib import Path

import click
import numpy as np
from flask import Flask

from exam_server.commanding import explain
from exam_server.errors import ConflictError, InvalidInputError, RefusedError
from exam_server.forms.case_files import answer_of, conflict_words, read_case, write_answer
from exam_server.languages import install_languages
from exam_server.web import LANGUAGES, sentence_in
from itembank.parallel_forms.case_model import CaseModel
from itembank.parallel_forms.solving import Excluded, TimeUp, solve

REFUSED, CONFLICT = 2, 3  # exit statuses


@click.group()
def forms() -> None:
    """Assemble test forms."""


@forms.command("assemble")
@click.option("--case", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--time-limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
def assemble(*, case: Path, out: Path, time_limit: float, seed: int) -> None:
    """Assemble the forms that the file CASE asks for and write them to OUT, as JSON.

    Ends with 0 when the forms are written, 3 when no forms are possible (OUT then says which
    demands exclude each other), 2 when nothing was written.
    """
    try:
        if not out.absolute().parent.is_dir():
            raise InvalidInputError("no_such_folder", folder=str(out.absolute().parent))
        _assemble(read_case(case), out, time_limit, seed)
    except RefusedError as refused:
        explain(refused)
        raise click.exceptions.Exit(REFUSED) from None


def _assemble(read: CaseModel, out: Path, time_limit: float, seed: int) -> None:
    started = time.monotonic()
    found = solve(
        read.model,
        np.random.default_rng(seed),
        time_limit=time_limit,
        clock=lambda: time.monotonic() - started,
    )
    seconds = time.monotonic() - started
    if isinstance(found, TimeUp):
        raise ConflictError("assembly_time_up", seconds=f"{time_limit:g}")
    if isinstance(found, Excluded):
        conflict = conflict_words(found)
        message = _in_both("assembly_conflict", {"conflict": "; ".join(conflict)})
        write_answer(out, {"infeasible": {"conflict": conflict, "message": message}})
        click.echo(message, err=True)
        raise click.exceptions.Exit(CONFLICT)
    write_answer(out, answer_of(read, found, seconds))
    click.echo(f"{len(found.forms)} × {found.forms[0].size}: {found.objective} ({seconds:.1f} s)")


def _in_both(code: str, detail: dict[str, object]) -> str:
    app = Flask(__name__)
    install_languages(app)
    with app.test_request_context():
        return " ".join(sentence_in(language, code, detail) for language in LANGUAGES)
