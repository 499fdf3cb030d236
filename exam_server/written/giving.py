"""Marks given to written answers: by blind markers, taken back, asked about, arbitrated."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.inputs import In
from exam_server.written.holding import HELD_FOR, hold_of
from exam_server.written.models import (
    MarkerDuty,
    WrittenAnswer,
    WrittenHold,
    WrittenMark,
    WrittenTask,
)
from exam_server.written.rubrics import mark_for, plain_points, points_problems
from exam_server.written.rules import ARBITER, CONTROL


class PointsIn(In):
    """Points by criterion, as text, and a note for the chief examiner."""

    points: dict[str, str]
    note: str = ""


def give_mark(
    db: Session, actor: Actor, answer: WrittenAnswer, sent: PointsIn, *, now: datetime
) -> WrittenMark:
    """Store a blind marker's points for the answer they hold, and let it go.

    Raises InvalidInputError: ``points_wrong`` with every criterion; ConflictError:
    ``marking_closed``, ``hold_lost``.
    """
    _check_open(answer.task)
    hold = hold_of(db, answer, actor.id)
    given = _new_mark(actor.id, answer, hold.round, sent, now=now)
    db.add(given)
    db.delete(hold)  # a question another marker has asked of it stays with the chief
    db.flush()
    return given


def take_back(db: Session, actor: Actor, task: WrittenTask, *, now: datetime) -> WrittenAnswer:
    """Take back the marker's newest mark of a task and hold the answer again, points kept.

    One that an arbiter has decided on stays. Raises ConflictError: ``marking_closed``,
    ``no_mark_to_take_back``.
    """
    _check_open(task)
    newest = db.scalars(
        select(WrittenMark)
        .join(WrittenAnswer, WrittenMark.answer_id == WrittenAnswer.id)
        .where(
            WrittenAnswer.task_id == task.id,
            WrittenMark.marker_id == actor.id,
            WrittenMark.superseded_at.is_(None),
            WrittenMark.round != ARBITER,
        )
        .order_by(WrittenMark.id.desc())
        .limit(1)
    ).first()
    if newest is None or _is_arbitrated(db, newest):
        raise ConflictError("no_mark_to_take_back")
    _let_others_go(db, actor.id, task)
    newest.superseded_at, newest.superseded_why = now, "taken_back"
    db.add(
        WrittenHold(
            answer_id=newest.answer_id,
            marker_id=actor.id,
            round=newest.round,
            until=now + HELD_FOR,
            draft={"points": newest.points, "note": newest.note},
        )
    )
    db.flush()
    return db.get_one(WrittenAnswer, newest.answer_id)


def ask_chief(db: Session, actor: Actor, answer: WrittenAnswer, question: str) -> None:
    """Put an answer before the chief examiner with a question and let it go.

    Raises InvalidInputError: ``question_missing``; ConflictError: ``marking_closed``,
    ``hold_lost``.
    """
    _check_open(answer.task)
    if not question.strip():
        raise InvalidInputError("question_missing")
    hold = hold_of(db, answer, actor.id)
    answer.flag = "\n".join(filter(None, (answer.flag, question.strip())))
    answer.flagged_by = actor.id
    db.delete(hold)
    db.flush()


def arbitrate(
    db: Session, actor: Actor, answer: WrittenAnswer, sent: PointsIn, *, now: datetime
) -> WrittenMark:
    """Decide on an answer whose marks differ, that was asked about, or that is to be a control.

    The arbiter is none of its blind markers. An earlier decision is superseded. Raises
    InvalidInputError: ``points_wrong``; ConflictError: ``marking_closed``, ``marked_by_yourself``.
    """
    _check_open(answer.task)
    given = _new_mark(actor.id, answer, ARBITER, sent, now=now)
    standing = (WrittenMark.answer_id == answer.id, WrittenMark.superseded_at.is_(None))
    own = select(WrittenMark.id).where(
        *standing, WrittenMark.marker_id == actor.id, WrittenMark.round != ARBITER
    )
    if db.scalar(own) is not None:
        raise ConflictError("marked_by_yourself")
    db.execute(
        update(WrittenMark)
        .where(*standing, WrittenMark.round == ARBITER)
        .values(superseded_at=now, superseded_why="decided_again")
    )
    db.add(given)
    answer.flag, answer.flagged_by = "", None
    detail = {"mark": str(given.mark), "note": sent.note}
    audit.record(db, "arbitrate", by=actor.id, of=f"written_answer:{answer.uid}", detail=detail)
    db.flush()
    return given


def recall(
    db: Session,
    actor: Actor,
    task: WrittenTask,
    marker: MarkerDuty,
    reason: str,
    *,
    now: datetime,
) -> int:
    """Recall what one marker has given in a task, so that others mark it anew; say how many.

    What an arbiter has decided stays decided. Raises InvalidInputError: ``reason_missing``;
    ConflictError: ``marking_closed``; NotFoundError: ``nothing_to_recall``.
    """
    _check_open(task)
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    of_task = select(WrittenAnswer.id).where(WrittenAnswer.task_id == task.id)
    standing = select(WrittenMark).where(
        WrittenMark.answer_id.in_(of_task),
        WrittenMark.marker_id == marker.person_id,
        WrittenMark.superseded_at.is_(None),
        WrittenMark.round != ARBITER,
    )
    recalled = db.scalars(standing).all()
    for mark in recalled:
        mark.superseded_at, mark.superseded_why = now, "recalled"
    if not recalled:
        raise NotFoundError("nothing_to_recall")
    detail = {"marker": marker.person_id, "marks": len(recalled), "reason": reason.strip()}
    audit.record(db, "recall_marks", by=actor.id, of=f"written_task:{task.uid}", detail=detail)
    return len(recalled)


def _check_open(task: WrittenTask) -> None:
    if task.closed_at is not None:
        raise ConflictError("marking_closed")


def _mark_of(task: WrittenTask, sent: PointsIn) -> Decimal:
    problems = points_problems(task, sent.points)
    if problems:
        raise InvalidInputError("points_wrong", problems)
    return mark_for(task, sent.points)


def _new_mark(
    marker_id: int, answer: WrittenAnswer, number: int, sent: PointsIn, *, now: datetime
) -> WrittenMark:
    return WrittenMark(
        answer_id=answer.id,
        marker_id=marker_id,
        round=number,
        points=plain_points(sent.points),
        mark=_mark_of(answer.task, sent),
        note=sent.note,
        marked_at=now,
    )


def _is_arbitrated(db: Session, mark: WrittenMark) -> bool:
    decided = select(WrittenMark.id).where(
        WrittenMark.answer_id == mark.answer_id,
        WrittenMark.round == ARBITER,
        WrittenMark.superseded_at.is_(None),
    )
    return mark.round != CONTROL and db.scalar(decided) is not None


def _let_others_go(db: Session, marker_id: int, task: WrittenTask) -> None:
    """Drop what the marker holds of a task: only one answer lies before them at a time."""
    of_task = select(WrittenAnswer.id).where(WrittenAnswer.task_id == task.id)
    held = select(WrittenHold).where(
        WrittenHold.marker_id == marker_id, WrittenHold.answer_id.in_(of_task)
    )
    for hold in db.scalars(held):
        db.delete(hold)
    db.flush()
