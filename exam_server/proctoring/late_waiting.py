"""Which late work nobody has decided about yet."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from exam_server.delivery.models import AnswerEvent, LateWork


def waiting_rows(db: Session, sitting_id: int) -> list[LateWork]:
    """Return the late work nobody has decided about, without what was stored in time after all."""
    chosen = (
        select(LateWork)
        .where(LateWork.sitting_id == sitting_id, *is_waiting())
        .order_by(LateWork.lease_number, LateWork.seq)
    )
    return list(db.scalars(chosen.execution_options(populate_existing=True)))


def is_waiting() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of undecided late work that no stored event says as well."""
    same = and_(
        AnswerEvent.sitting_id == LateWork.sitting_id,
        AnswerEvent.seq == LateWork.seq,
        AnswerEvent.kind == LateWork.kind,
        AnswerEvent.position == LateWork.position,
        AnswerEvent.at == LateWork.at,
        AnswerEvent.answer.is_not_distinct_from(LateWork.answer),
    )
    return LateWork.decision_id.is_(None), ~exists().where(same)


def waiting_counts(db: Session, sitting_ids: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    """Return how much late work waits at each sitting and since when."""
    chosen = (
        select(LateWork.sitting_id, func.count(), func.min(LateWork.received_at))
        .where(LateWork.sitting_id.in_(list(sitting_ids)), *is_waiting())
        .group_by(LateWork.sitting_id)
    )
    return {row[0]: (row[1], row[2]) for row in db.execute(chosen)}
