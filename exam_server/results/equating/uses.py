"""Results that use a table: asked by one person with a preview, decided by another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, undefer

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    Problem,
)
from exam_server.forms.models import Form
from exam_server.inputs import In
from exam_server.jobs import Job, enqueue
from exam_server.programmes.models import RuleSet
from exam_server.results import proposing
from exam_server.results.basis import basis_of
from exam_server.results.equating.conversion import WHOLE, digest, frozen
from exam_server.results.equating.gathering import scoring_of
from exam_server.results.equating.models import Equating, EquatingUse
from exam_server.results.equating.standing import (
    EQUATED,
    is_equated,
    is_reference,
    standing_uses,
)
from exam_server.results.proposing import DecisionIn

PREVIEW = "results.preview_equating"
APPLY = "results.apply_equating"
RAW = "raw"
ACTS = {
    "approved": "approve_equating_use",
    "refused": "refuse_equating_use",
    "withdrawn": "withdraw_equating_use",
    "expired": "expire_equating_use",
}


class UseIn(In):
    """By which method marks are to be equated, or ``raw`` again, and why."""

    method: Annotated[str, Field(min_length=1, max_length=32)]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class UseDecisionIn(DecisionIn):
    """What is decided, and how many are accepted to stand lower than was released."""

    harmed: str = ""


@dataclass(frozen=True)
class UseRow:
    """A use with the people's names."""

    use: EquatingUse
    asked_by: str
    decided_by: str


def ask_use(
    db: Session, actor: Actor, batch: Batch, equating: Equating, sent: UseIn, *, now: datetime
) -> EquatingUse:
    """Ask that theory marks be equated by a table, which is frozen here, or raw again.

    Raises ConflictError: ``equating_not_allowed``, ``equating_asked``, ``equating_not_computed``,
    ``equating_outdated``, ``equating_method_refused``, ``reference_equated``,
    ``reference_in_use``, ``nothing_equated``.
    """
    rules = db.get_one(RuleSet, batch.rule_set_id)
    if rules.equating == "off" and sent.method != RAW:
        raise ConflictError("equating_not_allowed")
    asked = select(EquatingUse.id).where(
        EquatingUse.batch_id == batch.id,
        EquatingUse.form_id == equating.form_id,
        EquatingUse.outcome.is_(None),
    )
    if db.scalar(asked) is not None:
        raise ConflictError("equating_asked")
    table = None
    if sent.method == RAW:
        if not is_equated(db, batch.id, equating.form):
            raise ConflictError("nothing_equated")
    else:
        _check_scales(db, equating)
        table = frozen_table(db, equating, sent.method, only_up=rules.equating == "upward")
    use = EquatingUse(
        batch_id=batch.id,
        form_id=equating.form_id,
        equating_id=equating.id,
        way=RAW if table is None else EQUATED,
        method=sent.method,
        conversion=table,
        conversion_sha256=None if table is None else digest(table),
        reason=sent.reason,
        asked_at=now,
        asked_by=actor.id,
    )
    db.add(use)
    db.flush()
    _record(db, batch, use, "ask_equating_use", actor.id, sent.reason)
    return use


def frozen_table(
    db: Session, equating: Equating, method: str, *, only_up: bool = False
) -> dict[str, Any]:
    """Return a method's table as it is frozen.

    Raises ConflictError: ``equating_not_computed``, ``equating_outdated``,
    ``equating_method_refused``.
    """
    figures = equating.figures
    if figures is None:
        raise ConflictError("equating_not_computed")
    if scoring_of(db, equating) != equating.scoring:
        raise ConflictError("equating_outdated")
    row = row_of(figures, method)
    if row is None:
        raise ConflictError("equating_method_refused")
    most, most_reference = (Decimal(figures["most"][name]) for name in ("new", "reference"))
    table = frozen(
        [Decimal(mark) for mark, *_ in row["rows"]],
        [worth for _, worth, _ in row["rows"]],
        most,
        most_reference,
        only_up=only_up,
    )
    errors = [None if each is None else Decimal(repr(each)) for *_, each in row["rows"]]
    return {
        **table,
        "errors": [None if e is None else f"{e * WHOLE / most_reference:.4f}" for e in errors],
        "method": method,
        "form": equating.form.uid,
        "reference": equating.reference_form.uid,
        "only_up": only_up,
    }


