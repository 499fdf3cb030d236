"""Which fixed sets an exam session gets: chosen by name, by chance or in turn."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.errors import RefusedError
from exam_server.forms.set_keeping import kept_in
from exam_server.inputs import parse
from exam_server.seating import choosing_sets
from exam_server.seating.choosing_sets import ChoiceIn
from exam_server.seating.forms_given import forms_given, is_drawn_later
from exam_server.seating.models import ExamSession
from exam_server.seating.papers import form_numbers
from exam_server.seating.service import exam_session_for
from exam_server.set_facts import set_uses
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

desk = Blueprint("sets", __name__)


def form_facts(exam_session: ExamSession) -> dict[str, Any]:
    """Return what pages show of the forms that seats share, and whether these come later."""
    given = forms_given(exam_session)
    return {
        "forms": form_numbers(exam_session),
        "given": given,
        "is_set_drawn_later": is_drawn_later(exam_session) and not given,
    }


def choice_page(db: Session, exam_session: ExamSession, refused: RefusedError | None = None) -> str:
    """Return the page that shows which sets an exam session gets and lets them be chosen."""
    run = exam_session.assembly_run
    choice: dict[str, Any] = exam_session.set_choice or {"way": "random", "last": 1, "count": 1}
    return render_template(
        "seating/set_choice.html",
        exam_session=exam_session,
        run=run,
        sets=kept_in(db, run) if run else [],
        uses=set_uses(db, run.id) if run else {},
        choice=exam_session.set_choice,
        given=forms_given(exam_session),
        fields=form_fields("sets") if refused else choice,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/sets")
@page
@needs("exam_officer")
def choose_sets(db: Session, uid: str) -> ResponseReturnValue:
    """Choose the sets, or how they are drawn when the release is asked for."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        sent = parse(ChoiceIn, form_fields("sets"))
        choosing_sets.choose_sets(db, actor, exam_session, sent)
    except RefusedError as refused:
        return refused_page(
            db,
            refused,
            lambda why: choice_page(db, exam_session_for(db, actor, uid, "exam_officer"), why),
        )
    flash(gettext("Kept. Draw seats if none are drawn now."), "ok")
    return redirect(url_for("seating.own_forms.own_form_page", uid=uid))
