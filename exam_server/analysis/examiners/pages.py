"""The page of examiners, of a batch or of an exam session: compute, upload, take away."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.analysis import printing
from exam_server.analysis.examiners import reporting, wording
from exam_server.analysis.examiners.curves import curve_of, severities_of
from exam_server.analysis.examiners.ratings import Scope
from exam_server.analysis.examiners.sections import sections_of
from exam_server.analysis.examiners.sheets import COLUMNS, enter_sheet
from exam_server.analysis.wording import per_cent
from exam_server.analysis.workbooks import sheets_of
from exam_server.batches.service import registrations_of
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, RefusedError
from exam_server.languages import chosen_language
from exam_server.tables_in import read_sheet
from exam_server.tables_out import csv_response, table_response
from exam_server.web import (
    current_person,
    database,
    needs,
    open_page,
    page,
    refusal,
    refused_page,
)
from exam_server.wording import figure

desk = Blueprint("examiners", __name__)
ADDRESS = "/<of>/<uid>/examiners"  # of: sessions or batches


@desk.get(ADDRESS)
@page
@needs("exam_officer")
def examiners_page(db: Session, of: str, uid: str) -> ResponseReturnValue:
    """Show how examiners mark."""
    return _page(db, reporting.scope_for(db, current_person(), of, uid))


def _page(db: Session, scope: Scope, refused: RefusedError | None = None) -> str:
    report = reporting.report_of(db, scope)
    told = report.figures["components"] if report else []
    of, uid = reporting.of_scope(scope)
    return render_template(
        "analysis/examiners.html",
        scope=scope,
        of=of,
        uid=uid,
        report=report,
        components=told,
        tickets=reporting.tickets_of(db, told),
        job=reporting.newest_job(db, scope),
        n_entered=reporting.n_entered(db, scope.batch),
        print_jobs=printing.print_jobs_of(db, current_person(), report.uid) if report else [],
        refused=refusal(refused) if refused else None,
        figure=figure,
        per_cent=per_cent,
        curve_of=curve_of,
        severities_of=severities_of,
        w=wording,
    )


@desk.post(f"{ADDRESS}/compute")
@page
@needs("exam_officer")
def compare(db: Session, of: str, uid: str) -> ResponseReturnValue:
    """Have the examiners compared."""
    actor = current_person()
    scope = reporting.scope_for(db, actor, of, uid)
    reporting.ask_to_compare(db, actor, scope, title=_title(scope))
    return redirect(url_for("analysis.examiners.examiners_page", of=of, uid=uid))


def _title(scope: Scope) -> str:
    title: str = gettext("Examiners: %(name)s", name=reporting.title_of(scope))
    return title


@desk.post(f"{ADDRESS}/marks")
@page
@needs("exam_officer")
def enter_marks(db: Session, of: str, uid: str) -> ResponseReturnValue:
    """Enter a sheet of examiners' single marks, all or none, and have the examiners compared."""
    actor = current_person()
    scope = reporting.scope_for(db, actor, of, uid)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInputError("no_file", most=1)
        rows = read_sheet(sent.filename, sent.read(), COLUMNS)
        count = enter_sheet(db, actor, scope.batch, rows, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _page(db, scope, why))
    reporting.ask_to_compare(db, actor, scope, title=_title(scope))
    said = ngettext(
        "%(num)s mark of examiners entered; they are being compared.",
        "%(num)s marks of examiners entered; they are being compared.",
        count,
    )
    flash(said, "ok")
    return redirect(url_for("analysis.examiners.examiners_page", of=of, uid=uid))


@desk.post(f"{ADDRESS}/sheet")
@page
@needs("exam_officer")
def empty_sheet(db: Session, of: str, uid: str) -> ResponseReturnValue:
    """Send a sheet to fill in, with the tickets of the batch; the export is recorded."""
    actor = current_person()
    batch = reporting.scope_for(db, actor, of, uid).batch
    rows = [(each.ticket, "", "", "", "100") for each in registrations_of(db, batch)]
    audit.record(db, "export_marks", by=actor.id, of=f"batch:{batch.uid}")
    headings = [column.headings[0] for column in COLUMNS]
    return csv_response(f"{batch.code}-examiners.csv", headings, rows)


@desk.get(f"{ADDRESS}/workbook")
@open_page
@needs("exam_officer")
def workbook(of: str, uid: str) -> ResponseReturnValue:
    """Send everything the page says as a workbook; the export is recorded."""
    with database().writing() as db:
        return _workbook(db, of, uid)


def _workbook(db: Session, of: str, uid: str) -> ResponseReturnValue:
    scope = reporting.scope_for(db, current_person(), of, uid)
    figures = reporting.report_in(db, scope).figures
    tickets = reporting.tickets_of(db, figures["components"])
    (title, headings, rows), *more = sheets_of(sections_of(figures, tickets))
    name = f"{scope.batch.code}-examiners"
    return table_response(
        db, current_person(), name, headings, rows, "xlsx", title=title, more=more
    )


@desk.post(f"{ADDRESS}/print")
@page
@needs("exam_officer")
def print_report(db: Session, of: str, uid: str) -> ResponseReturnValue:
    """Have the page set as a PDF."""
    actor = current_person()
    scope = reporting.scope_for(db, actor, of, uid)
    report = reporting.report_in(db, scope)
    tickets = reporting.tickets_of(db, report.figures["components"])
    printing.ask_for_report(
        db,
        actor,
        printing.Paper(
            report.uid,
            f"batch:{scope.batch.uid}",
            scope.batch.organization_id,
            _title(scope),
            reporting.title_of(scope),
        ),
        sections=sections_of(report.figures, tickets),
        language=chosen_language(),
    )
    return redirect(url_for("analysis.examiners.examiners_page", of=of, uid=uid) + "#exports")
