"""Plans of random papers: no parameters are needed, a structure and a bank are enough."""

from datetime import datetime

from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.adaptive.drawing import paper_demand
from exam_server.adaptive.models import RANDOM, AdaptivePlan
from exam_server.adaptive.rules import RandomPlanIn
from exam_server.adaptive.service import write_plan
from exam_server.forms.models import PaperStructure


def create_random_plan(
    db: Session, actor: Actor, structure: PaperStructure, sent: RandomPlanIn, *, now: datetime
) -> AdaptivePlan:
    """Write a plan of random papers down.

    Raises ConflictError: ``types_need_a_person``, ``plan_of_another_kind``.
    """
    paper_demand(structure)
    rules = sent.model_dump(exclude={"title"})
    return write_plan(db, actor, structure, RANDOM, sent.title, rules, now=now)
