"""Who marks the written answers of an exam session, and what one of them may open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person, RoleHolding
from exam_server.accounts.service import person_by_username
from exam_server.actors import Actor
from exam_server.errors import ConflictError, NotAllowedError, NotFoundError
from exam_server.seating.models import ExamSession
from exam_server.written.models import MarkerDuty, WrittenAnswer, WrittenTask

EXAMINER, OFFICER = "examiner", "exam_officer"


def give_duty(
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    username: str,
    *,
    is_chief: bool,
    now: datetime,
) -> MarkerDuty:
    """Let an examiner mark the written answers of an exam session, or make one the chief.

    Nobody gives it to himself. Raises NotFoundError: ``no_such_person``; ConflictError:
    ``role_not_held``; NotAllowedError: ``own_duty``.
    """
    person = person_by_username(db, username)
    if person.id == actor.id:
        raise NotAllowedError("own_duty")
    held = {(each.role, each.organization_id) for each in person.holdings}
    if (EXAMINER, exam_session.organization_id) not in held:
        raise ConflictError("role_not_held", username=username)
    duty = _duty(db, exam_session, person.id)
    if duty is None:
        duty = MarkerDuty(exam_session_id=exam_session.id, person_id=person.id)
        db.add(duty)
    duty.is_chief, duty.given_at, duty.given_by, duty.ended_at = is_chief, now, actor.id, None
    db.flush()
    _record(db, actor, "give_marking", exam_session, duty)
    return duty


def end_duty(
    db: Session, actor: Actor, exam_session: ExamSession, username: str, *, now: datetime
) -> None:
    """Take the marking from somebody; the marks they gave stay.

    Raises NotFoundError: ``no_such_person``, ``not_on_duty``.
    """
    duty = _duty(db, exam_session, person_by_username(db, username).id)
    if duty is None or duty.ended_at is not None:
        raise NotFoundError("not_on_duty", username=username)
    duty.ended_at = now
    _record(db, actor, "end_marking", exam_session, duty)


def markers_of(db: Session, exam_session: ExamSession) -> Sequence[tuple[MarkerDuty, Person]]:
    """Return who marks an exam session, those whose duty has ended too, by name."""
    chosen = (
        select(MarkerDuty, Person)
        .join(Person, MarkerDuty.person_id == Person.id)
        .where(MarkerDuty.exam_session_id == exam_session.id)
    )
    return [(row[0], row[1]) for row in db.execute(chosen.order_by(Person.name, Person.id))]


def may_be_asked(db: Session, exam_session: ExamSession) -> Sequence[Person]:
    """Return the examiners who could be given the marking and do not have it."""
    held = {duty.person_id for duty, _ in markers_of(db, exam_session) if duty.ended_at is None}
    chosen = (
        select(Person)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.role == EXAMINER,
            RoleHolding.organization_id == exam_session.organization_id,
            Person.is_active.is_(True),
        )
    )
    return [each for each in db.scalars(chosen.order_by(Person.name)) if each.id not in held]


def exam_session_for(db: Session, actor: Actor, uid: str) -> ExamSession:
    """Return an exam session whose marking the actor arranges; raises ``no_such_exam_session``."""
    found = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if found is None or not actor.may(OFFICER, organization_id=found.organization_id):
        raise NotFoundError("no_such_exam_session")
    return found


def led_session(db: Session, actor: Actor, uid: str) -> tuple[ExamSession, bool]:
    """Return an exam session the actor arranges or leads the marking of, and whether they lead.

    Raises NotFoundError: ``no_such_exam_session``.
    """
    found = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if found is None:
        raise NotFoundError("no_such_exam_session")
    duty = standing_duty(db, actor, found)
    leads = duty is not None and duty.is_chief
    if not leads and not actor.may(OFFICER, organization_id=found.organization_id):
        raise NotFoundError("no_such_exam_session")
    return found, leads


def standing_duty(db: Session, actor: Actor, exam_session: ExamSession) -> MarkerDuty | None:
    """Return the actor's duty in an exam session while it stands and the role is held."""
    if not actor.may(EXAMINER, organization_id=exam_session.organization_id):
        return None
    duty = _duty(db, exam_session, actor.id)
    return duty if duty is not None and duty.ended_at is None else None


def task_for(db: Session, actor: Actor, uid: str) -> tuple[WrittenTask, MarkerDuty]:
    """Return a task the actor marks, with their duty; raises ``no_such_written_task``."""
    task = db.scalar(select(WrittenTask).where(WrittenTask.uid == uid))
    if task is None:
        raise NotFoundError("no_such_written_task")
    duty = standing_duty(db, actor, db.get_one(ExamSession, task.exam_session_id))
    if duty is None:
        raise NotFoundError("no_such_written_task")
    return task, duty


def answer_for(db: Session, actor: Actor, uid: str) -> tuple[WrittenAnswer, MarkerDuty]:
    """Return an answer of a task the actor marks; raises NotFoundError: ``no_such_answer``.

    The row is locked: two markers never change one answer at once.
    """
    chosen = select(WrittenAnswer).where(WrittenAnswer.uid == uid)
    found = db.scalar(chosen.with_for_update())
    if found is None:
        raise NotFoundError("no_such_answer")
    duty = standing_duty(db, actor, db.get_one(ExamSession, found.task.exam_session_id))
    if duty is None:
        raise NotFoundError("no_such_answer")
    return found, duty


def _duty(db: Session, exam_session: ExamSession, person_id: int) -> MarkerDuty | None:
    return db.scalar(
        select(MarkerDuty).where(
            MarkerDuty.exam_session_id == exam_session.id, MarkerDuty.person_id == person_id
        )
    )


def _record(
    db: Session, actor: Actor, act: str, exam_session: ExamSession, duty: MarkerDuty
) -> None:
    detail = {"person": duty.person_id, "is_chief": duty.is_chief}
    audit.record(db, act, by=actor.id, of=f"exam_session:{exam_session.uid}", detail=detail)
