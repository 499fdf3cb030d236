"""Plans of practice, their trials and approvals; tickets and the items they were given."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside
from exam_server.forms.models import PaperStructure

RUNS = -1  # the place that counts runs begun instead of an item
ADAPTIVE, RANDOM = "adaptive", "random"


class AdaptivePlan(Outside, Base):
    """How practice goes; a change is a new version, the old one stands.

    ``adaptive``: how items are chosen one by one and when it ends. ``random``: each run gets a
    paper of its own, drawn by the structure.
    """

    __tablename__ = "adaptive_plan"
    __table_args__ = (UniqueConstraint("paper_structure_id", "title", "number"),)

    paper_structure_id: Mapped[int] = mapped_column(ForeignKey("paper_structure.id"))
    kind: Mapped[str] = mapped_column(String(12), default=ADAPTIVE, server_default=ADAPTIVE)
    title: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    rules: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    structure: Mapped[PaperStructure] = relationship()


class AdaptiveTrial(Outside, Base):
    """A simulation of a plan on a pool as it stood: what it found, and the pool itself.

    ``is_supposed``: with parameters supposed from experts' difficulties; it can switch nothing on.
    """

    __tablename__ = "adaptive_trial"

    plan_id: Mapped[int] = mapped_column(ForeignKey("adaptive_plan.id"), index=True)
    is_supposed: Mapped[bool]
    pool_sha256: Mapped[str | None] = mapped_column(String(64))
    pool: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    result: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    has_passed: Mapped[bool | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    plan: Mapped[AdaptivePlan] = relationship()


class AdaptiveApproval(Base):
    """A plan was switched on, until it is switched off: an adaptive one by its trial."""

    __tablename__ = "adaptive_approval"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("ix_adaptive_approval_plan", "plan_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("adaptive_plan.id"))
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("adaptive_trial.id"))
    approved_at: Mapped[datetime]
    approved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_reason: Mapped[str | None]

    trial: Mapped[AdaptiveTrial | None] = relationship()


class PracticeTicket(Outside, Base):
    """One run of practice: a ticket with a code, the plan it goes by, where it ended.

    ``trial``: that of an adaptive plan. ``seed``: with it and the bank as it was, a random paper
    and its orders can be made again.
    """

    __tablename__ = "practice_ticket"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("adaptive_plan.id"), index=True)
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("adaptive_trial.id"), index=True)
    ticket: Mapped[str] = mapped_column(String(16), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    failed_count: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None] = mapped_column(String(16))
    seed: Mapped[int | None] = mapped_column(BigInteger)

    plan: Mapped[AdaptivePlan] = relationship()
    trial: Mapped[AdaptiveTrial | None] = relationship()


class PracticeStep(Base):
    """An item given to a ticket, and its answer.

    Written once; in a random paper that is reviewed at its end an answer may be changed until it
    is handed in, and counts by the trainee's own numbering (``seq``).
    """

    __tablename__ = "practice_step"
    __table_args__ = (UniqueConstraint("ticket_id", "item_version_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("practice_ticket.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    place: Mapped[int]  # in the trial's pool, or in the random paper
    relaxed: Mapped[str | None] = mapped_column(String(16))
    shadow: Mapped[list[Any]]  # places with which the run could be finished by the blueprint
    given_at: Mapped[datetime]
    answer: Mapped[dict[str, Any] | None]  # {"value": as given}
    is_right: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    # As this run shows and marks it: orders of options, values drawn for it; section and mark.
    orders: Mapped[dict[str, Any] | None]
    drawn: Mapped[dict[str, Any] | None]
    section: Mapped[int | None]
    mark: Mapped[Decimal | None]
    earned: Mapped[Decimal | None]
    seq: Mapped[int] = mapped_column(default=0, server_default="0")


class AdaptiveUse(Base):
    """How often an item of a trial's pool has been given; at place ``RUNS``: runs begun."""

    __tablename__ = "adaptive_use"

    trial_id: Mapped[int] = mapped_column(ForeignKey("adaptive_trial.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    times: Mapped[int]
