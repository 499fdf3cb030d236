"""Which test forms an item stands in."""

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.models import ItemVersion
from exam_server.forms.models import AssemblyRun, Form, FormItem, PaperStructure
from exam_server.forms.service import OFFICER
from exam_server.item_facts import AskedItem, ItemFact

MOST_SHOWN = 20


def item_uses(db: Session, actor: Actor, asked: AskedItem) -> list[ItemFact]:
    """Name the forms for an exam officer; others learn their number only: papers are secret."""
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
    rows = db.execute(chosen).all()
    if not rows:
        return []
    number = ngettext("in %(num)s form", "in %(num)s forms", len(rows))
    if not actor.may(OFFICER, organization_id=asked.organization_id):
        return [ItemFact("use", number)]
    named = [
        ItemFact(
            "use",
            gettext(
                "%(title)s, form %(code)s (version %(version)s)",
                title=title,
                code=code,
                version=version,
            ),
            url_for("forms.runs.run_page", uid=run),
        )
        for title, code, version, run in rows[:MOST_SHOWN]
    ]
    return [*named, ItemFact("use", number)] if len(rows) > MOST_SHOWN else named
