"""Adaptive plans, their trials and approvals; practice tickets and the items they were given."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside
from exam_server.forms.models import PaperStructure

RUNS = -1  # the place that counts runs begun instead of an item


class AdaptivePlan(Outside, Base):
    """How an adaptive test chooses and stops; a change is a new version, the old one stands."""

    __tablename__ = "adaptive_plan"
    __table_args__ = (UniqueConstraint("paper_structure_id", "title", "number"),)

    paper_structure_id: Mapped[int] = mapped_column(ForeignKey("paper_structure.id"))
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
    """A second person switched a plan on, by one trial; until it is switched off."""

    __tablename__ = "adaptive_approval"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("ix_adaptive_approval_plan", "plan_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("adaptive_plan.id"))
    trial_id: Mapped[int] = mapped_column(ForeignKey("adaptive_trial.id"))
    approved_at: Mapped[datetime]
    approved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_reason: Mapped[str | None]

    trial: Mapped[AdaptiveTrial] = relationship()


class PracticeTicket(Outside, Base):
    """One run of practice: a ticket with a code, the plan and trial it goes by, where it ended."""

    __tablename__ = "practice_ticket"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
    )

    trial_id: Mapped[int] = mapped_column(ForeignKey("adaptive_trial.id"), index=True)
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

    trial: Mapped[AdaptiveTrial] = relationship()


class PracticeStep(Base):
    """An item given to a ticket, and its answer: written once, never edited."""

    __tablename__ = "practice_step"
    __table_args__ = (UniqueConstraint("ticket_id", "item_version_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("practice_ticket.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    place: Mapped[int]  # in the trial's pool
    relaxed: Mapped[str | None] = mapped_column(String(16))
    shadow: Mapped[list[Any]]  # places with which the run could be finished by the blueprint
    given_at: Mapped[datetime]
    answer: Mapped[dict[str, Any] | None]  # {"value": as given}
    is_right: Mapped[bool | None]
    answered_at: Mapped[datetime | None]


class AdaptiveUse(Base):
    """How often an item of a trial's pool has been given; at place ``RUNS``: runs begun."""

    __tablename__ = "adaptive_use"

    trial_id: Mapped[int] = mapped_column(ForeignKey("adaptive_trial.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    times: Mapped[int]
