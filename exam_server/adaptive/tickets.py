"""Practice tickets: issued with codes that are shown once."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.adaptive.models import AdaptivePlan, PracticeTicket
from exam_server.adaptive.rules import is_for_tests
from exam_server.adaptive.standings import standing_of
from exam_server.batches.tickets import code_hash, new_code
from exam_server.errors import ConflictError
from exam_server.inputs import In

DIGITS = 8


class IssueIn(In):
    """How many tickets are issued."""

    count: int = Field(ge=1, le=500)


def issue_tickets(
    db: Session, actor: Actor, plan: AdaptivePlan, count: int, *, secret: bytes, now: datetime
) -> list[tuple[str, str]]:
    """Issue tickets for one run of practice each; return them with their codes, told only now.

    Raises ConflictError: ``plan_not_approved``, ``plan_is_for_tests``.
    """
    if is_for_tests(plan.rules):
        raise ConflictError("plan_is_for_tests")
    standing = standing_of(db, plan)
    if standing.code != "on":
        raise ConflictError("plan_not_approved")
    issued: list[tuple[str, str]] = []
    for ticket in _fresh(db, count):
        code = new_code()
        row = PracticeTicket(
            plan=plan,
            trial=standing.trial,
            ticket=ticket,
            code_hash=code_hash(secret, ticket, code),
            issued_at=now,
            issued_by=actor.id,
        )
        db.add(row)
        issued.append((ticket, code))
    db.flush()
    of = f"adaptive_plan:{plan.uid}"
    audit.record(db, "issue_practice_tickets", by=actor.id, of=of, detail={"tickets": count})
    return issued


def figures_of(db: Session, plan: AdaptivePlan) -> tuple[int, int, int]:
    """Return how many tickets of a plan were issued, begun and ended."""
    counted = select(
        func.count(), func.count(PracticeTicket.started_at), func.count(PracticeTicket.ended_at)
    )
    row = db.execute(counted.where(PracticeTicket.plan_id == plan.id)).one()
    return row[0], row[1], row[2]


def _fresh(db: Session, count: int) -> Sequence[str]:
    found: set[str] = set()
    while len(found) < count:
        drawn = {f"P{secrets.randbelow(10**DIGITS):0{DIGITS}}" for _ in range(count - len(found))}
        taken = set(
            db.scalars(select(PracticeTicket.ticket).where(PracticeTicket.ticket.in_(drawn)))
        )
        found |= drawn - taken
    return sorted(found)
