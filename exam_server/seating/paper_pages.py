"""Paper documents of an exam session: tickets with login codes, charts, lists, labels."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from exam_server.batches.photos import with_photo
from exam_server.batches.service import registrations_of
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.seating import ordering_papers
from exam_server.seating.ordering_papers import PapersIn, TicketsIn
from exam_server.seating.papers import KINDS
from exam_server.seating.service import exam_session_for
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

desk = Blueprint("papers", __name__)


def _ticket_fields() -> dict[str, str]:
    """Return the posted fields; a candidate is named only when one ticket is asked for."""
    fields = form_fields()
    whom = fields.pop("registration", "")
    return {**fields, "registration": whom} if fields.pop("one", "") else fields


def _language() -> str:
    """Return the language documents are made in: the reader's."""
    return "en" if str(get_locale()) == "en" else "zh"


@desk.get("/<uid>/papers")
@page
@needs("exam_officer")
def paper_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show what can be printed, and what is being made."""
    return _paper_page(db, uid)


def _paper_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    registered = registrations_of(db, exam_session.batch)
    return render_template(
        "seating/papers.html",
        exam_session=exam_session,
        registered=registered,
        without_code=[each for each in registered if each.code_hash is None],
        n_photos=len(with_photo(db, exam_session.batch)),
        kinds=KINDS,
        jobs=ordering_papers.paper_jobs_of(db, actor, exam_session),
        fields=form_fields("kinds") if refused else {},
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/papers")
@page
@needs("exam_officer")
def make_papers(db: Session, uid: str) -> ResponseReturnValue:
    """Have charts, lists or labels made."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        ordering_papers.ask_for_papers(
            db,
            actor,
            exam_session,
            parse(PapersIn, form_fields("kinds")),
            language=_language(),
            title=gettext("Documents of %(name)s", name=exam_session.name),
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _paper_page(db, uid, why))
    return redirect(url_for("seating.papers.paper_page", uid=uid))


@desk.post("/<uid>/tickets")
@page
@needs("exam_officer")
def issue_tickets(db: Session, uid: str) -> ResponseReturnValue:
    """Have login codes issued and tickets printed."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        ordering_papers.ask_for_tickets(
            db,
            actor,
            exam_session,
            parse(TicketsIn, _ticket_fields()),
            language=_language(),
            title=gettext("Tickets of %(name)s", name=exam_session.name),
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _paper_page(db, uid, why))
    return redirect(url_for("seating.papers.paper_page", uid=uid))
