"""Members of staff at the pages: signed in without a password."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask.testing import FlaskClient

from exam_server.accounts.models import Person
from exam_server.db import Database
from exam_server.jobs import JobFunction, run_next_job
from exam_server.programmes.models import Organization
from tests.factories import make_organization, make_person


def sign_in(client: FlaskClient, person: Person) -> None:
    """Give the browser the cookie of a person who has signed in."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{person.uid}:{person.sign_in_number}"
        cookie["_fresh"] = True


@dataclass(frozen=True)
class Desk:
    """A browser signed in with some roles at an organization, and the store behind it."""

    client: FlaskClient
    database: Database
    organization_id: int
    person_id: int

    def work(self, functions: Mapping[str, JobFunction]) -> bool:
        """Work off one waiting job as the job process does."""
        settings = self.client.application.extensions["exam_server.settings"]
        return run_next_job(self.database, settings, functions, may_run_heavy=lambda _: True)


def desk_of(client: FlaskClient, database: Database, *roles: str) -> Desk:
    """Sign somebody in with these roles at a new organization."""
    with database.writing() as db:
        organization = make_organization(db)
        person = make_person(db, *roles, organization=organization)
        found = Desk(client, database, organization.id, person.id)
    sign_in(client, person)
    return found


def colleague_of(desk: Desk, *roles: str) -> Desk:
    """Sign somebody else of the same organization in, in a browser of their own."""
    client = desk.client.application.test_client()
    with desk.database.writing() as db:
        organization = db.get_one(Organization, desk.organization_id)
        person = make_person(db, *roles, organization=organization)
        found = Desk(client, desk.database, desk.organization_id, person.id)
    sign_in(client, person)
    return found
