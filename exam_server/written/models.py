"""Written answers, who marks them, the marks given, and answers a marker holds just now."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.bank.models import ItemVersion
from exam_server.db import Base, Outside


class MarkerDuty(Outside, Base):
    """Somebody who marks the written answers of an exam session; a chief also arbitrates."""

    __tablename__ = "marker_duty"
    __table_args__ = (UniqueConstraint("exam_session_id", "person_id"),)

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_chief: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime]
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class WrittenTask(Outside, Base):
    """The answers of an exam session to one item, or to one part of a material, and their plan."""

    __tablename__ = "written_task"
    __table_args__ = (
        UniqueConstraint("exam_session_id", "item_version_id", "part"),
        CheckConstraint("n_markers IN (1, 2)", name="n_markers"),
        CheckConstraint("tolerance >= 0", name="tolerance"),
        CheckConstraint("control_every = 0 OR control_every >= 2", name="control_every"),
    )

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    part: Mapped[str] = mapped_column(String(64), default="")  # of a material; "": the item itself
    max_mark: Mapped[Decimal]
    n_markers: Mapped[int]
    tolerance: Mapped[Decimal]
    control_every: Mapped[int] = mapped_column(default=0)
    # Set when the theory marks are made from it; from then on nothing changes until reopened.
    closed_at: Mapped[datetime | None]

    item_version: Mapped[ItemVersion] = relationship()
    answers: Mapped[list["WrittenAnswer"]] = relationship(back_populates="task")


class WrittenAnswer(Outside, Base):
    """A written answer to be marked; its uid is all that a marker knows of whose it is.

    An answer that arrives late in another wording takes this one's place: ``answer`` changes and
    the marks given to the old wording are superseded.
    """

    __tablename__ = "written_answer"
    __table_args__ = (UniqueConstraint("sitting_id", "position", "part"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("written_task.id"), index=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    position: Mapped[int]
    part: Mapped[str] = mapped_column(String(64), default="")
    answer: Mapped[str]
    # A control has an arbiter's mark, the agreed one; markers get it unmarked among the others.
    is_control: Mapped[bool] = mapped_column(default=False)
    flag: Mapped[str] = mapped_column(default="")  # a marker's question to the chief
    flagged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    task: Mapped[WrittenTask] = relationship(back_populates="answers")
    marks: Mapped[list["WrittenMark"]] = relationship(back_populates="answer")


class WrittenMark(Outside, Base):
    """Points somebody gave to an answer; rows are never edited, a correction supersedes.

    ``round``: 1 and 2 of blind markers, 3 of the arbiter, 0 of a control that does not count.
    """

    __tablename__ = "written_mark"
    __table_args__ = (
        CheckConstraint("round BETWEEN 0 AND 3", name="round"),
        CheckConstraint("mark >= 0", name="mark"),
        Index(
            "uq_written_mark_round",
            "answer_id",
            "round",
            unique=True,
            sqlite_where=text("superseded_at IS NULL AND round > 0"),
            postgresql_where=text("superseded_at IS NULL AND round > 0"),
        ),
        Index(
            "uq_written_mark_marker",
            "answer_id",
            "marker_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey("written_answer.id"), index=True)
    marker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    round: Mapped[int]
    points: Mapped[dict[str, Any]]
    mark: Mapped[Decimal]
    note: Mapped[str] = mapped_column(default="")
    marked_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    superseded_why: Mapped[str] = mapped_column(String(16), default="")

    answer: Mapped[WrittenAnswer] = relationship(back_populates="marks")


class WrittenHold(Base):
    """An answer that a marker has before them: nobody else gets this round of it meanwhile.

    ``draft`` is what they have entered so far. A hold that is not renewed runs out.
    """

    __tablename__ = "written_hold"
    __table_args__ = (
        Index(
            "uq_written_hold_round",
            "answer_id",
            "round",
            unique=True,
            sqlite_where=text("round > 0"),
            postgresql_where=text("round > 0"),
        ),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey("written_answer.id"), primary_key=True)
    marker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    round: Mapped[int]
    until: Mapped[datetime]
    draft: Mapped[dict[str, Any]]
