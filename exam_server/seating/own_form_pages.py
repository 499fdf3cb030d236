"""How candidates get their forms: shared by seat, or each a form of his own; what came of it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.adaptive.wording import estimates, shorts, stops
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.forms.proof_sheets import demand_name
from exam_server.forms.wording import demand_words
from exam_server.inputs import parse
from exam_server.jobs import error_of
from exam_server.languages import chosen_language
from exam_server.seating import adaptive_papers, own_forms, own_proofs
from exam_server.seating.models import ExamSession
from exam_server.seating.own_forms import MakeIn, WayIn
from exam_server.seating.service import exam_session_for
from exam_server.seating.set_pages import choice_page
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

desk = Blueprint("own_forms", __name__)
Act = Callable[[Actor, ExamSession], object]


@desk.get("/<uid>/forms")
@page
@needs("exam_officer")
def own_form_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show how candidates get their forms, and what their own forms have in common."""
    return _own_form_page(db, uid)


def _own_form_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    if exam_session.is_adaptive:
        return _adaptive_page(db, exam_session, refused)
    run = exam_session.assembly_run
    if run is not None and run.is_fixed:
        return choice_page(db, exam_session, refused)
    found = own_forms.own_forms_of(db, exam_session)
    room = request.args.get("room", "")
    shown = [each for each in exam_session.rooms if each.room.uid == room]
    return render_template(
        "seating/own_forms.html",
        exam_session=exam_session,
        found=found,
        error=error_of(db, found.job) if found.job else {},
        told=found.run.result if found.run else None,
        comparison=own_forms.newest_comparison(db, exam_session),
        proof_jobs=own_proofs.own_proof_jobs(db, actor, exam_session),
        areas=_areas(exam_session),
        demand_words=demand_words,
        shown=shown[0] if shown else None,
        sittings=own_forms.with_forms_in(db, shown[0]) if shown else [],
        fields=_fields(exam_session, refused),
        refused=refusal(refused) if refused else None,
    )


def _adaptive_page(db: Session, exam_session: ExamSession, refused: RefusedError | None) -> str:
    found = adaptive_papers.pool_standing(db, exam_session)
    return render_template(
        "seating/adaptive_forms.html",
        exam_session=exam_session,
        found=found,
        error=error_of(db, found.job) if found.job else {},
        summary=adaptive_papers.summary_of(db, found.trial),
        stops=dict(stops()),
        estimates=dict(estimates()),
        shorts=dict(shorts()),
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/forms/seal")
@page
@needs("exam_officer")
def seal_pool(db: Session, uid: str) -> ResponseReturnValue:
    """Have the pool of an adaptive test sealed, or sealed anew."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        title = gettext("Pool of %(name)s", name=exam_session.name)
        adaptive_papers.ask_to_seal(db, actor, exam_session, title=title)

    return _done(db, uid, act, gettext("The pool is being sealed."))


def _areas(exam_session: ExamSession) -> dict[str, str]:
    run = exam_session.assembly_run
    return {each.path: each.name for each in run.paper_structure.blueprint.areas} if run else {}


def _fields(exam_session: ExamSession, refused: RefusedError | None) -> dict[str, str]:
    if refused and "way" in form_fields():
        return form_fields()
    most = exam_session.most_alike
    return {
        "way": "shared" if most is None else "own",
        "most_alike": str(own_forms.usual_alike(exam_session) if most is None else most),
    }


def _done(db: Session, uid: str, act: Act, words: str) -> ResponseReturnValue:
    """Do an act and say so, or show the page again with what refused it."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        act(actor, exam_session)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _own_form_page(db, uid, why))
    flash(words, "ok")
    return redirect(url_for("seating.own_forms.own_form_page", uid=uid))


@desk.post("/<uid>/forms")
@page
@needs("exam_officer")
def choose_forms(db: Session, uid: str) -> ResponseReturnValue:
    """Choose how candidates get their forms."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        own_forms.choose_way(db, actor, exam_session, parse(WayIn, form_fields()))

    return _done(db, uid, act, gettext("Kept. Draw seats if none are drawn now."))


@desk.post("/<uid>/forms/make")
@page
@needs("exam_officer")
def make_own_forms(db: Session, uid: str) -> ResponseReturnValue:
    """Have forms made for the candidates who have none, or for all anew."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        title = gettext("Own forms of %(name)s", name=exam_session.name)
        sent = parse(MakeIn, form_fields())
        own_forms.ask_for_own_forms(db, actor, exam_session, sent, title=title, now=utcnow())

    return _done(db, uid, act, gettext("The forms are being made."))


@desk.post("/<uid>/forms/again")
@page
@needs("exam_officer")
def make_forms_again(db: Session, uid: str) -> ResponseReturnValue:
    """Have the forms made again from the seed, and compared."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        title = gettext("Own forms of %(name)s made again", name=exam_session.name)
        own_forms.ask_to_make_again(db, actor, exam_session, title=title)

    return _done(db, uid, act, gettext("The forms are being made again; nothing changes by it."))


@desk.post("/<uid>/forms/proof")
@page
@needs("exam_officer")
def print_own_proof(db: Session, uid: str) -> ResponseReturnValue:
    """Have the proof of own forms made as a sheet to be signed."""

    def act(actor: Actor, exam_session: ExamSession) -> None:
        run, areas = exam_session.own_run, _areas(exam_session)
        rows = (run.result or {}).get("rows", []) if run else []
        named = {(row["kind"], row["name"]) for row in rows}
        own_proofs.ask_for_own_proof(
            db,
            actor,
            exam_session,
            language="en" if chosen_language() == "en" else "zh",
            words={demand_name(*each): demand_words(*each, areas) for each in named},
            title=gettext("Proof of own forms: %(name)s", name=exam_session.name),
        )

    return _done(db, uid, act, gettext("The proof sheet is being made."))
