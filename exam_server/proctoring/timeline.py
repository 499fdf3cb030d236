"""The timeline of a seat: what happened when. Answers are instants only, never their content."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Mapped, Session

from exam_server.accounts.models import Person
from exam_server.audit import AuditEntry
from exam_server.batches.models import CandidatePhoto, Registration
from exam_server.clock import rfc3339
from exam_server.delivery.live_facts import LiveFacts
from exam_server.delivery.models import AnswerEvent, LateDecision, SeatMessage, SeatSignal
from exam_server.delivery.standing import candidates_of
from exam_server.errors import NotFoundError
from exam_server.proctoring.late_waiting import waiting_counts
from exam_server.proctoring.models import Attendance, Incident, VoidRequest
from exam_server.proctoring.needs import losses_of
from exam_server.proctoring.voiding import requests_of
from exam_server.seating.models import Pause, RoomRun, SeatBreak, Sitting, TimeCredit

# Acts that leave no row of their own but the audit entry.
ACTS_SHOWN = ("answer_call", "approve_move", "let_in", "force_hand_in")
Told = dict[str, Any]
Row = TypeVar("Row")


def seat_told(db: Session, live: LiveFacts, room_run: RoomRun, sitting_uid: str) -> Told:
    """Return a seat's facts for its sheet and its timeline, the oldest first."""
    sitting = sitting_seen(db, room_run, sitting_uid)
    told = sorted(happened(db, sitting), key=lambda each: str(each["at"]))
    return {
        "candidate": candidates_of(db, [sitting.id])[sitting.id],
        "identity_confirmed_at": _text(sitting.identity_confirmed_at),
        "started_at": _text(sitting.started_at),
        "ended_at": _text(sitting.ended_at),
        "lease_number": sitting.lease_number,
        "photo": photo_of(db, sitting) is not None,
        "address": live.addresses.get(sitting.id, "") if live.is_connected(sitting.id) else "",
        "late_entries": waiting_counts(db, [sitting.id]).get(sitting.id, (0, None))[0],
        "answers": _answer_instants(db, sitting),
        "timeline": told,
    }


def photo_of(db: Session, sitting: Sitting) -> CandidatePhoto | None:
    """Return the photo of who sits there."""
    chosen = (
        select(CandidatePhoto)
        .join(Registration, Registration.candidate_id == CandidatePhoto.candidate_id)
        .where(Registration.id == sitting.registration_id)
    )
    return db.scalar(chosen)


def sitting_seen(db: Session, room_run: RoomRun, sitting_uid: str) -> Sitting:
    """Return a sitting of the room without locking it: this only looks."""
    of = (Sitting.uid == sitting_uid, Sitting.room_run_id == room_run.id)
    sitting = db.scalar(select(Sitting).where(*of))
    if sitting is None:
        raise NotFoundError("no_such_sitting")
    return sitting


def _answer_instants(db: Session, sitting: Sitting) -> list[int]:
    """Return when answers came, in whole seconds since the sitting's start; no content."""
    if sitting.started_at is None:
        return []
    chosen = select(AnswerEvent.received_at).where(
        AnswerEvent.sitting_id == sitting.id,
        AnswerEvent.kind == "answer",
        AnswerEvent.refused_code.is_(None),
    )
    start = sitting.started_at
    return sorted({int((at - start).total_seconds()) for at in db.scalars(chosen)})


def happened(db: Session, sitting: Sitting) -> Iterator[Told]:
    """Give what happened at a sitting, in no order; no answers."""
    yield from _own_instants(sitting)
    yield from _clock_changes(db, sitting)
    yield from _breaks(db, sitting)
    yield from _messages(db, sitting)
    yield from _incidents(db, sitting)
    yield from _signals(db, sitting)
    yield from _acts(db, sitting)
    yield from _losses(db, sitting)
    yield from _attendance(db, sitting)
    yield from _late_decisions(db, sitting)
    yield from _void_requests(db, sitting)


def _own_instants(sitting: Sitting) -> Iterator[Told]:
    for kind, at in (
        ("identity_confirmed", sitting.identity_confirmed_at),
        ("pledge_accepted", sitting.pledge_accepted_at),
        ("started", sitting.started_at),
        ("move_asked", sitting.move_asked_at),
    ):
        if at is not None:
            yield _event(kind, at)
    if sitting.called_at is not None:
        yield _event("called", sitting.called_at, text=sitting.call_text or "")
    if sitting.ended_at is not None:
        yield _event("ended", sitting.ended_at, reason=sitting.end_reason or "")


