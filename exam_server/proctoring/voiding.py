"""Making a sitting void (处理为无效): asked by one person, decided by another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.announcements import announce
from exam_server.delivery.journal_writing import Batch
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from exam_server.inputs import In
from exam_server.proctoring.models import VoidRequest
from exam_server.proctoring.service import Acting, record_act, tell_consoles
from exam_server.seating.models import Duty, ExamSession, Sitting
from exam_server.seating.service import sitting_in
from proctor.incidents import VOIDING
from proctor.sitting_states import OVER, next_state

Reason = Annotated[str, Field(min_length=1, max_length=500)]
# What grounds a sitting can be made void on: a grave violation, or something that is no one's.
GROUNDS = (*VOIDING, "other")


class VoidIn(In):
    """Why a sitting should be made void."""

    category: str
    reason: Reason


class VoidDecisionIn(In):
    """What the second person decides, or the first takes back."""

    outcome: Annotated[str, Field(pattern="^(void|refused|withdrawn)$")]
    reason: str = ""


@dataclass(frozen=True)
class RequestRow:
    """A request with the people's names."""

    request: VoidRequest
    asked_by: str
    decided_by: str


def ask_void(
    db: Session, acting: Acting, sitting_uid: str, *, category: str, reason: str
) -> VoidRequest:
    """Ask that a sitting be made void; raises ConflictError: ``void_already``, ``void_asked``.

    InvalidInputError: ``no_such_category``.
    """
    if category not in GROUNDS:
        raise InvalidInputError("no_such_category", category=category)
    sitting = sitting_in(db, acting.room_run, sitting_uid)
    if next_state(sitting.status, "void") is None:
        raise ConflictError("void_already")
    if open_request(db, sitting.id) is not None:
        raise ConflictError("void_asked")
    request = VoidRequest(
        sitting_id=sitting.id,
        category=category,
        reason=reason,
        asked_at=acting.now,
        asked_by=acting.actor.id,
    )
    db.add(request)
    db.flush()
    record_act(db, acting, "ask_void", sitting_uid, category=category, reason=reason)
    tell_consoles(db, sitting)
    return request


def check_end(
    request: VoidRequest, actor: Actor, sent: VoidDecisionIn, *, is_decider: bool
) -> None:
    """Check that a person may end a request so; the journal makes a sitting void.

    Raises ConflictError: ``void_decided``; NotAllowedError: ``void_own``, ``void_not_own``,
    ``void_not_yours``; InvalidInputError: ``void_reason_missing``.
    """
    if request.outcome is not None:
        raise ConflictError("void_decided")
    if sent.outcome == "withdrawn":
        if request.asked_by != actor.id:
            raise NotAllowedError("void_not_own")
        return
    if request.asked_by == actor.id:
        raise NotAllowedError("void_own")
    if not is_decider:
        raise NotAllowedError("void_not_yours")
    if not sent.reason:
        raise InvalidInputError("void_reason_missing")


def may_decide(db: Session, actor: Actor, exam_session: ExamSession) -> bool:
    """Say whether somebody decides requests: the chief proctor there, or an exam officer."""
    if actor.may("exam_officer", organization_id=exam_session.organization_id):
        return True
    if not actor.may("chief_proctor", organization_id=exam_session.organization_id):
        return False
    led = select(Duty.id).where(
        Duty.exam_session_id == exam_session.id,
        Duty.person_id == actor.id,
        Duty.room_id.is_(None),
    )
    return db.scalar(led.limit(1)) is not None


def open_request(db: Session, sitting_id: int) -> VoidRequest | None:
    """Return the request that waits at a sitting."""
    return db.scalar(
        select(VoidRequest).where(
            VoidRequest.sitting_id == sitting_id, VoidRequest.outcome.is_(None)
        )
    )


def open_request_of(db: Session, sitting: Sitting, uid: str) -> VoidRequest:
    """Return a request of a sitting by its name; raises ``no_such_void_request``."""
    chosen = select(VoidRequest).where(VoidRequest.uid == uid, VoidRequest.sitting_id == sitting.id)
    request = db.scalar(chosen)
    if request is None:
        raise NotFoundError("no_such_void_request")
    return request


def requests_of(db: Session, *which: ColumnElement[bool]) -> Sequence[RequestRow]:
    """Return requests with who asked and who decided, the oldest first."""
    decider = aliased(Person)
    chosen = (
        select(VoidRequest, Person.name, decider.name)
        .join(Person, VoidRequest.asked_by == Person.id)
        .outerjoin(decider, VoidRequest.decided_by == decider.id)
        .where(*which)
        .order_by(VoidRequest.asked_at, VoidRequest.id)
    )
    return [RequestRow(request, by, other or "") for request, by, other in db.execute(chosen)]


@dataclass(frozen=True)
class EndVoidRequest:
    """The end of a request, through the journal: what came before it stands behind it.

    A sitting made void closes on what the server holds: one that was still open gets its link in
    the chain, so that what was there at that moment can be shown.
    """

    locks_exam_session: ClassVar[bool] = True
    sitting_id: int
    request_id: int
    outcome: str
    reason: str
    person_id: int
    now: datetime

    def seqs(self) -> Iterable[int]:
        """Return no number: it brings no event."""
        return ()

    def write(self, batch: Batch) -> dict[str, Any]:
        """End the request; codes: ``void_decided``, ``void_already``, ``void_own``."""
        batch.flush()
        db, facts = batch.db, batch.sittings[self.sitting_id]
        request = db.get_one(VoidRequest, self.request_id, populate_existing=True)
        if request.outcome is not None:
            return {"ok": False, "code": "void_decided"}
        if (request.asked_by == self.person_id) is not (self.outcome == "withdrawn"):
            return {"ok": False, "code": "void_own"}
        if self.outcome == "void" and next_state(facts.status, "void") is None:
            return {"ok": False, "code": "void_already"}
        request.outcome, request.decided_at = self.outcome, self.now
        request.decided_by, request.decided_because = self.person_id, self.reason or None
        sitting = db.get_one(Sitting, self.sitting_id, populate_existing=True)
        if self.outcome == "void":
            self._make_void(batch, sitting)
        self._record(db, sitting, request)
        batch.touch(facts)
        return {"ok": True}

    def _make_void(self, batch: Batch, sitting: Sitting) -> None:
        db, facts = batch.db, batch.sittings[sitting.id]
        told: dict[str, Any] = {"reason": "void"}
        if sitting.status not in OVER:
            sitting.ended_at, sitting.end_reason = self.now, "void"
            told["receipt"] = batch.add_link(facts, reason="void", now=self.now)
        sitting.status = facts.status = "void"
        announce(db, "sitting_closed", told, to=f"sitting:{sitting.uid}")
        db.flush()

    def _record(self, db: Session, sitting: Sitting, request: VoidRequest) -> None:
        acts = {"void": "void_sitting", "refused": "refuse_void", "withdrawn": "withdraw_void"}
        detail = {"category": request.category, "reason": self.reason or request.reason}
        of = f"sitting:{sitting.uid}"
        audit.record(db, acts[self.outcome], by=self.person_id, of=of, detail=detail)
        db.flush()
