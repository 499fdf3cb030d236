"""The accounts an administrator keeps: listed, added, reset, closed and reopened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from exam_server.accounts import roles, service
from exam_server.accounts.models import Person, RoleHolding
from exam_server.accounts.rules import ADMINISTRATOR
from exam_server.actors import Actor
from exam_server.db import Base
from exam_server.errors import ConflictError, NotAllowedError, NotFoundError
from exam_server.inputs import In

PAGE_SIZE = 100
NO_ROLE = "none"
USERNAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$"


class PersonIn(In):
    """A new account."""

    organization: int
    username: str = Field(pattern=USERNAME)
    name: str = Field(min_length=1, max_length=80)
    role: str = ""


class ReasonIn(In):
    """Why something is done."""

    reason: str = Field(min_length=2, max_length=500)


@dataclass(frozen=True)
class Sought:
    """Which people a list shows."""

    text: str = ""
    role: str = ""
    state: str = ""


def organizations_kept(db: Session, actor: Actor) -> list[tuple[int, str]]:
    """Return id and name of the organizations somebody administers."""
    # the table by its name: programmes, which own it, is a later desk
    organization = Base.metadata.tables["organization"]
    chosen = select(organization.c.id, organization.c.name).where(
        organization.c.id.in_(actor.organizations(ADMINISTRATOR))
    )
    return [(row.id, row.name) for row in db.execute(chosen.order_by(organization.c.name))]


def _is_kept_by(actor: Actor) -> ColumnElement[bool]:
    """Say which accounts somebody may see: those kept there, and all who hold a role there."""
    ids = actor.organizations(ADMINISTRATOR)
    holds = select(RoleHolding.id).where(
        RoleHolding.person_id == Person.id, RoleHolding.organization_id.in_(ids)
    )
    return or_(Person.organization_id.in_(ids), holds.exists())


def people_for(
    db: Session, actor: Actor, sought: Sought, *, page: int | None = None
) -> tuple[Sequence[Person], int]:
    """Return the people an administrator sees, by name, and how many there are in all."""
    chosen = select(Person).where(_is_kept_by(actor), *_fitting(actor, sought))
    total = db.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    shown = chosen.options(selectinload(Person.holdings)).order_by(Person.name, Person.username)
    if page is not None:
        shown = shown.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return db.scalars(shown).all(), total


def _fitting(actor: Actor, sought: Sought) -> list[ColumnElement[bool]]:
    ids = actor.organizations(ADMINISTRATOR)
    found: list[ColumnElement[bool]] = []
    if sought.text:
        found.append(
            or_(
                Person.name.icontains(sought.text, autoescape=True),
                Person.username.icontains(sought.text, autoescape=True),
            )
        )
    if sought.role:
        held = select(RoleHolding.id).where(
            RoleHolding.person_id == Person.id, RoleHolding.organization_id.in_(ids)
        )
        if sought.role == NO_ROLE:
            found.append(~held.exists())
        else:
            found.append(held.where(RoleHolding.role == sought.role).exists())
    if sought.state:
        found.append(Person.is_active.is_(sought.state == "open"))
    return found


def person_for(db: Session, actor: Actor, uid: str) -> Person:
    """Return an account an administrator may see; raises NotFoundError: ``no_such_account``."""
    person = db.scalar(select(Person).where(Person.uid == uid, _is_kept_by(actor)))
    if person is None:
        raise NotFoundError("no_such_account")
    return person


def may_keep(actor: Actor, person: Person) -> bool:
    """Say whether an administrator may reset, close and reopen an account."""
    if person.organization_id is not None:
        return actor.may(ADMINISTRATOR, organization_id=person.organization_id)
    # made at the console, for no organization: whoever administers one it serves
    return any(actor.may(ADMINISTRATOR, organization_id=h.organization_id) for h in person.holdings)


def add_person(
    db: Session, actor: Actor, sent: PersonIn, *, password_hash: str, now: datetime
) -> Person:
    """Add an account with a one-time password, and maybe its first role.

    Raises NotFoundError: ``no_such_organization``; ConflictError: ``username_taken``.
    """
    roles.check_organization(actor, sent.organization)
    person = service.add_person(
        db,
        username=sent.username,
        name=sent.name,
        password_hash=password_hash,
        by=actor.id,
        organization_id=sent.organization,
    )
    person.must_change_password = True
    if sent.role:
        asked = roles.RoleIn(organization=sent.organization, role=sent.role)
        roles.ask_for_role(db, actor, person, asked, now=now)
    return person


def known_person(db: Session, username: str) -> Person:
    """Return an account of any organization by its exact name, to be given a role here."""
    return service.person_by_username(db, username)


def reset_password(db: Session, actor: Actor, person: Person, *, password_hash: str) -> None:
    """Give an account a one-time password; the old one and open sign-ins end.

    Raises NotAllowedError: ``not_kept_here``, ``change_own_password``.
    """
    _check_kept(actor, person)
    if person.id == actor.id:
        raise NotAllowedError("change_own_password")
    person.password_hash = password_hash
    person.must_change_password = True
    person.failed_count, person.next_try_at = 0, None
    service.end_sign_ins(db, person)
    roles.record_about(db, actor, "reset_password", person)


def close_account(db: Session, actor: Actor, person: Person, *, reason: str) -> None:
    """Close an account: nobody signs in with it, open sign-ins end; its acts stay on record.

    Raises NotAllowedError: ``not_kept_here``, ``not_yourself``; ConflictError:
    ``account_closed``, ``last_administrator``.
    """
    _check_kept(actor, person)
    if person.id == actor.id:
        raise NotAllowedError("not_yourself")
    if not person.is_active:
        raise ConflictError("account_closed")
    run = [h.organization_id for h in person.holdings if h.role == ADMINISTRATOR]
    roles.check_others_administer(db, person, run)
    person.is_active = False
    service.end_sign_ins(db, person)
    roles.record_about(db, actor, "close_account", person, reason=reason)


def reopen_account(db: Session, actor: Actor, person: Person, *, reason: str) -> None:
    """Open a closed account again, with the roles it held.

    Raises NotAllowedError: ``not_kept_here``; ConflictError: ``account_open``.
    """
    _check_kept(actor, person)
    if person.is_active:
        raise ConflictError("account_open")
    person.is_active = True
    roles.record_about(db, actor, "reopen_account", person, reason=reason)


def change_own_password(db: Session, actor: Actor, *, password_hash: str) -> Person:
    """Store a person's own new password; sign-ins elsewhere end."""
    person = db.get_one(Person, actor.id)
    person.password_hash = password_hash
    person.must_change_password = False
    service.end_sign_ins(db, person)
    roles.record_about(db, actor, "change_password", person)
    return person


def _check_kept(actor: Actor, person: Person) -> None:
    if not may_keep(actor, person):
        raise NotAllowedError("not_kept_here")
