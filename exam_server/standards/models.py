"""Panels that recommend a pass mark: members, rounds, ratings, judgements, adoptions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.accounts.models import Person
from exam_server.db import Base, Outside
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession


class StandardPanel(Outside, Base):
    """What a panel judges, by which method, and the words it was given.

    Which items it judges stands sealed: they may be those of a paper nobody has opened yet.
    """

    __tablename__ = "standard_panel"
    __table_args__ = (
        UniqueConstraint("organization_id", "title"),
        CheckConstraint(
            "method IN ('angoff', 'yes_no', 'bookmark', 'hofstee', 'borderline_group', "
            "'contrasting_groups', 'borderline_regression')",
            name="method",
        ),
    )

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    title: Mapped[str] = mapped_column(String(120))
    method: Mapped[str] = mapped_column(String(32))
    rules: Mapped[dict[str, Any]]  # response_chance, shows_difficulty, asks_hofstee
    definition: Mapped[str]  # of the borderline candidate
    training: Mapped[str]
    source: Mapped[dict[str, Any]]  # what is judged, in words: form or bank, title, code, area
    language: Mapped[str] = mapped_column(String(16))
    n_items: Mapped[int]
    sealed_items: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    key_id: Mapped[str | None] = mapped_column(String(16))
    # Whose marks say what each cut would mean, and which the experts' judgements belong to.
    exam_session_id: Mapped[int | None] = mapped_column(ForeignKey("exam_session.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    exam_session: Mapped[ExamSession | None] = relationship()
    members: Mapped[list["PanelMember"]] = relationship(
        back_populates="panel", order_by="PanelMember.person_id"
    )
    rounds: Mapped[list["PanelRound"]] = relationship(
        back_populates="panel", order_by="PanelRound.number"
    )


class PanelMember(Base):
    """A person who judges in a panel."""

    __tablename__ = "panel_member"

    panel_id: Mapped[int] = mapped_column(ForeignKey("standard_panel.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    named_at: Mapped[datetime]
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    panel: Mapped[StandardPanel] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class PanelRound(Outside, Base):
    """A round of a panel: ratings are taken while it is open, and stand when it is closed."""

    __tablename__ = "panel_round"
    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
    )

    panel_id: Mapped[int] = mapped_column(ForeignKey("standard_panel.id"))
    number: Mapped[int]
    note: Mapped[str]  # what was talked over before it
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    panel: Mapped[StandardPanel] = relationship(back_populates="rounds")


class PanelSheet(Base):
    """A member's part in a round: begun, and said to be finished."""

    __tablename__ = "panel_sheet"

    round_id: Mapped[int] = mapped_column(ForeignKey("panel_round.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    begun_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]


class PanelRating(Base):
    """What a member says at a place: an item's from 1, the bookmark at 0, questions below it."""

    __tablename__ = "panel_rating"

    round_id: Mapped[int] = mapped_column(ForeignKey("panel_round.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[Decimal | None]
    note: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime]


class PanelJudgement(Base):
    """What experts say of a candidate they know: 1 not competent, 2 borderline, 3, 4 competent."""

    __tablename__ = "panel_judgement"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 4", name="rating"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("panel_round.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    rating: Mapped[int]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class PanelAdoption(Outside, Base):
    """A closed round's cut put forward by one officer, decided on by another.

    ``frozen`` is everything it rests on, ``sha256`` the hash over it. ``outcome``: adopted (a new
    dated rule set has it), evidence (kept beside the regulation's pass mark), refused.
    """

    __tablename__ = "panel_adoption"
    __table_args__ = (
        CheckConstraint("outcome IN ('adopted', 'evidence', 'refused')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_by IS NULL)", name="decided"),
        CheckConstraint("cut BETWEEN 0 AND 1000000", name="cut"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("panel_round.id"), index=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    cut: Mapped[Decimal]  # of 100
    valid_from: Mapped[date] = mapped_column(Date)
    reason: Mapped[str]
    frozen: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_reason: Mapped[str | None]
    new_rule_set_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"), index=True)

    round: Mapped[PanelRound] = relationship()
    rule_set: Mapped[RuleSet] = relationship(foreign_keys=[rule_set_id])
    new_rule_set: Mapped[RuleSet | None] = relationship(foreign_keys=[new_rule_set_id])
    proposer: Mapped[Person] = relationship(foreign_keys=[proposed_by])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by])
