"""Forms leave custody when the last exam session that asks them is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.errors import ConflictError
from exam_server.forms.custody import open_form
from exam_server.forms.models import Form
from exam_server.jobs import enqueue
from exam_server.keyring import keyring_of
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from exam_server.seating.room_times import end_of
from proctor.sitting_states import OVER

OPEN_FORMS = "seating.open_forms"
FORMS_AT_ONCE = 5  # of candidates' own forms, in one transaction
GIVEN_UP = timedelta(days=1)  # after its planned end an exam session that is not held asks nobody


def open_forms(db: Session, exam_session: ExamSession, *, now: datetime) -> None:
    """Open the forms that an exam session has asked: its marks say which items these hold.

    Raises ConflictError: ``forms_in_custody`` while they are still to be asked.
    """
    open_some_forms(db, exam_session, now=now, most=None)


def open_some_forms(
    db: Session, exam_session: ExamSession, *, now: datetime, most: int | None = FORMS_AT_ONCE
) -> bool:
    """Open the next few of these forms; return whether there were any.

    Raises ConflictError: ``forms_in_custody``.
    """
    forms = _in_custody(db, exam_session, most=most)
    if forms and (_can_begin(db, exam_session) or _asked_elsewhere(db, exam_session, forms, now)):
        raise ConflictError("forms_in_custody")
    for form in forms:
        open_form(db, form, now=now)
    return bool(forms)


def open_forms_if_over(db: Session, exam_session: ExamSession, *, now: datetime) -> None:
    """Open the forms of an exam session that has closed, unless they are still to be asked.

    Closing never fails on it: without the secret that sealed them they stay in custody.
    """
    if exam_session.has_own_forms:  # thousands of lists: not in the closing's transaction
        _open_later(db, exam_session)
        return
    forms = _in_custody(db, exam_session)
    if forms and not _asked_elsewhere(db, exam_session, forms, now):
        for form in forms:
            if keyring_of(db).knows(form.key_id):
                open_form(db, form, now=now)


def _open_later(db: Session, exam_session: ExamSession) -> None:
    enqueue(
        db,
        OPEN_FORMS,
        title=exam_session.name,
        payload={"exam_session": exam_session.id},
        person_id=None,
        organization_id=exam_session.organization_id,
    )


def _in_custody(db: Session, exam_session: ExamSession, *, most: int | None = None) -> list[Form]:
    """Return the forms its sittings use that are not opened; those nobody got stay sealed."""
    used = select(Sitting.form_id).where(Sitting.exam_session_id == exam_session.id)
    chosen = select(Form).where(Form.id.in_(used), Form.opened_at.is_(None))
    return list(db.scalars(chosen.order_by(Form.id).limit(most)))


def _can_begin(db: Session, exam_session: ExamSession) -> bool:
    """Say whether somebody may still begin: one room is over, another not."""
    if exam_session.state != "released":
        return False
    waiting = (
        select(Sitting.id)
        .join(RoomRun, Sitting.room_run_id == RoomRun.id)
        .where(
            Sitting.exam_session_id == exam_session.id,
            Sitting.status.not_in(OVER),
            RoomRun.closed_at.is_(None),
        )
    )
    return db.scalar(waiting.limit(1)) is not None


def _asked_elsewhere(
    db: Session, exam_session: ExamSession, forms: Sequence[Form], now: datetime
) -> bool:
    """Say whether another exam session has these forms before it, or is at work on them."""
    # own forms are drawn from the forms of the run that the exam session was planned with
    runs = {form.assembly_run_id for form in forms} | {exam_session.assembly_run_id}
    others = select(ExamSession).where(
        ExamSession.assembly_run_id.in_(runs - {None}),
        ExamSession.id != exam_session.id,
        ExamSession.state != "closed",
    )
    return any(
        end_of(each) + GIVEN_UP > now or any(_is_open(run) for run in each.rooms)
        for each in db.scalars(others)
    )


def _is_open(run: RoomRun) -> bool:
    return run.started_at is not None and run.closed_at is None