def _clock_changes(db: Session, sitting: Sitting) -> Iterator[Told]:
    credits_ = _with_person(TimeCredit, TimeCredit.granted_by).where(
        TimeCredit.room_run_id == sitting.room_run_id,
        or_(TimeCredit.sitting_id.is_(None), TimeCredit.sitting_id == sitting.id),
    )
    for credit, by in db.execute(credits_):
        yield _event(
            "time_granted" if credit.minutes > 0 else "time_taken_back",
            credit.granted_at,
            minutes=str(abs(credit.minutes)),
            reason=credit.reason,
            by=by or "",
            whole_room=credit.sitting_id is None,
        )
    pauses = _with_person(Pause, Pause.paused_by).where(
        Pause.room_run_id == sitting.room_run_id,
        or_(Pause.sitting_id.is_(None), Pause.sitting_id == sitting.id),
    )
    for pause, by in db.execute(pauses):
        yield _event(
            "paused",
            pause.paused_at,
            until=_text(pause.resumed_at),
            reason=pause.reason,
            by=by or "",
            whole_room=pause.sitting_id is None,
        )


def _breaks(db: Session, sitting: Sitting) -> Iterator[Told]:
    chosen = _with_person(SeatBreak, SeatBreak.person_id)
    chosen = chosen.where(SeatBreak.sitting_id == sitting.id)
    for row, by in db.execute(chosen):
        yield _event(
            row.kind,
            row.left_at,
            until=_text(row.returned_at or sitting.ended_at),
            minutes=str(row.added_min),
            reason=row.reason,
            by=by or "",
        )


def _messages(db: Session, sitting: Sitting) -> Iterator[Told]:
    chosen = _with_person(SeatMessage, SeatMessage.sent_by).where(
        SeatMessage.sitting_id == sitting.id
    )
    for message, by in db.execute(chosen):
        yield _event(
            "message",
            message.sent_at,
            text=message.text,
            by=by or "",
            read_at=_text(message.acked_at),
        )


def _incidents(db: Session, sitting: Sitting) -> Iterator[Told]:
    chosen = _with_person(Incident, Incident.person_id)
    chosen = chosen.where(Incident.sitting_id == sitting.id)
    for incident, by in db.execute(chosen):
        yield _event(
            "incident",
            incident.at,
            category=incident.category,
            text=incident.note,
            by=by or "",
            is_withdrawn=incident.withdrawn_at is not None,
        )


def _signals(db: Session, sitting: Sitting) -> Iterator[Told]:
    for signal in db.scalars(select(SeatSignal).where(SeatSignal.sitting_id == sitting.id)):
        yield _event("signal", signal.at, signal=signal.kind, detail=signal.detail)


def _acts(db: Session, sitting: Sitting) -> Iterator[Told]:
    chosen = _with_person(AuditEntry, AuditEntry.person_id).where(
        AuditEntry.object == f"sitting:{sitting.uid}", AuditEntry.act.in_(ACTS_SHOWN)
    )
    for entry, by in db.execute(chosen):
        yield _event(entry.act, entry.at, by=by or "", **entry.detail)


def _losses(db: Session, sitting: Sitting) -> Iterator[Told]:
    for loss in losses_of(db, [sitting.id]).get(sitting.id, ()):
        end = loss.regained_at or sitting.ended_at
        is_given_back = loss.time_credit_id is not None
        yield _event("lost", loss.lost_at, until=_text(end), given_back=is_given_back)


def _attendance(db: Session, sitting: Sitting) -> Iterator[Told]:
    chosen = _with_person(Attendance, Attendance.person_id).where(
        Attendance.sitting_id == sitting.id
    )
    for row, by in db.execute(chosen):
        yield _event("attendance", row.at, mark=row.mark, by=by or "")


def _late_decisions(db: Session, sitting: Sitting) -> Iterator[Told]:
    chosen = _with_person(LateDecision, LateDecision.decided_by).where(
        LateDecision.sitting_id == sitting.id
    )
    for decision, by in db.execute(chosen):
        yield _event(
            "late_decided",
            decision.decided_at,
            is_accepted=decision.is_accepted,
            count=decision.count,
            counted=decision.counted,
            reason=decision.reason,
            by=by or "",
        )


def _void_requests(db: Session, sitting: Sitting) -> Iterator[Told]:
    for row in requests_of(db, VoidRequest.sitting_id == sitting.id):
        request = row.request
        about = {"category": request.category}
        asked = {"reason": request.reason, "by": row.asked_by}
        yield _event("void_asked", request.asked_at, **about, **asked)
        if request.decided_at is not None:
            ended = {"reason": request.decided_because or "", "by": row.decided_by}
            yield _event(
                "void_ended", request.decided_at, outcome=request.outcome, **about, **ended
            )


def _with_person(rows: type[Row], by: Mapped[Any]) -> Select[Row, str]:
    """Return a selection of rows, each with the name of who did it."""
    return select(rows, Person.name).outerjoin(Person, by == Person.id)


def _event(kind: str, at: datetime, **more: Any) -> Told:
    return {"kind": kind, "at": rfc3339(at), **more}


def _text(instant: datetime | None) -> str | None:
    return rfc3339(instant) if instant else None
