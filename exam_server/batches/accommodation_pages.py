"""The page of a candidate's accommodations (便利措施): what is granted, why, and until when."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.batches import accommodations, service
from exam_server.batches.accommodations import AccommodationIn
from exam_server.batches.models import Accommodation, Registration
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

desk = Blueprint("accommodations", __name__)
BOXES = ("is_large_text", "wants_own_room")
NUMBERS = ("extra_percent", "extra_minutes", "break_minutes")
DAYS = ("valid_from", "valid_to")
TEXTS = ("helper", "note", "reason")


@desk.get("/<uid>/candidates/<registration>/accommodation")
@page
@needs("exam_officer")
def accommodation_page(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Show what is granted to a candidate, and the form to grant it."""
    found = _registration(db, uid, registration)
    standing = accommodations.accommodation_of(db, found.candidate)
    return _accommodation_page(db, found, _fields_of(standing))


@desk.post("/<uid>/candidates/<registration>/accommodation")
@page
@needs("exam_officer")
def grant_accommodation(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """Grant a candidate an accommodation in place of the one before."""
    actor, fields = current_person(), form_fields()
    found = _registration(db, uid, registration)
    try:
        sent = parse(AccommodationIn, _sent(fields))
        accommodations.grant(db, actor, found.candidate, sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _accommodation_page(db, found, fields, why))
    flash(gettext("What is granted to %(name)s is kept.", name=found.candidate.name), "ok")
    return redirect(url_for("batches.candidates.candidate_page", uid=uid, registration=found.uid))


@desk.post("/<uid>/candidates/<registration>/accommodation/withdraw")
@page
@needs("exam_officer")
def withdraw_accommodation(db: Session, uid: str, registration: str) -> ResponseReturnValue:
    """End what is granted to a candidate."""
    found = _registration(db, uid, registration)
    accommodations.withdraw(db, current_person(), found.candidate, now=utcnow())
    flash(gettext("Nothing is granted to %(name)s any more.", name=found.candidate.name), "ok")
    return redirect(url_for("batches.candidates.candidate_page", uid=uid, registration=found.uid))


def _registration(db: Session, uid: str, registration: str) -> Registration:
    batch = service.batch_for(db, current_person(), uid)
    return service.registration_for(db, batch, registration)


def _accommodation_page(
    db: Session,
    registration: Registration,
    fields: dict[str, Any],
    refused: RefusedError | None = None,
) -> str:
    history = accommodations.history_of(db, registration.candidate)
    return render_template(
        "batches/accommodation.html",
        batch=registration.batch,
        registration=registration,
        standing=next((row for row in history if row.ended_at is None), None),
        earlier=[row for row in history if row.ended_at is not None],
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


def _fields_of(row: Accommodation | None) -> dict[str, Any]:
    """Return a form's fields: what stands, or nothing granted yet."""
    if row is None:
        return dict.fromkeys(NUMBERS, "0")
    numbers_and_texts = {name: getattr(row, name) for name in (*NUMBERS, *TEXTS)}
    days = {name: getattr(row, name) or "" for name in DAYS}
    return {**numbers_and_texts, **days, **{name: getattr(row, name) for name in BOXES}}


def _sent(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what a form says: an empty number is none granted, an empty day no bound."""
    return {name: value for name, value in fields.items() if value != "" or name in TEXTS}
