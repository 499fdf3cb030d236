"""Batches, candidates and tickets."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.batches import service
from exam_server.batches.models import Batch
from exam_server.batches.rules import COLUMNS
from exam_server.batches.service import BatchIn, CandidateIn, IssuedCode
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, RefusedError
from exam_server.inputs import parse
from exam_server.programmes import service as programmes
from exam_server.tables_in import read_sheet
from exam_server.tables_out import csv_response, empty_sheet_response
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    settings,
)

desk = Blueprint("batches", __name__, url_prefix="/batches")


@desk.get("/")
@page
@needs("exam_officer")
def batch_list(db: Session) -> ResponseReturnValue:
    """Show the batches."""
    batches = service.batches_of(db, current_person())
    return render_template("batches/batches.html", batches=batches)


@desk.get("/new")
@page
@needs("exam_officer")
def new_batch(db: Session) -> ResponseReturnValue:
    """Show the form for a batch."""
    return _batch_form(db, {})


@desk.post("/new")
@page
@needs("exam_officer")
def create_batch(db: Session) -> ResponseReturnValue:
    """Create a batch."""
    fields = form_fields()
    try:
        batch = service.create_batch(db, current_person(), parse(BatchIn, fields), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _batch_form(db, fields, why))
    return redirect(url_for("batches.batch_page", uid=batch.uid))


def _batch_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    actor = current_person()
    return render_template(
        "batches/new_batch.html",
        programmes=programmes.programmes_of(db, actor),
        rule_sets=programmes.rule_sets_of(db, actor),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.get("/<uid>")
@page
@needs("exam_officer")
def batch_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a batch and its candidates."""
    return _batch_page(db, uid)


def _batch_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    batch = service.batch_for(db, current_person(), uid)
    search = request.args.get("search", "").strip()
    return render_template(
        "batches/batch.html",
        batch=batch,
        registrations=service.registrations_of(db, batch, search=search),
        search=search,
        refused=refusal(refused) if refused else None,
    )


@desk.get("/candidates.xlsx")
@page
@needs("exam_officer")
def candidate_template(db: Session) -> ResponseReturnValue:
    """Send an empty list of candidates to be filled in."""
    del db
    headings = [column.headings[0] for column in COLUMNS]
    return empty_sheet_response("candidates.xlsx", headings)


@desk.post("/<uid>/candidates")
@page
@needs("exam_officer")
def register_candidates(db: Session, uid: str) -> ResponseReturnValue:
    """Register the candidates of a spreadsheet, all or none."""
    actor = current_person()
    batch = service.batch_for(db, actor, uid)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInputError("no_file", most=1)
        rows = read_sheet(sent.filename, sent.read(), COLUMNS)
        count = service.register_candidates(db, actor, batch, rows)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _batch_page(db, uid, why))
    said = ngettext("%(num)s candidate registered.", "%(num)s candidates registered.", count)
    flash(said, "ok")
    return redirect(url_for("batches.batch_page", uid=uid))


@desk.get("/<uid>/candidates/<registration>")
@page
@needs("exam_officer")
def candidate_page(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Show the form that corrects a candidate."""
    batch = service.batch_for(db, current_person(), uid)
    candidate = service.registration_for(db, batch, registration).candidate
    fields = {"name": candidate.name, "employer": candidate.employer}
    return _candidate_form(batch, candidate.id_number, fields)


@desk.post("/<uid>/candidates/<registration>")
@page
@needs("exam_officer")
def correct_candidate(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Correct a candidate's name or employer."""
    actor, fields = current_person(), form_fields()
    batch = service.batch_for(db, actor, uid)
    found = service.registration_for(db, batch, registration)
    id_number = found.candidate.id_number
    try:
        service.correct_candidate(db, actor, found, parse(CandidateIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _candidate_form(batch, id_number, fields, why))
    flash(gettext("The candidate has been corrected."), "ok")
    return redirect(url_for("batches.batch_page", uid=uid))


def _candidate_form(
    batch: Batch, id_number: str, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    return render_template(
        "batches/candidate.html",
        batch=batch,
        id_number=id_number,
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/codes")
@page
@needs("exam_officer")
def issue_codes(db: Session, uid: str) -> ResponseReturnValue:
    """Issue login codes: as tickets to print, or as a CSV. They are shown this once."""
    actor, fields = current_person(), form_fields()
    batch = service.batch_for(db, actor, uid)
    only_missing = "everybody" not in fields
    try:
        issued = service.issue_codes(
            db, actor, batch, secret=settings().secret, now=utcnow(), only_missing=only_missing
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _batch_page(db, uid, why))
    if "csv" in fields:
        return _codes_csv(batch, issued)
    return render_template("batches/tickets.html", batch=batch, issued=issued)


def _codes_csv(batch: Batch, issued: list[IssuedCode]) -> ResponseReturnValue:
    rows = [(i.registration.ticket, i.registration.candidate.name, i.code) for i in issued]
    headings = [gettext("Ticket"), gettext("Name"), gettext("Login code")]
    return csv_response(f"{batch.code}-codes.csv", headings, rows)
