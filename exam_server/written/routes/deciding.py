"""The chief examiner decides: on answers whose marks differ, that were asked about, on controls."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.seating.models import ExamSession
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page
from exam_server.written import giving, planning
from exam_server.written.giving import PointsIn
from exam_server.written.models import WrittenAnswer
from exam_server.written.overview import marks_given
from exam_server.written.routes.desk import (
    MARKING,
    check_leads,
    desk,
    led_answer,
    led_task,
    question_of,
    rubric_facts,
)
from exam_server.written.rubrics import answer_text, place_of


@desk.get("/tasks/<uid>/answers")
@page
@needs(*MARKING)
def answer_list(db: Session, uid: str) -> ResponseReturnValue:
    """Show the chief every answer of a task with its marks: to read, decide on, make controls."""
    task, exam_session, leads = led_task(db, uid)
    check_leads(leads=leads)
    return render_template(
        "written/answers.html",
        task=task,
        place=place_of(task),
        exam_session=exam_session,
        rows=marks_given(db, task),
        answer_text=answer_text,
    )


@desk.get("/answers/<uid>")
@page
@needs(*MARKING)
def decide_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the chief an answer with the points both markers gave."""
    return _decide_page(db, led_answer(db, uid))


def _decide_page(db: Session, answer: WrittenAnswer, refused: RefusedError | None = None) -> str:
    task = answer.task
    given = [each for each in answer.marks if each.superseded_at is None and each.round > 0]
    return render_template(
        "written/decide.html",
        answer=answer,
        text=answer_text(answer),
        task=task,
        place=place_of(task),
        shown=question_of(db, task),
        exam_session=db.get_one(ExamSession, task.exam_session_id),
        given=sorted(given, key=lambda each: each.round),
        facts=rubric_facts(task),
        fields=form_fields() if refused else {},
        refused=refusal(refused) if refused else None,
    )


@desk.post("/answers/<uid>/decide")
@page
@needs(*MARKING)
def decide(db: Session, uid: str) -> ResponseReturnValue:
    """Decide on an answer; it may become a control."""
    answer = led_answer(db, uid)
    fields: dict[str, Any] = form_fields()
    points = {
        name.removeprefix("points."): said
        for name, said in fields.items()
        if name.startswith("points.")
    }
    sent = parse(PointsIn, {"points": points, "note": fields.get("note", "")})
    try:
        giving.arbitrate(db, current_person(), answer, sent, now=utcnow())
        planning.set_control(
            db, current_person(), answer, is_control=fields.get("is_control") == "1"
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _decide_page(db, led_answer(db, uid), why))
    flash(gettext("Decided."), "ok")
    exam_session = db.get_one(ExamSession, answer.task.exam_session_id)
    return redirect(url_for("written.lead_page", uid=exam_session.uid) + "#waiting")
