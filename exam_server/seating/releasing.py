"""Release: forms sealed for an exam session, once; from then on nothing of them changes."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.batches.models import Registration
from exam_server.errors import ConflictError
from exam_server.forms.sealed_forms import Releasing, sealed_form
from exam_server.seating.models import ExamSession, Seat, Sitting


def release(
    db: Session, exam_session: ExamSession, *, by: int | None, secret: bytes, now: datetime
) -> None:
    """Seal every form the exam session's sittings use and open it for sign-in.

    Raises ConflictError: ``already_released``, ``seats_not_drawn``, ``candidates_without_seat``,
    ``seats_broken``.
    """
    db.refresh(exam_session, with_for_update=True)
    if exam_session.state != "planned":
        raise ConflictError("already_released")
    form_ids = db.scalars(
        select(Sitting.form_id)
        .where(Sitting.exam_session_id == exam_session.id, Sitting.form_id.isnot(None))
        .distinct()
    ).all()
    if not form_ids:
        raise ConflictError("seats_not_drawn")
    _check_seats(db, exam_session)
    releasing = Releasing(exam_session.id, exam_session.uid, by, secret, now)
    for form_id in sorted(each for each in form_ids if each is not None):
        db.add(sealed_form(db, form_id, releasing))
    exam_session.state = "released"
    db.flush()
    audit.record(db, "release_forms", by=by, of=f"exam_session:{exam_session.uid}")


def _check_seats(db: Session, exam_session: ExamSession) -> None:
    """Refuse a draw that the batch or the rooms have outgrown."""
    sittings = select(Sitting.id).where(Sitting.exam_session_id == exam_session.id)
    seated = sittings.where(Sitting.registration_id == Registration.id)
    count = select(func.count()).select_from(Registration)
    batch = Registration.batch_id == exam_session.batch_id
    unseated = db.scalar(count.where(batch, ~seated.exists()))
    if unseated:
        raise ConflictError("candidates_without_seat", count=unseated)
    broken = sittings.join(Seat, Sitting.seat_id == Seat.id).where(Seat.is_usable.is_(False))
    if db.scalar(select(broken.exists())):
        raise ConflictError("seats_broken")
