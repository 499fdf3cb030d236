"""What passes through the journal: saved answers, late work, hand-ins and closings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import structlog
from sqlalchemy import select

from exam_server.clock import rfc3339
from exam_server.delivery.journal_writing import Batch
from exam_server.delivery.judging import KEPT_AS_LATE, hand_in_from, judge, placed
from exam_server.delivery.messages import Parsed
from exam_server.delivery.models import Receipt
from exam_server.delivery.receipts import receipt_message
from proctor.clock import is_over
from proctor.sitting_states import next_state

log = structlog.get_logger()


@dataclass(frozen=True)
class SaveAnswers:
    """Events of one message, as received at an instant under a lease."""

    locks_exam_session: ClassVar[bool] = False
    sitting_id: int
    lease_number: int
    parsed: Parsed
    received_at: datetime

    def seqs(self) -> Iterable[int]:
        """Return the event numbers."""
        return (event.seq for event in self.parsed.events)

    def write(self, batch: Batch) -> dict[str, Any]:
        """Store what counts, keep what is late; reply with what is settled."""
        facts = batch.sittings[self.sitting_id]
        verdict = judge(
            facts,
            self.parsed.events,
            lease_number=self.lease_number,
            received_at=self.received_at,
        )
        batch.touch_answers(facts)
        conflicts = [each["seq"] for each in verdict.refused if each["code"] == "seq_conflict"]
        if conflicts:
            log.warning("other events under used numbers", sitting=facts.uid, seqs=conflicts)
        if verdict.code in KEPT_AS_LATE:
            batch.keep_late(
                facts,
                verdict.late,
                lease_number=self.lease_number,
                received_at=self.received_at,
                cause=verdict.code,
            )
        reply = {"acked_seq": facts.acked_seq, "refused": [*self.parsed.refused, *verdict.refused]}
        if verdict.code is not None:
            return {"ok": False, "code": verdict.code, **reply}
        return {"ok": True, **reply}


@dataclass(frozen=True)
class SendLateWork:
    """Events a seat still holds after its sitting has ended or moved."""

    locks_exam_session: ClassVar[bool] = False
    sitting_id: int
    lease_number: int
    parsed: Parsed
    received_at: datetime

    def seqs(self) -> Iterable[int]:
        """Return the event numbers."""
        return (event.seq for event in self.parsed.events)

    def write(self, batch: Batch) -> dict[str, Any]:
        """Keep what is not settled already, for the proctor to judge."""
        facts = batch.sittings[self.sitting_id]
        fresh = [
            placed(facts, event)
            for event in self.parsed.events
            if event.seq not in facts.stored or not event.is_repeat_of(facts.stored[event.seq])
        ]
        cause = "lease_ended" if self.lease_number != facts.lease_number else "sent_late"
        batch.keep_late(
            facts,
            fresh,
            lease_number=self.lease_number,
            received_at=self.received_at,
            cause=cause,
        )
        return {"ok": True, "kept": len(fresh), "acked_seq": facts.acked_seq}


@dataclass(frozen=True)
class AckClock:
    """The seat shows a clock: many do at once after a start or a pause of the room."""

    locks_exam_session: ClassVar[bool] = False
    sitting_id: int
    lease_number: int
    clock_number: int

    def seqs(self) -> Iterable[int]:
        """Return no number: it brings no event."""
        return ()

    def write(self, batch: Batch) -> dict[str, Any]:
        """Have the number stored with the batch."""
        facts = batch.sittings[self.sitting_id]
        if self.lease_number != facts.lease_number:
            return {"ok": False, "code": "lease_ended"}
        known = batch.clock_acks.get(facts.id, 0)
        batch.clock_acks[facts.id] = max(known, self.clock_number)
        batch.touch(facts)
        return {"ok": True}


@dataclass(frozen=True)
class HandIn:
    """The candidate hands in; ``last_seq`` is the highest number the seat has used."""

    locks_exam_session: ClassVar[bool] = True
    sitting_id: int
    lease_number: int
    last_seq: int
    received_at: datetime

    def seqs(self) -> Iterable[int]:
        """Return no number: it brings no event."""
        return ()

    def write(self, batch: Batch) -> dict[str, Any]:
        """Close the sitting on what the server holds; the same receipt again for a repeat."""
        facts = batch.sittings[self.sitting_id]
        if self.lease_number != facts.lease_number:
            return {"ok": False, "code": "lease_ended"}
        if facts.status == "handed_in":
            return {"ok": True, "receipt": _stored_receipt(batch, self.sitting_id)}
        if next_state(facts.status, "hand_in") is None:
            return {"ok": False, "code": "not_running"}
        opens_at = hand_in_from(facts)
        if opens_at is not None and self.received_at < opens_at:
            return {"ok": False, "code": "too_early", "hand_in_from": rfc3339(opens_at)}
        if facts.acked_seq < self.last_seq:
            return {"ok": False, "code": "events_missing", "acked_seq": facts.acked_seq}
        return {"ok": True, "receipt": batch.close(facts, "hand_in", now=self.received_at)}


@dataclass(frozen=True)
class Close:
    """The server or a proctor ends a sitting: ``time_over``, ``forced``."""

    locks_exam_session: ClassVar[bool] = True
    sitting_id: int
    reason: str
    now: datetime

    def seqs(self) -> Iterable[int]:
        """Return no number: it brings no event."""
        return ()

    def write(self, batch: Batch) -> dict[str, Any]:
        """Close the sitting unless it is over already, or has got more time meanwhile."""
        facts = batch.sittings[self.sitting_id]
        if next_state(facts.status, "close") is None:
            return {"ok": False, "code": "not_running"}
        if self.reason == "time_over" and facts.status == "held":
            return {"ok": False, "code": "sitting_held"}
        if self.reason == "time_over" and not is_over(facts.clock, self.now, facts.grace):
            return {"ok": False, "code": "time_left"}
        return {"ok": True, "receipt": batch.close(facts, self.reason, now=self.now)}


def _stored_receipt(batch: Batch, sitting_id: int) -> dict[str, Any]:
    batch.flush()
    chosen = select(Receipt).where(Receipt.sitting_id == sitting_id).order_by(Receipt.link.desc())
    return receipt_message(batch.db, batch.db.scalars(chosen.limit(1)).one())
