"""The next answer for a marker: chosen blind, held for them, given back by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from exam_server.errors import ConflictError
from exam_server.seating.models import Sitting
from exam_server.written.gathering import plan_of
from exam_server.written.models import WrittenAnswer, WrittenHold, WrittenMark, WrittenTask
from exam_server.written.rules import (
    ARBITER,
    CONTROL,
    FIRST,
    SECOND,
    is_control_due,
    rounds_open,
)

HELD_FOR = timedelta(minutes=30)  # without a key pressed; every one entered renews it


def take_next(
    db: Session, task: WrittenTask, marker_id: int, *, now: datetime
) -> tuple[WrittenAnswer, WrittenHold] | None:
    """Give a marker the next answer of a task; the one they hold already comes first.

    Raises ConflictError: ``marking_closed``.
    """
    if task.closed_at is not None:
        raise ConflictError("marking_closed")
    # one allocation at a time: two markers asking at once never get the same round
    db.execute(select(WrittenTask.id).where(WrittenTask.id == task.id).with_for_update())
    _let_go(db, task, now)
    held = held_by(db, task, marker_id)
    if held is not None:
        held[1].until = now + HELD_FOR
        return held
    chosen = _next_control(db, task, marker_id) or _next_open(db, task, marker_id)
    if chosen is None:
        return None
    answer, number = chosen
    hold = WrittenHold(
        answer_id=answer.id, marker_id=marker_id, round=number, until=now + HELD_FOR, draft={}
    )
    db.add(hold)
    db.flush()
    return answer, hold


def held_by(
    db: Session, task: WrittenTask, marker_id: int
) -> tuple[WrittenAnswer, WrittenHold] | None:
    """Return what a marker holds of a task."""
    chosen = (
        select(WrittenAnswer, WrittenHold)
        .join(WrittenHold, WrittenHold.answer_id == WrittenAnswer.id)
        .where(WrittenAnswer.task_id == task.id, WrittenHold.marker_id == marker_id)
        .where(WrittenHold.round != ARBITER)
    )
    found = db.execute(chosen.limit(1)).first()
    return (found[0], found[1]) if found else None


def hold_of(db: Session, answer: WrittenAnswer, marker_id: int) -> WrittenHold:
    """Return a marker's hold on an answer; raises ConflictError: ``hold_lost``."""
    hold = db.get(WrittenHold, (answer.id, marker_id))
    if hold is None:
        raise ConflictError("hold_lost")
    return hold


def keep_draft(
    db: Session,
    answer: WrittenAnswer,
    marker_id: int,
    draft: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep what a marker has entered so far and renew their hold; raises ``hold_lost``."""
    hold = hold_of(db, answer, marker_id)
    hold.draft, hold.until = dict(draft), now + HELD_FOR


def give_back(db: Session, answer: WrittenAnswer, marker_id: int) -> None:
    """Let an answer go without a mark; raises ConflictError: ``hold_lost``."""
    db.delete(hold_of(db, answer, marker_id))
    db.flush()


def _let_go(db: Session, task: WrittenTask, now: datetime) -> None:
    of_task = select(WrittenAnswer.id).where(WrittenAnswer.task_id == task.id)
    db.execute(
        delete(WrittenHold).where(WrittenHold.answer_id.in_(of_task), WrittenHold.until < now)
    )


def _next_control(
    db: Session, task: WrittenTask, marker_id: int
) -> tuple[WrittenAnswer, int] | None:
    """Return a control the marker has not marked, when one is due."""
    if not is_control_due(plan_of(task), *_marked_so_far(db, task, marker_id)):
        return None
    chosen = (
        select(WrittenAnswer)
        .where(
            WrittenAnswer.task_id == task.id,
            WrittenAnswer.is_control.is_(True),
            ~_has_mark(WrittenMark.marker_id == marker_id),
        )
        .order_by(WrittenAnswer.uid)
    )
    answer = db.scalars(chosen.limit(1)).first()
    return (answer, CONTROL) if answer else None


def _marked_so_far(db: Session, task: WrittenTask, marker_id: int) -> tuple[int, int]:
    """Return how many answers a marker has marked of a task, and how many were controls."""
    chosen = (
        select(WrittenMark.round, func.count())
        .join(WrittenAnswer, WrittenMark.answer_id == WrittenAnswer.id)
        .where(
            WrittenAnswer.task_id == task.id,
            WrittenMark.marker_id == marker_id,
            WrittenMark.superseded_at.is_(None),
        )
        .group_by(WrittenMark.round)
    )
    counts = {row[0]: row[1] for row in db.execute(chosen)}
    return sum(counts.values()), counts.get(CONTROL, 0)


def _next_open(db: Session, task: WrittenTask, marker_id: int) -> tuple[WrittenAnswer, int] | None:
    """Return an answer with an open round, in the order of meaningless ids, and that round."""
    blind_marks = _count(WrittenMark, WrittenMark.superseded_at.is_(None))
    blind_holds = _count(WrittenHold)
    chosen = (
        select(WrittenAnswer)
        .join(Sitting, WrittenAnswer.sitting_id == Sitting.id)
        .where(
            WrittenAnswer.task_id == task.id,
            WrittenAnswer.answer != "",
            WrittenAnswer.is_control.is_(False),
            WrittenAnswer.flag == "",  # the chief has it
            Sitting.status == "handed_in",
            blind_marks + blind_holds < task.n_markers,
            ~_has_mark(or_(WrittenMark.marker_id == marker_id, WrittenMark.round == ARBITER)),
        )
        .order_by(WrittenAnswer.uid)
    )
    answer = db.scalars(chosen.limit(1)).first()
    if answer is None:
        return None
    open_now = rounds_open(plan_of(task), _rounds_taken(db, answer))
    return answer, open_now[0]


def _rounds_taken(db: Session, answer: WrittenAnswer) -> list[int]:
    marked = select(WrittenMark.round).where(
        WrittenMark.answer_id == answer.id, WrittenMark.superseded_at.is_(None)
    )
    held = select(WrittenHold.round).where(WrittenHold.answer_id == answer.id)
    return [*db.scalars(marked), *db.scalars(held)]


def _has_mark(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        and_(WrittenMark.answer_id == WrittenAnswer.id, WrittenMark.superseded_at.is_(None), which)
    )


def _count(
    table: type[WrittenMark] | type[WrittenHold], *which: ColumnElement[bool]
) -> ColumnElement[int]:
    blind = (table.answer_id == WrittenAnswer.id, table.round.in_((FIRST, SECOND)), *which)
    return (
        select(func.count())
        .select_from(table)
        .where(*blind)
        .correlate(WrittenAnswer)
        .scalar_subquery()
    )
