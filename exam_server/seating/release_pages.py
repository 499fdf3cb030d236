"""The release of papers: what will happen, what speaks against it, the act."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.seating.releasing import ReleaseIn, outlook, release_checked
from exam_server.seating.service import exam_session_for
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    settings,
)

desk = Blueprint("releases", __name__)


@desk.get("/<uid>/release")
@page
@needs("exam_officer")
def release_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show what a release will do, and whether everything is ready."""
    return _release_page(db, uid)


def _release_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    return render_template(
        "seating/release.html",
        exam_session=exam_session,
        outlook=outlook(db, exam_session),
        fields=form_fields() if refused else {},
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/release")
@page
@needs("exam_officer")
def release_papers(db: Session, uid: str) -> ResponseReturnValue:
    """Seal the papers and open sign-in; from here on nothing of them changes."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        release_checked(
            db,
            actor,
            exam_session,
            parse(ReleaseIn, form_fields()),
            secret=settings().secret,
            now=utcnow(),
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _release_page(db, uid, why))
    flash(gettext("The papers are sealed; candidates may sign in."), "ok")
    return redirect(url_for("seating.exam_session_page", uid=uid))
