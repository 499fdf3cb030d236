"""Asking for paper documents: what is made, for whom, in which language."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.service import registrations_of
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.inputs import In
from exam_server.jobs import Job, enqueue
from exam_server.seating.models import ExamSession
from exam_server.seating.papers import KINDS, sittings_of

PAPERS, TICKETS = "seating.papers", "seating.tickets"


class PapersIn(In):
    """Which documents are made, in one file each."""

    kinds: list[str]


class TicketsIn(In):
    """How tickets are printed, and for whom: those without a code, or one or all anew."""

    per_page: Literal["2", "4"] = "4"
    id_number: Literal["full", "masked"] = "masked"
    everybody: bool = False
    registration: str = ""


def ask_for_papers(
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    sent: PapersIn,
    *,
    language: str,
    title: str,
) -> Job:
    """Have documents made; raises ``no_such_document``, ``seats_not_drawn``."""
    if not sent.kinds or not set(sent.kinds) <= set(KINDS):
        raise InvalidInputError("no_such_document")
    if not sittings_of(db, exam_session):
        raise ConflictError("seats_not_drawn")
    payload = {"exam_session": exam_session.id, "kinds": sent.kinds, "language": language}
    return enqueue(
        db,
        PAPERS,
        title=title,
        payload=payload,
        person_id=actor.id,
        organization_id=exam_session.organization_id,
    )


def ask_for_tickets(
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    sent: TicketsIn,
    *,
    language: str,
    title: str,
) -> Job:
    """Have login codes issued and tickets made; the job makes the codes, none is stored before.

    Raises ConflictError: ``exam_session_over``, ``nobody_needs_a_code``.
    """
    if exam_session.state == "closed":
        raise ConflictError("exam_session_over")
    registered = registrations_of(db, exam_session.batch)
    if sent.registration:  # one ticket, lost or spoilt
        whom = [each.id for each in registered if each.uid == sent.registration]
    else:
        whom = [each.id for each in registered if sent.everybody or each.code_hash is None]
    if not whom:
        raise ConflictError("nobody_needs_a_code")
    payload = {
        "exam_session": exam_session.id,
        "registrations": whom,
        "per_page": int(sent.per_page),
        "is_masked": sent.id_number == "masked",
        "language": language,
    }
    return enqueue(
        db,
        TICKETS,
        title=title,
        payload=payload,
        person_id=actor.id,
        organization_id=exam_session.organization_id,
    )


def paper_jobs_of(
    db: Session, actor: Actor, exam_session: ExamSession, *, limit: int = 6
) -> Sequence[Job]:
    """Return one's own newest documents of an exam session."""
    chosen = select(Job).where(Job.person_id == actor.id, Job.kind.in_((PAPERS, TICKETS)))
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(50)).all()
    return [job for job in newest if job.payload["exam_session"] == exam_session.id][:limit]
