"""The journal's transaction: rows locked and read once, events written in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import and_, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch as AssessmentBatch
from exam_server.delivery.judging import SittingFacts
from exam_server.delivery.messages import Event
from exam_server.delivery.models import AnswerEvent, LateWork
from exam_server.programmes.models import RuleSet
from exam_server.seating.clock_facts import clock_facts_of
from exam_server.seating.models import ExamSession, Sitting

# Never a number that was not given out, and never back to an earlier one.
STORE_CLOCK = (
    update(Sitting.__table__)  # type: ignore[arg-type] # a mapped class has a table
    .where(
        Sitting.__table__.c.id == bindparam("sitting"),
        Sitting.__table__.c.clock_number >= bindparam("shown"),
        Sitting.__table__.c.clock_acked < bindparam("shown"),
    )
    .values(clock_acked=bindparam("shown"))
)


class Writes(Protocol):
    """What the opening of a batch must know of an entry."""

    @property
    def sitting_id(self) -> int:
        """Return the sitting it is about."""

    @property
    def locks_exam_session(self) -> bool:
        """Say whether it appends to the exam session's chain."""

    def seqs(self) -> Iterable[int]:
        """Return the event numbers the entry brings."""


@dataclass
class Batch:
    """One transaction of the journal."""

    db: Session
    sittings: dict[int, SittingFacts]
    late: list[dict[str, Any]] = field(default_factory=list)
    clock_acks: dict[int, int] = field(default_factory=dict)
    changed: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    answers: dict[int, list[tuple[int, int, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def touch(self, facts: SittingFacts) -> None:
        """Have consoles told of this sitting after the commit."""
        self.changed[facts.room_run_id].add(facts.id)

    def keep_late(self, facts: SittingFacts, events: Iterable[Event], **evidence: Any) -> None:
        """Keep events that came too late or under an ended lease, for the proctor."""
        for event in events:
            row = {
                "sitting_id": facts.id,
                "seq": event.seq,
                "kind": event.kind,
                "position": event.position,
                "answer": event.answer,
                "at": event.at,
                **evidence,
            }
            self.late.append(row)

    def flush(self) -> None:
        """Write what has gathered so far."""
        rows = [
            _event_row(facts, event, received_at)
            for facts in self.sittings.values()
            for event, received_at in facts.fresh
        ]
        if rows:
            # one statement for all: without this every change of empty columns begins another
            self.db.execute(insert(AnswerEvent), rows, execution_options={"render_nulls": True})
            self._store_settled()
        if self.clock_acks:
            shown = [{"sitting": key, "shown": number} for key, number in self.clock_acks.items()]
            self.db.connection().execute(STORE_CLOCK, shown)
            self.clock_acks.clear()
        if self.late:
            self.db.execute(_insert_new(self.db, LateWork), self.late)
            self.late.clear()

    def _store_settled(self) -> None:
        settled = []
        for facts in self.sittings.values():
            if facts.fresh:
                self.answers[facts.id] += [
                    (event.position, event.seq, event.answer is not None)
                    for event, _ in facts.fresh
                    if event.kind == "answer" and not event.refused_code
                ]
                facts.fresh.clear()
                settled.append({"id": facts.id, "acked_seq": facts.acked_seq})
        self.db.execute(update(Sitting), settled)


def open_batch(db: Session, entries: Sequence[Writes]) -> Batch:
    """Lock exam sessions that get a receipt, then the sittings by id; read what decides."""
    ids = sorted({entry.sitting_id for entry in entries})
    closing = {entry.sitting_id for entry in entries if entry.locks_exam_session}
    if closing:
        _lock_exam_sessions(db, closing)
    batch = Batch(db, _facts_of(db, ids))
    _load_stored(db, batch, entries)
    return batch


def _lock_exam_sessions(db: Session, sitting_ids: set[int]) -> None:
    of_these = select(Sitting.exam_session_id).where(Sitting.id.in_(sitting_ids))
    chosen = select(ExamSession.id).where(ExamSession.id.in_(of_these))
    db.execute(chosen.order_by(ExamSession.id).with_for_update()).all()


def _facts_of(db: Session, ids: list[int]) -> dict[int, SittingFacts]:
    chosen = (
        select(
            Sitting.id,
            Sitting.uid,
            Sitting.exam_session_id,
            Sitting.room_run_id,
            Sitting.status,
            Sitting.lease_number,
            Sitting.acked_seq,
            RuleSet.grace_s,
            RuleSet.hand_in_after_min,
        )
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .join(AssessmentBatch, ExamSession.batch_id == AssessmentBatch.id)
        .join(RuleSet, AssessmentBatch.rule_set_id == RuleSet.id)
        .where(Sitting.id.in_(ids))
        .order_by(Sitting.id)
        .with_for_update(of=Sitting)
    )
    rows = db.execute(chosen).all()
    clocks = clock_facts_of(db, ids)
    return {
        row.id: SittingFacts(
            id=row.id,
            uid=row.uid,
            exam_session_id=row.exam_session_id,
            room_run_id=row.room_run_id,
            status=row.status,
            lease_number=row.lease_number,
            acked_seq=row.acked_seq,
            clock=clocks[row.id],
            grace=timedelta(seconds=row.grace_s),
            hand_in_after=timedelta(minutes=row.hand_in_after_min),
        )
        for row in rows
    }


def _load_stored(db: Session, batch: Batch, entries: Sequence[Writes]) -> None:
    """Read the stored events that this batch may repeat or close a gap to."""
    lowest: dict[int, int] = {}
    for entry in entries:
        facts = batch.sittings.get(entry.sitting_id)
        if facts is not None:
            least = min(entry.seqs(), default=facts.acked_seq + 1)
            lowest[facts.id] = min(lowest.get(facts.id, facts.acked_seq + 1), least)
    wanted = or_(
        *(
            and_(AnswerEvent.sitting_id == sitting_id, AnswerEvent.seq >= seq)
            for sitting_id, seq in lowest.items()
        )
    )
    for row in db.execute(select(AnswerEvent.__table__).where(wanted)):
        batch.sittings[row.sitting_id].stored[row.seq] = Event(
            row.seq, row.kind, row.position, row.answer, row.at, row.refused_code
        )


def _event_row(facts: SittingFacts, event: Event, received_at: datetime) -> dict[str, Any]:
    return {
        "sitting_id": facts.id,
        "seq": event.seq,
        "kind": event.kind,
        "position": event.position,
        "answer": event.answer,
        "at": event.at,
        "received_at": received_at,
        "lease_number": facts.lease_number,
        "refused_code": event.refused_code,
    }


def _insert_new(db: Session, table: type[LateWork]) -> Any:
    """Return an insert that leaves rows that are there already as they are."""
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()
