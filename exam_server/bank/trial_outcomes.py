"""What becomes of items after a trial (试测): sent back to their writers, each with the reason.

Into use they go one step on like any other (``forwarding``).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item, ItemReview
from exam_server.bank.stamps import KEEPERS
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from itembank.lifecycle import LAST, next_state


def send_pilots_back(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    uids: Sequence[str],
    *,
    reason: str,
    now: datetime,
) -> tuple[list[str], list[str]]:
    """Give items in the pilot back to their writers; return the codes of those, and who stays.

    Raises NotAllowedError: ``step_not_yours``; InvalidInputError: ``reason_missing``,
    ``nothing_chosen``; ConflictError: ``nothing_to_change``.
    """
    if not actor.may(*KEEPERS, organization_id=blueprint.organization_id):
        raise NotAllowedError("step_not_yours", item="")
    if not reason.strip():
        raise InvalidInputError("reason_missing")
    chosen = select(Item).where(Item.blueprint_id == blueprint.id, Item.uid.in_(uids))
    locked = chosen.order_by(Item.id).with_for_update().execution_options(populate_existing=True)
    items = db.scalars(locked).all()
    if not items:
        raise InvalidInputError("nothing_chosen")
    tried = [item for item in items if item.state == "pilot"]
    if not tried:
        raise ConflictError("nothing_to_change", n=len(items))
    for item in tried:
        _send_back(db, actor, item, reason.strip(), now)
    db.flush()
    left = [item.code for item in items if item not in tried]
    return [item.code for item in tried], left


def _send_back(db: Session, actor: Actor, item: Item, reason: str, now: datetime) -> None:
    item.state = next_state("pilot", "revise") or item.state
    db.add(
        ItemReview(
            item_id=item.id,
            version_number=item.version_number,
            stands_for=None,
            stage=LAST,
            outcome="sent_back",
            comment=reason,
            said_at=now,
            said_by=actor.id,
        )
    )
    detail = {"version": item.version_number, "stage": LAST, "comment": reason}
    audit.record(db, "send_pilot_back", by=actor.id, of=f"item:{item.uid}", detail=detail)
