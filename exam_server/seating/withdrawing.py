"""Candidates withdrawn from a batch and put back: their seats of planned sessions become free."""

from datetime import datetime

from pydantic import Field
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Registration
from exam_server.errors import ConflictError
from exam_server.inputs import In
from exam_server.seating.models import ExamSession, SeatMove, Sitting


class WithdrawIn(In):
    """Why a candidate is withdrawn."""

    reason: str = Field(min_length=1, max_length=500)


def withdraw(
    db: Session, actor: Actor, registration: Registration, sent: WithdrawIn, *, now: datetime
) -> None:
    """Withdraw a candidate; the login code ends, the seat of a planned session becomes free.

    Raises ConflictError: ``withdrawn_already``, ``papers_released``.
    """
    if registration.withdrawn_at is not None:
        raise ConflictError("withdrawn_already")
    seated = select(Sitting, ExamSession).join(
        ExamSession, Sitting.exam_session_id == ExamSession.id
    )
    for sitting, exam_session in db.execute(
        seated.where(Sitting.registration_id == registration.id)
    ).all():
        db.refresh(exam_session, with_for_update=True)
        if exam_session.state != "planned":
            raise ConflictError("papers_released", name=exam_session.name)
        _forget_moves(db, registration)
        db.delete(sitting)
    registration.withdrawn_at, registration.withdrawn_by = now, actor.id
    registration.withdrawn_because = sent.reason
    registration.code_hash = registration.code_issued_at = None
    db.flush()
    detail = {"reason": sent.reason}
    of = f"registration:{registration.uid}"
    audit.record(db, "withdraw_candidate", by=actor.id, of=of, detail=detail)


def put_back(db: Session, actor: Actor, registration: Registration) -> None:
    """Put a withdrawn candidate back; a seat and a login code are given anew.

    Raises ConflictError: ``not_withdrawn``.
    """
    if registration.withdrawn_at is None:
        raise ConflictError("not_withdrawn")
    registration.withdrawn_at = registration.withdrawn_by = registration.withdrawn_because = None
    of = f"registration:{registration.uid}"
    audit.record(db, "put_candidate_back", by=actor.id, of=of)


def _forget_moves(db: Session, registration: Registration) -> None:
    """A move whose candidate is gone cannot be undone; the audit record keeps it."""
    is_in = or_(
        SeatMove.registration_id == registration.id,
        SeatMove.other_registration_id == registration.id,
    )
    db.execute(delete(SeatMove).where(is_in))
