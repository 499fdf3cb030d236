"""The decision about late work, as it passes through the answer journal.

It stands behind everything that was received before it, locks the exam session and the sitting,
and adds the link that supersedes the sitting's receipt. Nothing that stands is changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.delivery.journal_writing import Batch
from exam_server.delivery.messages import Event
from exam_server.delivery.models import AnswerEvent, LateDecision, LateWork, Receipt
from exam_server.jobs import enqueue
from exam_server.proctoring.late_waiting import waiting_rows
from exam_server.proctoring.late_work import (
    Key,
    standing_at,
    state_problem,
    taken_in,
)
from exam_server.result_facts import HasResult
from exam_server.seating.models import ExamSession, Sitting
from proctor.late_work import TakenIn

# Work of the results desk: an exam session that has been marked is marked anew.
MARK_AGAIN = "results.mark_again"
Taken = Sequence[tuple[LateWork, TakenIn]]


@dataclass(frozen=True)
class DecideLateWork:
    """Accept or refuse what came under some leases for some causes; none named: all of it.

    ``title`` names the marking that an acceptance asks for, in the words of who decides.
    """

    locks_exam_session: ClassVar[bool] = True
    sitting_id: int
    groups: frozenset[Key]
    is_accepted: bool
    reason: str
    person_id: int
    now: datetime
    has_result: HasResult
    title: str

    def seqs(self) -> Iterable[int]:
        """Return no number: those it gives are found under the lock."""
        return ()

    def write(self, batch: Batch) -> dict[str, Any]:
        """Decide; codes: ``late_work_not_over``, ``late_work_void``, ``nothing_to_decide``.

        ``results_stand`` refuses to accept what a result already rests without.
        """
        batch.flush()
        facts = batch.sittings[self.sitting_id]
        code = state_problem(facts.status)
        if code is not None:
            return {"ok": False, "code": code}
        db = batch.db
        sitting = db.get_one(Sitting, self.sitting_id, populate_existing=True)
        rows = [row for row in waiting_rows(db, sitting.id) if self._is_meant(row)]
        if not rows:
            return {"ok": False, "code": "nothing_to_decide"}
        if not self.is_accepted:
            self._note(db, sitting, rows, [], None)
        elif self.has_result(db, sitting.registration_id):
            return {"ok": False, "code": "results_stand"}
        else:
            self._accept(batch, sitting, rows)
        batch.touch(facts)
        return {"ok": True, "events": len(rows)}

    def _is_meant(self, row: LateWork) -> bool:
        return not self.groups or (row.lease_number, row.cause) in self.groups

    def _accept(self, batch: Batch, sitting: Sitting, rows: list[LateWork]) -> None:
        db, facts = batch.db, batch.sittings[sitting.id]
        taken = taken_in(rows, standing_at(db, sitting.id))
        db.execute(
            insert(AnswerEvent),
            [_event_row(row, each) for row, each in taken],
            execution_options={"render_nulls": True},
        )
        for row, each in taken:
            facts.stored[each.seq] = Event(
                each.seq, row.kind, row.position, row.answer, row.at, each.refused_code
            )
        facts.acked_seq = sitting.acked_seq = _settled(sitting, taken)
        batch.answers[sitting.id] += [
            (row.position, each.seq, row.answer is not None)
            for row, each in taken
            if row.kind == "answer" and each.refused_code is None
        ]
        told = batch.add_link(facts, reason="late_work", now=self.now)
        link = select(Receipt.id).where(
            Receipt.exam_session_id == facts.exam_session_id, Receipt.link == told["link"]
        )
        self._note(db, sitting, rows, taken, db.scalars(link).one())
        exam_session = db.get_one(ExamSession, sitting.exam_session_id)
        enqueue(
            db,
            MARK_AGAIN,
            title=self.title,
            payload={"exam_session": exam_session.uid},
            person_id=self.person_id,
            organization_id=exam_session.organization_id,
        )

    def _note(
        self,
        db: Session,
        sitting: Sitting,
        rows: list[LateWork],
        taken: Taken,
        receipt_id: int | None,
    ) -> None:
        """Add a decision for each lease and cause, and its entry in the audit record."""
        counting = {(row.lease_number, row.seq) for row, each in taken if each.refused_code is None}
        for lease_number, cause in sorted({(row.lease_number, row.cause) for row in rows}):
            own = [r for r in rows if (r.lease_number, r.cause) == (lease_number, cause)]
            decision = LateDecision(
                sitting_id=sitting.id,
                lease_number=lease_number,
                cause=cause,
                is_accepted=self.is_accepted,
                count=len(own),
                counted=sum((row.lease_number, row.seq) in counting for row in own),
                reason=self.reason,
                decided_at=self.now,
                decided_by=self.person_id,
                receipt_id=receipt_id,
            )
            db.add(decision)
            db.flush()
            for row in own:
                row.decision_id = decision.id
            detail = {
                "lease": lease_number,
                "cause": cause,
                "events": decision.count,
                "counted": decision.counted,
                "reason": self.reason,
            }
            act = "accept_late_work" if self.is_accepted else "refuse_late_work"
            audit.record(db, act, by=self.person_id, of=f"sitting:{sitting.uid}", detail=detail)
        db.flush()


def _event_row(row: LateWork, taken: TakenIn) -> dict[str, Any]:
    return {
        "sitting_id": row.sitting_id,
        "seq": taken.seq,
        "kind": row.kind,
        "position": row.position,
        "answer": row.answer,
        "at": row.at,
        "received_at": row.received_at,
        "lease_number": row.lease_number,
        "refused_code": taken.refused_code,
        "late_lease_number": row.lease_number,
        "late_seq": row.seq,
    }


def _settled(sitting: Sitting, taken: Taken) -> int:
    """Return the largest number up to which every event is settled now."""
    first = taken[0][1].seq
    # A gap before the first new number stays a gap: its events have never come.
    return taken[-1][1].seq if sitting.acked_seq == first - 1 else sitting.acked_seq
