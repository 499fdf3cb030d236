"""Evidence checked: receipts and printed chain heads against what the store holds."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Registration
from exam_server.clock import rfc3339
from exam_server.delivery.models import Receipt
from exam_server.delivery.receipts import chain_hash, code_of, events_hash
from exam_server.errors import InvalidInputError
from exam_server.seating.models import ExamSession, Sitting

# What is found, and whether it means that evidence and store differ.
FINDINGS: Mapping[str, bool] = {
    "sitting_unknown": True,
    "exam_session_unknown": True,
    "exam_session_differs": True,
    "receipt_inconsistent": True,
    "receipt_differs": True,
    "receipt_found": False,
    "link_missing": True,
    "link_of_another": True,
    "answers_intact": False,
    "answers_differ": True,
    "superseded": False,
    "answers_then_intact": False,
    "answers_then_differ": True,
    "no_receipt": True,
    "all_answers_intact": False,
    "chain_intact": False,
    "chain_gap": True,
    "chain_broken": True,
    "chain_end_differs": True,
    "head_intact": False,
    "head_differs": True,
    "links_after_head": False,
}


class _Evidence(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)


class ReceiptIn(_Evidence):
    """A receipt as a candidate holds it; those of before named no exam session."""

    sitting_id: str
    ticket: str = ""
    count: int
    handed_in_at: str
    hash: str = Field(pattern="^[0-9a-f]{64}$")
    code: str = ""
    link: int
    chain: str = Field(pattern="^[0-9a-f]{64}$")
    exam_session: str = ""
    previous: str | None = None


class HeadIn(_Evidence):
    """The head of an exam session's chain as the room record states it."""

    exam_session: str
    link: int
    chain: str = Field(pattern="^[0-9a-f]{64}$")


Evidence = ReceiptIn | HeadIn


@dataclass(frozen=True)
class Finding:
    """One thing found: its code names the sentence, which may name the details."""

    code: str
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_bad(self) -> bool:
        """Say whether evidence and store differ here."""
        return FINDINGS[self.code]


@dataclass(frozen=True)
class Checked:
    """A receipt or head with everything found about it."""

    evidence: Evidence
    findings: Sequence[Finding]

    @property
    def is_bad(self) -> bool:
        """Say whether anything differs."""
        return any(each.is_bad for each in self.findings)


def read_evidence(text: str) -> list[Evidence]:
    """Read a receipt, a head, a list of them, or ``{"head": …, "receipts": […]}``.

    Raises InvalidInputError: ``evidence_unreadable``.
    """
    try:
        found = [_one(each) for each in _flat(json.loads(text))]
    except (ValueError, ValidationError):
        raise InvalidInputError("evidence_unreadable") from None
    if not found:
        raise InvalidInputError("evidence_unreadable")
    return found


def _flat(data: Any) -> Iterator[Any]:
    if isinstance(data, list):
        for each in data:
            yield from _flat(each)
    elif isinstance(data, dict) and ("receipts" in data or "head" in data):
        yield from _flat([each for each in (data.get("head"), data.get("receipts")) if each])
    else:
        yield data


def _one(data: Any) -> Evidence:
    is_receipt = isinstance(data, dict) and "sitting_id" in data
    return (ReceiptIn if is_receipt else HeadIn).model_validate(data)


def check(db: Session, evidence: Evidence) -> Checked:
    """Hold a receipt or a head against the store."""
    found = _of_receipt(db, evidence) if isinstance(evidence, ReceiptIn) else _of_head(db, evidence)
    return Checked(evidence, list(found))


def _of_receipt(db: Session, receipt: ReceiptIn) -> Iterator[Finding]:
    if not _fits_itself(receipt):
        yield Finding("receipt_inconsistent")
    sitting = db.scalar(select(Sitting).where(Sitting.uid == receipt.sitting_id))
    if sitting is None:
        yield Finding("sitting_unknown")
        return
    exam_session = sitting.exam_session
    if receipt.exam_session not in {"", exam_session.uid}:
        yield Finding("exam_session_differs")
    row = _link(db, exam_session, receipt.link)
    if row is None:
        detail = {"link": receipt.link, "last": exam_session.chain_link}
        yield Finding("link_missing", detail)
    elif row.sitting_id != sitting.id:
        yield Finding("link_of_another", {"link": receipt.link})
    else:
        yield _as_stored(receipt, row)
    yield from _answers(db, sitting, receipt)
    yield from check_chain(db, exam_session)


def _fits_itself(receipt: ReceiptIn) -> bool:
    """Say whether a receipt's own figures belong together."""
    if receipt.code and receipt.code != code_of(receipt.hash):
        return False
    if receipt.previous is None:
        return True
    made = chain_hash(receipt.previous, receipt.sitting_id, receipt.hash, receipt.link)
    return made == receipt.chain


def _as_stored(receipt: ReceiptIn, row: Receipt) -> Finding:
    stored = {
        "count": row.count,
        "handed_in_at": rfc3339(row.handed_in_at),
        "hash": row.hash,
        "chain": row.chain,
    }
    if receipt.previous is not None:
        stored["previous"] = row.previous
    names = [name for name, value in stored.items() if getattr(receipt, name) != value]
    if names:
        return Finding("receipt_differs", {"names": ", ".join(names), "link": row.link})
    return Finding("receipt_found", {"link": row.link})


