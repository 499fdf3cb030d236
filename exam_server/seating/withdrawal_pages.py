"""Withdrawing candidates and putting them back."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch, Registration
from exam_server.batches.service import batch_for, registration_for
from exam_server.clock import utcnow
from exam_server.errors import NotFoundError
from exam_server.inputs import parse
from exam_server.seating import withdrawing
from exam_server.seating.withdrawing import WithdrawIn
from exam_server.web import current_person, form_fields, needs, page

desk = Blueprint("withdrawals", __name__)


def _registration(db: Session, uid: str) -> Registration:
    """Return a registration of the officer's organization; raises ``no_such_registration``."""
    chosen = select(Batch.uid).join(Registration, Registration.batch_id == Batch.id)
    batch_uid = db.scalar(chosen.where(Registration.uid == uid))
    if batch_uid is None:
        raise NotFoundError("no_such_registration")
    return registration_for(db, batch_for(db, current_person(), batch_uid), uid)


@desk.post("/<uid>/withdraw")
@page
@needs("exam_officer")
def withdraw(db: Session, uid: str) -> ResponseReturnValue:
    """Withdraw a candidate from a batch, with the reason."""
    found = _registration(db, uid)
    sent = parse(WithdrawIn, form_fields())
    withdrawing.withdraw(db, current_person(), found, sent, now=utcnow())
    flash(gettext("%(name)s has been withdrawn.", name=found.candidate.name), "ok")
    return redirect(url_for("batches.batch_page", uid=found.batch.uid, _anchor="withdrawn"))


@desk.post("/<uid>/put-back")
@page
@needs("exam_officer")
def put_back(db: Session, uid: str) -> ResponseReturnValue:
    """Put a withdrawn candidate back."""
    found = _registration(db, uid)
    withdrawing.put_back(db, current_person(), found)
    said = gettext("%(name)s is registered again.", name=found.candidate.name)
    flash(said, "ok")
    return redirect(url_for("batches.batch_page", uid=found.batch.uid))
