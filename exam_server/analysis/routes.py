"""Item statistics."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis.service import analyse_run
from exam_server.forms.models import Form
from exam_server.marking.service import markable_for, newest_run
from exam_server.seating.models import Sitting
from exam_server.web import current_person, needs, page

desk = Blueprint("analysis", __name__, url_prefix="/analysis")


@desk.get("/<uid>")
@page
@needs("exam_officer")
def analysis_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the item table of a marked exam session."""
    exam_session = markable_for(db, current_person(), uid)
    run = newest_run(db, exam_session.id)
    chosen = select(Sitting.id, Form.code).join(Form, Sitting.form_id == Form.id)
    over = (Sitting.exam_session_id == exam_session.id, Sitting.status == "handed_in")
    forms = {row[0]: row[1] for row in db.execute(chosen.where(*over))}
    return render_template(
        "analysis/analysis.html",
        exam_session=exam_session,
        run=run,
        analyses=analyse_run(db, run, forms) if run else [],
    )
