"""The page of unusual patterns: read by few, and every reading is recorded."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.analysis.patterns import reporting, wording
from exam_server.analysis.patterns.reporting import READERS, SoughtIn
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.marking.service import markable_for, newest_run
from exam_server.seating.models import ExamSession
from exam_server.web import (
    current_person,
    database,
    form_fields,
    needs,
    open_page,
    page,
    refusal,
    refused_page,
)
from exam_server.wording import figure

desk = Blueprint("patterns", __name__)


@desk.get("/<uid>/patterns")
@open_page
@needs(*READERS)
def patterns_page(uid: str) -> ResponseReturnValue:
    """Show whose answers are unusual, once it is recorded who looks."""
    actor = current_person()
    with database().writing() as db:
        reporting.record_opening(db, actor, reporting.session_for(db, actor, uid))
    with database().reading() as db:
        return _page(db, reporting.session_for(db, actor, uid))


def _page(db: Session, exam_session: ExamSession, refused: RefusedError | None = None) -> str:
    actor = current_person()
    run = newest_run(db, exam_session.id)
    report = reporting.pattern_report(db, run) if run else None
    figures: dict[str, Any] = report.figures if report else {}
    return render_template(
        "analysis/patterns.html",
        exam_session=exam_session,
        run=run,
        report=report,
        figures=figures,
        persons=reporting.persons_of(db, figures),
        job=reporting.newest_job(db, run) if run else None,
        may_ask=actor.may("exam_officer", organization_id=exam_session.organization_id),
        fields=form_fields() if refused else _asked(report),
        refused=refusal(refused) if refused else None,
        figure=figure,
        w=wording,
    )


def _asked(report: Any) -> dict[str, Any]:
    """Return what was asked last, as fields."""
    if report is None:
        return {}
    return {"codes": " ".join(report.asked["codes"]), "seen_by": report.asked["seen_by"] or ""}


@desk.post("/<uid>/patterns")
@page
@needs("exam_officer")
def look(db: Session, uid: str) -> ResponseReturnValue:
    """Have unusual patterns looked for."""
    actor = current_person()
    exam_session = markable_for(db, actor, uid)
    try:
        sent = parse(SoughtIn, {name: each for name, each in form_fields().items() if each})
        title = gettext("Unusual patterns: %(name)s", name=exam_session.name)
        reporting.ask_to_look(db, actor, exam_session, sent, title=title)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _page(db, exam_session, why))
    return redirect(url_for("analysis.patterns.patterns_page", uid=uid))
