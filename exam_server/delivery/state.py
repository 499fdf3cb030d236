"""The state message of a sitting: everything a seat needs to show where it stands."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.clock import rfc3339
from exam_server.delivery.models import AnswerEvent, Receipt, SeatMessage
from exam_server.delivery.receipts import receipt_message
from exam_server.forms.models import SealedForm
from exam_server.programmes.models import RuleSet
from exam_server.seating.clock_facts import clock_facts
from exam_server.seating.models import ExamSession, Sitting
from proctor.clock import ends_at

SHOWN_ENDS = 4


@dataclass
class Responses:
    """What stands at a sitting: the latest answer of each position, marks and visits."""

    answers: dict[str, Any]
    flagged: list[int]
    seen: list[int]


def responses_of(db: Session, sitting_id: int) -> Responses:
    """Return what the stored events add up to, in the order of their numbers."""
    answers: dict[str, Any] = {}
    flagged: set[int] = set()
    seen: set[int] = set()
    chosen = select(AnswerEvent.kind, AnswerEvent.position, AnswerEvent.answer).where(
        AnswerEvent.sitting_id == sitting_id, AnswerEvent.refused_code.is_(None)
    )
    for kind, position, answer in db.execute(chosen.order_by(AnswerEvent.seq)):
        if kind == "answer":
            answers[str(position)] = None if answer is None else json.loads(answer)
        elif kind == "flagged":
            flagged.add(position)
        elif kind == "unflagged":
            flagged.discard(position)
        seen.add(position)
    held = {position: answer for position, answer in answers.items() if answer is not None}
    return Responses(held, sorted(flagged), sorted(seen))


def sitting_state(db: Session, sitting: Sitting, *, now: datetime) -> dict[str, Any]:
    """Return the state message of a sitting."""
    exam_session = db.get_one(ExamSession, sitting.exam_session_id)
    batch = db.get_one(Batch, exam_session.batch_id)
    rules = db.get_one(RuleSet, batch.rule_set_id)
    responses = responses_of(db, sitting.id)
    return {
        "sitting_id": sitting.uid,
        "status": sitting.status,
        "lease_number": sitting.lease_number,
        "acked_seq": sitting.acked_seq,
        "answers": responses.answers,
        "flagged": responses.flagged,
        "seen": responses.seen,
        "order": sitting.display_order,
        "form": form_facts(db, sitting, exam_session),
        "candidate": candidate_facts(db, sitting),
        "subject": batch.programme.occupation.name,
        "language": form_language(exam_session),
        "identity_confirmed": sitting.identity_confirmed_at is not None,
        "pledge_accepted": sitting.pledge_accepted_at is not None,
        "receipt": newest_receipt(db, sitting.id),
        **clock_message(db, sitting, now=now),
        "hand_in_from": _hand_in_from(sitting, rules),
        "grace_s": rules.grace_s,
        "minutes": exam_session.minutes,
    }


def clock_message(db: Session, sitting: Sitting, *, now: datetime) -> dict[str, Any]:
    """Return the clock as a seat is told of it."""
    facts = clock_facts(db, sitting)
    end = ends_at(facts, now)
    return {
        "clock_number": sitting.clock_number,
        "status": sitting.status,
        "now": rfc3339(now),
        "starts_at": _text(facts.started_at),
        "ends_at": _text(end),
        "hard_end": _text(facts.hard_end),
    }


def form_facts(db: Session, sitting: Sitting, exam_session: ExamSession) -> dict[str, Any] | None:
    """Return where the sealed form is and its hash; nothing before release."""
    if sitting.form_id is None:
        return None
    sealed = db.get(SealedForm, (exam_session.id, sitting.form_id))
    if sealed is None:
        return None
    return {
        "id": sealed.form.uid,
        "exam_session": exam_session.uid,
        "url": "/api/sittings/form",
        "sha256": sealed.sha256,
    }


def form_language(exam_session: ExamSession) -> str | None:
    """Return the language of the papers."""
    run = exam_session.assembly_run
    return run.paper_structure.blueprint.language if run else None


def candidate_facts(db: Session, sitting: Sitting) -> dict[str, Any]:
    """Return what the candidate checks before the start; the id number is masked."""
    name, id_number, ticket = db.execute(
        select(Candidate.name, Candidate.id_number, Registration.ticket)
        .join(Registration, Registration.candidate_id == Candidate.id)
        .where(Registration.id == sitting.registration_id)
    ).one()
    return {
        "name": name,
        "ticket": ticket,
        "id_number_masked": masked(id_number),
        "room": sitting.room_run.room.name,
        "seat": sitting.seat.number,
    }


def masked(id_number: str) -> str:
    """Return an id number with its middle hidden.

    Examples
    --------
    >>> masked("110101199001011234")
    '1101**********1234'
    >>> masked("AB12")
    '****'
    """
    hidden = len(id_number) - 2 * SHOWN_ENDS
    if hidden <= 0:
        return "*" * len(id_number)
    return id_number[:SHOWN_ENDS] + "*" * hidden + id_number[-SHOWN_ENDS:]


def newest_receipt(db: Session, sitting_id: int) -> dict[str, Any] | None:
    """Return the receipt that stands, if there is one."""
    chosen = select(Receipt).where(Receipt.sitting_id == sitting_id).order_by(Receipt.link.desc())
    receipt = db.scalar(chosen.limit(1))
    return receipt_message(db, receipt) if receipt else None


def unread_messages(db: Session, sitting_id: int) -> list[dict[str, Any]]:
    """Return the proctor's messages the seat has not acknowledged."""
    chosen = select(SeatMessage).where(
        SeatMessage.sitting_id == sitting_id, SeatMessage.acked_at.is_(None)
    )
    return [message_text(message) for message in db.scalars(chosen.order_by(SeatMessage.id))]


def message_text(message: SeatMessage) -> dict[str, Any]:
    """Return a message as the seat gets it."""
    return {"id": message.uid, "text": message.text, "at": rfc3339(message.sent_at)}


def _hand_in_from(sitting: Sitting, rules: RuleSet) -> str | None:
    started_at = sitting.room_run.started_at
    return _text(started_at + timedelta(minutes=rules.hand_in_after_min)) if started_at else None


def _text(instant: datetime | None) -> str | None:
    return rfc3339(instant) if instant else None
