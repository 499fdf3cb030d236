"""Decisions: the composite of each candidate and why it passes or not."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.batches.models import Registration
from exam_server.db import Base, Outside


class DecisionRun(Outside, Base):
    """One decision over a batch; a later run supersedes it, nothing is edited."""

    __tablename__ = "decision_run"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rules: Mapped[dict[str, Any]]  # the rule set's values as they were applied
    # What it rested on: the marking of each exam session, the standard error of theory marks.
    evidence: Mapped[dict[str, Any] | None]

    decisions: Mapped[list["Decision"]] = relationship(back_populates="run")


class Decision(Base):
    """A candidate's marks, composite, outcome (pass, fail, absent, incomplete) and reasons."""

    __tablename__ = "decision"

    decision_run_id: Mapped[int] = mapped_column(ForeignKey("decision_run.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    theory: Mapped[Decimal | None]
    theory_raw: Mapped[Decimal | None]  # before it was equated; none where it was not
    practical: Mapped[Decimal | None]
    performance: Mapped[Decimal | None]
    composite: Mapped[Decimal | None]
    outcome: Mapped[str] = mapped_column(String(16))
    reasons: Mapped[list[Any]]

    run: Mapped[DecisionRun] = relationship(back_populates="decisions")
    registration: Mapped[Registration] = relationship()


class SecondComputation(Outside, Base):
    """A decision computed a second time, by other code, from what the candidates handed in.

    ``figures`` say what was compared and where the two differ; ``precision`` how sure each
    decision is. ``state``: equal or different.
    """

    __tablename__ = "second_computation"
    __table_args__ = (CheckConstraint("state IN ('equal', 'different')", name="state"),)

    decision_run_id: Mapped[int] = mapped_column(ForeignKey("decision_run.id"), index=True)
    computed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    figures: Mapped[dict[str, Any]]
    precision: Mapped[dict[str, Any] | None]

    run: Mapped[DecisionRun] = relationship()


class ResultRelease(Outside, Base):
    """Decisions released to the candidates: only ones that two computations agree on."""

    __tablename__ = "result_release"

    decision_run_id: Mapped[int] = mapped_column(ForeignKey("decision_run.id"), unique=True)
    second_computation_id: Mapped[int] = mapped_column(ForeignKey("second_computation.id"))
    released_at: Mapped[datetime]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    run: Mapped[DecisionRun] = relationship()
    computation: Mapped[SecondComputation] = relationship()
