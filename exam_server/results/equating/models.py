"""Equatings of two forms, and the tables of them that results use."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside
from exam_server.forms.models import Form
from exam_server.marking.proposals import Proposal, proposal_rules
from exam_server.seating.models import ExamSession


class Equating(Outside, Base):
    """What the marks of a form are worth on another, by several methods; nothing follows from it.

    ``figures`` as ``exam_server.results.equating.figures`` writes them, none until computed;
    ``scoring`` says by which changes of scoring both sides were marked: it holds while these do.
    """

    __tablename__ = "equating"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    reference_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    reference_form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    methods: Mapped[list[Any]]
    seed: Mapped[int]  # of the draws that standard errors come from
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    computed_at: Mapped[datetime | None]
    scoring: Mapped[dict[str, Any] | None]
    figures: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)

    form: Mapped[Form] = relationship(foreign_keys=form_id)
    reference_form: Mapped[Form] = relationship(foreign_keys=reference_form_id)
    exam_session: Mapped[ExamSession] = relationship(foreign_keys=exam_session_id)
    reference_session: Mapped[ExamSession] = relationship(foreign_keys=reference_session_id)

    @property
    def reference_name(self) -> str:
        """The reference as people know it."""
        return f"{self.reference_session.name} {self.reference_form.code}"


class EquatingUse(Outside, Proposal, Base):
    """Theory marks of a form in a batch by a table: asked by one person, decided by another.

    ``way``: equated (by ``conversion``, frozen with its hash), or raw (as the paper says,
    after all). The newest approved use of a form stands; ``harmed`` is how many candidates the
    decider accepted to stand lower than was released.
    """

    __tablename__ = "equating_use"
    __table_args__ = (
        CheckConstraint("way IN ('equated', 'raw')", name="way"),
        CheckConstraint(
            "(way = 'equated') = (conversion IS NOT NULL AND conversion_sha256 IS NOT NULL)",
            name="has_conversion",
        ),
        *proposal_rules("equating_use", "form_id"),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    equating_id: Mapped[int] = mapped_column(ForeignKey("equating.id"))
    way: Mapped[str] = mapped_column(String(16))
    method: Mapped[str] = mapped_column(String(32))
    conversion: Mapped[dict[str, Any] | None]
    conversion_sha256: Mapped[str | None] = mapped_column(String(64))
    harmed: Mapped[int | None]

    equating: Mapped[Equating] = relationship()
    form: Mapped[Form] = relationship()
