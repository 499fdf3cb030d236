"""What waits at the papers: structures of examination banks that no form has been made from."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Blueprint
from exam_server.forms.models import AssemblyRun, Form, PaperStructure, PracticeBank
from exam_server.todo import Todo

OFFICER = "exam_officer"


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return paper structures without a single form; of banks for practice none can be made."""
    del now
    if OFFICER not in actor.roles:
        return []
    made = (
        select(Form.id)
        .join(AssemblyRun, Form.assembly_run_id == AssemblyRun.id)
        .where(AssemblyRun.paper_structure_id == PaperStructure.id)
        .exists()
    )
    chosen = (
        select(PaperStructure)
        .join(Blueprint, PaperStructure.blueprint_id == Blueprint.id)
        .where(
            Blueprint.organization_id.in_(actor.organizations(OFFICER)),
            Blueprint.id.not_in(select(PracticeBank.blueprint_id)),
            ~made,
        )
        .order_by(PaperStructure.created_at)
    )
    return [
        Todo(
            "paper_without_forms",
            1,
            "forms.structure_page",
            {"uid": each.uid},
            detail={"name": each.title},
            since=each.created_at,
        )
        for each in db.scalars(chosen)
    ]
