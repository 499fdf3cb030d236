"""Stamps: how a bank reviews, which approvals of an item stand, which an edit took away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, not_, select, update
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.diffs import changes_between, facts_of_version
from exam_server.bank.models import Blueprint, Item, ItemReview, ItemVersion, ReviewFlow
from exam_server.errors import InvalidInputError, NotAllowedError
from itembank.lifecycle import FLOWS, LAST, RERUNS, STAGES, Way, next_stage, stages_kept

KEEPERS = ("exam_officer",)  # who says how a bank reviews: nobody who writes or reviews


@dataclass(frozen=True)
class Flow:
    """How a bank reviews now."""

    stages: tuple[str, ...] = FLOWS[1]
    rerun: str = "any"
    comments_block: bool = True
    way: Way = field(default_factory=Way)
    difficulty_reviews: bool = True  # another difficulty for many at once asks for reviews again

    @property
    def steps(self) -> tuple[str, ...]:
        """Return all that lies before a draft, its use included."""
        more = [("stored", self.way.has_store), ("pilot", self.way.has_pilot), ("active", True)]
        return (*self.stages, *(name for name, is_there in more if is_there))


@dataclass(frozen=True)
class FlowIn:
    """How a bank is to review from now on, and why."""

    n_stages: int
    rerun: str
    comments_block: bool
    reason: str
    has_store: bool = False
    has_pilot: bool = False
    difficulty_reviews: bool = True


@dataclass(frozen=True)
class FlowSet:
    """A row of the history of how a bank reviewed."""

    flow: Flow
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Stamp:
    """A review of an item: ``standing``, ``amber`` (edited since), ``next`` or ``open``."""

    stage: str
    kind: str
    by: str = ""
    at: datetime | None = None
    version: int = 0
    changed: tuple[str, ...] = ()  # the places an edit has changed since


def flow_of(db: Session, blueprint_id: int) -> Flow:
    """Return how a bank reviews now; one review where nobody has said."""
    chosen = select(ReviewFlow).where(ReviewFlow.blueprint_id == blueprint_id)
    newest = db.scalar(chosen.order_by(ReviewFlow.id.desc()).limit(1))
    return _flow(newest) if newest else Flow()


def flows_of(db: Session, blueprint_id: int) -> Sequence[FlowSet]:
    """Return how a bank has reviewed, the newest first."""
    chosen = (
        select(ReviewFlow, Person.name)
        .join(Person, ReviewFlow.set_by == Person.id)
        .where(ReviewFlow.blueprint_id == blueprint_id)
        .order_by(ReviewFlow.id.desc())
    )
    return [FlowSet(_flow(row), row.reason, row.set_at, name) for row, name in db.execute(chosen)]


def set_flow(db: Session, actor: Actor, blueprint: Blueprint, sent: FlowIn, now: datetime) -> None:
    """Say how a bank reviews from now on; what is in use stays in use.

    Raises NotAllowedError: ``flow_not_yours``; InvalidInputError: ``reason_missing``,
    ``no_such_flow``.
    """
    if not actor.may(*KEEPERS, organization_id=blueprint.organization_id):
        raise NotAllowedError("flow_not_yours")
    if sent.n_stages not in FLOWS or sent.rerun not in RERUNS:
        raise InvalidInputError("no_such_flow")
    if not sent.reason.strip():
        raise InvalidInputError("reason_missing")
    said = {**vars(sent), "reason": sent.reason.strip()}
    db.add(ReviewFlow(blueprint_id=blueprint.id, set_at=now, set_by=actor.id, **said))
    db.flush()
    audit.record(db, "set_review_flow", by=actor.id, of=f"blueprint:{blueprint.uid}", detail=said)


def has_standing(stage: str) -> Any:
    """Return the condition that an item's approval of a stage stands."""
    return exists().where(_stands(), ItemReview.stage == stage)


def is_stamped_by(person_id: Any) -> Any:
    """Return the condition that somebody has given an item an approval that stands."""
    return exists().where(_stands(), ItemReview.said_by == person_id)


def stage_is_next(flow: Flow, stage: str) -> Any:
    """Return the condition that of a flow's reviews a draft waits for this one."""
    if stage not in flow.stages:
        return Item.id.is_(None)
    earlier = flow.stages[: flow.stages.index(stage)]
    return and_(not_(has_standing(stage)), *map(has_standing, earlier))


def standing(db: Session, item: Item) -> dict[str, int]:
    """Return whose approvals of an item's newest version stand, by stage."""
    chosen = select(ItemReview.stage, ItemReview.said_by).where(
        _approved(item), ItemReview.stands_for == item.version_number
    )
    return {row[0]: row[1] for row in db.execute(chosen.order_by(ItemReview.id))}


def next_stages(db: Session, blueprint: Blueprint, uids: Sequence[str]) -> dict[str, str]:
    """Return which review each of these items waits for, by uid."""
    flow = flow_of(db, blueprint.id)
    chosen = (
        select(Item.uid, ItemReview.stage)
        .join(ItemReview, _stands())
        .where(Item.uid.in_(uids), Item.blueprint_id == blueprint.id)
    )
    found: dict[str, set[str]] = {uid: set() for uid in uids}
    for uid, stage in db.execute(chosen):
        found[uid].add(stage)
    return {uid: next_stage(flow.stages, stages) or LAST for uid, stages in found.items()}


