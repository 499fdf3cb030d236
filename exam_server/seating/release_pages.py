"""The release of papers by two people: what will happen, what speaks against it, the acts."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.forms.set_keeping import kept_in
from exam_server.forms.wording import demand_words
from exam_server.inputs import parse
from exam_server.seating import release_asking
from exam_server.seating.forms_given import forms_given, is_drawn_later
from exam_server.seating.models import ExamSession
from exam_server.seating.release_asking import AskIn, RefuseIn, ReleaseIn
from exam_server.seating.releasing import outlook
from exam_server.seating.service import held_exam_session_for
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    problem_sentence,
    refusal,
    refused_page,
    settings,
)

desk = Blueprint("releases", __name__)


@desk.get("/<uid>/release")
@page
@needs("exam_officer", "chief_proctor")
def release_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show what a release will do, whether everything is ready, and who has asked for it."""
    return _release_page(db, uid)


def _release_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    actor = current_person()
    exam_session = held_exam_session_for(db, actor, uid)
    seen = outlook(db, exam_session)
    asked = (
        release_asking.asked_for(db, exam_session, seen)
        if exam_session.state == "planned"
        else None
    )
    return render_template(
        "seating/release.html",
        exam_session=exam_session,
        outlook=seen,
        is_set_drawn_later=is_drawn_later(exam_session) and not forms_given(exam_session),
        **_deviations(db, exam_session),
        is_early=utcnow() < seen.not_before,
        asked=asked,
        is_mine=asked is not None and asked.request.asked_by == actor.id,
        may_decide=asked is not None
        and release_asking.may_decide(actor, exam_session, asked.request),
        changes=[problem_sentence(each) for each in asked.changes] if asked else [],
        decisions=release_asking.decisions_of(db, exam_session),
        fields=form_fields() if refused else {},
        refused=refusal(refused) if refused else None,
    )


def _deviations(db: Session, exam_session: ExamSession) -> dict[str, Any]:
    """Return which of the fixed sets that will be given out did not meet every demand, and why."""
    run, given = exam_session.assembly_run, {form.id for form in forms_given(exam_session)}
    if run is None or not run.is_fixed:
        return {"deviating": []}
    return {
        "deviating": [e for e in kept_in(db, run) if e.deviations and e.form.id in given],
        "areas": {area.path: area.name for area in run.paper_structure.blueprint.areas},
        "demand_words": demand_words,
    }


def _done(
    db: Session, uid: str, act: Callable[[Actor, ExamSession], object], words: str
) -> ResponseReturnValue:
    """Do an act and say so, or show the page again with what refused it."""
    actor = current_person()
    exam_session = held_exam_session_for(db, actor, uid)
    try:
        act(actor, exam_session)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _release_page(db, uid, why))
    flash(words, "ok")
    return redirect(url_for("seating.releases.release_page", uid=uid))


@desk.post("/<uid>/release/ask")
@page
@needs("exam_officer", "chief_proctor")
def ask_for_release(db: Session, uid: str) -> ResponseReturnValue:
    """Ask a second person to look and to release."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        sent = parse(AskIn, form_fields())
        release_asking.ask_for_release(db, actor, exam_session, sent, now=utcnow())

    words = gettext("Asked. Nothing is released until a second person has looked.")
    return _done(db, uid, act, words)


@desk.post("/<uid>/release")
@page
@needs("exam_officer", "chief_proctor")
def release_papers(db: Session, uid: str) -> ResponseReturnValue:
    """Seal the papers and open sign-in, as the second person."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        sent, secret = parse(ReleaseIn, form_fields()), settings().secret
        release_asking.release_asked(db, actor, exam_session, sent, secret=secret, now=utcnow())

    return _done(db, uid, act, gettext("The papers are sealed; candidates may sign in."))


@desk.post("/<uid>/release/refuse")
@page
@needs("exam_officer", "chief_proctor")
def refuse_release(db: Session, uid: str) -> ResponseReturnValue:
    """Refuse a release that was asked for."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        sent = parse(RefuseIn, form_fields())
        release_asking.refuse_release(db, actor, exam_session, sent, now=utcnow())

    words = gettext("Refused; the reason is kept. Nothing was released.")
    return _done(db, uid, act, words)


@desk.post("/<uid>/release/withdraw")
@page
@needs("exam_officer", "chief_proctor")
def withdraw_release(db: Session, uid: str) -> ResponseReturnValue:
    """Take one's own request back."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        sent = parse(ReleaseIn, form_fields())
        release_asking.withdraw_request(db, actor, exam_session, sent, now=utcnow())

    return _done(db, uid, act, gettext("The request is withdrawn."))
