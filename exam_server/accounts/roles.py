"""Roles given and taken by administrators; those of papers and marks need two of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.accounts import service
from exam_server.accounts.models import Person, RoleHolding, RoleRequest
from exam_server.accounts.rules import ADMINISTRATOR, PAPERS_AND_MARKS, ROLES, role_problem
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from exam_server.inputs import In


class RoleIn(In):
    """A role at an organization."""

    organization: int
    role: str


def ask_for_role(
    db: Session, actor: Actor, person: Person, sent: RoleIn, *, now: datetime
) -> RoleRequest | None:
    """Give a person a role; one of papers or marks waits for a second administrator.

    Raises InvalidInputError: ``no_such_role``; NotAllowedError: ``not_to_yourself``;
    NotFoundError: ``no_such_organization``; ConflictError: ``role_held``, ``role_asked``,
    ``role_not_with_administrator``, ``account_closed``.
    """
    _check_role(db, actor, person, sent)
    if sent.role not in PAPERS_AND_MARKS:
        service.grant_role(db, person, sent.role, sent.organization, by=actor.id, now=now)
        return None
    waiting = select(RoleRequest.id).where(
        RoleRequest.person_id == person.id,
        RoleRequest.role == sent.role,
        RoleRequest.organization_id == sent.organization,
    )
    if db.scalar(waiting):
        raise ConflictError("role_asked")
    asked = RoleRequest(
        person=person,
        role=sent.role,
        organization_id=sent.organization,
        asked_by=actor.id,
        asked_at=now,
    )
    db.add(asked)
    db.flush()
    record_about(db, actor, "ask_role", person, role=sent.role, organization=sent.organization)
    return asked


def _check_role(db: Session, actor: Actor, person: Person, sent: RoleIn) -> None:
    check_organization(actor, sent.organization)
    if sent.role not in ROLES:
        raise InvalidInputError("no_such_role", role=sent.role)
    if person.id == actor.id:
        raise NotAllowedError("not_to_yourself")
    if not person.is_active:
        raise ConflictError("account_closed")
    held = {h.role for h in person.holdings if h.organization_id == sent.organization}
    if sent.role in held:
        raise ConflictError("role_held")
    asked = select(RoleRequest.role).where(
        RoleRequest.person_id == person.id, RoleRequest.organization_id == sent.organization
    )
    problem = role_problem(sent.role, held | set(db.scalars(asked)) - {sent.role})
    if problem:
        raise ConflictError(problem)


def requests_for(db: Session, actor: Actor) -> Sequence[RoleRequest]:
    """Return the grants that wait at an administrator's organizations, the oldest first."""
    chosen = select(RoleRequest).where(
        RoleRequest.organization_id.in_(actor.organizations(ADMINISTRATOR))
    )
    loaded = chosen.options(selectinload(RoleRequest.person), selectinload(RoleRequest.asker))
    return db.scalars(loaded.order_by(RoleRequest.asked_at)).all()


def _request_for(db: Session, actor: Actor, uid: str) -> RoleRequest:
    asked = db.scalar(select(RoleRequest).where(RoleRequest.uid == uid))
    if asked is None or not actor.may(ADMINISTRATOR, organization_id=asked.organization_id):
        raise NotFoundError("no_such_request")
    return asked


def confirm_role(db: Session, actor: Actor, uid: str, *, now: datetime) -> Person:
    """Confirm a grant somebody else asked for.

    Raises NotFoundError: ``no_such_request``; NotAllowedError: ``second_person_needed``,
    ``not_to_yourself``.
    """
    asked = _request_for(db, actor, uid)
    if asked.asked_by == actor.id:
        raise NotAllowedError("second_person_needed")
    person = asked.person
    service.grant_role(db, person, asked.role, asked.organization_id, by=actor.id, now=now)
    db.delete(asked)
    return person


def refuse_role(db: Session, actor: Actor, uid: str) -> Person:
    """Refuse or take back a grant that waits; raises NotFoundError: ``no_such_request``."""
    asked = _request_for(db, actor, uid)
    person = asked.person
    record_about(
        db, actor, "refuse_role", person, role=asked.role, organization=asked.organization_id
    )
    db.delete(asked)
    return person


def withdraw_role(db: Session, actor: Actor, person: Person, sent: RoleIn) -> None:
    """Take a role from a person, whose open sign-ins end.

    Raises NotFoundError: ``no_such_organization``, ``role_not_held_here``; ConflictError:
    ``last_administrator``.
    """
    check_organization(actor, sent.organization)
    held = next(
        (
            holding
            for holding in person.holdings
            if (holding.role, holding.organization_id) == (sent.role, sent.organization)
        ),
        None,
    )
    if held is None:
        raise NotFoundError("role_not_held_here")
    if sent.role == ADMINISTRATOR:
        check_others_administer(db, person, [sent.organization])
    person.holdings.remove(held)
    service.end_sign_ins(db, person)
    record_about(db, actor, "withdraw_role", person, role=sent.role, organization=sent.organization)


def check_organization(actor: Actor, organization_id: int) -> None:
    """Refuse whoever does not administer the organization: ``no_such_organization``."""
    if not actor.may(ADMINISTRATOR, organization_id=organization_id):
        raise NotFoundError("no_such_organization")


def check_others_administer(db: Session, person: Person, organizations: Sequence[int]) -> None:
    """Refuse to leave an organization without an administrator: ``last_administrator``."""
    others = (
        select(RoleHolding.organization_id)
        .join(Person, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.role == ADMINISTRATOR,
            RoleHolding.organization_id.in_(organizations),
            Person.is_active,
            Person.id != person.id,
        )
    )
    if set(organizations) - set(db.scalars(others)):
        raise ConflictError("last_administrator")


def record_about(db: Session, actor: Actor, act: str, person: Person, **detail: object) -> None:
    """Write an act about an account into the audit record."""
    audit.record(db, act, by=actor.id, of=f"person:{person.uid}", detail=detail)
