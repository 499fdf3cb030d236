"""Changing how an item is marked after the exam: asked by one person, decided by another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session, aliased, undefer

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.comments import CommentDraft, add_comment
from exam_server.bank.models import Item, ItemVersion
from exam_server.batches.models import Batch
from exam_server.errors import ConflictError, NotFoundError
from exam_server.inputs import In
from exam_server.jobs import Job, enqueue
from exam_server.marking.changes import ORIGINAL, standing_changes
from exam_server.marking.models import ResponseScore, ScoringChange
from exam_server.marking.overview import was_on_trial
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.results import proposing
from exam_server.results.basis import basis_of
from exam_server.results.changed_keys import KEYED, Posted, check_keys, drawn_in, read_keys
from exam_server.results.proposing import DecisionIn

PREVIEW = "results.preview_change"
APPLY = "results.apply_change"
WAYS = ("other_key", "several_keys", "full_marks", "dropped", ORIGINAL)
ACTS = {
    "approved": "approve_scoring_change",
    "refused": "refuse_scoring_change",
    "withdrawn": "withdraw_scoring_change",
    "expired": "expire_scoring_change",
}


class ChangeIn(In):
    """How an item is to be marked, and why; keys come in the form of the item's type."""

    way: Annotated[str, Field(pattern="^(other_key|several_keys|full_marks|dropped|original)$")]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


@dataclass(frozen=True)
class ChangeRow:
    """A change with its item and the people's names."""

    change: ScoringChange
    code: str
    item_uid: str
    number: int
    asked_by: str
    decided_by: str


@dataclass(frozen=True)
class Asked:
    """What somebody asks for: the way, and what was filled in of the forms for keys."""

    version: ItemVersion
    sent: ChangeIn
    posted: Posted = field(default_factory=dict)


def ask_change(
    db: Session, actor: Actor, batch: Batch, asked: Asked, *, now: datetime
) -> ScoringChange:
    """Ask that an item be marked otherwise.

    Raises ConflictError: ``change_asked``, ``nothing_changed``; InvalidInputError:
    ``changed_key_wrong``.
    """
    version, sent = asked.version, asked.sent
    open_one = select(ScoringChange.id).where(
        ScoringChange.batch_id == batch.id,
        ScoringChange.item_version_id == version.id,
        ScoringChange.outcome.is_(None),
    )
    if db.scalar(open_one) is not None:
        raise ConflictError("change_asked")
    if sent.way == ORIGINAL and version.id not in standing_changes(db, batch.id):
        raise ConflictError("nothing_changed")
    keys: list[dict[str, Any]] = []
    if sent.way in KEYED:
        forms = drawn_in(db, batch, version)
        keys = read_keys(version, asked.posted, forms, is_several=sent.way == "several_keys")
        check_keys(sent.way, keys, version)
    change = ScoringChange(
        batch_id=batch.id,
        item_version_id=version.id,
        way=sent.way,
        keys=keys,
        reason=sent.reason,
        asked_at=now,
        asked_by=actor.id,
    )
    db.add(change)
    db.flush()
    _record(db, batch, change, "ask_scoring_change", actor.id, sent.reason)
    return change


def decide_change(
    db: Session,
    actor: Actor,
    batch: Batch,
    change: ScoringChange,
    sent: DecisionIn,
    *,
    now: datetime,
) -> str:
    """End a request; return its outcome: ``expired`` when the marks are no longer as previewed.

    Raises as ``check_decider`` does.
    """
    proposing.lock(db, batch, change)
    proposing.check_decider(change, actor, sent)
    has_changed = sent.outcome == "approved" and change.basis != basis_of(db, batch)
    outcome = proposing.end(change, actor, sent, has_changed=has_changed, now=now)
    db.flush()
    _record(db, batch, change, ACTS[outcome], actor.id, sent.reason or change.reason)
    return outcome


def flag_item(
    db: Session, actor: Actor, change: ScoringChange, words: str, *, now: datetime
) -> None:
    """Tell the item's writers, as an open comment on the version that was asked."""
    version = db.get_one(ItemVersion, change.item_version_id)
    add_comment(db, actor, version, CommentDraft(words, "key"), now=now)


def ask_for(db: Session, kind: str, batch: Batch, change: ScoringChange, *, title: str) -> Job:
    """Enqueue the preview of a change, or its application by the one who approved it."""
    return enqueue(
        db,
        kind,
        title=title,
        payload={"batch": batch.uid, "change": change.uid},
        person_id=change.asked_by if kind == PREVIEW else change.decided_by,
        organization_id=batch.organization_id,
    )


def version_in(db: Session, batch: Batch, item_uid: str, number: str) -> ItemVersion:
    """Return an item version that a marking of the batch used; raises ``no_such_item``.

    What was only on trial counts for nothing: there is nothing to change.
    """
    runs = [newest_run(db, each.id) for each in exam_sessions_in(db, batch)]
    used = [
        select(ResponseScore.item_version_id).where(
            ResponseScore.marking_run_id == run.id, ~was_on_trial(run)
        )
        for run in runs
        if run
    ]
    chosen = (
        select(ItemVersion)
        .join(Item, ItemVersion.item_id == Item.id)
        .where(Item.uid == item_uid, or_(false(), *(ItemVersion.id.in_(each) for each in used)))
    )
    version = next((each for each in db.scalars(chosen) if str(each.number) == number), None)
    if version is None:
        raise NotFoundError("no_such_item")
    return version


def change_in(db: Session, batch: Batch, uid: str) -> ScoringChange:
    """Return a change of a batch with its preview; raises ``no_such_change``."""
    chosen = select(ScoringChange).where(
        ScoringChange.uid == uid, ScoringChange.batch_id == batch.id
    )
    change = db.scalar(chosen.options(undefer(ScoringChange.preview)))
    if change is None:
        raise NotFoundError("no_such_change")
    return change


def changes_of(db: Session, batch: Batch) -> Sequence[ChangeRow]:
    """Return every change that was asked for in a batch, the newest first."""
    decider = aliased(Person)
    chosen = (
        select(ScoringChange, Item.code, Item.uid, ItemVersion.number, Person.name, decider.name)
        .join(ItemVersion, ScoringChange.item_version_id == ItemVersion.id)
        .join(Item, ItemVersion.item_id == Item.id)
        .join(Person, ScoringChange.asked_by == Person.id)
        .outerjoin(decider, ScoringChange.decided_by == decider.id)
        .where(ScoringChange.batch_id == batch.id)
        .order_by(ScoringChange.id.desc())
    )
    return [ChangeRow(*row[:5], row[5] or "") for row in db.execute(chosen)]


def _record(
    db: Session, batch: Batch, change: ScoringChange, act: str, by: int, reason: str
) -> None:
    version = db.get_one(ItemVersion, change.item_version_id)
    detail: dict[str, Any] = {"item": version.item.code, "way": change.way, "reason": reason}
    audit.record(db, act, by=by, of=f"batch:{batch.uid}", detail=detail)
