"""A form changed by hand: an item exchanged, a change undone; each makes a new version.

Until it is released. What it held in every version stays, sealed, with who changed it and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.models import ItemVersion
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms.custody import (
    Held,
    change_of,
    held_in,
    held_in_version,
    keep_version,
    seal_items,
    versions_of,
)
from exam_server.forms.models import FixedSet, Form, FormVersion, SealedForm
from exam_server.forms.replacing import Leaving, candidates, effects_of
from exam_server.inputs import In


class ExchangeIn(In):
    """An item of the bank, by its code, in the place of one of the form's; of which version."""

    position: int = Field(ge=1)
    coming: str = Field(min_length=1, max_length=64)
    version: int = Field(ge=1)
    reason: str = Field(default="", max_length=500)


class UndoIn(In):
    """The version whose change is undone: the one that was seen."""

    version: int = Field(ge=1)


@dataclass(frozen=True)
class Change:
    """A version in words: what left, what came, why, by whom; ``undone_to`` of an undoing."""

    number: int
    made_at: datetime
    by: str
    position: int | None = None
    left: str = ""
    came: str = ""
    reason: str = ""
    undone_to: int | None = None
    composed: tuple[str, tuple[str, ...]] | None = None  # of a set: which act, on which items


def is_frozen(db: Session, form: Form) -> bool:
    """Say whether a form was released, for whichever exam session, is over, or a frozen set."""
    if form.run.pool_id is not None:  # one candidate's: sealed as it was drawn
        return True
    if form.run.is_fixed and db.get_one(FixedSet, form.id).frozen_at is not None:
        return True
    released = select(SealedForm.form_id).where(SealedForm.form_id == form.id).limit(1)
    return form.opened_at is not None or db.scalar(released) is not None


def exchange(db: Session, actor: Actor, form: Form, sent: ExchangeIn, *, now: datetime) -> None:
    """Put an item of the bank in the place of one of a form's.

    Raises ConflictError: ``form_is_released``, ``form_changed_meanwhile``; InvalidInputError:
    ``no_item_there``, ``item_cannot_come``, ``reason_for_misses``.
    """
    hold_version(db, form, sent.version)
    held = held_in(db, form)
    leaving = next((each for each in held if each.position == sent.position), None)
    if leaving is None:
        raise InvalidInputError("no_item_there", position=sent.position)
    asked = Leaving(form, held, leaving, now)
    found = [row[0] for row in candidates(db, asked, wanted=sent.coming) if row[7] == sent.coming]
    if not found:
        raise InvalidInputError("item_cannot_come", item=sent.coming)
    effect = effects_of(db, asked, found)[0]
    if effect.misses and not sent.reason:
        raise InvalidInputError("reason_for_misses", count=len(effect.misses))
    change = {
        "position": sent.position,
        "left": leaving.item_version_id,
        "came": effect.held.item_version_id,
        "reason": sent.reason,
        "undo_to": form.version,
    }
    new = [effect.held if each is leaving else each for each in held]
    store_version(db, actor, form, new, change, now=now)
    detail = {"version": form.version, "unmet": len(effect.misses)}
    audit.record(db, "change_form", by=actor.id, of=f"form:{form.uid}", detail=detail)


def undo(db: Session, actor: Actor, form: Form, sent: UndoIn, *, now: datetime) -> None:
    """Make a form again what it was before its last change that stands.

    Raises ConflictError: ``form_is_released``, ``form_changed_meanwhile``, ``no_change_to_undo``.
    """
    hold_version(db, form, sent.version)
    to = undone_to(db, form)
    if to is None:
        raise ConflictError("no_change_to_undo")
    earlier = _version(db, form, to)
    before = change_of(db, form, earlier)
    change = {"restores": to, "undo_to": before["undo_to"] if before else None}
    store_version(db, actor, form, held_in_version(db, form, earlier), change, now=now)
    detail = {"version": form.version, "as": to}
    audit.record(db, "undo_form_change", by=actor.id, of=f"form:{form.uid}", detail=detail)


def undone_to(db: Session, form: Form) -> int | None:
    """Return the version that undoing leads to, if anything was changed by hand."""
    if form.version == 1:
        return None
    change = change_of(db, form, _version(db, form, form.version)) or {}
    found: int | None = change.get("undo_to")
    return found


def changes_of(db: Session, form: Form) -> list[Change]:
    """Return the versions of a form in words, the newest first; none while it is as assembled."""
    chosen = select(FormVersion).where(FormVersion.form_id == form.id)
    versions = db.scalars(chosen.order_by(FormVersion.number.desc())).all()
    changes = [change_of(db, form, each) for each in versions]
    ids = {each[name] for each in changes if each for name in ("left", "came") if name in each}
    ids |= {each for change in changes if change for each in change.get("items", [])}
    said = versions_of(db, sorted(ids))
    people = {each.made_by for each in versions}
    names = {
        row.id: row.name
        for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    }
    return [
        Change(each.number, each.made_at, names.get(each.made_by or 0, ""), **_words(change, said))
        for each, change in zip(versions, changes, strict=True)
    ]


def assembled_in(db: Session, form: Form) -> list[Held]:
    """Return what a form held as it was assembled, before any change by hand."""
    return (
        held_in(db, form) if form.version == 1 else held_in_version(db, form, _version(db, form, 1))
    )


def hold_forms(db: Session, form_ids: Sequence[int]) -> list[Form]:
    """Keep changes by hand waiting until this transaction ends; return the forms by id."""
    chosen = select(Form).where(Form.id.in_(form_ids)).order_by(Form.id)
    held = chosen.with_for_update().execution_options(populate_existing=True)
    return list(db.scalars(held.options(undefer(Form.sealed_items))))


def _words(change: dict[str, Any] | None, said: Any) -> dict[str, Any]:
    if change is None:
        return {}
    if "restores" in change:
        return {"undone_to": change["restores"]}
    if "act" in change:
        return {"composed": (change["act"], tuple(said[n].item.code for n in change["items"]))}
    left: ItemVersion = said[change["left"]]
    came: ItemVersion = said[change["came"]]
    same = left.item_id == came.item_id
    return {
        "position": change["position"],
        "left": f"{left.item.code} v{left.number}" if same else left.item.code,
        "came": f"{came.item.code} v{came.number}" if same else came.item.code,
        "reason": change["reason"],
    }


def hold_version(db: Session, form: Form, version: int) -> None:
    """Keep other changes of a form waiting; refuse one of another version than the newest.

    Raises ConflictError: ``set_is_frozen``, ``form_is_released``, ``form_changed_meanwhile``.
    """
    hold_forms(db, [form.id])
    if is_frozen(db, form):
        raise ConflictError("set_is_frozen" if form.run.is_fixed else "form_is_released")
    if form.version != version:
        raise ConflictError("form_changed_meanwhile")


def _version(db: Session, form: Form, number: int) -> FormVersion:
    return db.get_one(FormVersion, (form.id, number))


def store_version(
    db: Session,
    actor: Actor,
    form: Form,
    held: Sequence[Held],
    change: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Make what a form holds its next version, and keep what was changed for it."""
    if form.version == 1:
        run = form.run
        keep_version(db, form, None, at=run.created_at, by=run.created_by)
    form.version += 1
    seal_items(db, form, [replace(each, position=n) for n, each in enumerate(held, start=1)])
    keep_version(db, form, change, at=now, by=actor.id)
    db.flush()
