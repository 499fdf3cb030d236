"""The console command ``verify``: evidence against the store, in plain words."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask import Flask
from flask_babel import force_locale, format_datetime, pgettext

from exam_server.commanding import explain, opened_store
from exam_server.delivery.verifying import Checked, Finding, ReceiptIn, check, read_evidence
from exam_server.errors import RefusedError
from exam_server.languages import install_languages
from exam_server.migrating import is_current

LANGUAGES = ("zh_Hans_CN", "en")
DIFFERS, UNREADABLE = 1, 2


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def verify(file: Path) -> None:
    """Check receipts or a printed chain head (JSON) against the store.

    Ends with 0 when all agrees, 1 when something differs, 2 when it cannot be checked.
    """
    with opened_store() as (_, database):
        if not is_current(database):
            _echo("store_of_another_version", err=True)
            raise click.exceptions.Exit(UNREADABLE)
        try:
            evidence = read_evidence(file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            _echo("file_unreadable", err=True)
            raise click.exceptions.Exit(UNREADABLE) from None
        except RefusedError as refused:
            explain(refused)
            raise click.exceptions.Exit(UNREADABLE) from None
        with database.reading() as db:
            checked = [check(db, each) for each in evidence]
    _print_all(checked)
    if any(each.is_bad for each in checked):
        raise click.exceptions.Exit(DIFFERS)


def _print_all(checked: Sequence[Checked]) -> None:
    app = Flask(__name__)
    install_languages(app)
    with app.test_request_context():
        for each in checked:
            click.echo(_title(each))
            for finding in each.findings:
                click.echo(f"  {'✗' if finding.is_bad else '✓'} {_sentence(finding, LANGUAGES[0])}")
                click.echo(f"    {_sentence(finding, LANGUAGES[1])}")
        bad = sum(each.is_bad for each in checked)
        outcome = "some_differ" if bad else "all_agree"
        detail: dict[str, object] = {"count": len(checked), "bad": bad}
        for language in LANGUAGES:
            click.echo(_sentence_of(outcome, detail, language))


def _title(checked: Checked) -> str:
    of = checked.evidence
    if isinstance(of, ReceiptIn):
        return f"回执 Receipt  {of.ticket or of.sitting_id}  #{of.link}"
    return f"链首 Chain head  {of.exam_session}  #{of.link}"


def _sentence(finding: Finding, language: str) -> str:
    return _sentence_of(finding.code, dict(finding.detail), language)


def _sentence_of(code: str, detail: dict[str, object], language: str) -> str:
    with force_locale(language):
        facts = {
            name: format_datetime(value, "yyyy-MM-dd HH:mm:ss") if name == "at" else value
            for name, value in detail.items()
        }
        return str(pgettext("finding", code) % facts)


def _echo(code: str, *, err: bool) -> None:
    app = Flask(__name__)
    install_languages(app)
    with app.test_request_context():
        for language in LANGUAGES:
            click.echo(_sentence_of(code, {}, language), err=err)
