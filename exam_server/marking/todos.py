"""What waits to be marked: closed exam sessions, and the marks that examiners enter."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from exam_server.actors import Actor
from exam_server.batches.models import Batch, Registration
from exam_server.languages import chosen_language
from exam_server.marking.models import ComponentMark, MarkingRun
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from exam_server.todo import Todo, local_day, urgency_by

OFFICER = "exam_officer"
EXAMINER = "examiner"


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return exam sessions that are over and not marked, and batches that lack entered marks."""
    found = _not_marked(db, actor, now) if OFFICER in actor.roles else []
    if EXAMINER in actor.roles:
        found += _marks_to_enter(db, actor, now)
    return found


def _not_marked(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    marked = (
        select(MarkingRun.id)
        .where(MarkingRun.exam_session_id == ExamSession.id, MarkingRun.published_at.is_not(None))
        .exists()
    )
    sat = (
        select(Sitting.id)
        .where(Sitting.exam_session_id == ExamSession.id, Sitting.status == "handed_in")
        .exists()
    )
    chosen = (
        select(ExamSession, Batch)
        .join(Batch, ExamSession.batch_id == Batch.id)
        .where(
            ExamSession.organization_id.in_(actor.organizations(OFFICER)),
            ExamSession.state == "closed",
            Batch.is_rehearsal.is_(False),
            sat,
            ~marked,
        )
        .order_by(ExamSession.planned_start)
    )
    return [
        Todo(
            "session_not_marked",
            1,
            "results.result_page",
            {"uid": batch.uid},
            urgency_by(each.planned_start, now),
            {"name": each.name},
            each.planned_start,
        )
        for each, batch in db.execute(chosen)
    ]


def _marks_to_enter(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    """Return batches whose day has come, with how many of the marks they need are missing."""
    practical, performance = aliased(ComponentMark), aliased(ComponentMark)
    lacks_practical = and_(practical.id.is_(None), RuleSet.practical_weight > 0)
    lacks_performance = and_(performance.id.is_(None), RuleSet.performance_weight > 0)
    missing = func.sum(case((lacks_practical, 1), else_=0) + case((lacks_performance, 1), else_=0))
    chosen = (
        select(Batch, missing)
        .join(RuleSet, Batch.rule_set_id == RuleSet.id)
        .join(Registration, Registration.batch_id == Batch.id)
        .outerjoin(practical, _standing(practical, "practical"))
        .outerjoin(performance, _standing(performance, "performance"))
        .where(
            Batch.organization_id.in_(actor.organizations(EXAMINER)),
            Batch.is_rehearsal.is_(False),
            Batch.exam_date <= local_day(now),
            or_(lacks_practical, lacks_performance),
        )
        .group_by(Batch.id)
        .order_by(Batch.exam_date)
    )
    return [
        Todo(
            "marks_to_enter",
            int(count),
            "results.result_page",
            {"uid": batch.uid},
            urgency_by(batch.exam_date, now),
            {"name": batch.named(chosen_language())},
            batch.exam_date,
        )
        for batch, count in db.execute(chosen)
    ]


def _standing(mark: type[ComponentMark], component: str) -> ColumnElement[bool]:
    return and_(
        mark.registration_id == Registration.id,
        mark.component == component,
        mark.superseded_at.is_(None),
        mark.standing != "withdrawn",
    )
