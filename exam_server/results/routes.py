"""Results of batches: marking, marks of examiners, decisions, export."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.batches.service import batch_for, batches_of, registrations_of
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, NotFoundError, RefusedError
from exam_server.marking import service as marking
from exam_server.results import service
from exam_server.tables_in import read_sheet
from exam_server.tables_out import csv_response
from exam_server.web import current_person, needs, page, refusal, refused_page, sentence

desk = Blueprint("results", __name__, url_prefix="/results")

ENTERING = ("exam_officer", "examiner")


@desk.get("/")
@page
@needs(*ENTERING)
def result_list(db: Session) -> ResponseReturnValue:
    """Show the batches and where their results stand."""
    batches = [
        (batch, count, service.newest_decisions(db, batch))
        for batch, count in batches_of(db, current_person(), *ENTERING)
    ]
    return render_template("results/results.html", batches=batches)


@desk.get("/<uid>")
@page
@needs(*ENTERING)
def result_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a batch's marks and decisions."""
    return _result_page(db, uid)


def _result_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    actor = current_person()
    batch = batch_for(db, actor, uid, *ENTERING)
    run = service.newest_decisions(db, batch)
    return render_template(
        "results/batch.html",
        batch=batch,
        run=run,
        decisions=service.decisions_in(db, run) if run else [],
        registrations=registrations_of(db, batch),
        marks=marking.component_marks(db, batch),
        theory=service.theory_marks(db, batch),
        exam_sessions=marking.exam_sessions_in(db, batch),
        is_officer=actor.may("exam_officer", organization_id=batch.organization_id),
        say=sentence,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/mark")
@page
@needs("exam_officer")
def mark(db: Session, uid: str) -> ResponseReturnValue:
    """Mark every exam session of a batch."""
    actor = current_person()
    batch = batch_for(db, actor, uid)
    try:
        for exam_session in marking.exam_sessions_in(db, batch):
            marking.mark_exam_session(db, exam_session, by=actor.id, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _result_page(db, uid, why))
    flash(gettext("The theory papers have been marked."), "ok")
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
        rows = read_sheet(sent.filename, sent.read(), marking.COLUMNS)
        count = marking.enter_marks(db, actor, batch, rows, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _result_page(db, uid, why))
    flash(gettext("%(count)s marks entered.", count=count), "ok")
    return redirect(url_for("results.result_page", uid=uid))


@desk.get("/<uid>/marks.csv")
@page
@needs(*ENTERING)
def mark_sheet(db: Session, uid: str) -> ResponseReturnValue:
    """Send the list to enter marks in."""
    batch = batch_for(db, current_person(), uid, *ENTERING)
    marks = marking.component_marks(db, batch)
    rows = [
        (
            each.ticket,
            marks.get(each.id, {}).get("practical"),
            marks.get(each.id, {}).get("performance"),
        )
        for each in registrations_of(db, batch)
    ]
    headings = [column.headings[0] for column in marking.COLUMNS]
    return csv_response(f"{batch.code}-marks.csv", headings, rows)


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
