"""How a proposal is decided: by another person than who asked, while its preview still holds."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from exam_server.inputs import In
from exam_server.marking.proposals import Proposal


class DecisionIn(In):
    """What the second person decides, or the first takes back."""

    outcome: Annotated[str, Field(pattern="^(approved|refused|withdrawn)$")]
    reason: str = ""


def lock(db: Session, batch: Batch, proposal: Proposal) -> None:
    """Let one decision about a batch's marks be taken at a time."""
    db.refresh(batch, with_for_update=True)
    db.refresh(proposal, with_for_update=True)


def check_decider(proposal: Proposal, actor: Actor, sent: DecisionIn) -> None:
    """Refuse a decision that is not this person's to take.

    Raises ConflictError: ``change_decided``, ``change_not_previewed``; NotAllowedError:
    ``change_own``, ``change_not_own``; InvalidInputError: ``reason_missing``.
    """
    if proposal.outcome is not None:
        raise ConflictError("change_decided")
    if sent.outcome == "withdrawn":
        if proposal.asked_by != actor.id:
            raise NotAllowedError("change_not_own")
        return
    if proposal.asked_by == actor.id:
        raise NotAllowedError("change_own")
    if not sent.reason.strip():
        raise InvalidInputError("reason_missing")
    if sent.outcome == "approved" and proposal.basis is None:
        raise ConflictError("change_not_previewed")


def end(
    proposal: Proposal,
    actor: Actor,
    sent: DecisionIn,
    *,
    has_changed: bool,
    now: datetime,
) -> str:
    """End a proposal; return its outcome: ``expired`` when it no longer is as previewed."""
    is_expired = sent.outcome == "approved" and has_changed
    proposal.outcome = outcome = "expired" if is_expired else sent.outcome
    proposal.decided_at, proposal.decided_by = now, actor.id
    proposal.decided_because = sent.reason or None
    return outcome
