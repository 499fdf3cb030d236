"""Machine marking: each response of each sitting that is over, and the theory mark of 100.

A marking is computed outside any transaction, written in short ones and published in one that
looks again at what it was computed from.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.errors import ConflictError, NotFoundError
from exam_server.marking.adaptive_marks import mark_rows
from exam_server.marking.changes import needless, standing_changes, uids_of
from exam_server.marking.models import AdaptiveMark, MarkingRun, ResponseScore, SittingScore
from exam_server.marking.papers import MarkedPaper, Papers, mark_papers, read_papers, state_of
from exam_server.marking.written_marks import with_persons_marks, written_in
from exam_server.seating.form_opening import open_forms
from exam_server.seating.models import ExamSession, Sitting
from exam_server.written.gathering import gather, settle_tasks, state_of_marks

ROWS_AT_ONCE = 500  # in one transaction: some 10 ms of the one write lock of SQLite


@dataclass(frozen=True)
class MarkedBatch:
    """The exam sessions of a batch that were marked, and why others were not."""

    marked: tuple[ExamSession, ...]
    waiting: tuple[tuple[ExamSession, str], ...]


def mark_batch(db: Session, batch: Batch, *, by: int | None, now: datetime) -> MarkedBatch:
    """Mark every exam session of a batch that is over, in this transaction; the others wait.

    Raises ConflictError: ``no_exam_sessions``, or why the first one waits when none is over.
    """

    def mark(exam_session: ExamSession) -> None:
        mark_exam_session(db, exam_session, by=by, now=now)

    return mark_each(exam_sessions_in(db, batch), mark)


def mark_each(
    exam_sessions: Sequence[ExamSession], mark: Callable[[ExamSession], None]
) -> MarkedBatch:
    """Mark the exam sessions that are over by ``mark``; raises as ``mark_batch`` says."""
    marked, waiting = [], []
    for exam_session in exam_sessions:
        try:
            mark(exam_session)
        except ConflictError as refused:  # raised before anything of it was published
            waiting.append((exam_session, refused.code))
        else:
            marked.append(exam_session)
    if not marked:
        raise ConflictError(waiting[0][1] if waiting else "no_exam_sessions")
    return MarkedBatch(tuple(marked), tuple(waiting))


def mark_exam_session(
    db: Session, exam_session: ExamSession, *, by: int | None, now: datetime
) -> MarkingRun:
    """Mark every sitting that has been handed in, in this transaction.

    Raises ConflictError: ``still_running``, ``nothing_to_mark``.
    """
    _lock(db, exam_session)
    papers = read_papers(db, exam_session)
    gather(db, exam_session, written_in(papers), now=now)
    papers = with_persons_marks(db, exam_session, papers)
    run = begin_run(db, exam_session, by=by, now=now)
    marked = mark_papers(papers)
    for rows in portions(run.id, marked):
        store_rows(db, rows)
    publish_run(db, run, papers, marked, now=now)
    return run


def begin_run(
    db: Session, exam_session: ExamSession, *, by: int | None, now: datetime
) -> MarkingRun:
    """Add a marking that nobody sees yet: its rows say which items the forms held.

    Raises ConflictError: ``forms_in_custody`` while these are still to be asked elsewhere.
    """
    open_forms(db, exam_session, now=now)
    run = MarkingRun(exam_session_id=exam_session.id, marked_at=now, marked_by=by)
    db.add(run)
    db.flush()
    return run


def portions(run_id: int, marked: Sequence[MarkedPaper]) -> Iterator[list[dict[str, Any]]]:
    """Give the rows of a marking in portions, each for one short transaction."""
    rows = ({"marking_run_id": run_id, **row} for paper in marked for row in paper.rows)
    while portion := list(itertools.islice(rows, ROWS_AT_ONCE)):
        yield portion


def store_rows(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store a portion of a marking that is not published yet."""
    db.execute(insert(ResponseScore), rows)


def publish_run(
    db: Session, run: MarkingRun, papers: Papers, marked: Sequence[MarkedPaper], *, now: datetime
) -> None:
    """Make a marking the one that stands; an earlier one is superseded.

    Raises ConflictError: ``changed_while_marking`` when a sitting is not as it was read.
    """
    exam_session = db.get_one(ExamSession, run.exam_session_id)
    _lock(db, exam_session)
    state = state_of(db, exam_session.id) | state_of_marks(db, exam_session.id)
    changes = standing_changes(db, exam_session.batch_id)
    if (state, changes) != (papers.state, papers.changes):
        raise ConflictError("changed_while_marking")
    scores = [
        {
            "marking_run_id": run.id,
            "sitting_id": paper.sitting_id,
            "mark": paper.mark,
            "max_mark": paper.max_mark,
            "theory": paper.theory,
        }
        for paper in marked
    ]
    db.execute(insert(SittingScore), scores)
    if papers.scale is not None:
        behind = {paper.sitting_id: paper.measured for paper in marked if paper.measured}
        db.execute(insert(AdaptiveMark), mark_rows(run, behind, papers.scale))
    run.published_at, run.changes = now, uids_of(papers.changes)
    is_whole = all(paper.theory is not None for paper in marked)
    freed = needless(papers.changes)
    settle_tasks(db, exam_session, needless=freed, is_whole=is_whole, now=now)
    detail = {"sittings": len(marked)}
    audit.record(db, "mark", by=run.marked_by, of=f"exam_session:{exam_session.uid}", detail=detail)
    db.flush()


def discard_some(db: Session, exam_session_id: int) -> bool:
    """Remove a portion of a marking that was never published; say whether more is left."""
    chosen = select(MarkingRun.id).where(
        MarkingRun.exam_session_id == exam_session_id, MarkingRun.published_at.is_(None)
    )
    run_id = db.scalar(chosen.limit(1))
    if run_id is None:
        return False
    sittings = select(ResponseScore.sitting_id).where(ResponseScore.marking_run_id == run_id)
    sitting_id = db.scalar(sittings.limit(1))
    if sitting_id is None:
        db.execute(delete(MarkingRun).where(MarkingRun.id == run_id))
    else:
        of_one = (ResponseScore.marking_run_id == run_id, ResponseScore.sitting_id == sitting_id)
        db.execute(delete(ResponseScore).where(*of_one))
    return True


def newest_run(db: Session, exam_session_id: int) -> MarkingRun | None:
    """Return the marking that stands."""
    chosen = select(MarkingRun).where(
        MarkingRun.exam_session_id == exam_session_id, MarkingRun.published_at.is_not(None)
    )
    return db.scalar(chosen.order_by(MarkingRun.id.desc()).limit(1))


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


def _lock(db: Session, exam_session: ExamSession) -> None:
    """Lock the exam session, then its sittings: nobody works, is moved or made void meanwhile."""
    db.execute(select(ExamSession.id).where(ExamSession.id == exam_session.id).with_for_update())
    sittings = select(Sitting.id).where(Sitting.exam_session_id == exam_session.id)
    db.execute(sittings.order_by(Sitting.id).with_for_update(of=Sitting, key_share=True))
