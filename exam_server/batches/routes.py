"""Batches: their list, the page of one with its steps, login codes."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from exam_server.batches import accommodation_pages, candidate_pages, photo_pages, service
from exam_server.batches.accommodations import accommodations_on
from exam_server.batches.models import Batch, Registration
from exam_server.batches.photos import with_photo
from exam_server.batches.service import BatchIn, IssuedCode, TitlesIn
from exam_server.batches.steps import Step, StepsOf, candidate_steps, next_step
from exam_server.clock import SITE_ZONE, utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.programmes import service as programmes
from exam_server.tables_out import csv_response, rows_shown, table_response
from exam_server.todo import local_day
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    settings,
)
from exam_server.wording import id_type_words

desk = Blueprint("batches", __name__, url_prefix="/batches")
desk.register_blueprint(candidate_pages.desk)
desk.register_blueprint(accommodation_pages.desk)
desk.register_blueprint(photo_pages.desk)


@desk.get("/")
@page
@needs("exam_officer")
def batch_list(db: Session) -> ResponseReturnValue:
    """Show the batches."""
    batches = service.batches_of(db, current_person())
    # Steps are read batch by batch: of those to come only, which are few however old the office is.
    today = local_day(utcnow())
    steps = {b.id: next_step(steps_of(db, b)) for b, _ in batches if b.exam_date >= today}
    return render_template("batches/batches.html", batches=batches, steps=steps)


@desk.get("/new")
@page
@needs("exam_officer")
def new_batch(db: Session) -> ResponseReturnValue:
    """Show the form for a batch."""
    batches = service.batches_of(db, current_person())
    chosen = {"programme": request.args.get("programme", "")}
    return _batch_form(db, {**_next_batch([batch for batch, _ in batches]), **chosen})


def _next_batch(batches: Sequence[Batch]) -> dict[str, str]:
    """Return code and title of the year's next batch."""
    year = utcnow().astimezone(SITE_ZONE).year
    number = 1 + sum(batch.exam_date.year == year for batch in batches)
    codes = {batch.code for batch in batches}
    while f"{year}{number:02}" in codes:
        number += 1
    name = gettext("%(year)s, batch %(number)s", year=year, number=number)
    with force_locale("en"):
        name_en = gettext("%(year)s, batch %(number)s", year=year, number=number)
    return {"code": f"{year}{number:02}", "name": name, "name_en": name_en}


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


@desk.get("/<uid>/titles")
@page
@needs("exam_officer")
def titles_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the titles of a batch to be changed."""
    batch = service.batch_for(db, current_person(), uid)
    return _titles_page(batch, {"name": batch.name, "name_en": batch.name_en})


@desk.post("/<uid>/titles")
@page
@needs("exam_officer")
def change_titles(db: Session, uid: str) -> ResponseReturnValue:
    """Change the titles of a batch."""
    actor, fields = current_person(), form_fields()
    batch = service.batch_for(db, actor, uid)
    try:
        service.change_titles(db, actor, batch, parse(TitlesIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _titles_page(batch, fields, why))
    flash(gettext("The titles are changed."), "ok")
    return redirect(url_for("batches.batch_page", uid=uid))


def _titles_page(batch: Batch, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    return render_template(
        "batches/titles.html",
        batch=batch,
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.route("/<uid>", methods=["GET", "POST"])
@page
@needs("exam_officer")
def batch_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a batch: its steps and its candidates; with ``format``, the list to take away."""
    actor = current_person()
    if "format" in request.args:
        batch = service.batch_for(db, actor, uid)
        search = request.args.get("search", "").strip()
        listed = service.registrations_of(db, batch, search=search)
        rows = rows_shown({each.ticket: _listed(each) for each in listed})
        kind = request.args["format"]
        return table_response(db, actor, f"{batch.code}-candidates", _headings(), rows, kind)
    return _batch_page(db, uid)


def _batch_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    batch = service.batch_for(db, current_person(), uid)
    search = request.args.get("search", "").strip()
    steps = steps_of(db, batch)
    registrations = service.registrations_of(db, batch, search=search)
    people = [each.candidate_id for each in registrations]
    return render_template(
        "batches/batch.html",
        batch=batch,
        registrations=registrations,
        accommodated=accommodations_on(db, people, batch.exam_date),
        withdrawn=service.withdrawn_of(db, batch),
        hashes=with_photo(db, batch),
        steps=steps,
        next_step=next_step(steps),
        search=search,
        refused=refusal(refused) if refused else None,
    )


def steps_of(db: Session, batch: Batch) -> list[Step]:
    """Return the steps of a batch, those of later desks behind this desk's."""
    later: list[StepsOf] = current_app.extensions["exam_server.batch_steps"]
    actor = current_person()
    return [step for steps in (candidate_steps, *later) for step in steps(db, actor, batch)]


def _headings() -> list[str]:
    return [
        gettext("Ticket"),
        gettext("Name"),
        gettext("ID type"),
        gettext("ID number"),
        gettext("Employer"),
        gettext("Code issued"),
    ]


def _listed(each: Registration) -> tuple[object, ...]:
    who = each.candidate
    kind = id_type_words(who.id_type)
    return (each.ticket, who.name, kind, who.id_number, who.employer, each.code_issued_at)


@desk.post("/<uid>/codes")
@page
@needs("exam_officer")
def issue_codes(db: Session, uid: str) -> ResponseReturnValue:
    """Issue login codes as a list to be sent by the office's own means; shown this once."""
    actor, fields = current_person(), form_fields()
    batch = service.batch_for(db, actor, uid)
    only_missing = "everybody" not in fields
    try:
        issued = service.issue_codes(
            db, actor, batch, secret=settings().secret, now=utcnow(), only_missing=only_missing
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _batch_page(db, uid, why))
    return _codes_csv(batch, issued)


def _codes_csv(batch: Batch, issued: list[IssuedCode]) -> ResponseReturnValue:
    rows = [(i.registration.ticket, i.registration.candidate.name, i.code) for i in issued]
    headings = [gettext("Ticket"), gettext("Name"), gettext("Login code")]
    return csv_response(f"{batch.code}-codes.csv", headings, rows)
