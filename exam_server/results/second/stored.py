"""What the newest published markings say, read for some papers at a time."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.seating.models import ExamSession

Stored = Mapping[int, tuple[Decimal | None, bool]]  # by position: the mark, and whether it counts


class Marking(NamedTuple):
    """A marking that stands."""

    id: int
    uid: str


def marking_of(db: Session, exam_session: ExamSession) -> Marking | None:
    """Return the newest published marking of an exam session."""
    chosen = select(MarkingRun).where(
        MarkingRun.exam_session_id == exam_session.id, MarkingRun.published_at.is_not(None)
    )
    runs = sorted(db.scalars(chosen), key=lambda run: run.id)
    return Marking(runs[-1].id, runs[-1].uid) if runs else None


def stored_marks(
    db: Session, markings: Iterable[Marking], sitting_ids: Sequence[int]
) -> Mapping[int, Stored]:
    """Return the marks of some sittings that have any, by sitting."""
    runs = [each.id for each in markings]
    marked = select(SittingScore.sitting_id).where(
        SittingScore.marking_run_id.in_(runs), SittingScore.sitting_id.in_(sitting_ids)
    )
    found: dict[int, dict[int, tuple[Decimal | None, bool]]] = {
        each: {} for each in db.scalars(marked)
    }
    chosen = select(
        ResponseScore.sitting_id, ResponseScore.position, ResponseScore.mark, ResponseScore.counts
    ).where(ResponseScore.marking_run_id.in_(runs), ResponseScore.sitting_id.in_(sitting_ids))
    for sitting_id, position, mark, counts in db.execute(chosen):
        if sitting_id in found:
            found[sitting_id][position] = (mark, counts)
    return found
