"""The order in which a seat shows its form: items inside their sections, options inside items."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.forms.custody import form_items, sealed_order
from exam_server.forms.models import Form
from exam_server.seating.models import ExamSession, Sitting
from itembank.drawing import Asked
from itembank.items.registry import item_type
from itembank.shuffle import item_order


@dataclass(frozen=True)
class OrderFacts:
    """What of a form may be shown in another order."""

    form: Form
    sections: list[list[int]]
    items: dict[int, Asked]

    @classmethod
    def of(cls, db: Session, form: Form) -> "OrderFacts":
        """Read what of a form may be shown in another order."""
        sections: dict[int, list[int]] = {}
        asked = {}
        for item in form_items(db, form):
            sections.setdefault(item.section, []).append(item.position)
            asked[item.position] = item.asked
        return cls(form, [sections[number] for number in sorted(sections)], asked)

    def drawn(self, db: Session, rng: np.random.Generator) -> bytes:
        """Draw the order of one seat, as it is kept: sealed."""
        return sealed_order(db, self.form, self.shown(rng))

    def shown(self, rng: np.random.Generator) -> dict[str, object]:
        """Return one seat's order of items and options; those of a part are named ``7.2``."""
        shown = item_order(self.sections, rng)
        options: dict[str, list[str]] = {}
        for position, item in self.items.items():
            orders = item_type(item.type).seat_orders(item.content, item.key, rng)
            for part, order in orders.items():
                options[f"{position}.{part}".rstrip(".")] = order
        return {"items": shown, "options": options}


def redraw_changed(db: Session, exam_session: ExamSession) -> int:
    """Draw the orders of seats anew whose form was changed by hand since; return how many.

    An order names the options of the items that the form had. The same draw of seats and version
    of a form give the same orders.
    """
    chosen = (
        select(Sitting)
        .join(Form, Sitting.form_id == Form.id)
        .where(
            Sitting.exam_session_id == exam_session.id,
            Sitting.form_version != Form.version,
        )
        .order_by(Sitting.id)
    )
    facts: dict[int, OrderFacts] = {}
    stale = db.scalars(chosen).all()
    for sitting in stale:
        form = sitting.form
        if form is None:
            continue
        seed = [int(exam_session.seat_seed or 0), sitting.registration_id, form.version]
        if form.id not in facts:
            facts[form.id] = OrderFacts.of(db, form)
        sitting.sealed_order = facts[form.id].drawn(db, np.random.default_rng(seed))
        sitting.form_version = form.version
    db.flush()
    return len(stale)
