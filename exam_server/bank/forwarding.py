"""Many items one step on: each is checked as it would be alone, and who stays is named with why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import stamps
from exam_server.bank.models import (
    Blueprint,
    Item,
    ItemComment,
    ItemFigure,
    ItemReview,
    ItemVersion,
)
from exam_server.bank.reviewing import REVIEWERS, was_sent_back
from exam_server.bank.stamps import Flow
from itembank.lifecycle import LAST, next_stage, next_state, way_on


@dataclass(frozen=True)
class Step:
    """What becomes of an item: its state after, and the review it passed, if it is one."""

    item: Item
    state: str
    stage: str = ""


@dataclass(frozen=True)
class Refused:
    """An item that stays as it is, and why: the code of a sentence with its facts."""

    code: str
    why: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What is known of many items, asked at once."""

    authors: Mapping[int, set[int]]
    standing: Mapping[int, Mapping[str, int]]
    sent_back: frozenset[int]
    n_open: Mapping[int, int]
    flagged: frozenset[int]
    flow: Flow = field(default_factory=Flow)


def move_forward(
    db: Session, actor: Actor, blueprint: Blueprint, items: Sequence[Item], *, now: datetime
) -> tuple[list[list[Any]], list[Refused]]:
    """Take items one step on; return what changed (id, before, after, version) and who stays."""
    known = _known(db, blueprint, items)
    steps: list[Step] = []
    refused: list[Refused] = []
    for item in items:
        found = _step(actor, blueprint, item, known)
        (steps if isinstance(found, Step) else refused).append(found)  # type: ignore[arg-type]  # one list each
    reviews = [_review(each, actor, now) for each in steps if each.stage]
    if reviews:
        db.execute(insert(ItemReview), reviews)
    before = [
        [each.item.id, each.item.state, each.state, each.item.version_number] for each in steps
    ]
    for state in {each.state for each in steps}:
        ids = [each.item.id for each in steps if each.state == state]
        changed = update(Item).where(Item.id.in_(ids)).values(state=state)
        db.execute(changed.execution_options(synchronize_session="fetch"))
    return before, refused


def _step(actor: Actor, blueprint: Blueprint, item: Item, known: Known) -> Step | Refused:
    if item.state == "draft":
        return _review_step(actor, blueprint, item, known)
    action = way_on(item.state, known.flow.way)
    if action is None:
        detail = {"state": item.state, "action": "forward"}
        return Refused(item.code, "state_not_possible", detail)
    if not actor.may(*stamps.KEEPERS, organization_id=blueprint.organization_id):
        return Refused(item.code, "step_not_yours", {"item": item.code})
    if item.state == "pilot" and item.id in known.flagged:
        return Refused(item.code, "pilot_flagged", {"item": item.code})
    return Step(item, next_state(item.state, action) or item.state)


def _review_step(actor: Actor, blueprint: Blueprint, item: Item, known: Known) -> Step | Refused:
    standing = known.standing.get(item.id, {})
    n_open = known.n_open.get(item.id, 0)
    checks: list[tuple[bool, str, dict[str, object]]] = [
        (
            not actor.may(*REVIEWERS, organization_id=blueprint.organization_id),
            "reviewer_only",
            {},
        ),
        (actor.id in known.authors.get(item.id, set()), "own_item", {"item": item.code}),
        (actor.id in standing.values(), "stage_needs_another", {"item": item.code}),
        (item.id in known.sent_back, "was_sent_back", {"item": item.code}),
        (
            n_open > 0 and known.flow.comments_block,
            "comments_open",
            {"item": item.code, "n": n_open},
        ),
    ]
    for is_so, why, detail in checks:
        if is_so:
            return Refused(item.code, why, detail)
    stage = next_stage(known.flow.stages, standing) or LAST
    if stage != LAST:
        return Step(item, item.state, stage)
    return Step(item, next_state("draft", way_on("draft", known.flow.way) or "") or "draft", stage)


def _review(step: Step, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "item_id": step.item.id,
        "version_number": step.item.version_number,
        "stands_for": step.item.version_number,
        "stage": step.stage,
        "outcome": "approved",
        "comment": "",
        "said_at": now,
        "said_by": actor.id,
    }


def _known(db: Session, blueprint: Blueprint, items: Sequence[Item]) -> Known:
    ids = [item.id for item in items]
    authors: dict[int, set[int]] = {}
    written = select(ItemVersion.item_id, ItemVersion.created_by).where(
        ItemVersion.item_id.in_(ids), ItemVersion.created_by.is_not(None)
    )
    for item_id, person in db.execute(written):
        authors.setdefault(item_id, set()).add(person or 0)
    standing: dict[int, dict[str, int]] = {}
    stands = (
        select(ItemReview.item_id, ItemReview.stage, ItemReview.said_by)
        .join(Item, Item.id == ItemReview.item_id)
        .where(
            Item.id.in_(ids),
            ItemReview.outcome == "approved",
            ItemReview.stands_for == Item.version_number,
        )
        .order_by(ItemReview.id)
    )
    for item_id, stage, person in db.execute(stands):
        standing.setdefault(item_id, {})[stage] = person
    n_open = (
        select(ItemComment.item_id, func.count())
        .where(
            ItemComment.item_id.in_(ids),
            ItemComment.answers_id.is_(None),
            ItemComment.resolved_at.is_(None),
        )
        .group_by(ItemComment.item_id)
    )
    flagged = (
        select(Item.id)
        .join(ItemFigure, ItemFigure.item_id == Item.id)
        .where(
            Item.id.in_(ids),
            ItemFigure.is_flagged,
            ItemFigure.version_number == Item.version_number,
        )
    )
    return Known(
        authors,
        standing,
        frozenset(db.scalars(select(Item.id).where(Item.id.in_(ids), was_sent_back()))),
        {row[0]: row[1] for row in db.execute(n_open)},
        frozenset(db.scalars(flagged)),
        stamps.flow_of(db, blueprint.id),
    )