def stamps_of(db: Session, item: Item) -> list[Stamp]:
    """Return an item's reviews in order: what stands, what an edit took away, what comes next."""
    flow = flow_of(db, item.blueprint_id)
    chosen = (
        select(ItemReview, Person.name)
        .join(Person, ItemReview.said_by == Person.id)
        .where(_approved(item))
        .order_by(ItemReview.id)
    )
    newest = {row.stage: (row, name) for row, name in db.execute(chosen)}
    held = {stage for stage, (row, _) in newest.items() if row.stands_for == item.version_number}
    coming = next_stage(flow.stages, held) if item.state == "draft" else None
    shown = [stage for stage in STAGES if stage in flow.stages or stage in held]
    return [
        Stamp(stage, "next" if stage == coming else "open")
        if stage not in newest
        else _stamp(db, item, *newest[stage])
        for stage in shown
    ]


def carry(db: Session, item: Item, old: ItemVersion, new: ItemVersion) -> None:
    """Let approvals stand for a new version as far as the bank's rule lets them."""
    rerun = flow_of(db, item.blueprint_id).rerun
    changes = changes_between(facts_of_version(old), facts_of_version(new))
    kept = stages_kept(rerun, [each.where for each in changes], STAGES)
    _carry(db, item.id, new.number, ItemReview.stage.in_(kept))


def carry_all(
    db: Session, items: Sequence[Item], stages: Collection[str] = STAGES, *, back: int = 1
) -> None:
    """Let approvals of some reviews stand for newest versions; ``back``: so many before them."""
    newest = select(Item.version_number).where(Item.id == ItemReview.item_id).scalar_subquery()
    ids = [item.id for item in items]
    db.execute(
        update(ItemReview)
        .where(
            ItemReview.item_id.in_(ids),
            ItemReview.stands_for == newest - back,
            ItemReview.stage.in_(stages),
        )
        .values(stands_for=newest)
        .execution_options(synchronize_session=False)
    )


def counts_by_stage(db: Session, blueprint: Blueprint, is_waiting: Any) -> dict[str, int]:
    """Return how many drafts of a bank wait for each of its reviews."""
    flow = flow_of(db, blueprint.id)
    counted = select(func.count()).select_from(Item).where(Item.blueprint_id == blueprint.id)
    return {
        stage: db.scalar(counted.where(is_waiting, stage_is_next(flow, stage))) or 0
        for stage in flow.stages
    }


def counts_in_steps(db: Session, blueprint: Blueprint) -> dict[str, int]:
    """Return how many items stand stored or in the pilot: steps the bank has, or has left."""
    counted = (
        select(Item.state, func.count())
        .where(Item.blueprint_id == blueprint.id, Item.state.in_(("stored", "pilot")))
        .group_by(Item.state)
    )
    found = {row[0]: row[1] for row in db.execute(counted)}
    steps = flow_of(db, blueprint.id).steps
    return {
        state: found.get(state, 0)
        for state in ("stored", "pilot")
        if state in steps or state in found
    }


def _flow(row: ReviewFlow) -> Flow:
    way = Way(has_store=row.has_store, has_pilot=row.has_pilot)
    return Flow(FLOWS[row.n_stages], row.rerun, row.comments_block, way, row.difficulty_reviews)


def _stands() -> Any:
    return and_(
        ItemReview.item_id == Item.id,
        ItemReview.outcome == "approved",
        ItemReview.stands_for == Item.version_number,
    )


def _approved(item: Item) -> Any:
    """Return the condition of an item's approvals; one that was undone stands for nothing."""
    return and_(
        ItemReview.item_id == item.id,
        ItemReview.outcome == "approved",
        ItemReview.stands_for.is_not(None),
    )


def withdraw(db: Session, item_ids: Sequence[int], *, by: int, at: datetime) -> None:
    """Let the approvals that somebody gave at one moment stand no more."""
    db.execute(
        update(ItemReview)
        .where(
            ItemReview.item_id.in_(item_ids),
            ItemReview.said_by == by,
            ItemReview.said_at == at,
            ItemReview.outcome == "approved",
        )
        .values(stands_for=None)
        .execution_options(synchronize_session=False)
    )


def _carry(db: Session, item_id: int, number: int, which: Any) -> None:
    db.execute(
        update(ItemReview)
        .where(ItemReview.item_id == item_id, ItemReview.stands_for == number - 1, which)
        .values(stands_for=number)
    )


def _stamp(db: Session, item: Item, row: ItemReview, name: str) -> Stamp:
    if row.stands_for == item.version_number:
        return Stamp(row.stage, "standing", name, row.said_at, row.version_number)
    numbers = (row.version_number, item.version_number)
    chosen = select(ItemVersion).where(
        ItemVersion.item_id == item.id, ItemVersion.number.in_(numbers)
    )
    old, new = sorted(db.scalars(chosen), key=lambda version: version.number)
    changes = changes_between(facts_of_version(old), facts_of_version(new))
    changed = tuple(each.where for each in changes)
    return Stamp(row.stage, "amber", name, row.said_at, row.version_number, changed)
