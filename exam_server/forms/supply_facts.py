"""What paper structures ask of a bank, and how often papers that are over used its items."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Item, ItemVersion
from exam_server.forms.models import Form, FormItem, PaperStructure
from exam_server.forms.rules import demand_of
from exam_server.supply_facts import AskedPaper, PaperFacts, Place


def paper_facts(db: Session, blueprint_id: int, since: datetime) -> PaperFacts:
    """Return the structures of a bank and the uses of its active items; papers to come count not.

    What stands in a form is open only when its last exam session is over: who writes items may
    not learn from a map what will be asked.
    """
    chosen = (
        select(PaperStructure)
        .where(PaperStructure.blueprint_id == blueprint_id)
        .order_by(PaperStructure.id.desc())
    )
    papers = [
        AskedPaper(
            each.uid,
            each.title,
            demand_of(each.demand),
            each.demand.get("level", ""),
            each.demand.get("work_type", ""),
        )
        for each in db.scalars(chosen)
    ]
    recent: dict[Place, Counter[int]] = {}
    ever: dict[Place, tuple[int, int]] = {}
    for place, uses, lately in _uses(db, blueprint_id, since):
        items, so_far = ever.get(place, (0, 0))
        ever[place] = (items + 1, so_far + uses)
        if lately:
            recent.setdefault(place, Counter())[lately] += 1
    return PaperFacts(papers, recent, ever)


def _uses(db: Session, blueprint_id: int, since: datetime) -> Iterator[tuple[Place, int, int]]:
    """Give for each active item of a bank that was used how often, and how often lately."""
    is_recent = case((Form.opened_at >= since, 1), else_=0)
    shown = (
        select(
            FormItem.item_version_id,
            func.count().label("uses"),
            func.sum(is_recent).label("lately"),
        )
        .join(Form, FormItem.form_id == Form.id)
        .group_by(FormItem.item_version_id)
        .subquery()
    )
    used = (
        select(Item.point_id, Item.type, func.sum(shown.c.uses), func.sum(shown.c.lately))
        .select_from(shown)
        .join(ItemVersion, ItemVersion.id == shown.c.item_version_id)
        .join(Item, ItemVersion.item_id == Item.id)
        .where(Item.blueprint_id == blueprint_id, Item.state == "active")
        .group_by(Item.id, Item.point_id, Item.type)
    )
    for point_id, name, uses, lately in db.execute(used):
        yield (point_id, name), int(uses), int(lately)
