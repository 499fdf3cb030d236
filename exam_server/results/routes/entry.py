"""The grid for practical and performance marks: typing, pasting, uploading."""

from collections.abc import Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.batches.accommodations import accommodations_on
from exam_server.batches.models import Batch, Registration
from exam_server.batches.service import registrations_of
from exam_server.clock import SITE_ZONE, utcnow
from exam_server.errors import InvalidInputError, RefusedError
from exam_server.inputs import parse
from exam_server.languages import at_text
from exam_server.marking import component_marks as marks
from exam_server.marking import entering
from exam_server.marking.component_marks import EnteredMark
from exam_server.marking.entering import CellIn, CellsIn, PasteIn
from exam_server.marking.pasting import Pasted, PastedCell
from exam_server.marking.rules import COMPONENTS, mark_problem
from exam_server.results.routes.desk import (
    ENTERING,
    desk,
    entering_batch,
    is_officer,
    rules_in,
)
from exam_server.results.script_words import grid_words
from exam_server.results.wording import entry_words
from exam_server.tables_in import read_sheet
from exam_server.tables_out import csv_response
from exam_server.web import (
    current_person,
    needs,
    page,
    problem_sentence,
    refusal,
    refused_page,
    sentence,
)


@desk.get("/<uid>/entry")
@page
@needs(*ENTERING)
def entry_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the grid; with ``names=hidden`` no name reaches the page."""
    return _entry_page(db, entering_batch(db, uid))


def _entry_page(db: Session, batch: Batch, refused: RefusedError | None = None) -> str:
    registrations = registrations_of(db, batch)
    candidates = [each.candidate_id for each in registrations]
    return render_template(
        "results/entry.html",
        batch=batch,
        components=entered_components(db, batch),
        registrations=registrations,
        # What is granted holds in the practical part too; why is the office's alone.
        granted=accommodations_on(db, candidates, utcnow().astimezone(SITE_ZONE).date()),
        standing=marks.standing_marks(db, batch),
        shows_names=request.args.get("names") != "hidden",
        is_officer=is_officer(batch),
        person=current_person(),
        words_for=entry_words,
        script_words=grid_words(),
        refused=refusal(refused) if refused else None,
    )


def entered_components(db: Session, batch: Batch) -> list[str]:
    """Return the components that examiners enter and that count under the rule set."""
    counted = rules_in(db, batch).counted
    return [name for name in COMPONENTS if name in counted]


@desk.post("/<uid>/entry")
@page
@needs(*ENTERING)
def save_cells(db: Session, uid: str) -> ResponseReturnValue:
    """Save cells of the grid; each is answered for itself."""
    batch = entering_batch(db, uid)
    sent = parse(CellsIn, request.get_json())
    outcome = entering.save_cells(db, current_person(), batch, sent.cells, now=utcnow())
    return jsonify(
        ok=True,
        saved=[_cell_told(cell, standing) for cell, standing in outcome.saved],
        conflicts=[_cell_told(cell, standing) for cell, standing in outcome.conflicts],
        refused=[
            {**_place(cell), "code": problem.code, "message": problem_sentence(problem)}
            for cell, problem in outcome.refused
        ],
    )


@desk.post("/<uid>/entry/paste")
@page
@needs(*ENTERING)
def preview_paste(db: Session, uid: str) -> ResponseReturnValue:
    """Say what a paste would enter; nothing is stored."""
    batch = entering_batch(db, uid)
    sent = parse(PasteIn, request.get_json())
    components = entered_components(db, batch)
    if sent.component not in components:
        raise InvalidInputError("invalid_input")
    found, people = entering.read_paste(db, batch, sent, components=components)
    return jsonify(ok=True, **_paste_told(found, people))


@desk.post("/<uid>/marks")
@page
@needs(*ENTERING)
def enter_marks(db: Session, uid: str) -> ResponseReturnValue:
    """Enter practical and performance marks from a spreadsheet, all or none."""
    actor = current_person()
    batch = entering_batch(db, uid)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInputError("no_file", most=1)
        rows = read_sheet(sent.filename, sent.read(), marks.COLUMNS)
        count = marks.enter_marks(db, actor, batch, rows, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _entry_page(db, batch, why))
    flash(gettext("%(count)s marks entered.", count=count), "ok")
    return redirect(url_for("results.entry_page", uid=uid))


@desk.post("/<uid>/marks.csv")
@page
@needs(*ENTERING)
def mark_sheet(db: Session, uid: str) -> ResponseReturnValue:
    """Send the list to enter marks in, with those that stand; the export is recorded."""
    actor = current_person()
    batch = entering_batch(db, uid)
    standing = marks.standing_marks(db, batch)
    rows = [
        (each.ticket, *(_sheet_cell(standing.get(each.id, {}).get(name)) for name in COMPONENTS))
        for each in registrations_of(db, batch)
    ]
    audit.record(db, "export_marks", by=actor.id, of=f"batch:{batch.uid}")
    headings = [column.headings[0] for column in marks.COLUMNS]
    return csv_response(f"{batch.code}-marks.csv", headings, rows)


def _sheet_cell(entered: EnteredMark | None) -> object:
    """Return what stands as a sheet can be read back: a mark, or a word both languages know."""
    if entered is None:
        return None
    return entry_words(entered.standing, entered.mark)


def _place(cell: CellIn) -> dict[str, Any]:
    return {"registration": cell.registration, "component": cell.component, "typed": cell.typed}


def _cell_told(cell: CellIn, standing: EnteredMark | None) -> dict[str, Any]:
    return {**_place(cell), **mark_told(standing)}


def mark_told(standing: EnteredMark | None) -> dict[str, str]:
    """Return what stands in a cell as the grid keeps it; empty texts for nothing."""
    if standing is None:
        return {"seen": "", "shown": "", "by": "", "at": ""}
    return {
        "seen": standing.uid,
        "shown": str(entry_words(standing.standing, standing.mark)),
        "by": standing.entered_by,
        "at": at_text(standing.entered_at, "MM-dd HH:mm"),
    }


def _paste_told(found: Pasted, people: dict[str, Registration]) -> dict[str, Any]:
    return {
        "matched_by": found.matched_by,
        "cells": [_pasted_told(cell, people) for cell in found.cells],
        "unmatched": _lines_told(found.unmatched),
        "repeated": _lines_told(found.repeated),
        "surplus": found.surplus,
    }


def _pasted_told(cell: PastedCell, people: dict[str, Registration]) -> dict[str, Any]:
    code = mark_problem(cell.typed)
    return {
        "line": cell.line,
        "registration": cell.registration,
        "ticket": people[cell.registration].ticket,
        "component": cell.component,
        "typed": cell.typed,
        "problem": sentence(code, {"value": cell.typed}) if code else "",
    }


def _lines_told(lines: Sequence[tuple[int, str]]) -> list[dict[str, Any]]:
    return [{"line": line, "name": name} for line, name in lines]
