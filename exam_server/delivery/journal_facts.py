"""What decides at sittings, as their rows say inside the transaction.

One statement reads the rows that can change; pauses, breaks and credits are kept from earlier
batches, and hold while every column that was read with them stands as it stood. Each change of
theirs raises ``clock_number``, one of those columns.
"""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch as AssessmentBatch
from exam_server.delivery.journal_sql import statements_for
from exam_server.delivery.judging import SittingFacts
from exam_server.programmes.models import RuleSet
from exam_server.seating.clock_facts import clock_facts_of
from exam_server.seating.models import ExamSession, Sitting
from proctor.clock import ClockFacts

MOST_KNOWN = 50_000
COUNTS = 4  # columns that change with each batch: the id, and what is settled, given and confirmed


@dataclass(frozen=True)
class Known:
    """Facts of a running sitting, and the columns under which they hold."""

    columns: tuple[Any, ...]
    uid: str
    exam_session_id: int
    clock: ClockFacts
    grace: timedelta
    hand_in_after: timedelta


def facts_of(
    db: Session, ids: list[int], known: MutableMapping[int, Known]
) -> dict[int, SittingFacts]:
    """Lock sittings and return their facts by id; what has changed is read anew."""
    connection = db.connection()
    rows = statements_for(connection).read_facts(connection, ids)
    changed = [row for row in rows if not _still_holds(known.get(row[0]), row)]
    read = _read(db, changed) if changed else {}
    _keep(read, known)
    return {row[0]: _sitting_facts(row, read.get(row[0]) or known[row[0]]) for row in rows}


def _still_holds(known: Known | None, row: Sequence[Any]) -> bool:
    return known is not None and known.columns == tuple(row[COUNTS:])


def _keep(read: dict[int, Known], known: MutableMapping[int, Known]) -> None:
    """Keep what was read of running sittings: in no other state do clocks count to the second."""
    if len(known) > MOST_KNOWN:
        known.clear()
    for sitting_id, facts in read.items():
        if facts.columns[0] == "running":
            known[sitting_id] = facts
        else:
            known.pop(sitting_id, None)


def _sitting_facts(row: Sequence[Any], known: Known) -> SittingFacts:
    sitting_id, acked_seq, given, confirmed, status, lease_number, _clock, room_run_id = row[:8]
    return SittingFacts(
        id=sitting_id,
        uid=known.uid,
        exam_session_id=known.exam_session_id,
        room_run_id=room_run_id,
        status=status,
        lease_number=lease_number,
        acked_seq=acked_seq,
        given=given,
        confirmed=confirmed,
        clock=known.clock,
        grace=known.grace,
        hand_in_after=known.hand_in_after,
    )


def _read(db: Session, rows: Sequence[Sequence[Any]]) -> dict[int, Known]:
    columns = {row[0]: tuple(row[COUNTS:]) for row in rows}
    chosen = (
        select(
            Sitting.id,
            Sitting.uid,
            Sitting.exam_session_id,
            RuleSet.grace_s,
            RuleSet.hand_in_after_min,
        )
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .join(AssessmentBatch, ExamSession.batch_id == AssessmentBatch.id)
        .join(RuleSet, AssessmentBatch.rule_set_id == RuleSet.id)
        .where(Sitting.id.in_(columns))
    )
    clocks = clock_facts_of(db, columns)
    return {
        row.id: Known(
            columns=columns[row.id],
            uid=row.uid,
            exam_session_id=row.exam_session_id,
            clock=clocks[row.id],
            grace=timedelta(seconds=row.grace_s),
            hand_in_after=timedelta(minutes=row.hand_in_after_min),
        )
        for row in db.execute(chosen)
    }
