"""The sample data that stands: programme, bank, places, papers and a finished exam day."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from exam_server.bank.blueprint_versions import declare_version
from exam_server.clock import SITE_ZONE, played
from exam_server.demo.bank import add_bank
from exam_server.demo.drafts import add_drafts
from exam_server.demo.finished import add_finished_day
from exam_server.demo.office import Office
from exam_server.demo.papers import add_forms, add_structure
from exam_server.demo.pass_mark import add_panel
from exam_server.demo.places import add_places
from exam_server.demo.played.stage import ReplayClock
from exam_server.demo.programme import (
    add_organization,
    add_programme,
    add_staff,
    sample_staff,
)
from exam_server.forms.seeds import seed_of
from exam_server.programmes.models import Organization

FOUNDED = timedelta(days=90)
LATELY = timedelta(days=5)


def load_programme(
    db: Session, *, secret: bytes, password_hash: str, now: datetime
) -> Organization:
    """Load everything but the exam sessions to come."""
    founded = now - FOUNDED
    with played(ReplayClock(founded)):
        organization = add_organization(db)
        add_staff(db, organization, password_hash=password_hash, now=founded)
        programme, _ = add_programme(db, organization)
        add_places(db, organization)
        structure = add_structure(db, add_bank(db, programme, now=founded), now=founded)
    office = sample_office(db, organization, secret)
    finished = add_finished_day(db, office, structure, now=now)
    add_panel(db, office, finished, now=now)
    seed = seed_of(db, finished)
    add_forms(db, structure, after=seed.number if seed else 0, now=now)
    add_drafts(db, structure.blueprint, now=now - LATELY)
    day, note = founded.astimezone(SITE_ZONE).date(), "示例：首次发布"
    bank = structure.blueprint
    declare_version(db, office.officer, bank, in_force_on=day, note=note, now=founded)
    return organization


def sample_office(db: Session, organization: Organization, secret: bytes) -> Office:
    """Return the sample officer at work."""
    return Office(sample_staff(db, "officer"), organization, secret)
