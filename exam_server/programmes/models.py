"""Organizations, occupations, the programmes they assess, and the dated rule sets."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside
from proctor.signals import GROUPS

RELEASE_NOT_BEFORE_HOURS = 168  # a week: what holds unless a rule set says otherwise


class Organization(Outside, Base):
    """A certifying body (评价机构): every object belongs to one."""

    __tablename__ = "organization"

    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(32))


class Occupation(Outside, Base):
    """An occupation (职业) of the catalogue."""

    __tablename__ = "occupation"

    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str]
    name_en: Mapped[str]


class Programme(Outside, Base):
    """What an organization assesses: one occupation at one level, maybe one work type."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("organization_id", "occupation_id", "level", "work_type"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    )

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    occupation_id: Mapped[int] = mapped_column(ForeignKey("occupation.id"))
    level: Mapped[int]
    work_type: Mapped[str] = mapped_column(default="")

    organization: Mapped[Organization] = relationship()
    occupation: Mapped[Occupation] = relationship()


class RuleSet(Outside, Base):
    """The rules a batch runs under, dated; never edited once a batch has used it."""

    __tablename__ = "rule_set"
    __table_args__ = (
        UniqueConstraint("organization_id", "name", "valid_from"),
        CheckConstraint(
            "theory_weight + practical_weight + performance_weight = 1000000", name="weights"
        ),
        CheckConstraint("decimals BETWEEN 0 AND 4", name="decimals"),
        CheckConstraint("dropped_items IN ('rescale', 'full_marks')", name="dropped_items"),
        CheckConstraint("equating IN ('off', 'both_ways', 'upward')", name="equating"),
    )

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str]
    valid_from: Mapped[date] = mapped_column(Date)
    # Marks of 100 and weights in per cent (they total 100).
    pass_mark: Mapped[Decimal]
    theory_weight: Mapped[Decimal]
    practical_weight: Mapped[Decimal]
    performance_weight: Mapped[Decimal]
    theory_minimum: Mapped[Decimal | None]
    practical_minimum: Mapped[Decimal | None]
    performance_minimum: Mapped[Decimal | None]
    rounding: Mapped[str] = mapped_column(String(16), default="half_up")
    decimals: Mapped[int] = mapped_column(default=1)
    # An item dropped after the exam: the rest is scaled to 100, or everybody gets its mark.
    dropped_items: Mapped[str] = mapped_column(String(16), default="rescale")
    # Equated theory marks count: never, whether they rise or fall, or where they rise only.
    equating: Mapped[str] = mapped_column(String(16), default="off")
    # Minutes: entry opens before the planned start; late limit and hand-in count from the start.
    entry_opens_min: Mapped[int] = mapped_column(default=30)
    late_limit_min: Mapped[int | None]  # none: whoever comes late may still enter
    hand_in_after_min: Mapped[int] = mapped_column(default=30)
    grace_s: Mapped[int] = mapped_column(default=3)
    # Hours before the planned start from which papers may be released.
    release_not_before_hours: Mapped[int] = mapped_column(default=RELEASE_NOT_BEFORE_HOURS)
    # How many of a room should be out at once; the console says when there are more.
    most_out: Mapped[int] = mapped_column(default=1)
    # Candidates from which a calibration gives each item a slope of its own (2PL); 0: never.
    slopes_from: Mapped[int] = mapped_column(default=500)
    # The body may set its own pass mark for theory; otherwise the regulation's 60 holds.
    may_set_cut: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Which facts seats report (proctor.signals.GROUPS); candidates are told.
    signals: Mapped[list[Any]] = mapped_column(default=lambda: list(GROUPS))

    organization: Mapped[Organization] = relationship()
