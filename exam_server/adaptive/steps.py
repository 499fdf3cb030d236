"""What every run of practice has: its steps, and the names of ranges."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive.models import AdaptivePlan, PracticeStep, PracticeTicket
from exam_server.bank.models import Area


def steps_of(db: Session, ticket: PracticeTicket) -> Sequence[PracticeStep]:
    """Return the steps of a run by number."""
    chosen = select(PracticeStep).where(PracticeStep.ticket_id == ticket.id)
    return db.scalars(chosen.order_by(PracticeStep.number)).all()


def area_names(db: Session, plan: AdaptivePlan) -> Mapping[str, str]:
    """Return the names of a bank's ranges by path."""
    blueprint_id = plan.structure.blueprint_id
    areas = select(Area.path, Area.name).where(Area.blueprint_id == blueprint_id)
    return {row[0]: row[1] for row in db.execute(areas)}
