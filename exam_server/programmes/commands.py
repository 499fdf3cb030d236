"""Console commands: organizations and the people who serve them."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts import service as accounts
from exam_server.accounts.models import Person
from exam_server.accounts.passwords import hash_password
from exam_server.accounts.rules import ROLES, SHORTEST_PASSWORD
from exam_server.clock import utcnow
from exam_server.commanding import command
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.programmes.models import Organization


@click.group()
def organization() -> None:
    """Look after organizations."""


@organization.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--kind", default="enterprise", show_default=True)
@command
def add_organization(
    _settings: Settings, database: Database, *, code: str, name: str, kind: str
) -> None:
    """Add a certifying body."""
    with database.writing() as db:
        if db.scalar(select(Organization.id).where(Organization.code == code)):
            raise ConflictError("organization_exists", value=code)
        db.add(Organization(code=code, name=name, kind=kind))
    click.echo(code)


@click.group()
def staff() -> None:
    """Look after the people who sign in."""


@staff.command("add")
@click.argument("username")
@click.argument("name")
@click.option("--organization", "code", required=True, help="The organization's code.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.password_option(help="Asked for when not given.")
@command
def add_staff(
    _settings: Settings,
    database: Database,
    *,
    username: str,
    name: str,
    code: str,
    roles: tuple[str, ...],
    password: str,
) -> None:
    """Add a person, or give one who is there more roles at an organization."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInputError("password_too_short", least=SHORTEST_PASSWORD)
    hashed = hash_password(password)
    with database.writing() as db:
        owner = db.scalar(select(Organization).where(Organization.code == code))
        if owner is None:
            raise NotFoundError("no_such_organization")
        person = _person(db, username, name, hashed)
        for role in roles:
            accounts.grant_role(db, person, role, owner.id, by=None, now=utcnow())
    click.echo(username)


def _person(db: Session, username: str, name: str, hashed: str) -> Person:
    known = db.scalar(select(Person).where(Person.username == username))
    if known is None:
        return accounts.add_person(db, username=username, name=name, password_hash=hashed, by=None)
    known.name, known.password_hash = name, hashed
    known.sign_in_number += 1  # open sign-ins of the old password end
    return known
