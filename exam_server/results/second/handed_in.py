"""The answers of papers as they were received, and whether they are what receipts were given for.

One reading serves both: what is marked here is what was hashed. The hash and the chain of
``docs/protocol.md`` are made by code of their own.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.delivery.models import AnswerEvent, Receipt
from exam_server.seating.models import ExamSession, Sitting

EVENTS_AT_ONCE: Final = 5_000
PLAIN: Final = json.JSONEncoder(ensure_ascii=False)


@dataclass
class HandedIn:
    """What one sitting has sent: its newest answers by position, and the hash over all of it."""

    answers: dict[int, str | None] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)  # positions closed in an adaptive test
    count: int = 0
    digest: str = ""


@dataclass(frozen=True)
class Promised:
    """The newest receipt of a sitting: how many events it was given for, and their hash."""

    count: int
    digest: str


def handed_in(db: Session, sitting_ids: Sequence[int]) -> dict[int, HandedIn]:
    """Return what some sittings have sent; of two answers to an item the higher number counts."""
    found = {each: HandedIn() for each in sitting_ids}
    hashes = {each: hashlib.sha256(b"[") for each in sitting_ids}
    chosen = (
        select(
            AnswerEvent.sitting_id,
            AnswerEvent.seq,
            AnswerEvent.kind,
            AnswerEvent.position,
            AnswerEvent.answer,
            AnswerEvent.at,
            AnswerEvent.refused_code,
        )
        .where(AnswerEvent.sitting_id.in_(sitting_ids))
        .order_by(AnswerEvent.sitting_id, AnswerEvent.seq)
        .execution_options(yield_per=EVENTS_AT_ONCE)
    )
    for sitting_id, seq, kind, position, answer, at, refused in db.execute(chosen):
        own = found[sitting_id]
        told = {"seq": seq, "kind": kind, "position": position, "at": at}
        text = canonical(told if refused is None else {**told, "refused": refused}, answer)
        hashes[sitting_id].update(f",{text}".encode() if own.count else text.encode())
        own.count += 1
        if kind == "answer" and refused is None:
            own.answers[position] = answer
        elif kind == "confirmed" and refused is None:
            own.confirmed.add(position)
    for sitting_id, own in found.items():
        hashes[sitting_id].update(b"]")
        own.digest = hashes[sitting_id].hexdigest()
    return found


def canonical(told: dict[str, Any], answer: str | None) -> str:
    """Return an event as RFC 8785 writes it; its answer is JSON text.

    Examples
    --------
    >>> canonical({"seq": 1, "kind": "answer"}, '[90, 40.0]')
    '{"answer":[90,40],"kind":"answer","seq":1}'
    """
    value = None if answer is None else json.loads(answer)
    if value is None or isinstance(value, str):  # numbers and names have rules of their own
        said = PLAIN.encode(value)
    else:
        said = rfc8785.dumps(value).decode()
    fields = {name: PLAIN.encode(each) for name, each in told.items()} | {"answer": said}
    return "{" + ",".join(f'"{name}":{fields[name]}' for name in sorted(fields)) + "}"


def promised(db: Session, sitting_ids: Sequence[int]) -> dict[int, Promised]:
    """Return the newest receipt of each of some sittings that has any."""
    chosen = select(Receipt.sitting_id, Receipt.count, Receipt.hash)
    rows = db.execute(chosen.where(Receipt.sitting_id.in_(sitting_ids)).order_by(Receipt.link))
    return {sitting_id: Promised(count, digest) for sitting_id, count, digest in rows}


def chain_fault(db: Session, exam_session: ExamSession) -> str:
    """Return where the chain of receipts of an exam session breaks; nothing where it is whole."""
    chosen = (
        select(Receipt.link, Receipt.hash, Receipt.previous, Receipt.chain, Sitting.uid)
        .join(Sitting, Receipt.sitting_id == Sitting.id)
        .where(Receipt.exam_session_id == exam_session.id)
        .order_by(Receipt.link)
        .execution_options(yield_per=EVENTS_AT_ONCE)
    )
    end, place = "", 0
    with db.execute(chosen) as rows:
        for place, row in enumerate(rows, start=1):
            bound = {"events": row.hash, "link": row.link, "previous": end, "sitting": row.uid}
            text = json.dumps(bound, separators=(",", ":"))
            end = hashlib.sha256(text.encode()).hexdigest()
            if (row.link, row.chain) != (place, end):
                return str(place)
    is_whole = (exam_session.chain_link, exam_session.chain_head) == (place, end)
    return "" if is_whole else str(place + 1)
