"""Runs of practice of every kind: signed in, asked where they stand, answered, handed in."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.rules import wait_after
from exam_server.adaptive import practising, random_runs
from exam_server.adaptive.models import RANDOM, PracticeTicket
from exam_server.adaptive.reviewing import review_of
from exam_server.adaptive.rules import review_in
from exam_server.batches.tickets import is_right_code
from exam_server.errors import ConflictError, NotAllowedError


def enter(db: Session, *, ticket: str, code: str, secret: bytes, now: datetime) -> str | None:
    """Sign a trainee in and begin; None for a wrong code, which has been noted.

    Another device takes over: the newest sign-in holds the token. Raises NotAllowedError:
    ``try_again_later``; ConflictError: ``practice_not_open``, ``practice_paper_ran_out`` for a run
    not yet begun.
    """
    written = ticket.replace(" ", "").upper()
    row = db.scalar(
        select(PracticeTicket).where(PracticeTicket.ticket == written).with_for_update()
    )
    if row is None:
        return None
    if row.next_try_at is not None and row.next_try_at > now:
        seconds = int((row.next_try_at - now).total_seconds()) + 1
        raise NotAllowedError("try_again_later", seconds=seconds)
    if not is_right_code(secret, written, code.replace(" ", "").upper(), row.code_hash):
        row.failed_count += 1
        row.next_try_at = now + wait_after(row.failed_count)
        return None
    row.failed_count, row.next_try_at = 0, None
    token = secrets.token_urlsafe(32)
    row.token_hash = _digest(token)
    if row.started_at is None:
        begin = random_runs.begin if row.plan.kind == RANDOM else practising.begin
        begin(db, row, now=now)
    return token


def ticket_by_token(db: Session, token: str, *, to_write: bool = False) -> PracticeTicket:
    """Return the ticket a token proves; raises NotAllowedError: ``bad_token``."""
    chosen = select(PracticeTicket).where(PracticeTicket.token_hash == _digest(token))
    row = db.scalar(chosen.with_for_update() if to_write else chosen)
    if row is None:
        raise NotAllowedError("bad_token")
    return row


def state_of(db: Session, ticket: PracticeTicket, *, language: str) -> dict[str, Any]:
    """Return where a run stands, and what of its answers is shown."""
    is_random = ticket.plan.kind == RANDOM
    state = random_runs.state_of(db, ticket) if is_random else practising.state_of(db, ticket)
    state |= {"kind": ticket.plan.kind, "review": review_in(ticket.plan.rules)}
    if state["review"] != "each" or state["status"] == "over":
        return state
    if is_random:
        return {**state, "reviewed": review_of(db, ticket, language=language)}
    last = review_of(db, ticket, language=language, number=state["number"] - 1)
    return {**state, "reviewed": last}


def answer(  # noqa: PLR0913 - an answer has this many facts
    db: Session,
    ticket: PracticeTicket,
    number: int,
    given: Any,
    seq: int | None,
    *,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    """Keep an answer and return what the page needs: the state, or of a whole paper the step.

    Raises what ``practising.answer`` and ``random_runs.answer`` do.
    """
    if ticket.plan.kind != RANDOM:
        practising.answer(db, ticket, number, given, now=now)
        return state_of(db, ticket, language=language)
    random_runs.answer(db, ticket, number, given, seq, now=now)
    kept = {"number": number}
    if review_in(ticket.plan.rules) != "each":
        return kept
    return {**kept, "reviewed": review_of(db, ticket, language=language, number=number)}


def hand_in(db: Session, ticket: PracticeTicket, *, language: str, now: datetime) -> dict[str, Any]:
    """End the run of a random paper and return its result; again is nothing.

    Raises ConflictError: ``practice_not_whole`` (items come one by one).
    """
    if ticket.plan.kind != RANDOM:
        raise ConflictError("practice_not_whole")
    random_runs.hand_in(db, ticket, now=now)
    return state_of(db, ticket, language=language)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
