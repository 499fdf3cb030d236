"""What waits at the marking desk: answers to mark, decisions of the chief, missing markers."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.seating.models import ExamSession
from exam_server.todo import Todo, Urgency
from exam_server.written.duties import EXAMINER, OFFICER
from exam_server.written.models import MarkerDuty, WrittenTask
from exam_server.written.overview import for_chief, progress_in, tasks_in


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return what a marker, a chief examiner or an officer should see to."""
    del now  # nothing here has a day it is due by
    found = _to_mark(db, actor) if EXAMINER in actor.roles else []
    if OFFICER in actor.roles:
        found += _without_markers(db, actor)
    return found


def _to_mark(db: Session, actor: Actor) -> list[Todo]:
    chosen = (
        select(MarkerDuty, ExamSession)
        .join(ExamSession, MarkerDuty.exam_session_id == ExamSession.id)
        .where(
            MarkerDuty.person_id == actor.id,
            MarkerDuty.ended_at.is_(None),
            ExamSession.organization_id.in_(actor.organizations(EXAMINER)),
        )
        .order_by(ExamSession.planned_start)
    )
    found = []
    for duty, exam_session in db.execute(chosen):
        tasks = [task for task in tasks_in(db, exam_session) if task.closed_at is None]
        progress = progress_in(db, tasks)
        waiting = sum(each.n_answers - each.n_settled - each.n_differing for each in progress)
        detail = {"name": exam_session.name}
        if waiting:
            code = "written_to_mark"
            found.append(Todo(code, waiting, "written.task_list", {}, Urgency.LATER, detail))
        decisions = len(for_chief(db, tasks)) if duty.is_chief else 0
        if decisions:
            where = {"uid": exam_session.uid}
            code = "written_to_decide"
            found.append(Todo(code, decisions, "written.lead_page", where, Urgency.SOON, detail))
    return found


def _without_markers(db: Session, actor: Actor) -> list[Todo]:
    marked = select(MarkerDuty.exam_session_id).where(MarkerDuty.ended_at.is_(None))
    chosen = (
        select(ExamSession, func.count())
        .join(WrittenTask, WrittenTask.exam_session_id == ExamSession.id)
        .where(
            ExamSession.organization_id.in_(actor.organizations(OFFICER)),
            ExamSession.id.not_in(marked),
            WrittenTask.closed_at.is_(None),
        )
        .group_by(ExamSession.id)
    )
    return [
        Todo(
            "written_without_markers",
            1,
            "written.lead_page",
            {"uid": exam_session.uid},
            Urgency.SOON,
            {"name": exam_session.name},
        )
        for exam_session, _ in db.execute(chosen)
    ]
