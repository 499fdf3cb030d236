"""How examiners mark: asked for, kept and found again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.actors import Actor
from exam_server.analysis.examiners.ratings import Scope
from exam_server.analysis.models import ExaminerMark, ExaminerReport
from exam_server.batches.models import Batch, Registration
from exam_server.batches.service import batch_for
from exam_server.errors import NotFoundError
from exam_server.jobs import Job, enqueue
from exam_server.marking.service import markable_for
from exam_server.seating.models import ExamSession

COMPARE: Final = "analysis.examiners"
SESSIONS, BATCHES = "sessions", "batches"


def scope_for(db: Session, actor: Actor, of: str, uid: str) -> Scope:
    """Return whose examiners are asked about.

    Raises NotFoundError: ``no_such_exam_session``, ``no_such_batch``.
    """
    if of == BATCHES:
        return Scope(batch_for(db, actor, uid))
    if of != SESSIONS:
        raise NotFoundError("no_such_exam_session")
    exam_session = markable_for(db, actor, uid)
    return Scope(db.get_one(Batch, exam_session.batch_id), exam_session)


def of_scope(scope: Scope) -> tuple[str, str]:
    """Return what names a scope outside: what it is, and its uid."""
    if scope.exam_session is None:
        return BATCHES, scope.batch.uid
    return SESSIONS, scope.exam_session.uid


def title_of(scope: Scope) -> str:
    """Return what a scope is called."""
    return scope.batch.name if scope.exam_session is None else scope.exam_session.name


def report_of(db: Session, scope: Scope) -> ExaminerReport | None:
    """Return what was computed last."""
    chosen = select(ExaminerReport).where(
        ExaminerReport.batch_id == scope.batch.id,
        ExaminerReport.exam_session_id == (scope.exam_session.id if scope.exam_session else None),
    )
    newest = chosen.order_by(ExaminerReport.id.desc()).limit(1)
    return db.scalar(newest.options(undefer(ExaminerReport.figures)))


def report_in(db: Session, scope: Scope) -> ExaminerReport:
    """Return what was computed last; raises ``not_compared_yet``."""
    report = report_of(db, scope)
    if report is None:
        raise NotFoundError("not_compared_yet")
    return report


def ask_to_compare(db: Session, actor: Actor, scope: Scope, *, title: str) -> Job:
    """Have the examiners compared."""
    of, uid = of_scope(scope)
    return enqueue(
        db,
        COMPARE,
        title=title,
        payload={"of": of, "uid": uid},
        person_id=actor.id,
        organization_id=scope.batch.organization_id,
    )


def scope_of_job(db: Session, payload: dict[str, Any]) -> Scope:
    """Return what a job was asked about, by somebody who might."""
    if payload["of"] == BATCHES:
        return Scope(db.scalars(select(Batch).where(Batch.uid == payload["uid"])).one())
    chosen = select(ExamSession).where(ExamSession.uid == payload["uid"])
    exam_session = db.scalars(chosen).one()
    return Scope(db.get_one(Batch, exam_session.batch_id), exam_session)


def store_report(
    db: Session, scope: Scope, figures: dict[str, Any], *, by: int | None, now: datetime
) -> ExaminerReport:
    """Keep what was computed; the one before stays in store."""
    report = ExaminerReport(
        batch_id=scope.batch.id,
        exam_session_id=scope.exam_session.id if scope.exam_session else None,
        figures=figures,
        computed_at=now,
    )
    db.add(report)
    db.flush()
    kind = "batch" if scope.exam_session is None else "exam_session"
    audit.record(db, "compare_examiners", by=by, of=f"{kind}:{of_scope(scope)[1]}")
    return report


def newest_job(db: Session, scope: Scope) -> Job | None:
    """Return the newest job that compares these examiners."""
    of, uid = of_scope(scope)
    chosen = select(Job).where(Job.kind == COMPARE).order_by(Job.id.desc())
    mine = chosen.where(Job.organization_id == scope.batch.organization_id)
    wanted = {"of": of, "uid": uid}
    return next((job for job in db.scalars(mine) if job.payload == wanted), None)


def n_entered(db: Session, batch: Batch) -> int:
    """Return how many single marks of examiners a batch's sheet holds."""
    chosen = select(func.count()).select_from(ExaminerMark).join(Registration)
    own = (Registration.batch_id == batch.id, ExaminerMark.superseded_at.is_(None))
    return db.scalar(chosen.where(*own)) or 0


def tickets_of(db: Session, figures: Sequence[dict[str, Any]]) -> dict[int, Registration]:
    """Return the candidates that figures name."""
    ids = {each["registration"] for told in figures for each in told["changed"]}
    chosen = select(Registration).where(Registration.id.in_(ids))
    return {each.id: each for each in db.scalars(chosen)}
