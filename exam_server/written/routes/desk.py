"""The blueprint of the marking desk for written answers, and what its pages share."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.rules import clean
from exam_server.errors import NotFoundError
from exam_server.seating.models import ExamSession
from exam_server.web import current_person
from exam_server.written import duties
from exam_server.written.duties import EXAMINER, OFFICER
from exam_server.written.models import MarkerDuty, WrittenAnswer, WrittenTask
from exam_server.written.rubrics import place_of, with_pictures

desk = Blueprint("written", __name__, url_prefix="/marking")

MARKING = (EXAMINER,)
LEADING = (EXAMINER, OFFICER)


def sessions_of(db: Session, actor: Actor) -> Sequence[ExamSession]:
    """Return the exam sessions with written answers that the actor marks or arranges."""
    on_duty = select(MarkerDuty.exam_session_id).where(
        MarkerDuty.person_id == actor.id, MarkerDuty.ended_at.is_(None)
    )
    has_answers = select(WrittenTask.exam_session_id)
    is_mine = ExamSession.organization_id.in_(actor.organizations(OFFICER)) | (
        ExamSession.id.in_(on_duty) & ExamSession.organization_id.in_(actor.organizations(EXAMINER))
    )
    chosen = select(ExamSession).where(ExamSession.id.in_(has_answers), is_mine)
    return db.scalars(chosen.order_by(ExamSession.planned_start.desc())).all()


def question_of(db: Session, task: WrittenTask) -> dict[str, Markup]:
    """Return the material and the question of a task, clean and with their pictures."""
    place = place_of(task)
    organization_id = db.get_one(ExamSession, task.exam_session_id).organization_id

    def shown(html: str) -> Markup:
        return Markup(with_pictures(db, clean(html), organization_id))  # noqa: S704 - cleaned

    return {"material": shown(place.material), "stem": shown(str(place.content["stem"]))}


def rubric_facts(task: WrittenTask) -> dict[str, Any]:
    """Return the rubric as the page's script reads it, points as texts."""
    criteria = [
        {
            "id": each.id,
            "words": each.words,
            "points": f"{each.points:f}",
            "levels": [
                {"points": f"{level.points:f}", "words": level.words} for level in each.levels
            ],
        }
        for each in place_of(task).rubric
    ]
    return {"criteria": criteria, "max_mark": f"{task.max_mark:f}"}


def led_task(db: Session, uid: str) -> tuple[WrittenTask, ExamSession, bool]:
    """Return a task the reader arranges or leads, its exam session, and whether they lead."""
    task = db.scalar(select(WrittenTask).where(WrittenTask.uid == uid))
    if task is None:
        raise NotFoundError("no_such_written_task")
    uid_of_session = db.get_one(ExamSession, task.exam_session_id).uid
    exam_session, leads = duties.led_session(db, current_person(), uid_of_session)
    return task, exam_session, leads


def led_answer(db: Session, uid: str) -> WrittenAnswer:
    """Return an answer the reader decides on; raises ``no_such_answer``, ``not_chief_examiner``."""
    answer, duty = duties.answer_for(db, current_person(), uid)
    check_leads(leads=duty.is_chief)
    return answer


def check_leads(*, leads: bool) -> None:
    """Refuse whoever does not lead the marking: ``not_chief_examiner``."""
    if not leads:
        raise NotFoundError("not_chief_examiner")
