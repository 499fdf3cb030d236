"""When an exam session is live: from then until its rooms are closed nothing of it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from exam_server.audit import AuditEntry
from exam_server.batches.models import Batch
from exam_server.forms.models import SealedForm
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, RoomRun

# A released exam session that nobody ever began is forgotten so long after its planned end.
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class LiveExamSession:
    """An exam session that is live, and since when."""

    uid: str
    name: str
    since: datetime


def live_exam_sessions(db: Session, *, now: datetime) -> list[LiveExamSession]:
    """Return the exam sessions that are live: released, entry open, rooms not yet closed.

    Rehearsals and sample data are never live, nor is a session that nobody began within a day of
    its planned end. Only columns of the first schema are read: an upgrade asks this too.
    """
    released_at = (
        select(func.min(SealedForm.released_at))
        .where(SealedForm.exam_session_id == ExamSession.id)
        .scalar_subquery()
    )
    begun = (
        select(RoomRun.id)
        .where(RoomRun.exam_session_id == ExamSession.id, RoomRun.started_at.is_not(None))
        .exists()
    )
    chosen = (
        select(
            ExamSession.uid,
            ExamSession.name,
            ExamSession.planned_start,
            ExamSession.minutes,
            RuleSet.entry_opens_min,
            released_at.label("released_at"),
            begun.label("is_begun"),
        )
        .join(Batch, ExamSession.batch_id == Batch.id)
        .join(RuleSet, Batch.rule_set_id == RuleSet.id)
        .where(
            ExamSession.state == "released",
            Batch.is_rehearsal.is_(False),
            Batch.is_sample.is_(False),
        )
        .order_by(ExamSession.planned_start, ExamSession.id)
    )
    found = []
    for row in db.execute(chosen):
        opens_at = row.planned_start - timedelta(minutes=row.entry_opens_min)
        since = max(opens_at, row.released_at) if row.released_at else opens_at
        over_at = row.planned_start + timedelta(minutes=row.minutes) + FORGOTTEN_AFTER
        if since <= now and (row.is_begun or now <= over_at):
            found.append(LiveExamSession(row.uid, row.name, since))
    return found


def is_live(db: Session, exam_session: ExamSession, *, now: datetime) -> bool:
    """Say whether an exam session is live: its settings are then frozen."""
    return exam_session.uid in {each.uid for each in live_exam_sessions(db, now=now)}


def other_versions_started(exam_session: ExamSession) -> Sequence[AuditEntry]:
    """Return when another version of the server was started while an exam session was live."""
    return _entries(exam_session, "start_despite_live")


def browser_rules_changed(exam_session: ExamSession) -> Sequence[AuditEntry]:
    """Return when its use of Safe Exam Browser was changed while an exam session was live."""
    return _entries(exam_session, "set_safe_browser_live")


def _entries(exam_session: ExamSession, act: str) -> Sequence[AuditEntry]:
    db = object_session(exam_session)
    if db is None:
        return []
    chosen = select(AuditEntry).where(
        AuditEntry.object == f"exam_session:{exam_session.uid}",
        AuditEntry.act == act,
    )
    return db.scalars(chosen.order_by(AuditEntry.id)).all()
