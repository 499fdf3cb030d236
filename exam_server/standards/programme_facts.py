"""What the standards tell the programmes: which panel a rule set has its pass mark from."""

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.programme_facts import AskedProgramme, ProgrammeFact
from exam_server.standards.judged import OFFICER
from exam_server.standards.models import PanelAdoption


def programme_standards(db: Session, actor: Actor, asked: AskedProgramme) -> list[ProgrammeFact]:
    """Return the adoption that made a rule set, and those kept as evidence beside it."""
    if asked.rule_set_id is None or not actor.may(OFFICER, organization_id=asked.organization_id):
        return []
    chosen = select(PanelAdoption).where(
        (PanelAdoption.new_rule_set_id == asked.rule_set_id)
        | ((PanelAdoption.rule_set_id == asked.rule_set_id) & (PanelAdoption.outcome == "evidence"))
    )
    return [
        ProgrammeFact(
            "standard",
            each.round.panel.title,
            url_for("standards.round_page", uid=each.round.panel.uid, number=each.round.number),
            f"{each.cut:.1f}",
            each.outcome or "",
        )
        for each in db.scalars(chosen.order_by(PanelAdoption.id))
    ]
