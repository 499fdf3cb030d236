"""What waits for administrators: accounts without a role, grants that need a second person."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person, RoleHolding, RoleRequest
from exam_server.actors import Actor
from exam_server.todo import Todo, Urgency

ADMINISTRATOR = "administrator"


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return how many accounts have no role and how many grants wait for confirmation."""
    del now
    if ADMINISTRATOR not in actor.roles:
        return []
    return [*_without_role(db, actor), *_requests(db, actor)]


def _without_role(db: Session, actor: Actor) -> list[Todo]:
    asked = select(RoleRequest.id).where(RoleRequest.person_id == Person.id).exists()
    held = select(RoleHolding.id).where(RoleHolding.person_id == Person.id).exists()
    count = db.scalar(
        select(func.count(Person.id)).where(
            Person.organization_id.in_(actor.organizations(ADMINISTRATOR)),
            Person.is_active,
            ~held,
            ~asked,
        )
    )
    where = {"role": "none"}
    return [Todo("people_without_role", count, "people.people_list", where)] if count else []


def _requests(db: Session, actor: Actor) -> list[Todo]:
    count, since = db.execute(
        select(func.count(RoleRequest.id), func.min(RoleRequest.asked_at)).where(
            RoleRequest.organization_id.in_(actor.organizations(ADMINISTRATOR)),
            RoleRequest.asked_by != actor.id,
            RoleRequest.person_id != actor.id,
        )
    ).one()
    if not count:
        return []
    return [Todo("grants_to_confirm", count, "people.people_list", {}, Urgency.SOON, since=since)]
