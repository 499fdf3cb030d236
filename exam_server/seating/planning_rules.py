"""Planning ends with the release."""

from sqlalchemy.orm import Session

from exam_server.errors import ConflictError
from exam_server.seating.models import ExamSession


def hold_planned(db: Session, exam_session: ExamSession) -> None:
    """Keep a release at the same moment waiting; refuse what comes after one."""
    db.refresh(exam_session, with_for_update=True)
    if exam_session.state != "planned":
        raise ConflictError("already_released", name=exam_session.name)
