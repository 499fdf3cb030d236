"""People and their roles: sign-in, creation, granting."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from exam_server import audit
from exam_server.accounts.models import Person, RoleHolding
from exam_server.accounts.rules import ROLES, wait_after
from exam_server.actors import Actor
from exam_server.announcements import announce
from exam_server.db import Base
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError


@dataclass(frozen=True)
class SignInFacts:
    """What checking a password needs, taken out of the transaction."""

    person_id: int
    password_hash: str


def sign_in_facts(db: Session, username: str, *, now: datetime) -> SignInFacts | None:
    """Return the facts of an active account; raises NotAllowedError: ``try_again_later``."""
    person = db.scalar(select(Person).where(Person.username == username, Person.is_active))
    if person is None:
        return None
    if person.next_try_at and person.next_try_at > now:
        seconds = int((person.next_try_at - now).total_seconds()) + 1
        raise NotAllowedError("try_again_later", seconds=seconds)
    return SignInFacts(person.id, person.password_hash)


def note_wrong_password(db: Session, person_id: int, *, now: datetime) -> None:
    """Count a wrong password; enough of them slow this account."""
    person = db.get_one(Person, person_id)
    person.failed_count += 1
    person.next_try_at = now + wait_after(person.failed_count)


def note_sign_in(db: Session, person_id: int, *, now: datetime) -> Person:
    """Forget earlier wrong passwords and record the sign-in."""
    person = db.get_one(Person, person_id)
    person.failed_count, person.next_try_at = 0, None
    person.last_sign_in_at = now
    audit.record(db, "sign_in", by=person.id, of=f"person:{person.uid}")
    return person


def note_sign_out(db: Session, actor: Actor) -> None:
    """Record the sign-out and have this person's consoles closed."""
    person = db.get_one(Person, actor.id)
    audit.record(db, "sign_out", by=actor.id, of=f"person:{person.uid}")
    announce(db, "signed_out", {}, to=f"person:{actor.id}")


def end_sign_ins(db: Session, person: Person) -> None:
    """End every open sign-in of a person and close their consoles."""
    person.sign_in_number += 1
    announce(db, "signed_out", {}, to=f"person:{person.id}")


def actor_of(db: Session, person_uid: str, sign_in_number: int) -> Actor | None:
    """Return the signed-in person's facts; None when the account or the sign-in has ended."""
    person = db.scalar(
        select(Person).where(Person.uid == person_uid).options(selectinload(Person.holdings))
    )
    if person is None or not person.is_active or person.sign_in_number != sign_in_number:
        return None
    holdings = frozenset((h.role, h.organization_id) for h in person.holdings)
    return Actor(
        person.id,
        person.name,
        person.username,
        holdings,
        must_change_password=person.must_change_password,
    )


def holdings_told(db: Session, person: Person) -> list[tuple[str, str]]:
    """Return the roles a person holds, each with the name of its organization."""
    # the table by its name: programmes, which own it, is a later desk
    organization = Base.metadata.tables["organization"]
    chosen = (
        select(RoleHolding.role, organization.c.name)
        .join(organization, RoleHolding.organization_id == organization.c.id)
        .where(RoleHolding.person_id == person.id)
        .order_by(organization.c.name, RoleHolding.id)
    )
    return [(row.role, row.name) for row in db.execute(chosen)]


def add_person(
    db: Session,
    *,
    username: str,
    name: str,
    password_hash: str,
    by: int | None,
    organization_id: int | None = None,
) -> Person:
    """Create an account; raises ConflictError: ``username_taken``."""
    if db.scalar(select(Person.id).where(Person.username == username)):
        raise ConflictError("username_taken", username=username)
    person = Person(
        username=username,
        name=name,
        password_hash=password_hash,
        organization_id=organization_id,
    )
    db.add(person)
    db.flush()
    audit.record(db, "add_person", by=by, of=f"person:{person.uid}")
    return person


def person_by_username(db: Session, username: str) -> Person:
    """Return the account; raises NotFoundError: ``no_such_person``."""
    person = db.scalar(select(Person).where(Person.username == username))
    if person is None:
        raise NotFoundError("no_such_person", username=username)
    return person


def grant_role(
    db: Session, person: Person, role: str, organization_id: int, *, by: int | None, now: datetime
) -> None:
    """Have a person hold a role at an organization; a role held already stays as it is.

    Raises InvalidInputError: ``no_such_role``; NotAllowedError: ``not_to_yourself``.
    """
    if role not in ROLES:
        raise InvalidInputError("no_such_role", role=role)
    if by is not None and by == person.id:
        raise NotAllowedError("not_to_yourself")
    held = {(h.role, h.organization_id) for h in person.holdings}
    if (role, organization_id) in held:
        return
    person.holdings.append(
        RoleHolding(role=role, organization_id=organization_id, granted_by=by, granted_at=now)
    )
    detail = {"role": role, "organization": organization_id}
    audit.record(db, "grant_role", by=by, of=f"person:{person.uid}", detail=detail)
