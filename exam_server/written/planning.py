"""How the written answers to an item are marked: one or two markers, tolerance, controls."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, Problem
from exam_server.inputs import In
from exam_server.seating.models import ExamSession
from exam_server.written.models import WrittenAnswer, WrittenMark, WrittenTask
from exam_server.written.rules import ARBITER

CENT = Decimal("0.01")


class PlanIn(In):
    """A plan as a form sends it."""

    n_markers: Literal["1", "2"]
    tolerance: Decimal = Field(ge=0)
    control_every: int = Field(default=0, ge=0, le=100)
    reason: str = Field(min_length=1, max_length=500)


def set_plan(db: Session, actor: Actor, task: WrittenTask, sent: PlanIn) -> None:
    """Change how a task is marked; marks that were given stay and are looked at anew.

    Raises InvalidInputError: ``plan_wrong`` (tolerance above the full mark or finer than 0.01,
    controls more often than every second answer); ConflictError: ``marking_closed``.
    """
    if task.closed_at is not None:
        raise ConflictError("marking_closed")
    problems = []
    if sent.tolerance > task.max_mark:
        detail: dict[str, object] = {"most": str(task.max_mark)}
        problems.append(Problem("tolerance", "tolerance_too_large", detail))
    elif sent.tolerance % CENT:
        problems.append(Problem("tolerance", "mark_decimals", {"value": str(sent.tolerance)}))
    if sent.control_every == 1:
        problems.append(Problem("control_every", "controls_too_often"))
    if problems:
        raise InvalidInputError("plan_wrong", problems)
    before = {"n_markers": task.n_markers, "tolerance": str(task.tolerance)}
    task.n_markers, task.tolerance = int(sent.n_markers), sent.tolerance
    task.control_every = sent.control_every
    after = {"n_markers": task.n_markers, "tolerance": str(task.tolerance)}
    detail = {"before": before, "after": after, "reason": sent.reason}
    audit.record(db, "plan_marking", by=actor.id, of=f"written_task:{task.uid}", detail=detail)


def set_control(db: Session, actor: Actor, answer: WrittenAnswer, *, is_control: bool) -> None:
    """Make an answer that the chief has decided on a control, or no longer one, if it is not so.

    Raises ConflictError: ``marking_closed``, ``control_not_decided``.
    """
    if is_control == answer.is_control:
        return
    if answer.task.closed_at is not None:
        raise ConflictError("marking_closed")
    decided = select(WrittenMark.id).where(
        WrittenMark.answer_id == answer.id,
        WrittenMark.round == ARBITER,
        WrittenMark.superseded_at.is_(None),
    )
    if is_control and db.scalar(decided) is None:
        raise ConflictError("control_not_decided")
    answer.is_control = is_control
    detail = {"is_control": is_control}
    audit.record(db, "set_control", by=actor.id, of=f"written_answer:{answer.uid}", detail=detail)


def reopen(
    db: Session, actor: Actor, exam_session: ExamSession, reason: str, *, now: datetime
) -> None:
    """Open the marking of an exam session again; results wait until it is marked anew.

    Raises InvalidInputError: ``reason_missing``; ConflictError: ``marking_open``.
    """
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    chosen = select(WrittenTask).where(
        WrittenTask.exam_session_id == exam_session.id, WrittenTask.closed_at.is_not(None)
    )
    tasks = db.scalars(chosen).all()
    if not tasks:
        raise ConflictError("marking_open")
    for task in tasks:
        task.closed_at = None
    detail = {"reason": reason.strip(), "at": now.isoformat()}
    audit.record(
        db, "reopen_marking", by=actor.id, of=f"exam_session:{exam_session.uid}", detail=detail
    )
