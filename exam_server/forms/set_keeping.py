"""Fixed sets kept: frozen with what they deviate in, blocked by two people, never deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, Problem
from exam_server.forms.custody import Held, held_in, versions_of
from exam_server.forms.editing import hold_forms, hold_version
from exam_server.forms.models import AssemblyRun, FixedSet, Form
from exam_server.forms.proving_bands import ProofRow
from exam_server.forms.replacing import standing_of
from exam_server.inputs import In
from exam_server.keyring import keyring_of, seal_facts, unseal_facts

DEVIATIONS = "set deviations"


class FreezeIn(In):
    """The version that was seen, and why the set may be used although demands are not met."""

    version: int = Field(ge=1)
    reason: str = Field(default="", max_length=500)


class BlockIn(In):
    """Why a set may not be used any more."""

    reason: str = Field(min_length=1, max_length=500)


class DecideIn(In):
    """Whether the second person blocks the set or lets it be used again."""

    way: Literal["block", "lift"]


@dataclass(frozen=True)
class Deviation:
    """A demand that a set did not meet when it was frozen."""

    kind: str
    name: str
    asked: str
    got: str


@dataclass(frozen=True)
class Kept:
    """A set with what is known of it beside its items; names of who did what."""

    form: Form
    facts: FixedSet
    deviations: Sequence[Deviation]
    reason: str
    frozen_by: str
    block_asked_by: str
    blocked_by: str


def facts_of(db: Session, form: Form) -> FixedSet:
    """Return what a set has beside its items."""
    return db.get_one(FixedSet, form.id)


def kept_in(db: Session, run: AssemblyRun) -> list[Kept]:
    """Return the sets of a collection, by code."""
    chosen = select(FixedSet).join(Form, FixedSet.form_id == Form.id)
    rows = db.scalars(chosen.where(Form.assembly_run_id == run.id).order_by(Form.code)).all()
    ids = {n for each in rows for n in (each.frozen_by, each.block_asked_by, each.blocked_by)}
    names: dict[int | None, str] = {
        row.id: row.name
        for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    }
    return [
        Kept(
            each.form,
            each,
            *deviation_of(db, each),
            names.get(each.frozen_by, ""),
            names.get(each.block_asked_by, ""),
            names.get(each.blocked_by, ""),
        )
        for each in rows
    ]


def deviation_of(db: Session, facts: FixedSet) -> tuple[list[Deviation], str]:
    """Return what a set deviated in when it was frozen, and why that was allowed."""
    if facts.sealed_deviation is None:
        return [], ""
    key = keyring_of(db).key(DEVIATIONS, facts.form.key_id)
    told = unseal_facts(facts.sealed_deviation, key, bound=f"deviation:{facts.form.uid}")
    return [Deviation(*row) for row in told["rows"]], str(told["reason"])


def unmet(rows: Sequence[ProofRow]) -> list[ProofRow]:
    """Return the demands that are not met."""
    return [row for row in rows if row.is_asked and not row.is_kept]


def freeze(db: Session, actor: Actor, form: Form, sent: FreezeIn, *, now: datetime) -> None:
    """Freeze a set: from now on nothing of it changes, and exam sessions may have it.

    Raises ConflictError: those of ``hold_version``; InvalidInputError: ``set_section_empty``,
    ``set_items_not_active``, ``reason_for_misses``.
    """
    hold_version(db, form, sent.version)
    held = held_in(db, form)
    _refuse_unusable(db, form, held)
    misses = unmet(standing_of(db, form, held))
    reason = sent.reason.strip()
    if misses and not reason:
        raise InvalidInputError("reason_for_misses", count=len(misses))
    facts = facts_of(db, form)
    facts.frozen_at, facts.frozen_by, facts.n_unmet = now, actor.id, len(misses)
    if misses:
        rows = [[row.kind, row.name, row.asked, row.got[0]] for row in misses]
        key = keyring_of(db).key(DEVIATIONS, form.key_id)
        told: Mapping[str, Any] = {"rows": rows, "reason": reason}
        facts.sealed_deviation = seal_facts(told, key, bound=f"deviation:{form.uid}")
    db.flush()
    detail = {"version": form.version, "unmet": len(misses)}
    audit.record(db, "freeze_set", by=actor.id, of=f"form:{form.uid}", detail=detail)


def _refuse_unusable(db: Session, form: Form, held: Sequence[Held]) -> None:
    sections = form.run.paper_structure.demand["sections"]
    empty = [
        Problem(f"sections.{number}", "set_section_empty", {"section": section["title"]})
        for number, section in enumerate(sections, start=1)
        if not any(each.section == number for each in held)
    ]
    if empty:
        raise InvalidInputError("set_has_empty_sections", empty)
    items = [each.item for each in versions_of(db, [e.item_version_id for e in held]).values()]
    stopped = sorted(each.code for each in items if each.state != "active")
    if stopped:
        raise InvalidInputError("set_items_not_active", codes=", ".join(stopped))


def ask_to_block(db: Session, actor: Actor, form: Form, sent: BlockIn, *, now: datetime) -> None:
    """Ask that a set be used no more; from this moment it is not given out.

    Raises ConflictError: ``set_not_frozen``, ``set_block_asked``.
    """
    facts = _held_facts(db, form)
    if facts.frozen_at is None:
        raise ConflictError("set_not_frozen")
    if facts.block_asked_at is not None:
        raise ConflictError("set_block_asked", set=form.code)
    facts.block_asked_at, facts.block_asked_by = now, actor.id
    facts.block_reason = sent.reason
    _record(db, actor, "ask_to_block_set", form, {"reason": sent.reason})


def decide_block(db: Session, actor: Actor, form: Form, sent: DecideIn, *, now: datetime) -> None:
    """Block a set for good as the second person, or let it be used again.

    Raises ConflictError: ``set_block_not_asked``; NotAllowedError: ``block_needs_another``.
    """
    facts = _held_facts(db, form)
    if facts.block_asked_at is None or facts.blocked_at is not None:
        raise ConflictError("set_block_not_asked", set=form.code)
    if facts.block_asked_by == actor.id:
        raise NotAllowedError("block_needs_another")
    detail = {"reason": facts.block_reason}
    if sent.way == "block":
        facts.blocked_at, facts.blocked_by = now, actor.id
        _record(db, actor, "block_set", form, detail)
        return
    facts.block_asked_at = facts.block_asked_by = None
    facts.block_reason = ""
    _record(db, actor, "lift_set_block", form, detail)


def _held_facts(db: Session, form: Form) -> FixedSet:
    """Return what a set has; a release and another person's decision wait."""
    hold_forms(db, [form.id])
    facts = facts_of(db, form)
    db.refresh(facts, with_for_update=True)
    return facts


def _record(db: Session, actor: Actor, act: str, form: Form, detail: dict[str, Any]) -> None:
    db.flush()
    audit.record(db, act, by=actor.id, of=f"form:{form.uid}", detail=detail)


def ready_sets(db: Session, run: AssemblyRun) -> list[Form]:
    """Return the sets of a collection that exam sessions may have, by code."""
    chosen = select(Form).join(FixedSet, FixedSet.form_id == Form.id)
    ready = (FixedSet.frozen_at.is_not(None), FixedSet.block_asked_at.is_(None))
    here = chosen.where(Form.assembly_run_id == run.id, *ready)
    return list(db.scalars(here.order_by(Form.code)))
