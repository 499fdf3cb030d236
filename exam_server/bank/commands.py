"""Console commands: import and export of banks."""

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.exporting import Wanted, bank_json, bank_moodle, bank_sheet, bank_word
from exam_server.bank.import_reports import (
    check_refusals,
    refusals_digest,
    report_of,
    rows_of,
)
from exam_server.bank.import_runs import run_import
from exam_server.bank.importing import Importing
from exam_server.bank.models import Blueprint
from exam_server.bank.qti_exports import KINDS, bank_package
from exam_server.bank.report_tables import markdown
from exam_server.bank.uploads import is_picture, read_files
from exam_server.clock import utcnow
from exam_server.commanding import command
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import NotFoundError
from exam_server.programmes.models import Organization

DEFAULT_LANGUAGE = "zh_Hans_CN"
MAKERS = {"xlsx": bank_sheet, "docx": bank_word, "moodle": bank_moodle}


@click.group()
def bank() -> None:
    """Import and export item banks."""


@bank.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--organization", default=None, help="Code; default: the only or first one.")
@click.option("--title", default=None, help="The bank's title; default: the file's name.")
@click.option("--dry-run", is_flag=True, help="Read and report only.")
@click.option("--accept-refused", is_flag=True, help="Import all rows but the refused ones.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), default=None)
@command
def import_bank(  # noqa: PLR0913 - one argument an option
    _settings: Settings,
    database: Database,
    *,
    files: tuple[Path, ...],
    organization: str | None,
    title: str | None,
    dry_run: bool,
    accept_refused: bool,
    report: Path | None,
) -> None:
    """Import a question file; folders among FILES are searched for its pictures."""
    parsed = read_files({path.name: path.read_bytes() for path in _with_pictures(files)})
    named = title or files[0].stem
    whole = {
        "title": named,
        "file": files[0].name,
        **report_of(parsed, most=None),
        "rows": rows_of(parsed),
    }
    if report is not None:
        _write(report, whole)
    if not dry_run:
        accepted = refusals_digest(parsed) if accept_refused else ""
        check_refusals(parsed, accepted)
        with database.writing() as db:
            blueprint_id = _blueprint(db, organization, named, parsed.language).id
        importing = Importing(None, utcnow(), accepted)
        taken = run_import(database, blueprint_id, parsed, importing)
        kept = {name: taken[name] for name in ("counts", "remarks", "new_versions", "moved")}
        whole = {**whole, **kept}
        if report is not None:
            _write(report, whole)
    click.echo(json.dumps(whole["counts"]))
    for finding in [*whole["refused"], *whole["notes"]]:
        click.echo(f"{finding['row']} {finding['item']} {finding['column']}: {finding['code']}")


@bank.command("import-table")
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@command
def import_table(_settings: Settings, _database: Database, *, reports: tuple[Path, ...]) -> None:
    """Print REPORTS written by imports as one Markdown table."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in reports]
    click.echo(markdown(read))


@bank.command("export")
@click.option("--organization", default=None, help="Code; default: the only or first one.")
@click.option("--title", required=True, help="The bank's title.")
@click.option("--format", "kind", type=click.Choice(["json", *MAKERS, *KINDS]), default="json")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--with-keys", is_flag=True, help="Write keys and explanations too.")
@command
def export_bank(
    _settings: Settings,
    database: Database,
    *,
    organization: str | None,
    title: str,
    kind: str,
    out: Path,
    with_keys: bool,
) -> None:
    """Write a bank to a file.

    JSON and Moodle XML hold all of it, XLSX what its columns can, a QTI package its items.
    """
    wanted = Wanted(with_keys=with_keys)
    with database.writing() as db:  # that it was taken is recorded
        blueprint = _known_blueprint(db, organization, title)
        if kind in KINDS:
            out.write_bytes(bank_package(db, blueprint, wanted, kind=kind, by=None))
        elif kind == "json":
            _write(out, bank_json(db, blueprint, wanted, by=None))
        else:
            out.write_bytes(MAKERS[kind](db, blueprint, wanted, by=None))
    click.echo(str(out))


def _with_pictures(paths: tuple[Path, ...]) -> list[Path]:
    """Return the files named, and the pictures of the folders named."""
    files = [path for path in paths if path.is_file()]
    for folder in paths:
        if folder.is_dir():
            files += [each for each in sorted(folder.iterdir()) if is_picture(each.name)]
    return files


def _owner(db: Session, organization: str | None) -> Organization:
    chosen = select(Organization).order_by(Organization.id)
    if organization is not None:
        chosen = chosen.where(Organization.code == organization)
    owner = db.scalars(chosen.limit(1)).first()
    if owner is None:
        raise NotFoundError("no_such_organization")
    return owner


def _known_blueprint(db: Session, organization: str | None, title: str) -> Blueprint:
    owner = _owner(db, organization)
    named = (Blueprint.organization_id == owner.id, Blueprint.title == title)
    blueprint = db.scalar(select(Blueprint).where(*named))
    if blueprint is None:
        raise NotFoundError("no_such_blueprint")
    return blueprint


def _blueprint(db: Session, organization: str | None, title: str, language: str) -> Blueprint:
    owner = _owner(db, organization)
    named = (Blueprint.organization_id == owner.id, Blueprint.title == title)
    blueprint = db.scalar(select(Blueprint).where(*named))
    if blueprint is None:
        blueprint = Blueprint(organization_id=owner.id, title=title, created_at=utcnow())
        blueprint.language = language or DEFAULT_LANGUAGE
        db.add(blueprint)
        db.flush()
    return blueprint


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
