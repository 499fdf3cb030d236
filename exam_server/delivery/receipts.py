"""Receipts: the hash of what the server holds, linked into the exam session's chain."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Registration
from exam_server.clock import rfc3339
from exam_server.delivery.messages import ENCODED, Event
from exam_server.delivery.models import AnswerEvent, Receipt
from exam_server.seating.models import ExamSession, Sitting

CODE_LENGTH = 8


def events_hash(db: Session, sitting_id: int, *, first: int | None = None) -> tuple[str, int]:
    """Return SHA-256 over the RFC 8785 JSON of a sitting's events by seq, and their number.

    With ``first`` only so many are read: what an older receipt counted, for late work is numbered
    behind it.
    """
    chosen = select(
        AnswerEvent.seq,
        AnswerEvent.kind,
        AnswerEvent.position,
        AnswerEvent.answer,
        AnswerEvent.at,
        AnswerEvent.refused_code,
    ).where(AnswerEvent.sitting_id == sitting_id)
    events = [Event(*row) for row in db.execute(chosen.order_by(AnswerEvent.seq).limit(first))]
    return hash_of(events), len(events)


def hash_of(events: Iterable[Event]) -> str:
    """Return SHA-256 over the RFC 8785 JSON of events in the order given."""
    text = ",".join(map(_canonical, events))
    return hashlib.sha256(f"[{text}]".encode()).hexdigest()


def _canonical(event: Event) -> str:
    """Return an event's RFC 8785 JSON: keys in order, numbers plain, texts as ``json`` writes them.

    A plain text was stored in that form already; whatever else an answer is goes through the
    library, for numbers and keys have rules of their own.
    """
    answer = event.answer or "null"
    if event.answer is not None and not answer.startswith('"'):
        answer = rfc8785.dumps(json.loads(answer)).decode()
    at = ENCODED(event.at)
    refused = f'"refused":"{event.refused_code}",' if event.refused_code else ""
    return (
        f'{{"answer":{answer},"at":{at},"kind":"{event.kind}","position":{event.position},'
        f'{refused}"seq":{event.seq}}}'
    )


def chain_hash(previous: str, sitting_uid: str, events: str, link: int) -> str:
    """Return the hash of a link: SHA-256 over the RFC 8785 JSON of what it binds."""
    bound: dict[str, Any] = {
        "previous": previous,
        "sitting": sitting_uid,
        "events": events,
        "link": link,
    }
    return hashlib.sha256(rfc8785.dumps(bound)).hexdigest()


def add_receipt(db: Session, sitting: Sitting, *, reason: str, now: datetime) -> Receipt:
    """Append a link to the exam session's chain; the caller holds the exam session's lock."""
    exam_session = db.get_one(ExamSession, sitting.exam_session_id, populate_existing=True)
    digest, count = events_hash(db, sitting.id)
    link, previous = exam_session.chain_link + 1, exam_session.chain_head
    head = chain_hash(previous, sitting.uid, digest, link)
    receipt = Receipt(
        exam_session_id=exam_session.id,
        sitting_id=sitting.id,
        link=link,
        count=count,
        handed_in_at=now,
        reason=reason,
        hash=digest,
        previous=previous,
        chain=head,
    )
    exam_session.chain_link, exam_session.chain_head = link, head
    db.add(receipt)
    db.flush()
    return receipt


def receipts_of_sitting(db: Session, sitting_id: int) -> list[dict[str, Any]]:
    """Return every receipt of a sitting, the oldest first."""
    chosen = select(Receipt).where(Receipt.sitting_id == sitting_id).order_by(Receipt.link)
    return [receipt_message(db, each) for each in db.scalars(chosen)]


def head_text(exam_session: ExamSession) -> dict[str, Any]:
    """Return the head of an exam session's chain as the room record states it."""
    return {
        "exam_session": exam_session.uid,
        "link": exam_session.chain_link,
        "chain": exam_session.chain_head,
    }


def code_of(digest: str) -> str:
    """Return the short code of a hash, for people to note down."""
    return digest[:CODE_LENGTH].upper()


def receipt_message(db: Session, receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as the seat gets it."""
    uid, ticket, exam_session = db.execute(
        select(Sitting.uid, Registration.ticket, ExamSession.uid)
        .join(Registration, Sitting.registration_id == Registration.id)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .where(Sitting.id == receipt.sitting_id)
    ).one()
    return receipt_text(receipt, uid, ticket, exam_session)


def receipt_text(
    receipt: Receipt, sitting_uid: str, ticket: str, exam_session_uid: str
) -> dict[str, Any]:
    """Return a receipt in the protocol's words: all that ``exam-server verify`` needs."""
    return {
        "exam_session": exam_session_uid,
        "sitting_id": sitting_uid,
        "ticket": ticket,
        "count": receipt.count,
        "handed_in_at": rfc3339(receipt.handed_in_at),
        "hash": receipt.hash,
        "code": code_of(receipt.hash),
        "link": receipt.link,
        "previous": receipt.previous,
        "chain": receipt.chain,
        "reason": receipt.reason,
    }
