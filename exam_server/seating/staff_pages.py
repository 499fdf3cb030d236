"""Who is on duty in an exam session."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.seating import duties
from exam_server.seating.duties import CHIEF, PROCTOR, DutyIn
from exam_server.seating.service import exam_session_for
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

desk = Blueprint("staff", __name__)


@desk.get("/<uid>/staff")
@page
@needs("exam_officer")
def staff_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show who is on duty where, how many it takes, and who is free."""
    return _staff_page(db, uid)


def _staff_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    return render_template(
        "seating/staff.html",
        exam_session=exam_session,
        staffing=duties.staffing_of(db, exam_session),
        colleagues={
            role: duties.colleagues_of(db, exam_session, role) for role in (PROCTOR, CHIEF)
        },
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/duties")
@page
@needs("exam_officer")
def add_duty(db: Session, uid: str) -> ResponseReturnValue:
    """Put somebody on duty."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        duties.add_duty(db, actor, exam_session, parse(DutyIn, form_fields()))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _staff_page(db, uid, why))
    return redirect(url_for("seating.staff.staff_page", uid=uid))


@desk.post("/<uid>/duties/fill")
@page
@needs("exam_officer")
def fill_duties(db: Session, uid: str) -> ResponseReturnValue:
    """Put free people where somebody is missing."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        found = duties.fill_duties(db, actor, exam_session)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _staff_page(db, uid, why))
    missing = sum(each.missing for each in duties.staffing_of(db, exam_session))
    said = ngettext("%(num)s person put on duty.", "%(num)s people put on duty.", found)
    flash(said, "ok" if found else "attention")
    if missing:
        flash(gettext("Nobody else is free: %(count)s still missing.", count=missing), "attention")
    return redirect(url_for("seating.staff.staff_page", uid=uid))


@desk.post("/<uid>/duties/end")
@page
@needs("exam_officer")
def end_duty(db: Session, uid: str) -> ResponseReturnValue:
    """Take somebody off duty."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        duties.end_duty(db, actor, exam_session, parse(DutyIn, form_fields()))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _staff_page(db, uid, why))
    return redirect(url_for("seating.staff.staff_page", uid=uid))
