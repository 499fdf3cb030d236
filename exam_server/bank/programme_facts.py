"""Which banks belong to a programme, and which could."""

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.service import READERS
from exam_server.programme_facts import AskedProgramme, ProgrammeFact


def programme_banks(db: Session, actor: Actor, asked: AskedProgramme) -> list[ProgrammeFact]:
    """Return the banks of a programme, and those of its organization without one."""
    at = asked.organization_id
    if asked.programme_id is None or not actor.may(*READERS, organization_id=at):
        return []
    chosen = (
        select(Blueprint, func.count(Item.id))
        .outerjoin(Item, Item.blueprint_id == Blueprint.id)
        .where(
            Blueprint.organization_id == at,
            (Blueprint.programme_id == asked.programme_id) | Blueprint.programme_id.is_(None),
        )
        .group_by(Blueprint.id)
        .order_by(Blueprint.title)
    )
    return [
        ProgrammeFact(
            "bank" if blueprint.programme_id else "free_bank",
            blueprint.title,
            url_for("bank.bank_page", uid=blueprint.uid),
            ngettext("%(num)s item", "%(num)s items", count),
            blueprint.uid,
        )
        for blueprint, count in db.execute(chosen)
    ]
