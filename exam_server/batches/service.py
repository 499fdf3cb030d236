"""Batches, candidates from spreadsheets, tickets and their codes."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.batches.rules import id_type_of
from exam_server.batches.tickets import code_hash, new_code
from exam_server.errors import ConflictError, NotFoundError, Problem
from exam_server.inputs import In
from exam_server.programmes.models import Programme, RuleSet
from exam_server.tables_in import SheetRow

OFFICER = "exam_officer"


class TitlesIn(In):
    """A batch's title, and the one that readers of English see; none: the same."""

    name: str = Field(min_length=1, max_length=200)
    name_en: str = Field(default="", max_length=200)


class BatchIn(TitlesIn):
    """A new batch."""

    programme: str
    rule_set: str
    code: str = Field(min_length=1, max_length=24, pattern=r"^[A-Za-z0-9-]+$")
    exam_date: date


class CandidateIn(In):
    """A corrected name and employer."""

    name: str = Field(min_length=1)
    employer: str = ""


class NewCandidateIn(CandidateIn):
    """One candidate typed in."""

    id_type: str = Field(default="resident", max_length=16)
    id_number: str = Field(min_length=1, max_length=64)
    ticket: str = ""


@dataclass(frozen=True)
class IssuedCode:
    """A login code, shown this once."""

    registration: Registration
    code: str


def batches_of(db: Session, actor: Actor, *roles: str) -> Sequence[tuple[Batch, int]]:
    """Return the batches of somebody's organizations and how many are registered."""
    organizations = actor.organizations(*(roles or (OFFICER,)))
    chosen = (
        select(Batch, func.count(Registration.id))
        .outerjoin(
            Registration,
            (Registration.batch_id == Batch.id) & Registration.withdrawn_at.is_(None),
        )
        .where(Batch.organization_id.in_(organizations), Batch.is_rehearsal.is_(False))
        .group_by(Batch.id)
        .order_by(Batch.exam_date.desc(), Batch.id.desc())
    )
    return [(row[0], row[1]) for row in db.execute(chosen)]


def batch_for(db: Session, actor: Actor, uid: str, *roles: str) -> Batch:
    """Return a batch; raises NotFoundError: ``no_such_batch``."""
    batch = db.scalar(select(Batch).where(Batch.uid == uid))
    if batch is None or not actor.may(
        *(roles or (OFFICER,)), organization_id=batch.organization_id
    ):
        raise NotFoundError("no_such_batch")
    return batch


def registrations_of(db: Session, batch: Batch, *, search: str = "") -> Sequence[Registration]:
    """Return the registrations of a batch by ticket; only those a search finds, if one is given.

    Whoever is withdrawn is not among them.
    """
    chosen = select(Registration).where(
        Registration.batch_id == batch.id, Registration.withdrawn_at.is_(None)
    )
    if search:
        places = (Registration.ticket, Candidate.name, Candidate.id_number, Candidate.employer)
        found = [place.icontains(search, autoescape=True) for place in places]
        chosen = chosen.join(Registration.candidate).where(or_(*found))
    with_names = chosen.options(joinedload(Registration.candidate))
    return db.scalars(with_names.order_by(Registration.ticket)).all()


def withdrawn_of(db: Session, batch: Batch) -> Sequence[Registration]:
    """Return who has been withdrawn from a batch, by ticket."""
    chosen = select(Registration).where(
        Registration.batch_id == batch.id, Registration.withdrawn_at.is_not(None)
    )
    with_names = chosen.options(joinedload(Registration.candidate))
    return db.scalars(with_names.order_by(Registration.ticket)).all()


def registration_for(db: Session, batch: Batch, uid: str) -> Registration:
    """Return a registration of a batch the caller was let into; raises ``no_such_registration``."""
    chosen = select(Registration).where(Registration.uid == uid, Registration.batch_id == batch.id)
    registration = db.scalar(chosen)
    if registration is None:
        raise NotFoundError("no_such_registration")
    return registration


def create_batch(db: Session, actor: Actor, sent: BatchIn, *, now: datetime) -> Batch:
    """Create a batch; raises ``no_such_programme``, ``no_such_rule_set``, ``batch_code_taken``."""
    programme = db.scalar(select(Programme).where(Programme.uid == sent.programme))
    if programme is None or not actor.may(OFFICER, organization_id=programme.organization_id):
        raise NotFoundError("no_such_programme")
    owner = programme.organization_id
    rules = db.scalar(
        select(RuleSet).where(RuleSet.uid == sent.rule_set, RuleSet.organization_id == owner)
    )
    if rules is None:
        raise NotFoundError("no_such_rule_set")
    taken = (Batch.organization_id == owner, Batch.code == sent.code)
    if db.scalar(select(Batch.id).where(*taken)):
        raise ConflictError("batch_code_taken", value=sent.code)
    batch = Batch(
        organization_id=owner,
        programme=programme,
        rule_set=rules,
        code=sent.code,
        name=sent.name,
        name_en=sent.name_en,
        exam_date=sent.exam_date,
        created_at=now,
    )
    db.add(batch)
    db.flush()
    audit.record(db, "create_batch", by=actor.id, of=f"batch:{batch.uid}")
    return batch