def _answers(db: Session, sitting: Sitting, receipt: ReceiptIn) -> Iterator[Finding]:
    """Compare the stored events with the newest link, and with the receipt if it is older."""
    newest = _newest(db, sitting)
    if newest is None:
        yield Finding("no_receipt", {"ticket": receipt.ticket})
        return
    yield _answers_now(db, sitting, newest, receipt.ticket)
    if newest.link > receipt.link:
        detail = {"link": newest.link, "at": newest.handed_in_at, "reason": newest.reason}
        yield Finding("superseded", detail)
        then, count = events_hash(db, sitting.id, first=receipt.count)
        is_same = (then, count) == (receipt.hash, receipt.count)
        yield Finding("answers_then_intact" if is_same else "answers_then_differ")
    elif newest.hash != receipt.hash:
        digest, count = events_hash(db, sitting.id)
        if (digest, count) != (receipt.hash, receipt.count):
            detail = {"ticket": receipt.ticket, "count": count, "expected": receipt.count}
            yield Finding("answers_differ", detail)


def _answers_now(db: Session, sitting: Sitting, newest: Receipt, ticket: str) -> Finding:
    digest, count = events_hash(db, sitting.id)
    if (digest, count) == (newest.hash, newest.count):
        return Finding("answers_intact", {"count": count, "ticket": ticket})
    return Finding("answers_differ", {"ticket": ticket, "count": count, "expected": newest.count})


def _of_head(db: Session, head: HeadIn) -> Iterator[Finding]:
    exam_session = db.scalar(select(ExamSession).where(ExamSession.uid == head.exam_session))
    if exam_session is None:
        yield Finding("exam_session_unknown")
        return
    row = _link(db, exam_session, head.link)
    if row is None:
        yield Finding("link_missing", {"link": head.link, "last": exam_session.chain_link})
    elif row.chain != head.chain:
        yield Finding("head_differs", {"link": head.link})
    else:
        yield Finding("head_intact", {"link": head.link})
    after = exam_session.chain_link - head.link
    if after > 0:
        yield Finding("links_after_head", {"count": after, "link": head.link})
    yield from check_chain(db, exam_session)
    yield from _all_answers(db, exam_session)


def check_chain(db: Session, exam_session: ExamSession) -> Iterator[Finding]:
    """Walk an exam session's chain from its first link to its end; stop at the first fault."""
    chosen = (
        select(Receipt, Sitting.uid)
        .join(Sitting, Receipt.sitting_id == Sitting.id)
        .where(Receipt.exam_session_id == exam_session.id)
        .order_by(Receipt.link)
    )
    previous, number = "", 0
    for row, sitting_uid in db.execute(chosen):
        number += 1
        if row.link != number:
            yield Finding("chain_gap", {"link": number})
            return
        made = chain_hash(previous, sitting_uid, row.hash, row.link)
        if (row.previous, row.chain) != (previous, made):
            yield Finding("chain_broken", {"link": number})
            return
        previous = row.chain
    if (exam_session.chain_link, exam_session.chain_head) != (number, previous):
        yield Finding("chain_end_differs", {"link": number, "last": exam_session.chain_link})
        return
    without = _handed_in_without_link(db, exam_session)
    if without:
        yield Finding("no_receipt", {"ticket": ", ".join(without)})
    else:
        yield Finding("chain_intact", {"count": number})


def _all_answers(db: Session, exam_session: ExamSession) -> Iterator[Finding]:
    chosen = (
        select(Sitting, Registration.ticket)
        .join(Registration, Sitting.registration_id == Registration.id)
        .where(Sitting.exam_session_id == exam_session.id)
        .order_by(Registration.ticket)
    )
    checked, events, is_bad = 0, 0, False
    for sitting, ticket in db.execute(chosen).all():
        newest = _newest(db, sitting)
        if newest is None:
            continue
        found = _answers_now(db, sitting, newest, ticket)
        checked, events = checked + 1, events + newest.count
        if found.is_bad:
            is_bad = True
            yield found
    if not is_bad:
        yield Finding("all_answers_intact", {"sittings": checked, "count": events})


def _handed_in_without_link(db: Session, exam_session: ExamSession) -> list[str]:
    has_link = select(Receipt.id).where(Receipt.sitting_id == Sitting.id).exists()
    chosen = (
        select(Registration.ticket)
        .join(Sitting, Sitting.registration_id == Registration.id)
        .where(Sitting.exam_session_id == exam_session.id, Sitting.status == "handed_in", ~has_link)
    )
    return list(db.scalars(chosen.order_by(Registration.ticket)))


def _link(db: Session, exam_session: ExamSession, number: int) -> Receipt | None:
    chosen = select(Receipt).where(
        Receipt.exam_session_id == exam_session.id, Receipt.link == number
    )
    return db.scalar(chosen)


def _newest(db: Session, sitting: Sitting) -> Receipt | None:
    chosen = select(Receipt).where(Receipt.sitting_id == sitting.id)
    return db.scalar(chosen.order_by(Receipt.link.desc()).limit(1))
