"""What forms that are over tell the bank: in how many papers each of their items has stood."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from exam_server.bank.exposure import add_use
from exam_server.bank.models import Blueprint, Item, ItemVersion
from exam_server.forms.models import Form, FormItem


def hold_bank(db: Session, form: Form) -> None:
    """Let nobody else open a form of the same bank till the transaction is over.

    One lock, taken before all others of an opening: two exam sessions that end at the same moment
    share forms and items, and wait in line instead of for each other.
    """
    bank = select(Blueprint.id).where(Blueprint.id == form.run.paper_structure.blueprint_id)
    db.execute(bank.with_for_update(key_share=True))


def note_uses(db: Session, form: Form, version_ids: Collection[int], *, now: datetime) -> None:
    """Count the paper of a form that has just been opened at each of its items, once."""
    ids = select(ItemVersion.item_id).where(ItemVersion.id.in_(version_ids))
    items = set(db.scalars(ids))
    if items:
        add_use(db, items, known=_known(db, form, items), at=now)


def _known(db: Session, form: Form, items: Collection[int]) -> set[int]:
    """Return the items at which the paper is counted already: by a parallel form of its run."""
    if form.run.is_fixed:  # each set is a paper
        return set()
    other = aliased(Form)
    # asked item by item, form by form, so that the first found ends it: of forms of candidates'
    # own there are thousands, with the same few items
    stood = (
        select(FormItem.form_id)
        .join(other, FormItem.form_id == other.id)
        .join(ItemVersion, FormItem.item_version_id == ItemVersion.id)
        .where(
            ItemVersion.item_id == Item.id,
            other.assembly_run_id == form.assembly_run_id,
            other.id != form.id,
            other.opened_at.is_not(None),
        )
    )
    return set(db.scalars(select(Item.id).where(Item.id.in_(items), stood.exists())))
