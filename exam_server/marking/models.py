"""Marks: of each response, of each sitting, and those that examiners enter."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.bank.models import ItemVersion
from exam_server.db import Base, Outside
from exam_server.marking.proposals import Proposal, proposal_rules


class MarkingRun(Outside, Base):
    """One marking of an exam session; a later run supersedes it, nothing is edited.

    Its rows are written piece by piece; only a published run is anybody's marks.
    """

    __tablename__ = "marking_run"

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    marked_at: Mapped[datetime]
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    # The changes of scoring it was made under, by uid; none: as the papers were written.
    changes: Mapped[list[Any] | None]

    sitting_scores: Mapped[list["SittingScore"]] = relationship(back_populates="run")


class ResponseScore(Base):
    """The mark of one position; ``status``: answered, omitted, not_reached.

    No mark: a person has to read the answer and has not given one. What does not ``count`` has
    a mark that is in no sum: its item was dropped, or on trial in this form.
    """

    __tablename__ = "response_score"

    marking_run_id: Mapped[int] = mapped_column(ForeignKey("marking_run.id"), primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    status: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str | None]
    mark: Mapped[Decimal | None]
    max_mark: Mapped[Decimal]
    counts: Mapped[bool] = mapped_column(default=True, server_default=true())


class SittingScore(Base):
    """The theory mark of a sitting: raw, its maximum, and out of 100; none while any is missing."""

    __tablename__ = "sitting_score"

    marking_run_id: Mapped[int] = mapped_column(ForeignKey("marking_run.id"), primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    mark: Mapped[Decimal | None]
    max_mark: Mapped[Decimal]
    theory: Mapped[Decimal | None]

    run: Mapped[MarkingRun] = relationship(back_populates="sitting_scores")


class AdaptiveMark(Base):
    """What stands behind the theory mark of an adaptive test, in logits.

    ``cut`` is the ability at which the pass mark is expected; ``mark_error`` the standard error
    of the mark of 100.
    """

    __tablename__ = "adaptive_mark"

    marking_run_id: Mapped[int] = mapped_column(ForeignKey("marking_run.id"), primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    ability: Mapped[float]
    standard_error: Mapped[float]
    n_given: Mapped[int]
    cut: Mapped[float]
    mark_error: Mapped[Decimal | None]


class ComponentMark(Outside, Base):
    """What an examiner entered for a component; a correction is a new row that supersedes.

    ``standing``: marked (a mark of 100), absent, void, or withdrawn (what stood does not hold,
    nothing took its place).
    """

    __tablename__ = "component_mark"
    __table_args__ = (
        CheckConstraint("component IN ('practical', 'performance')", name="component"),
        CheckConstraint("mark BETWEEN 0 AND 1000000", name="mark"),
        CheckConstraint("standing IN ('marked', 'absent', 'void', 'withdrawn')", name="standing"),
        CheckConstraint("(standing = 'marked') = (mark IS NOT NULL)", name="marked"),
        Index(
            "uq_component_mark_current",
            "registration_id",
            "component",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    component: Mapped[str] = mapped_column(String(16))
    standing: Mapped[str] = mapped_column(String(16), default="marked")
    mark: Mapped[Decimal | None]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    superseded_at: Mapped[datetime | None]


class ScoringChange(Outside, Proposal, Base):
    """An item of a batch marked otherwise than its paper says: asked by one, decided by another.

    ``way``: other_key (one of ``keys`` instead of the item's own), several_keys (the best of
    them), full_marks (to everybody), dropped, or original (as the paper says, after all). The
    newest approved change of an item stands; the item itself is not edited.
    """

    __tablename__ = "scoring_change"
    __table_args__ = (
        CheckConstraint(
            "way IN ('other_key', 'several_keys', 'full_marks', 'dropped', 'original')", name="way"
        ),
        *proposal_rules("scoring_change", "item_version_id"),
    )

    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    way: Mapped[str] = mapped_column(String(16))
    keys: Mapped[list[Any]]

    item_version: Mapped[ItemVersion] = relationship()
