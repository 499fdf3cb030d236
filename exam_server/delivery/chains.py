"""The chains of exam sessions while a batch of the journal appends to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Registration
from exam_server.delivery.judging import SittingFacts
from exam_server.delivery.models import Receipt
from exam_server.delivery.receipts import chain_hash, hash_of, receipt_text
from exam_server.seating.models import ExamSession, Sitting


@dataclass
class Chains:
    """The chains of locked exam sessions while a batch appends to them."""

    _ends: dict[int, tuple[int, str]] = field(default_factory=dict)
    _named: dict[int, tuple[str, str]] = field(default_factory=dict)
    _fresh: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, db: Session, locked: Sequence[Any], sitting_ids: Collection[int]) -> "Chains":
        """Take the chains' ends from locked rows, and what receipts name: ticket, exam session."""
        chosen = (
            select(Sitting.id, Registration.ticket, ExamSession.uid)
            .join(Registration, Sitting.registration_id == Registration.id)
            .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
            .where(Sitting.id.in_(sitting_ids))
        )
        named = {row.id: (row.ticket, row.uid) for row in db.execute(chosen)}
        return cls({row.id: (row.chain_link, row.chain_head) for row in locked}, named)

    def append(self, facts: SittingFacts, *, reason: str, now: datetime) -> dict[str, Any]:
        """Add a sitting's link over all its events; return the receipt as the seat gets it."""
        last, previous = self._ends[facts.exam_session_id]
        events = [facts.stored[seq] for seq in sorted(facts.stored)]
        digest, link = hash_of(events), last + 1
        row: dict[str, Any] = {
            "exam_session_id": facts.exam_session_id,
            "sitting_id": facts.id,
            "link": link,
            "count": len(events),
            "handed_in_at": now,
            "reason": reason,
            "hash": digest,
            "previous": previous,
            "chain": chain_hash(previous, facts.uid, digest, link),
        }
        self._ends[facts.exam_session_id] = (link, row["chain"])
        self._fresh.append(row)
        return receipt_text(Receipt(**row), facts.uid, *self._named[facts.id])

    def take_receipts(self) -> list[dict[str, Any]]:
        """Return the rows to write, once."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def heads(self) -> list[dict[str, Any]]:
        """Return the newest link of each chain, to be stored with it."""
        return [
            {"id": key, "chain_link": link, "chain_head": head}
            for key, (link, head) in self._ends.items()
        ]
