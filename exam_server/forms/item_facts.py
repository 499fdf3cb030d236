"""Which test forms an item stands in."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import ItemVersion
from exam_server.forms.custody import held_in, unopened_holding
from exam_server.forms.models import AssemblyRun, Form, FormItem, PaperStructure
from exam_server.forms.service import OFFICER
from exam_server.item_facts import AskedItem, ItemFact

MOST_SHOWN = 20


def item_uses(db: Session, actor: Actor, asked: AskedItem) -> list[ItemFact]:
    """Name the forms for an exam officer; others learn how many are over: papers are secret."""
    is_officer = actor.may(OFFICER, organization_id=asked.organization_id)
    opened = _opened(db, asked)
    rows = [*_in_custody(db, asked), *opened] if is_officer else opened
    if not rows:
        return []
    number = ngettext("in %(num)s form", "in %(num)s forms", len(rows))
    if not is_officer:
        return [ItemFact("use", number)]
    named = [
        ItemFact(
            "use",
            gettext(
                "%(title)s, form %(code)s (version %(version)s)",
                title=use.title,
                code=use.code,
                version=use.version,
            ),
            url_for("forms.runs.run_page", uid=use.run),
        )
        for use in rows[:MOST_SHOWN]
    ]
    return [*named, ItemFact("use", number)] if len(rows) > MOST_SHOWN else named


class Use(NamedTuple):
    """A form that an item stands in."""

    title: str
    code: str
    version: int
    run: str


def _opened(db: Session, asked: AskedItem) -> list[Use]:
    chosen = (
        select(PaperStructure.title, Form.code, ItemVersion.number, AssemblyRun.uid)
        .select_from(FormItem)
        .join(ItemVersion, FormItem.item_version_id == ItemVersion.id)
        .join(Form, FormItem.form_id == Form.id)
        .join(AssemblyRun, Form.assembly_run_id == AssemblyRun.id)
        .join(PaperStructure, AssemblyRun.paper_structure_id == PaperStructure.id)
        .where(ItemVersion.item_id == asked.id)
        .order_by(Form.id.desc())
    )
    return [Use(*row) for row in db.execute(chosen)]


def _in_custody(db: Session, asked: AskedItem) -> list[Use]:
    rows = db.execute(
        select(ItemVersion.id, ItemVersion.number).where(ItemVersion.item_id == asked.id)
    )
    numbers = {row.id: row.number for row in rows}
    return [
        Use(form.run.paper_structure.title, form.code, numbers[held.item_version_id], form.run.uid)
        for form in unopened_holding(db, asked.organization_id, numbers)
        for held in held_in(db, form)
        if held.item_version_id in numbers
    ]
