"""Marks: of each response, of each sitting, and those that examiners enter."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside


class MarkingRun(Outside, Base):
    """One marking of an exam session; a later run supersedes it, nothing is edited.

    Its rows are written piece by piece; only a published run is anybody's marks.
    """

    __tablename__ = "marking_run"

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    marked_at: Mapped[datetime]
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]

    sitting_scores: Mapped[list["SittingScore"]] = relationship(back_populates="run")


class ResponseScore(Base):
    """The mark of one position; ``status``: answered, omitted, not_reached.

    No mark: a person has to read the answer and has not given one.
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


class SittingScore(Base):
    """The theory mark of a sitting: raw, its maximum, and out of 100; none while any is missing."""

    __tablename__ = "sitting_score"

    marking_run_id: Mapped[int] = mapped_column(ForeignKey("marking_run.id"), primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    mark: Mapped[Decimal | None]
    max_mark: Mapped[Decimal]
    theory: Mapped[Decimal | None]

    run: Mapped[MarkingRun] = relationship(back_populates="sitting_scores")


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