def change_titles(db: Session, actor: Actor, batch: Batch, sent: TitlesIn) -> None:
    """Give a batch other titles; documents printed before keep the old ones."""
    detail = {each: [getattr(batch, each), new] for each, new in sent.model_dump().items()}
    batch.name, batch.name_en = sent.name, sent.name_en
    db.flush()
    of = f"batch:{batch.uid}"
    audit.record(db, "change_batch_titles", by=actor.id, of=of, detail=detail)


def correct_candidate(
    db: Session, actor: Actor, registration: Registration, sent: CandidateIn
) -> None:
    """Correct a mistyped name or employer, in every batch of the organization."""
    candidate = registration.candidate
    detail = {"name": [candidate.name, sent.name], "employer": [candidate.employer, sent.employer]}
    candidate.name, candidate.employer = sent.name, sent.employer
    of = f"candidate:{candidate.uid}"
    audit.record(db, "correct_candidate", by=actor.id, of=of, detail=detail)


def issue_codes(
    db: Session,
    actor: Actor,
    batch: Batch,
    *,
    secret: bytes,
    now: datetime,
    only_missing: bool = False,
) -> list[IssuedCode]:
    """Give registrations a fresh code; earlier codes of theirs end. It is returned only here.

    Raises ConflictError: ``nobody_needs_a_code``.
    """
    issued = []
    for registration in registrations_of(db, batch):
        if only_missing and registration.code_hash is not None:
            continue
        code = new_code()
        registration.code_hash = code_hash(secret, registration.ticket, code)
        registration.code_issued_at = now
        issued.append(IssuedCode(registration, code))
    if not issued:
        raise ConflictError("nobody_needs_a_code")
    detail = {"count": len(issued)}
    audit.record(db, "issue_codes", by=actor.id, of=f"batch:{batch.uid}", detail=detail)
    return issued


def store_problems(db: Session, batch: Batch, rows: Sequence[SheetRow]) -> list[Problem]:
    """Return tickets used anywhere, people registered here already or known by another name."""
    tickets = {row.cells["ticket"].upper() for row in rows if row.cells.get("ticket")}
    upper = func.upper(Registration.ticket)
    taken = set(db.scalars(select(upper).where(upper.in_(tickets))))
    known = known_candidates(db, batch, rows)
    here = select(Registration.candidate_id, Registration.withdrawn_at).where(
        Registration.batch_id == batch.id
    )
    is_withdrawn = {row.candidate_id: row.withdrawn_at is not None for row in db.execute(here)}
    problems = []
    for row in rows:
        ticket = row.cells.get("ticket", "")
        if ticket.upper() in taken:
            problems.append(Problem(f"{row.number} ticket", "ticket_taken", {"value": ticket}))
        candidate = known.get(identity_of(row))
        if candidate is not None:
            problems += _known_problems(row, candidate, is_withdrawn)
    return problems


def _known_problems(
    row: SheetRow, candidate: Candidate, is_withdrawn: Mapping[int, bool]
) -> list[Problem]:
    where, detail = f"{row.number} id_number", {"value": candidate.id_number}
    if candidate.id in is_withdrawn:
        if is_withdrawn[candidate.id]:
            return [Problem(where, "registered_and_withdrawn", {**detail})]
        return [Problem(where, "registered_already", {**detail})]
    if candidate.name != row.cells["name"]:
        named = {**detail, "name": candidate.name}
        return [Problem(f"{row.number} name", "name_differs", {**named})]
    return []


def identity_of(row: SheetRow) -> tuple[str, str]:
    """Return by what a person is known: kind and number of the identity document."""
    return id_type_of(row), row.cells["id_number"].upper()


def known_candidates(
    db: Session, batch: Batch, rows: Sequence[SheetRow]
) -> dict[tuple[str, str], Candidate]:
    """Return the people of a list whom the organization knows, by kind and number of identity."""
    chosen = select(Candidate).where(
        Candidate.organization_id == batch.organization_id,
        Candidate.id_number.in_({identity_of(row)[1] for row in rows}),
    )
    return {(each.id_type, each.id_number): each for each in db.scalars(chosen)}


def ticket_numbers(db: Session, batch: Batch, rows: Sequence[SheetRow]) -> Iterator[str]:
    """Give fresh ticket numbers, in use neither in the store nor in the list."""
    code = batch.code.upper()
    upper = func.upper(Registration.ticket)
    taken = set(db.scalars(select(upper).where(upper.startswith(code))))
    taken |= {row.cells.get("ticket", "").upper() for row in rows}
    for number in itertools.count(1):
        ticket = f"{batch.code}{number:04}"
        if ticket.upper() not in taken:
            yield ticket
