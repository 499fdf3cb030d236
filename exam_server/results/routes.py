"""Results of batches: marking, marks of examiners, decisions, export."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.batches.models import Batch
from exam_server.batches.service import batch_for, batches_of, registrations_of
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, NotFoundError, RefusedError
from exam_server.inputs import parse
from exam_server.marking import component_marks as marks
from exam_server.marking import service as marking
from exam_server.results import service
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.progress import progress_of
from exam_server.results.rules import COMPONENTS, explanation
from exam_server.tables_in import read_sheet
from exam_server.tables_out import csv_response
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
)

desk = Blueprint("results", __name__, url_prefix="/results")

ENTERING = ("exam_officer", "examiner")


@desk.get("/")
@page
@needs(*ENTERING)
def result_list(db: Session) -> ResponseReturnValue:
    """Show the batches and where their results stand."""
    batches = batches_of(db, current_person(), *ENTERING)
    progress = progress_of(db, [batch for batch, _ in batches])
    return render_template("results/results.html", batches=batches, progress=progress)


@desk.get("/<uid>")
@page
@needs(*ENTERING)
def result_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a batch's marks, and to officers its decisions."""
    return _result_page(db, uid)


def _result_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    actor = current_person()
    batch = batch_for(db, actor, uid, *ENTERING)
    is_officer = actor.may("exam_officer", organization_id=batch.organization_id)
    return render_template(
        "results/batch.html",
        batch=batch,
        registrations=registrations_of(db, batch),
        marks=marks.component_marks(db, batch),
        progress=progress_of(db, [batch])[batch.id],
        is_officer=is_officer,
        say=sentence,
        refused=refusal(refused) if refused else None,
        **(_for_officers(db, batch) if is_officer else {}),
    )


def _for_officers(db: Session, batch: Batch) -> dict[str, Any]:
    run = service.newest_decisions(db, batch)
    return {
        "run": run,
        "decisions": service.decisions_in(db, run) if run else [],
        "changed": service.count_changed(db, batch, run) if run else 0,
        "theory": service.theory_marks(db, batch),
        "exam_sessions": marking.exam_sessions_in(db, batch),
        "explain": _explain,
    }


def _explain(decision: Decision, run: DecisionRun) -> str:
    given = {name: getattr(decision, name) for name in COMPONENTS}
    return explanation(given, decision.composite, run.rules)


@desk.post("/<uid>/mark")
@page
@needs("exam_officer")
def mark(db: Session, uid: str) -> ResponseReturnValue:
    """Mark every exam session of a batch."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    try:
        done = marking.mark_batch(db, batch, by=actor.id, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _result_page(db, uid, why))
    names = ", ".join(each.name for each in done.marked)
    flash(gettext("The theory papers have been marked: %(names)s.", names=names), "ok")
    for exam_session, code in done.waiting:
        words = sentence(code)
        flash(gettext("%(name)s: %(words)s", name=exam_session.name, words=words), "attention")
    return redirect(url_for("results.result_page", uid=uid))


@desk.post("/<uid>/marks")
@page
@needs(*ENTERING)
def enter_marks(db: Session, uid: str) -> ResponseReturnValue:
    """Enter practical and performance marks from a spreadsheet, all or none."""
    actor = current_person()
    batch = batch_for(db, actor, uid, *ENTERING)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInputError("no_file", most=1)
        rows = read_sheet(sent.filename, sent.read(), marks.COLUMNS)
        count = marks.enter_marks(db, actor, batch, rows, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _result_page(db, uid, why))
    flash(gettext("%(count)s marks entered.", count=count), "ok")
    return redirect(url_for("results.result_page", uid=uid))


@desk.post("/<uid>/marks.csv")
@page
@needs(*ENTERING)
def mark_sheet(db: Session, uid: str) -> ResponseReturnValue:
    """Send the list to enter marks in, with those that stand; the export is recorded."""
    actor = current_person()
    batch = batch_for(db, actor, uid, *ENTERING)
    standing = marks.component_marks(db, batch)
    rows = [
        (each.ticket, *(standing.get(each.id, {}).get(name) for name in marks.COMPONENTS))
        for each in registrations_of(db, batch)
    ]
    audit.record(db, "export_marks", by=actor.id, of=f"batch:{batch.uid}")
    headings = [column.headings[0] for column in marks.COLUMNS]
    return csv_response(f"{batch.code}-marks.csv", headings, rows)


@desk.get("/<uid>/candidates/<registration>")
@page
@needs(*ENTERING)
def candidate_page(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Show the marks examiners entered for a candidate, corrected ones too."""
    return _candidate_page(db, uid, registration, {})


@desk.post("/<uid>/candidates/<registration>")
@page
@needs(*ENTERING)
def enter_candidate_marks(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Enter the marks of one candidate by hand."""
    actor, fields = current_person(), form_fields()
    batch = batch_for(db, actor, uid, *ENTERING)
    candidate = marks.registration_in(db, batch, registration)
    try:
        sent = parse(marks.MarksIn, fields)
        count = marks.enter_by_hand(db, actor, candidate, sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(
            db, refused, lambda why: _candidate_page(db, uid, registration, fields, why)
        )
    flash(gettext("%(count)s marks entered.", count=count), "ok")
    return redirect(url_for("results.candidate_page", uid=uid, registration=registration))


def _candidate_page(
    db: Session,
    uid: str,
    registration: str,
    fields: dict[str, Any],
    refused: RefusedError | None = None,
) -> str:
    batch = batch_for(db, current_person(), uid, *ENTERING)
    candidate = marks.registration_in(db, batch, registration)
    return render_template(
        "results/candidate.html",
        batch=batch,
        registration=candidate,
        history=marks.history_of(db, candidate),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/decide")
@page
@needs("exam_officer")
def decide(db: Session, uid: str) -> ResponseReturnValue:
    """Decide on every candidate of a batch."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    try:
        service.decide_batch(db, batch, by=actor.id, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _result_page(db, uid, why))
    flash(gettext("The decisions have been made."), "ok")
    return redirect(url_for("results.result_page", uid=uid))


@desk.post("/<uid>/decisions.csv")
@page
@needs("exam_officer")
def export_decisions(db: Session, uid: str) -> ResponseReturnValue:
    """Send the decision list; the export is recorded."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    run = service.newest_decisions(db, batch)
    if run is None:
        raise NotFoundError("no_decisions")
    rows = [
        (
            each.registration.ticket,
            each.registration.candidate.name,
            each.theory,
            each.practical,
            each.performance,
            each.composite,
            each.outcome,
            "; ".join(sentence(f"reason_{reason}") for reason in each.reasons),
        )
        for each in service.decisions_in(db, run)
    ]
    audit.record(db, "export_decisions", by=actor.id, of=f"batch:{batch.uid}")
    headings = [
        gettext("Ticket"),
        gettext("Name"),
        gettext("Theory"),
        gettext("Practical"),
        gettext("Performance"),
        gettext("Composite"),
        gettext("Outcome"),
        gettext("Reasons"),
    ]
    return csv_response(f"{batch.code}-decisions.csv", headings, rows)
