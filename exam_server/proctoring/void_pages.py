"""Pages for making a sitting void, and the list of what an exam session has to decide."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.proctoring import decision_words, voiding
from exam_server.proctoring.matters import exam_session_seen, late_rows, void_rows
from exam_server.proctoring.models import VoidRequest
from exam_server.proctoring.seats import incidents_of
from exam_server.proctoring.service import Acting
from exam_server.proctoring.sitting_pages import (
    SITTING,
    Seen,
    seen_by,
    sitting_page,
    through_journal,
)
from exam_server.proctoring.voiding import EndVoidRequest, VoidDecisionIn, VoidIn
from exam_server.seating.service import room_run_for
from exam_server.web import (
    current_person,
    database,
    form_fields,
    needs,
    open_page,
    page,
    refused_page,
)
from proctor.incidents import CLASSES

desk = Blueprint("voids", __name__)


@desk.get(f"{SITTING}/void")
@page
@needs("proctor", "chief_proctor", "quality_supervisor", "exam_officer")
def void(db: Session, exam_session: str, room: str, sitting: str) -> ResponseReturnValue:
    """Show whether a sitting is void or asked to be made so, for the two who decide."""
    return void_page(db, seen_by(db, current_person(), exam_session, room, sitting))


def void_page(db: Session, seen: Seen) -> str:
    """Render the request of a sitting and what became of earlier ones."""
    actor = current_person()
    requests = voiding.requests_of(db, VoidRequest.sitting_id == seen.sitting.id)
    waiting = next((row for row in requests if row.request.outcome is None), None)
    is_own = waiting is not None and waiting.request.asked_by == actor.id
    decides = voiding.may_decide(db, actor, seen.room_run.exam_session)
    return sitting_page(
        db,
        "proctoring/void.html",
        seen,
        waiting=waiting,
        ended=[row for row in requests if row.request.outcome is not None],
        incidents=[r for r in incidents_of(db, seen.room_run) if r.sitting == seen.sitting.uid],
        is_own=is_own,
        may_decide=decides and not is_own,
        grounds=voiding.GROUNDS,
        classes=CLASSES,
        fields=form_fields(),
    )


@desk.post(f"{SITTING}/void")
@page
@needs("proctor", "chief_proctor")
def ask_void(db: Session, exam_session: str, room: str, sitting: str) -> ResponseReturnValue:
    """Ask that a sitting be made void; another person decides."""
    actor = current_person()
    room_run = room_run_for(db, actor, exam_session, room)
    try:
        sent = parse(VoidIn, form_fields())
        acting = Acting(actor, room_run, utcnow())
        voiding.ask_void(db, acting, sitting, category=sent.category, reason=sent.reason)
    except RefusedError as refused:
        return refused_page(
            db, refused, lambda _: void_page(db, seen_by(db, actor, exam_session, room, sitting))
        )
    flash(gettext("Asked. It stands in the list of the second person."))
    return redirect(
        url_for("proctoring.voids.void", exam_session=exam_session, room=room, sitting=sitting)
    )


@desk.post(f"{SITTING}/void/<request_uid>")
@open_page
@needs("proctor", "chief_proctor", "exam_officer")
def decide_void(
    exam_session: str, room: str, sitting: str, request_uid: str
) -> ResponseReturnValue:
    """Make a sitting void, refuse to, or take one's own request back."""
    actor = current_person()
    with database().reading() as db:
        seen = seen_by(db, actor, exam_session, room, sitting)
        try:
            sent = parse(VoidDecisionIn, form_fields())
            entry = _void_entry(db, actor, seen, request_uid, sent)
            through_journal(entry)
        except RefusedError as refused:
            return refused_page(
                db,
                refused,
                lambda _: void_page(db, seen_by(db, actor, exam_session, room, sitting)),
            )
    said = {
        "void": gettext("The sitting is void. The candidate has been told."),
        "refused": gettext("Refused. The sitting stands as it is."),
        "withdrawn": gettext("Withdrawn. The sitting stands as it is."),
    }
    flash(said[sent.outcome])
    return redirect(
        url_for("proctoring.voids.void", exam_session=exam_session, room=room, sitting=sitting)
    )


def _void_entry(
    db: Session, actor: Actor, seen: Seen, request_uid: str, sent: VoidDecisionIn
) -> EndVoidRequest:
    asked = voiding.open_request_of(db, seen.sitting, request_uid)
    is_decider = voiding.may_decide(db, actor, seen.room_run.exam_session)
    voiding.check_end(asked, actor, sent, is_decider=is_decider)
    return EndVoidRequest(
        sitting_id=seen.sitting.id,
        request_id=asked.id,
        outcome=sent.outcome,
        reason=sent.reason,
        person_id=actor.id,
        now=utcnow(),
    )


@desk.get("/<exam_session>/to-decide")
@page
@needs("chief_proctor", "quality_supervisor", "exam_officer")
def to_decide(db: Session, exam_session: str) -> ResponseReturnValue:
    """Show the late work and the requests to make sittings void of an exam session."""
    actor = current_person()
    found = exam_session_seen(db, actor, exam_session)
    return render_template(
        "proctoring/to_decide.html",
        exam_session=found,
        late=late_rows(db, found),
        voids=void_rows(db, found),
        is_officer=actor.may("exam_officer", organization_id=found.organization_id),
        classes=CLASSES,
        words=decision_words,
    )
