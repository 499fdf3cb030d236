"""Pages that bring candidates into a batch: a list checked cell by cell, or one person."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.batches import registering, service
from exam_server.batches.accommodations import accommodation_of
from exam_server.batches.checking import Checked, check_candidates, corrected, without_known
from exam_server.batches.models import Batch, Registration
from exam_server.batches.photos import with_photo
from exam_server.batches.rules import COLUMNS, KNOWN_ID_TYPES
from exam_server.batches.service import CandidateIn, NewCandidateIn
from exam_server.clock import utcnow
from exam_server.documents.fonts import unprintable
from exam_server.errors import InvalidInputError, RefusedError
from exam_server.inputs import parse
from exam_server.tables_in import SheetRow, read_pasted, read_sheet
from exam_server.tables_out import empty_sheet_response
from exam_server.web import (
    current_person,
    database,
    form_fields,
    needs,
    open_page,
    page,
    problem_sentence,
    refusal,
    refused_page,
    settings,
)

desk = Blueprint("candidates", __name__)
SHOWN_ROWS = 500


@desk.get("/candidates.xlsx")
@page
@needs("exam_officer")
def candidate_template(db: Session) -> ResponseReturnValue:
    """Send an empty list of candidates to be filled in."""
    del db
    headings = [column.headings[0] for column in COLUMNS]
    return empty_sheet_response("candidates.xlsx", headings)


@desk.get("/<uid>/candidates/add")
@page
@needs("exam_officer")
def add_candidates(db: Session, uid: str) -> ResponseReturnValue:
    """Show the ways to bring candidates in."""
    return _adding_page(db, uid)


def _adding_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    return render_template(
        "batches/add_candidates.html",
        batch=service.batch_for(db, current_person(), uid),
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/candidates/check")
@open_page
@needs("exam_officer")
def check_list(uid: str) -> ResponseReturnValue:
    """Show what was read of a list, with every wrong cell; nothing is stored."""
    with database().reading() as db:
        return _check_list(db, uid)


def _check_list(db: Session, uid: str) -> ResponseReturnValue:
    batch = service.batch_for(db, current_person(), uid)
    try:
        rows = _sent_rows()
        checked = check_candidates(db, batch, rows, more_fonts=_fonts())
        if "without_known" in request.form:
            rows = without_known(checked)
            checked = check_candidates(db, batch, rows, more_fonts=_fonts())
        if not checked.rows:
            raise InvalidInputError("no_candidates")
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _adding_page(db, uid, why))
    return _checked_page(batch, checked)


@desk.post("/<uid>/candidates")
@open_page
@needs("exam_officer")
def register_candidates(uid: str) -> ResponseReturnValue:
    """Register the candidates of a list, all or none, in short transactions."""
    actor, store = current_person(), database()
    rows: Sequence[SheetRow] = []
    with store.reading() as db:
        batch_id = service.batch_for(db, actor, uid).id
    try:
        rows = _sent_rows()
        count = registering.register_list(store, actor, batch_id, rows, now=utcnow())
    except RefusedError as refused:
        with store.reading() as db:
            batch = db.get_one(Batch, batch_id)
            return refused_page(db, refused, lambda why: _refused_list(db, batch, rows, why))
    said = ngettext("%(num)s candidate registered.", "%(num)s candidates registered.", count)
    flash(said, "ok")
    return redirect(url_for("batches.batch_page", uid=uid))


def _refused_list(
    db: Session, batch: Batch, rows: Sequence[SheetRow], refused: RefusedError
) -> str:
    if not rows:
        return _adding_page(db, batch.uid, refused)
    return _checked_page(batch, check_candidates(db, batch, rows, more_fonts=_fonts()))


def _checked_page(batch: Batch, checked: Checked) -> str:
    in_trouble = [row for row in checked.rows if row.problems or row.warnings]
    quiet = [row for row in checked.rows if not (row.problems or row.warnings)]
    shown = checked.rows if len(checked.rows) <= SHOWN_ROWS else in_trouble + quiet[:SHOWN_ROWS]
    return render_template(
        "batches/checked_list.html",
        batch=batch,
        checked=checked,
        shown=shown,
        columns=COLUMNS,
        say_problem=problem_sentence,
    )


def _sent_rows() -> list[SheetRow]:
    """Read a file, or text that was pasted or sent back with cells typed anew."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return read_sheet(sent.filename, sent.read(), COLUMNS)
    text = request.form.get("text", "")
    if not text.strip():
        raise InvalidInputError("no_list")
    typed = {key: value for key, value in request.form.items() if key.startswith("cell.")}
    return corrected(read_pasted(text, COLUMNS), typed)


def _fonts() -> Any:
    return settings().fonts


@desk.get("/<uid>/candidates/new")
@page
@needs("exam_officer")
def new_candidate(db: Session, uid: str) -> ResponseReturnValue:
    """Show the form for one candidate."""
    batch = service.batch_for(db, current_person(), uid)
    return _new_candidate_form(batch, {"id_type": "resident"})


@desk.post("/<uid>/candidates/new")
@page
@needs("exam_officer")
def create_candidate(db: Session, uid: str) -> ResponseReturnValue:
    """Register one candidate."""
    actor, fields = current_person(), form_fields()
    batch = service.batch_for(db, actor, uid)
    try:
        sent = parse(NewCandidateIn, fields)
        registration = registering.register_one(db, actor, batch, sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _new_candidate_form(batch, fields, why))
    _warn_unprintable(registration.candidate.name)
    said = gettext("%(name)s is registered.", name=registration.candidate.name)
    flash(said, "ok")
    return redirect(url_for("batches.batch_page", uid=uid))


def _new_candidate_form(
    batch: Batch, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    return render_template(
        "batches/new_candidate.html",
        batch=batch,
        fields=fields,
        id_types=KNOWN_ID_TYPES,
        refused=refusal(refused) if refused else None,
    )


@desk.get("/<uid>/candidates/<registration>")
@page
@needs("exam_officer")
def candidate_page(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Show a candidate: what may be corrected, the photo, withdrawing."""
    batch = service.batch_for(db, current_person(), uid)
    found = service.registration_for(db, batch, registration)
    fields = {"name": found.candidate.name, "employer": found.candidate.employer}
    return _candidate_page(db, found, fields)


@desk.post("/<uid>/candidates/<registration>")
@page
@needs("exam_officer")
def correct_candidate(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Correct a candidate's name or employer."""
    actor, fields = current_person(), form_fields()
    batch = service.batch_for(db, actor, uid)
    found = service.registration_for(db, batch, registration)
    try:
        service.correct_candidate(db, actor, found, parse(CandidateIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _candidate_page(db, found, fields, why))
    _warn_unprintable(found.candidate.name)
    flash(gettext("The candidate has been corrected."), "ok")
    return redirect(url_for("batches.batch_page", uid=uid))


def _candidate_page(
    db: Session,
    registration: Registration,
    fields: dict[str, Any],
    refused: RefusedError | None = None,
) -> str:
    batch = registration.batch
    return render_template(
        "batches/candidate.html",
        batch=batch,
        registration=registration,
        photo_hash=with_photo(db, batch).get(registration.candidate_id),
        accommodation=accommodation_of(db, registration.candidate),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


def _warn_unprintable(name: str) -> None:
    letters = unprintable(name, _fonts())
    if letters:
        said = gettext("“%(letters)s” cannot be printed with the fonts at hand.", letters=letters)
        flash(said, "attention")
