"""Work on a bank beside its items: figures taken over, tasks, ratings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from exam_server.db import Base, Outside


class ItemAdministration(Base):
    """How a version of an item did on one form of a marked exam session, as it was taken over.

    Never edited: figures of a later marking, or taking them back, supersede them.
    """

    __tablename__ = "item_administration"
    __table_args__ = (
        UniqueConstraint(
            *("item_id", "version_number", "marking", "form", "taken_at"),
            name="uq_item_administration_once",
        ),
        Index("ix_item_administration_source", "source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    version_number: Mapped[int]
    source: Mapped[str] = mapped_column(String(36))  # uid of the exam session
    source_name: Mapped[str]
    held_at: Mapped[datetime]
    marking: Mapped[str] = mapped_column(String(36))  # uid of the marking
    form: Mapped[str] = mapped_column(String(8))
    persons: Mapped[int]
    difficulty: Mapped[float | None]  # mean share of the full mark: 1 very easy
    discrimination: Mapped[float | None]  # item-rest correlation
    omitted: Mapped[float | None]
    not_reached: Mapped[float | None]
    flags: Mapped[list[Any]]  # codes of ``scoring.item_flags``, the gravest first
    taken_at: Mapped[datetime]
    taken_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    superseded_at: Mapped[datetime | None]


class ItemParameter(Base):
    """A version's place on its bank's scale of ability, as a person accepted it.

    Never edited: parameters of a later marking, or taking them back, supersede them.
    """

    __tablename__ = "item_parameter"
    __table_args__ = (
        CheckConstraint("slope > 0", name="slope"),
        Index("ix_item_parameter_source", "source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    version_number: Mapped[int]
    source: Mapped[str] = mapped_column(String(36))  # uid of the exam session
    source_name: Mapped[str]
    held_at: Mapped[datetime]
    marking: Mapped[str] = mapped_column(String(36))  # uid of the marking
    model: Mapped[str] = mapped_column(String(8))  # rasch, 2pl
    persons: Mapped[int]
    slope: Mapped[float]  # per logit, D = 1
    difficulty: Mapped[float]  # logits
    slope_error: Mapped[float | None]
    difficulty_error: Mapped[float | None]
    # The exam session whose candidates have mean 0 and SD 1 on the scale these stand on.
    scale: Mapped[str] = mapped_column(String(36))
    scale_name: Mapped[str]
    taken_at: Mapped[datetime]
    taken_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    superseded_at: Mapped[datetime | None]


class WritingTask(Outside, Base):
    """What a writer is to write for a bank: how many items, of which place and type, by when."""

    __tablename__ = "writing_task"
    __table_args__ = (
        CheckConstraint("n_items > 0", name="n_items"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    )

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[str] = mapped_column(String(200))  # a range's path, a point's code, empty: anywhere
    type: Mapped[str] = mapped_column(String(16))  # empty: any
    n_items: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str]
    given_at: Mapped[datetime]
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]  # withdrawn, or taken as done
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_reason: Mapped[str | None]


class ItemRating(Base):
    """What an expert said of a version: how well it fits its point, how hard it is; 1 to 5.

    ``stands_for`` is the newest version that asks the same.
    """

    __tablename__ = "item_rating"
    __table_args__ = (
        UniqueConstraint("item_id", "version_number", "rater_id"),
        CheckConstraint("congruence BETWEEN 1 AND 5", name="congruence"),
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    version_number: Mapped[int]
    stands_for: Mapped[int]
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    congruence: Mapped[int]
    difficulty: Mapped[int]
    comment: Mapped[str]
    given_at: Mapped[datetime]


class ItemExposure(Base):
    """In how many papers that are over an item has stood, and when the last was over (曝光).

    Parallel forms of one assembly run are one paper, fixed sets a paper each. Forms move it as
    they leave custody; an item that no paper asked yet has no row. It is kept apart from the item
    so that who edits items and who ends an exam never wait for each other.
    """

    __tablename__ = "item_exposure"
    __table_args__ = (CheckConstraint("n_papers > 0", name="used"),)

    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    n_papers: Mapped[int]
    last_used_at: Mapped[datetime]
