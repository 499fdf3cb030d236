"""Machine marking of sittings, and the marks that examiners enter."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import ItemVersion
from exam_server.batches.models import Batch, Registration
from exam_server.delivery.models import AnswerEvent
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.forms.models import FormItem
from exam_server.marking.models import ComponentMark, MarkingRun, ResponseScore, SittingScore
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from exam_server.tables_in import Column, SheetRow
from itembank.items.registry import item_type
from proctor.sitting_states import LIVE
from scoring.composite import Rounding, rounded

COLUMNS = (
    Column("ticket", ("准考证号", "ticket")),
    Column("practical", ("技能操作", "技能", "practical"), is_needed=False),
    Column("performance", ("工作业绩", "业绩", "performance"), is_needed=False),
)
COMPONENTS = ("practical", "performance")
WHOLE = Decimal(100)
MOST_DECIMALS = 2


@dataclass(frozen=True)
class Response:
    """What stands at a position when a sitting is over."""

    status: str  # answered, omitted (seen, nothing left there), not_reached
    answer: str | None


def rounding_of(rules: RuleSet) -> Rounding:
    """Return a rule set's rounding."""
    return Rounding(rules.rounding, rules.decimals)


def mark_exam_session(
    db: Session, exam_session: ExamSession, *, by: int | None, now: datetime
) -> MarkingRun:
    """Mark every sitting that has been handed in; an earlier run is superseded.

    Raises ConflictError: ``still_running``, ``nothing_to_mark``.
    """
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    sittings = db.scalars(chosen.order_by(Sitting.id)).all()
    if any(sitting.status in {*LIVE, "held"} for sitting in sittings):
        raise ConflictError("still_running")
    over = [sitting for sitting in sittings if sitting.status == "handed_in"]
    if not over:
        raise ConflictError("nothing_to_mark")
    run = MarkingRun(exam_session_id=exam_session.id, marked_at=now, marked_by=by)
    db.add(run)
    db.flush()
    rules = db.get_one(RuleSet, db.get_one(Batch, exam_session.batch_id).rule_set_id)
    forms = {sitting.form_id: _form_items(db, sitting.form_id) for sitting in over}
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


def enter_marks(
    db: Session, actor: Actor, batch: Batch, rows: Sequence[SheetRow], *, now: datetime
) -> int:
    """Enter practical and performance marks, all or none; return how many marks.

    An empty cell says nothing; a mark that differs supersedes the one before. Raises
    InvalidInputError: ``marks_refused`` with every row and column that is wrong.
    """
    chosen = select(Registration).where(Registration.batch_id == batch.id)
    by_ticket = {each.ticket: each for each in db.scalars(chosen)}
    problems = [problem for row in rows for problem in _row_problems(row, by_ticket)]
    tickets = [row.cells["ticket"] for row in rows]
    problems += [
        Problem(f"{row.number} ticket", "ticket_repeated", {"value": row.cells["ticket"]})
        for row in rows
        if tickets.count(row.cells["ticket"]) > 1
    ]
    if problems or not rows:
        raise InvalidInputError("marks_refused", problems, count=len(problems))
    entered = 0
    for row in rows:
        for component in COMPONENTS:
            text = row.cells.get(component, "")
            if text:
                registration = by_ticket[row.cells["ticket"]]
                entered += _enter(db, actor, registration, component, Decimal(text), now=now)
    of = f"batch:{batch.uid}"
    audit.record(db, "enter_marks", by=actor.id, of=of, detail={"marks": entered})
    return entered


def component_marks(db: Session, batch: Batch) -> dict[int, dict[str, Decimal]]:
    """Return the marks that stand, by registration and component."""
    chosen = (
        select(ComponentMark)
        .join(Registration, ComponentMark.registration_id == Registration.id)
        .where(Registration.batch_id == batch.id, ComponentMark.superseded_at.is_(None))
    )
    found: dict[int, dict[str, Decimal]] = {}
    for mark in db.scalars(chosen):
        found.setdefault(mark.registration_id, {})[mark.component] = mark.mark
    return found


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


def mark_problem(text: str) -> str | None:
    """Return ``mark_not_a_number``, ``mark_out_of_range``, ``mark_decimals``, or nothing."""
    try:
        mark = Decimal(text)
    except InvalidOperation:
        return "mark_not_a_number"
    if not mark.is_finite() or not 0 <= mark <= WHOLE:
        return "mark_out_of_range"
    exponent: Any = mark.as_tuple().exponent
    return "mark_decimals" if exponent < -MOST_DECIMALS else None


def _row_problems(row: SheetRow, by_ticket: dict[str, Registration]) -> list[Problem]:
    problems = []
    ticket = row.cells["ticket"]
    if ticket not in by_ticket:
        problems.append(Problem(f"{row.number} ticket", "ticket_unknown", {"value": ticket}))
    for component in COMPONENTS:
        text = row.cells.get(component, "")
        code = mark_problem(text) if text else None
        if code is not None:
            problems.append(Problem(f"{row.number} {component}", code, {"value": text}))
    return problems


def _enter(
    db: Session,
    actor: Actor,
    registration: Registration,
    component: str,
    mark: Decimal,
    *,
    now: datetime,
) -> int:
    standing = db.scalar(
        select(ComponentMark).where(
            ComponentMark.registration_id == registration.id,
            ComponentMark.component == component,
            ComponentMark.superseded_at.is_(None),
        )
    )
    if standing is not None and standing.mark == mark:
        return 0
    if standing is not None:
        standing.superseded_at = now
        db.flush()
    entered = ComponentMark(
        registration_id=registration.id,
        component=component,
        mark=mark,
        entered_at=now,
        entered_by=actor.id,
    )
    db.add(entered)
    db.flush()
    return 1
