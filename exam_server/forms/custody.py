"""Custody (保管): which items a form holds is sealed until the exam is over.

Every reader asks here. Until a form is opened its list of items stands in the store under a key
of the server secret only, and so do the seed that made it and the orders in which seats show it:
a copy of the database alone does not tell what will be asked. When its last exam session is over
the list is written as rows, for marking and statistics to join.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload, undefer

from exam_server.bank.models import Blueprint, ItemVersion
from exam_server.db import new_uid
from exam_server.forms.drawing import asked_with, needing_values, values_for
from exam_server.forms.models import AssemblyRun, Form, FormItem, FormVersion, PaperStructure
from exam_server.forms.seeds import number_of
from exam_server.forms.uses import hold_bank, note_uses
from exam_server.keyring import keyring_of, seal_facts, unseal_facts
from itembank.drawing import Asked

LISTS, ORDERS = "stored forms", "display orders"
SEEN, CHANGES = "forms seen", "form changes"
FINGERPRINT_LENGTH = 32
FRESH_BITS = 128
VERSIONS_AT_ONCE = 500


@dataclass(frozen=True)
class Held:
    """An item version at its canonical position (from 1) in a form, with section and mark.

    A pilot item (试测) is only tried: whatever it earns counts for nothing.
    """

    position: int
    item_version_id: int
    section: int
    mark: Decimal
    drawn: Mapping[str, Mapping[str, str]] | None = None  # values of this form, by part
    is_pilot: bool = False


@dataclass(frozen=True)
class HeldItem:
    """The same with what the item says; ``asked``: with the values drawn for this form put in."""

    position: int
    item_version: ItemVersion
    section: int
    mark: Decimal
    asked: Asked
    is_pilot: bool = False


def seal_items(
    db: Session, form: Form, held: Sequence[Held], *, run: AssemblyRun | None = None
) -> None:
    """Put the items of a form into custody, values drawn for those that still need some.

    ``run`` is the form's, where it does not belong to it yet.
    """
    ring = keyring_of(db)
    form.uid, form.key_id = form.uid or new_uid(), ring.key_id
    rows = [_row(each) for each in with_values(db, form, held, run=run)]
    form.n_items = len(rows)
    form.sealed_items = seal_facts(rows, ring.key(LISTS, form.key_id), bound=f"form:{form.uid}")


def grow(db: Session, form: Form, held: Sequence[Held]) -> None:
    """Put what a growing form holds now into custody; nothing is drawn for it."""
    key = keyring_of(db).key(LISTS, form.key_id)
    form.sealed_items = seal_facts([_row(each) for each in held], key, bound=f"form:{form.uid}")
    form.n_items = len(held)


def held_in(db: Session, form: Form) -> list[Held]:
    """Return what a form holds by position; ConflictError: ``server_secret_missing``."""
    if form.opened_at is not None:
        chosen = select(FormItem).where(FormItem.form_id == form.id).order_by(FormItem.position)
        return [
            Held(*(getattr(each, name) for name in Held.__dataclass_fields__))
            for each in db.scalars(chosen)
        ]
    return _unsealed(db, form, form.sealed_items, form.key_id)


def held_lists(db: Session, forms: Sequence[Form]) -> list[list[Held]]:
    """Return what each of some forms holds: the sealed lists come in one reading."""
    closed = [form.id for form in forms if form.opened_at is None]
    if closed:  # the rows are those at hand already, now with their lists
        chosen = select(Form).where(Form.id.in_(closed)).options(undefer(Form.sealed_items))
        db.scalars(chosen).all()
    return [held_in(db, form) for form in forms]


def held_as_sealed(db: Session, form: Form) -> list[Held]:
    """Return what a form holds from its sealed list, also after it was opened.

    Raises ConflictError: ``server_secret_missing``.
    """
    return _unsealed(db, form, form.sealed_items, form.key_id)


def _unsealed(db: Session, form: Form, sealed: bytes, key_id: str) -> list[Held]:
    rows = unseal_facts(sealed, keyring_of(db).key(LISTS, key_id), bound=f"form:{form.uid}")
    return [Held(row[0], row[1], row[2], Decimal(row[3]), *row[4:]) for row in rows]


def _row(held: Held) -> list[Any]:
    """Return what is kept of an item; values only where some were drawn, a trial only if it is."""
    row = [held.position, held.item_version_id, held.section, str(held.mark)]
    if held.is_pilot:
        return [*row, held.drawn, True]
    return [*row, held.drawn] if held.drawn else row


def keep_version(
    db: Session, form: Form, change: Mapping[str, Any] | None, *, at: datetime, by: int | None
) -> None:
    """Keep a form's list as it is now under its version, and sealed what was changed for it."""
    key = keyring_of(db).key(CHANGES, form.key_id)
    bound = f"change:{form.uid}:{form.version}"
    db.add(
        FormVersion(
            form_id=form.id,
            number=form.version,
            sealed_items=form.sealed_items,
            sealed_change=None if change is None else seal_facts(change, key, bound=bound),
            key_id=form.key_id,
            made_at=at,
            made_by=by,
        )
    )


def held_in_version(db: Session, form: Form, version: FormVersion) -> list[Held]:
    """Return what a form held in one of its versions."""
    return _unsealed(db, form, version.sealed_items, version.key_id)


