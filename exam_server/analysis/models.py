"""Analyses as they were computed, so that a page opens at once, and the marks they go on."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside
from exam_server.marking.models import MarkingRun


class AnalysisReport(Outside, Base):
    """The analysis of one marking; ``figures`` as ``exam_server.analysis.figures`` writes them.

    ``deep`` is what the long work of ``exam_server.analysis.deep`` adds.
    """

    __tablename__ = "analysis_report"

    marking_run_id: Mapped[int] = mapped_column(ForeignKey("marking_run.id"), unique=True)
    computed_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    deep: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    deepened_at: Mapped[datetime | None]

    run: Mapped[MarkingRun] = relationship()


class ExaminerMark(Base):
    """What one examiner gave a candidate for a task of the practical part: for analysis alone.

    The mark that counts is the one entered for the candidate; no sheet of these changes it. A new
    sheet supersedes the one before.
    """

    __tablename__ = "examiner_mark"
    __table_args__ = (
        CheckConstraint("mark >= 0 AND mark <= max_mark AND max_mark > 0", name="mark"),
        Index(
            "uq_examiner_mark_current",
            *("registration_id", "task", "examiner"),
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    task: Mapped[str] = mapped_column(String(80))  # "": one task only
    examiner: Mapped[str] = mapped_column(String(80))
    mark: Mapped[Decimal]
    max_mark: Mapped[Decimal]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    superseded_at: Mapped[datetime | None]


class ExaminerReport(Outside, Base):
    """How the examiners of a batch, or of one of its exam sessions, mark; kept as computed."""

    __tablename__ = "examiner_report"
    __table_args__ = (Index("ix_examiner_report_scope", "batch_id", "exam_session_id"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    exam_session_id: Mapped[int | None] = mapped_column(ForeignKey("exam_session.id"))
    figures: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    computed_at: Mapped[datetime]


class PatternReport(Outside, Base):
    """Unusual patterns of answers in a marking, and which items were suspected; as computed."""

    __tablename__ = "pattern_report"

    marking_run_id: Mapped[int] = mapped_column(ForeignKey("marking_run.id"), index=True)
    asked: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    computed_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