def row_of(figures: Mapping[str, Any], method: str) -> dict[str, Any] | None:
    """Return the figures of a method that has a table."""
    rows: list[dict[str, Any]] = figures["methods"]
    return next((r for r in rows if r["method"] == method and r["refused"] is None), None)


def decide_use(
    db: Session,
    actor: Actor,
    batch: Batch,
    use: EquatingUse,
    sent: UseDecisionIn,
    *,
    now: datetime,
) -> str:
    """End a request; return its outcome: ``expired`` when the marks are no longer as previewed.

    Raises as ``check_decider`` does; InvalidInputError: ``harm_unconfirmed``.
    """
    proposing.lock(db, batch, use)
    proposing.check_decider(use, actor, sent)
    is_approved = sent.outcome == "approved"
    if is_approved:
        _check_harm(use, sent)
    has_changed = is_approved and _has_changed(db, batch, use)
    outcome = proposing.end(use, actor, sent, has_changed=has_changed, now=now)
    if outcome == "approved":
        use.harmed = (use.preview or {}).get("harmed", 0)
    db.flush()
    _record(db, batch, use, ACTS[outcome], actor.id, sent.reason or use.reason)
    return outcome


def use_in(db: Session, batch: Batch, uid: str) -> EquatingUse:
    """Return a use of a batch with its preview; raises ``no_such_equating``."""
    chosen = select(EquatingUse).where(EquatingUse.uid == uid, EquatingUse.batch_id == batch.id)
    use = db.scalar(chosen.options(undefer(EquatingUse.preview)))
    if use is None:
        raise NotFoundError("no_such_equating")
    return use


def uses_of(db: Session, batch: Batch) -> Sequence[UseRow]:
    """Return every use that was asked for in a batch, the newest first."""
    decider = aliased(Person)
    chosen = (
        select(EquatingUse, Person.name, decider.name)
        .join(Person, EquatingUse.asked_by == Person.id)
        .outerjoin(decider, EquatingUse.decided_by == decider.id)
        .where(EquatingUse.batch_id == batch.id)
        .order_by(EquatingUse.id.desc())
    )
    return [UseRow(row[0], row[1], row[2] or "") for row in db.execute(chosen)]


def ask_for(db: Session, kind: str, batch: Batch, use: EquatingUse, *, title: str) -> Job:
    """Enqueue the preview of a use, or its application by the one who approved it."""
    return enqueue(
        db,
        kind,
        title=title,
        payload={"batch": batch.uid, "use": use.uid},
        person_id=use.asked_by if kind == PREVIEW else use.decided_by,
        organization_id=batch.organization_id,
    )


def uses_after(db: Session, use: EquatingUse) -> dict[int, EquatingUse]:
    """Return the tables that would stand by a use."""
    found = standing_uses(db, use.batch_id)
    found.pop(use.form_id, None)
    return found if use.way == RAW else {**found, use.form_id: use}


def basis_for(db: Session, batch: Batch, use: EquatingUse) -> str:
    """Return what a preview of a use rests on: marks, verdicts, the table."""
    return digest({"marks": basis_of(db, batch), "table": use.conversion_sha256})


def _has_changed(db: Session, batch: Batch, use: EquatingUse) -> bool:
    if use.basis != basis_for(db, batch, use):
        return True
    return use.way == EQUATED and scoring_of(db, use.equating) != use.equating.scoring


def _check_scales(db: Session, equating: Equating) -> None:
    """Keep every table one step from raw marks: no reference is equated itself."""
    reference: Form = equating.reference_form
    if is_equated(db, equating.reference_session.batch_id, reference):
        raise ConflictError("reference_equated")
    if is_reference(db, equating.form):
        raise ConflictError("reference_in_use")


def _check_harm(use: EquatingUse, sent: UseDecisionIn) -> None:
    """Ask that who stands lower than was released be counted aloud."""
    harmed = (use.preview or {}).get("harmed", 0)
    if harmed and sent.harmed.strip() != str(harmed):
        raise InvalidInputError(
            "harm_unconfirmed", [Problem("harmed", "harm_number", {"count": harmed})]
        )


def _record(db: Session, batch: Batch, use: EquatingUse, act: str, by: int, reason: str) -> None:
    detail: dict[str, Any] = {
        "form": use.form.code,
        "method": use.method,
        "sha256": use.conversion_sha256,
        "reason": reason,
    }
    if use.harmed:
        detail["harmed"] = use.harmed
    audit.record(db, act, by=by, of=f"batch:{batch.uid}", detail=detail)