def change_of(db: Session, form: Form, version: FormVersion) -> dict[str, Any] | None:
    """Return what was changed for a version; None of the first."""
    if version.sealed_change is None:
        return None
    key = keyring_of(db).key(CHANGES, version.key_id)
    bound = f"change:{form.uid}:{version.number}"
    change: dict[str, Any] = unseal_facts(version.sealed_change, key, bound=bound)
    return change


def form_items(db: Session, form: Form) -> list[HeldItem]:
    """Return a form's items with what they say, by position."""
    return said_by(db, held_in(db, form))


def said_by(db: Session, held: Sequence[Held]) -> list[HeldItem]:
    """Return held items with what they say."""
    versions = versions_of(db, [each.item_version_id for each in held])
    return [
        HeldItem(
            each.position,
            versions[each.item_version_id],
            each.section,
            each.mark,
            asked_with(versions[each.item_version_id], each.drawn),
            each.is_pilot,
        )
        for each in held
    ]


def with_values(
    db: Session, form: Form, held: Sequence[Held], *, run: AssemblyRun | None = None
) -> list[Held]:
    """Return held items with values for those that need some and have none.

    They come of the run's number, or of chance where no seed made the form; they are kept.
    """
    needing = needing_values(db, [each.item_version_id for each in held if not each.drawn])
    if not needing:
        return list(held)
    with db.no_autoflush:
        number = _number_or_chance(db, run or form.run)
    values = {each.id: values_for(each, number, form.code) for each in needing}
    return [
        replace(each, drawn=each.drawn or values.get(each.item_version_id) or None) for each in held
    ]


def _number_or_chance(db: Session, run: AssemblyRun | None) -> int:
    first = run
    while first is not None and first.repeats is not None:
        first = first.repeats
    has_seed = first is not None and first.sealed_seed is not None
    return number_of(db, first) if first and has_seed else secrets.randbits(FRESH_BITS)


def versions_of(db: Session, ids: Sequence[int]) -> Mapping[int, ItemVersion]:
    """Return item versions with their items, by id."""
    found = {}
    for first in range(0, len(ids), VERSIONS_AT_ONCE):
        some = ids[first : first + VERSIONS_AT_ONCE]
        chosen = select(ItemVersion).where(ItemVersion.id.in_(some))
        for version in db.scalars(chosen.options(selectinload(ItemVersion.item))):
            found[version.id] = version
    return found


def open_form(db: Session, form: Form, *, now: datetime) -> None:
    """Write a form's items as rows, and count their use: it is over. Again is nothing."""
    hold_bank(db, form)
    # two exam sessions may end at the same moment
    db.refresh(form, ["opened_at"], with_for_update=True)
    if form.opened_at is not None:
        return
    rows = [{"form_id": form.id, **vars(each)} for each in held_in(db, form)]
    if rows:
        db.execute(insert(FormItem), rows)
    form.opened_at = now
    db.flush()
    note_uses(db, form, [row["item_version_id"] for row in rows], now=now)


def unopened_holding(db: Session, organization_id: int, version_ids: Iterable[int]) -> list[Form]:
    """Return the forms of an organization in custody that hold any of the versions, newest first.

    Each list is opened: there are few, and no index of theirs can then be tried out.
    """
    wanted = set(version_ids)
    chosen = (
        select(Form)
        .join(AssemblyRun, Form.assembly_run_id == AssemblyRun.id)
        .join(PaperStructure, AssemblyRun.paper_structure_id == PaperStructure.id)
        .join(Blueprint, PaperStructure.blueprint_id == Blueprint.id)
        .where(Blueprint.organization_id == organization_id, Form.opened_at.is_(None))
        .options(undefer(Form.sealed_items))
        .order_by(Form.id.desc())
    )
    return [
        form
        for form in db.scalars(chosen)
        if any(each.item_version_id in wanted for each in held_in(db, form))
    ]


def sealed_order(db: Session, form: Form, order: Mapping[str, Any]) -> bytes:
    """Return the order in which a seat shows a form, sealed: it names options and parts."""
    key = keyring_of(db).key(ORDERS, form.key_id)
    return seal_facts(order, key, bound=f"order:{form.uid}")


def order_of(db: Session, form: Form | None, sealed: bytes | None) -> dict[str, Any] | None:
    """Return the order in which a seat shows its form, if it was drawn."""
    if form is None or sealed is None:
        return None
    key = keyring_of(db).key(ORDERS, form.key_id)
    order: dict[str, Any] = unseal_facts(sealed, key, bound=f"order:{form.uid}")
    return order


def seen_digest(db: Session, form: Form, text: str) -> str:
    """Return a hash of what a form says that cannot be tried out with the bank's items."""
    return keyring_of(db).digest(SEEN, text, key_id=form.key_id).hex()


def fingerprint(db: Session, form: Form) -> str:
    """Return a short hash of what a form holds: two forms with the same items have the same.

    It needs the server secret, so that nobody can try it out with the bank's items.
    """
    held = [_row(each)[1:] for each in held_in(db, form)]
    held = [[*row[:3], *(json.dumps(each, sort_keys=True) for each in row[3:])] for row in held]
    return seen_digest(db, form, str(held))[:FINGERPRINT_LENGTH]
