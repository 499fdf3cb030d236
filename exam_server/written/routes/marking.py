"""A marker at work: the list of tasks, the answers of one in turn, points, undo, a question."""

from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.inputs import In, parse
from exam_server.web import current_person, needs, page
from exam_server.written import giving, holding
from exam_server.written.duties import answer_for, standing_duty, task_for
from exam_server.written.giving import PointsIn
from exam_server.written.models import WrittenAnswer, WrittenHold, WrittenTask
from exam_server.written.overview import marked_by, progress_in, tasks_in
from exam_server.written.routes.desk import (
    LEADING,
    MARKING,
    desk,
    question_of,
    rubric_facts,
    sessions_of,
)
from exam_server.written.rubrics import answer_text, place_of


class DraftIn(In):
    """What a marker has entered so far; nothing of it is checked yet."""

    points: dict[str, str] = Field(default_factory=dict, max_length=50)
    note: str = Field(default="", max_length=2000)


class QuestionIn(In):
    """What a marker asks the chief examiner."""

    question: str = Field(max_length=2000)


@desk.get("/")
@page
@needs(*LEADING)
def task_list(db: Session) -> ResponseReturnValue:
    """Show what there is to mark, by exam session."""
    actor = current_person()
    shown = []
    for exam_session in sessions_of(db, actor):
        duty = standing_duty(db, actor, exam_session)
        tasks = tasks_in(db, exam_session)
        own = {task.id: marked_by(db, task, actor.id) for task in tasks}
        shown.append((exam_session, duty, progress_in(db, tasks), own))
    officer_of = actor.organizations("exam_officer")
    return render_template("written/tasks.html", shown=shown, officer_of=officer_of)


@desk.get("/tasks/<uid>")
@page
@needs(*MARKING)
def mark_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a task: question, model answer and rubric; the answers come one by one."""
    task, duty = task_for(db, current_person(), uid)
    return render_template(
        "written/mark.html",
        task=task,
        place=place_of(task),
        duty=duty,
        shown=question_of(db, task),
        facts=rubric_facts(task),
    )


@desk.post("/tasks/<uid>/next")
@page
@needs(*MARKING)
def next_answer(db: Session, uid: str) -> ResponseReturnValue:
    """Give the marker the next answer, or say that there is none."""
    actor = current_person()
    task, _ = task_for(db, actor, uid)
    held = holding.take_next(db, task, actor.id, now=utcnow())
    return jsonify(ok=True, answer=held and _told(*held), progress=_progress(db, task, actor.id))


@desk.post("/answers/<uid>/draft")
@page
@needs(*MARKING)
def keep_draft(db: Session, uid: str) -> ResponseReturnValue:
    """Keep what the marker has entered so far."""
    actor = current_person()
    answer, _ = answer_for(db, actor, uid)
    draft = parse(DraftIn, request.get_json()).model_dump()
    holding.keep_draft(db, answer, actor.id, draft, now=utcnow())
    return jsonify(ok=True)


@desk.post("/answers/<uid>/mark")
@page
@needs(*MARKING)
def give_mark(db: Session, uid: str) -> ResponseReturnValue:
    """Store the points of the answer the marker holds."""
    actor = current_person()
    answer, _ = answer_for(db, actor, uid)
    given = giving.give_mark(db, actor, answer, parse(PointsIn, request.get_json()), now=utcnow())
    return jsonify(ok=True, mark=f"{given.mark:f}")


@desk.post("/answers/<uid>/ask")
@page
@needs(*MARKING)
def ask_chief(db: Session, uid: str) -> ResponseReturnValue:
    """Put the answer before the chief examiner."""
    actor = current_person()
    answer, _ = answer_for(db, actor, uid)
    giving.ask_chief(db, actor, answer, parse(QuestionIn, request.get_json()).question)
    return jsonify(ok=True)


@desk.post("/tasks/<uid>/take-back")
@page
@needs(*MARKING)
def take_back(db: Session, uid: str) -> ResponseReturnValue:
    """Take back the marker's newest mark and show its answer again."""
    actor = current_person()
    task, _ = task_for(db, actor, uid)
    answer = giving.take_back(db, actor, task, now=utcnow())
    hold = holding.hold_of(db, answer, actor.id)
    return jsonify(ok=True, answer=_told(answer, hold), progress=_progress(db, task, actor.id))


def _told(answer: WrittenAnswer, hold: WrittenHold) -> dict[str, Any]:
    """Return what a marker learns of an answer: its words, and what they entered before."""
    return {"uid": answer.uid, "text": answer_text(answer), "draft": hold.draft}


def _progress(db: Session, task: WrittenTask, marker_id: int) -> dict[str, int]:
    found = progress_in(db, [task])[0]
    return {
        "own": marked_by(db, task, marker_id),
        "settled": found.n_settled,
        "answers": found.n_answers,
    }
