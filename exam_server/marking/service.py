"""Machine marking: each response of each sitting that is over, and the theory mark of 100."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import ItemVersion
from exam_server.batches.models import Batch
from exam_server.delivery.models import AnswerEvent
from exam_server.errors import ConflictError, NotFoundError
from exam_server.forms.models import FormItem
from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from itembank.items.registry import item_type
from proctor.sitting_states import LIVE
from scoring.composite import Rounding, rounded

WHOLE = Decimal(100)


@dataclass(frozen=True)
class Response:
    """What stands at a position when a sitting is over."""

    status: str  # answered, omitted (seen, nothing left there), not_reached
    answer: str | None


@dataclass(frozen=True)
class MarkedBatch:
    """The exam sessions of a batch that were marked, and why others were not."""

    marked: tuple[ExamSession, ...]
    waiting: tuple[tuple[ExamSession, str], ...]


def rounding_of(rules: RuleSet) -> Rounding:
    """Return a rule set's rounding."""
    return Rounding(rules.rounding, rules.decimals)


def mark_batch(db: Session, batch: Batch, *, by: int | None, now: datetime) -> MarkedBatch:
    """Mark every exam session of a batch that is over; the others wait.

    Raises ConflictError: ``no_exam_sessions``, or why the first one waits when none is over.
    """
    marked, waiting = [], []
    for exam_session in exam_sessions_in(db, batch):
        try:
            mark_exam_session(db, exam_session, by=by, now=now)
        except ConflictError as refused:  # raised before anything of it was stored
            waiting.append((exam_session, refused.code))
        else:
            marked.append(exam_session)
    if not marked:
        raise ConflictError(waiting[0][1] if waiting else "no_exam_sessions")
    return MarkedBatch(tuple(marked), tuple(waiting))


def mark_exam_session(
    db: Session, exam_session: ExamSession, *, by: int | None, now: datetime
) -> MarkingRun:
    """Mark every sitting that has been handed in; an earlier run is superseded.

    Raises ConflictError: ``still_running``, ``nothing_to_mark``.
    """
    db.execute(select(ExamSession.id).where(ExamSession.id == exam_session.id).with_for_update())
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    locked = chosen.order_by(Sitting.id).with_for_update(of=Sitting)
    sittings = db.scalars(locked.execution_options(populate_existing=True)).all()
    if any(sitting.status in {*LIVE, "held"} for sitting in sittings):
        raise ConflictError("still_running")
    over = [sitting for sitting in sittings if sitting.status == "handed_in"]
    if not over:
        raise ConflictError("nothing_to_mark")
    run = MarkingRun(exam_session_id=exam_session.id, marked_at=now, marked_by=by)
    db.add(run)
    db.flush()
    rules = db.get_one(RuleSet, db.get_one(Batch, exam_session.batch_id).rule_set_id)
    form_ids = {sitting.form_id for sitting in over}
    forms = {form_id: _form_items(db, form_id) for form_id in form_ids}
    for sitting in over:
        _mark_sitting(db, run, sitting, forms[sitting.form_id], rounding_of(rules))
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "mark", by=by, of=of, detail={"sittings": len(over)})
    return run


def newest_run(db: Session, exam_session_id: int) -> MarkingRun | None:
    """Return the marking that stands."""
    chosen = select(MarkingRun).where(MarkingRun.exam_session_id == exam_session_id)
    return db.scalar(chosen.order_by(MarkingRun.id.desc()).limit(1))


def theory_mark(mark: Decimal, maximum: Decimal, rounding: Rounding) -> Decimal:
    """Return a mark out of 100, rounded once by the rule set.

    Examples
    --------
    >>> theory_mark(Decimal(26), Decimal(35), Rounding("half_up", 1))
    Decimal('74.3')
    """
    return rounded(mark * WHOLE / maximum, rounding)


def responses_at(db: Session, sitting_id: int) -> dict[int, Response]:
    """Return what stands at each position a sitting has touched."""
    chosen = select(AnswerEvent.kind, AnswerEvent.position, AnswerEvent.answer).where(
        AnswerEvent.sitting_id == sitting_id, AnswerEvent.refused_code.is_(None)
    )
    standing: dict[int, Response] = {}
    for kind, position, answer in db.execute(chosen.order_by(AnswerEvent.seq)):
        if kind == "answer":
            status = "omitted" if answer is None else "answered"
            standing[position] = Response(status, answer)
        else:
            standing.setdefault(position, Response("omitted", None))
    return standing


def _form_items(db: Session, form_id: int | None) -> list[tuple[FormItem, ItemVersion]]:
    chosen = (
        select(FormItem, ItemVersion)
        .join(ItemVersion, FormItem.item_version_id == ItemVersion.id)
        .where(FormItem.form_id == form_id)
        .order_by(FormItem.position)
    )
    return [(row[0], row[1]) for row in db.execute(chosen)]


def _mark_sitting(
    db: Session,
    run: MarkingRun,
    sitting: Sitting,
    items: Sequence[tuple[FormItem, ItemVersion]],
    rounding: Rounding,
) -> None:
    standing = responses_at(db, sitting.id)
    rows: list[dict[str, Any]] = []
    for item, version in items:
        response = standing.get(item.position, Response("not_reached", None))
        answer = None if response.answer is None else json.loads(response.answer)
        mark = item_type(version.type).score(version.content, version.key, answer, item.mark)
        rows.append(
            {
                "marking_run_id": run.id,
                "sitting_id": sitting.id,
                "position": item.position,
                "item_version_id": version.id,
                "status": response.status,
                "answer": response.answer,
                "mark": mark,
                "max_mark": item.mark,
            }
        )
    db.execute(insert(ResponseScore), rows)
    total = sum((row["mark"] for row in rows), Decimal(0))
    maximum = sum((item.mark for item, _ in items), Decimal(0))
    score = SittingScore(
        marking_run_id=run.id,
        sitting_id=sitting.id,
        mark=total,
        max_mark=maximum,
        theory=theory_mark(total, maximum, rounding),
    )
    db.add(score)


def exam_sessions_in(db: Session, batch: Batch) -> Sequence[ExamSession]:
    """Return the exam sessions of a batch."""
    chosen = select(ExamSession).where(ExamSession.batch_id == batch.id)
    return db.scalars(chosen.order_by(ExamSession.planned_start)).all()


def markable_for(db: Session, actor: Actor, uid: str) -> ExamSession:
    """Return an exam session an officer may have marked; raises ``no_such_exam_session``."""
    exam_session = db.scalar(select(ExamSession).where(ExamSession.uid == uid))
    if exam_session is None or not actor.may(
        "exam_officer", organization_id=exam_session.organization_id
    ):
        raise NotFoundError("no_such_exam_session")
    return exam_session
