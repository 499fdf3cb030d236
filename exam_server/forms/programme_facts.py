"""Which paper structures belong to a programme."""

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Blueprint
from exam_server.forms.models import PaperStructure
from exam_server.forms.service import OFFICER, forms_made
from exam_server.programme_facts import AskedProgramme, ProgrammeFact


def programme_papers(db: Session, actor: Actor, asked: AskedProgramme) -> list[ProgrammeFact]:
    """Return the structures over a programme's banks, the newest first."""
    at = asked.organization_id
    if asked.programme_id is None or not actor.may(OFFICER, organization_id=at):
        return []
    chosen = (
        select(PaperStructure)
        .join(Blueprint, PaperStructure.blueprint_id == Blueprint.id)
        .where(Blueprint.programme_id == asked.programme_id, Blueprint.organization_id == at)
        .order_by(PaperStructure.id.desc())
    )
    structures = db.scalars(chosen).all()
    made = forms_made(db, structures)
    return [
        ProgrammeFact(
            "paper",
            each.title,
            url_for("forms.structure_page", uid=each.uid),
            ngettext("%(num)s form", "%(num)s forms", made.get(each.id, 0)),
        )
        for each in structures
    ]
