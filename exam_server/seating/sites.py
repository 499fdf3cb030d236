"""Sites (考点): where rooms are."""

from collections.abc import Sequence

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, NotFoundError
from exam_server.inputs import In
from exam_server.seating.models import Site

OFFICER = "exam_officer"


class SiteIn(In):
    """A site (考点)."""

    organization: int
    name: str = Field(min_length=1)
    address: str = ""


def sites_of(db: Session, actor: Actor) -> Sequence[Site]:
    """Return the sites of an officer's organizations."""
    chosen = select(Site).where(Site.organization_id.in_(actor.organizations(OFFICER)))
    return db.scalars(chosen.order_by(Site.id)).all()


def site_for(db: Session, actor: Actor, uid: str) -> Site:
    """Return a site of an officer's organization; raises ``no_such_site``."""
    site = db.scalar(select(Site).where(Site.uid == uid))
    if site is None or not actor.may(OFFICER, organization_id=site.organization_id):
        raise NotFoundError("no_such_site")
    return site


def create_site(db: Session, actor: Actor, sent: SiteIn) -> Site:
    """Create a site; raises ``no_such_organization``, ``site_exists``."""
    if not actor.may(OFFICER, organization_id=sent.organization):
        raise NotFoundError("no_such_organization")
    _check_site_name(db, sent, None)
    site = Site(organization_id=sent.organization, name=sent.name, address=sent.address)
    db.add(site)
    db.flush()
    audit.record(db, "create_site", by=actor.id, of=f"site:{site.uid}")
    return site


def change_site(db: Session, actor: Actor, site: Site, sent: SiteIn) -> None:
    """Change a site's name or address; raises ``site_exists``."""
    _check_site_name(db, sent.model_copy(update={"organization": site.organization_id}), site)
    detail = {"name": [site.name, sent.name], "address": [site.address, sent.address]}
    site.name, site.address = sent.name, sent.address
    audit.record(db, "change_site", by=actor.id, of=f"site:{site.uid}", detail=detail)


def _check_site_name(db: Session, sent: SiteIn, site: Site | None) -> None:
    named = (Site.organization_id == sent.organization, Site.name == sent.name)
    other = db.scalar(select(Site).where(*named))
    if other is not None and other is not site:
        raise ConflictError("site_exists", name=sent.name)
