"""The order in which a seat shows its form: items inside their sections, options inside items."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from exam_server.bank.models import ItemVersion
from exam_server.forms.models import Form, FormItem
from itembank.items.registry import item_type
from itembank.shuffle import item_order


@dataclass(frozen=True)
class OrderFacts:
    """What of a form may be shown in another order."""

    sections: list[list[int]]
    items: dict[int, ItemVersion]

    @classmethod
    def of(cls, db: Session, form: Form) -> "OrderFacts":
        """Read what of a form may be shown in another order."""
        chosen = select(FormItem).where(FormItem.form_id == form.id)
        items = db.scalars(
            chosen.options(selectinload(FormItem.item_version)).order_by(FormItem.position)
        ).all()
        sections: dict[int, list[int]] = {}
        for item in items:
            sections.setdefault(item.section, []).append(item.position)
        versions = {item.position: item.item_version for item in items}
        return cls([sections[number] for number in sorted(sections)], versions)

    def shown(self, rng: np.random.Generator) -> dict[str, object]:
        """Return one seat's order of items and options; those of a part are named ``7.2``."""
        shown = item_order(self.sections, rng)
        options: dict[str, list[str]] = {}
        for position, version in self.items.items():
            orders = item_type(version.type).seat_orders(version.content, version.key, rng)
            for part, order in orders.items():
                options[f"{position}.{part}".rstrip(".")] = order
        return {"items": shown, "options": options}
