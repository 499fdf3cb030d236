"""The journal's transaction: rows locked and read once, events written in one statement."""

from collections import defaultdict
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from exam_server.announcements import announce
from exam_server.delivery.chains import Chains
from exam_server.delivery.journal_facts import Known, facts_of
from exam_server.delivery.journal_sql import instant_text, statements_for
from exam_server.delivery.judging import SittingFacts
from exam_server.delivery.messages import Event
from exam_server.delivery.models import LateWork, Receipt
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
STORE_CONFIRMED = (
    update(Sitting.__table__)  # type: ignore[arg-type] # a mapped class has a table
    .where(Sitting.__table__.c.id == bindparam("sitting"))
    .values(confirmed_count=bindparam("count"))
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
    chains: Chains = field(default_factory=Chains)
    late: list[dict[str, Any]] = field(default_factory=list)
    clock_acks: dict[int, int] = field(default_factory=dict)
    confirmed: dict[int, int] = field(default_factory=dict)  # by sittings waiting for an item now
    closed: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    answering: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    answers: dict[int, list[tuple[int, int, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def touch(self, facts: SittingFacts) -> None:
        """Have consoles told of this sitting after the commit."""
        self.changed[facts.room_run_id].add(facts.id)

    def touch_answers(self, facts: SittingFacts) -> None:
        """Have consoles told how far this sitting is: nothing else of it has changed."""
        self.answering[facts.room_run_id][facts.id] = facts.uid

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
                "refused_code": event.refused_code,
                **evidence,
            }
            self.late.append(row)
            self.touch(facts)

    def close(self, facts: SittingFacts, reason: str, *, now: datetime) -> dict[str, Any]:
        """End a sitting on all its settled events, with a link of the chain; tell the seat."""
        facts.status = "handed_in"
        receipt = self.chains.append(facts, reason=reason, now=now)
        self.closed.append(
            {"id": facts.id, "status": "handed_in", "ended_at": now, "end_reason": reason}
        )
        told = {"reason": reason, "receipt": receipt}
        announce(self.db, "sitting_closed", told, to=f"sitting:{facts.uid}")
        self.touch(facts)
        return receipt

    def add_link(self, facts: SittingFacts, *, reason: str, now: datetime) -> dict[str, Any]:
        """Add a link over all settled events of a sitting that stays as it is; write it at once."""
        self.flush()
        self.db.flush()
        receipt = self.chains.append(facts, reason=reason, now=now)
        self._store_links()
        return receipt

    def flush(self) -> None:
        """Write what has gathered so far."""
        self._store_events()
        if self.clock_acks:
            shown = [{"sitting": key, "shown": number} for key, number in self.clock_acks.items()]
            self.db.connection().execute(STORE_CLOCK, shown)
            self.clock_acks.clear()
        if self.late:
            self.db.execute(_insert_new(self.db, LateWork), self.late)
            self.late.clear()
        if self.closed:
            self.db.execute(update(Sitting), self.closed)
            self.closed.clear()
            self._store_links()

    def _store_links(self) -> None:
        self.db.execute(insert(Receipt), self.chains.take_receipts())
        self.db.execute(update(ExamSession), self.chains.heads())
        self.db.expire_all()  # rows were changed beneath what a caller may have loaded

    def _store_events(self) -> None:
        rows: list[tuple[Any, ...]] = []
        settled: dict[int, int] = {}
        for facts in self.sittings.values():
            if not facts.fresh:
                continue
            sitting_id, lease_number = facts.id, facts.lease_number
            for event, received_at in facts.fresh:
                rows.append(_event_row(sitting_id, event, received_at, lease_number))
                if not event.refused_code:
                    self._note(facts, event)
            facts.fresh.clear()
            settled[sitting_id] = facts.acked_seq
        if rows:
            connection = self.db.connection()
            statements_for(connection).store_events(connection, rows, settled)
        if self.confirmed:
            told = [{"sitting": key, "count": count} for key, count in self.confirmed.items()]
            self.db.connection().execute(STORE_CONFIRMED, told)

    def _note(self, facts: SittingFacts, event: Event) -> None:
        """Note what an event that counts changes beside its row."""
        if event.kind == "answer":
            told = (event.position, event.seq, event.answer is not None)
            self.answers[facts.id].append(told)
        elif event.kind == "confirmed":
            self.confirmed[facts.id] = facts.confirmed


def open_batch(
    db: Session, entries: Sequence[Writes], known: MutableMapping[int, Known] | None = None
) -> Batch:
    """Lock exam sessions that get a receipt, then the sittings by id; read what decides.

    ``known`` holds what earlier batches have read; what stands in the rows now decides whether it
    still holds.
    """
    db.flush()
    closing = {entry.sitting_id for entry in entries if entry.locks_exam_session}
    chains = _lock_exam_sessions(db, closing) if closing else Chains()
    ids = sorted({entry.sitting_id for entry in entries})
    batch = Batch(db, facts_of(db, ids, {} if known is None else known), chains)
    _load_stored(db, batch, entries)
    return batch


def _lock_exam_sessions(db: Session, sitting_ids: set[int]) -> Chains:
    of_these = select(Sitting.exam_session_id).where(Sitting.id.in_(sitting_ids))
    chosen = select(ExamSession.id, ExamSession.chain_link, ExamSession.chain_head).where(
        ExamSession.id.in_(of_these)
    )
    rows = db.execute(chosen.order_by(ExamSession.id).with_for_update()).all()
    return Chains.read(db, rows, sitting_ids)


def _load_stored(db: Session, batch: Batch, entries: Sequence[Writes]) -> None:
    """Read the stored events that this batch may repeat, close a gap to, or put under a hash."""
    lowest: dict[int, int] = {}
    for entry in entries:
        facts = batch.sittings.get(entry.sitting_id)
        if facts is not None:
            least = (
                1 if entry.locks_exam_session else min(entry.seqs(), default=facts.acked_seq + 1)
            )
            lowest[facts.id] = min(lowest.get(facts.id, facts.acked_seq + 1), least)
    connection = db.connection()
    for sitting_id, seq, *event in statements_for(connection).read_stored(connection, lowest):
        batch.sittings[sitting_id].stored[seq] = Event(seq, *event)


def _event_row(
    sitting_id: int, event: Event, received_at: datetime, lease_number: int
) -> tuple[Any, ...]:
    return (
        sitting_id,
        event.seq,
        event.kind,
        event.position,
        event.answer,
        event.at,
        instant_text(received_at),
        lease_number,
        event.refused_code,
    )


def _insert_new(db: Session, table: type[LateWork]) -> Any:
    """Return an insert that leaves rows that are there already as they are."""
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()
