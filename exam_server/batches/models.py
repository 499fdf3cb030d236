"""Batches (认定批次), candidates with portraits and accommodations, registrations with tickets."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside
from exam_server.programmes.models import Programme, RuleSet


class Batch(Outside, Base):
    """An assessment batch of one programme under one rule set."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("organization_id", "code"),)

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    exam_date: Mapped[date] = mapped_column(Date)
    is_sample: Mapped[bool] = mapped_column(default=False)
    is_rehearsal: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship()
    rule_set: Mapped[RuleSet] = relationship()

    def named(self, language: str) -> str:
        """Return the title in a language; the first one where there is none in it."""
        return self.name_en or self.name if language == "en" else self.name


class Candidate(Outside, Base):
    """A person to be assessed."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("organization_id", "id_type", "id_number"),)

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str]
    id_type: Mapped[str] = mapped_column(String(16), default="resident")
    id_number: Mapped[str] = mapped_column(String(64))
    employer: Mapped[str] = mapped_column(default="")


class Registration(Outside, Base):
    """A candidate in a batch, with the admission ticket (准考证)."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("batch_id", "candidate_id"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"))
    ticket: Mapped[str] = mapped_column(String(32), unique=True)
    # HMAC-SHA-256 of ticket and code under the server secret, hex; None until codes are issued.
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_issued_at: Mapped[datetime | None]
    # Whoever is withdrawn is in no list, draw or decision; the row and its ticket stay.
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_because: Mapped[str | None]

    batch: Mapped[Batch] = relationship()
    candidate: Mapped[Candidate] = relationship()


class StagedRegistration(Base):
    """A row of a list of candidates that is being registered; nobody sees it before all are."""

    __tablename__ = "staged_registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    staging: Mapped[str] = mapped_column(String(36), index=True)  # names the list
    staged_at: Mapped[datetime]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    uid: Mapped[str] = mapped_column(String(36))
    candidate_uid: Mapped[str] = mapped_column(String(36))
    is_new: Mapped[bool]
    name: Mapped[str]
    id_type: Mapped[str] = mapped_column(String(16))
    id_number: Mapped[str] = mapped_column(String(64))
    employer: Mapped[str]
    ticket: Mapped[str] = mapped_column(String(32))


class CandidatePhoto(Base):
    """A candidate's portrait: a small JPEG made here, without what a camera wrote into it."""

    __tablename__ = "candidate_photo"

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    mime: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    stored_at: Mapped[datetime]

    candidate: Mapped[Candidate] = relationship()


class Accommodation(Outside, Base):
    """What a candidate is granted for every exam (便利措施); a change supersedes the row before.

    ``reason`` names the document; it is for the office. Proctors read ``helper`` and ``note``.
    """

    __tablename__ = "accommodation"
    __table_args__ = (
        CheckConstraint(
            "extra_percent >= 0 AND extra_minutes >= 0 AND break_minutes >= 0", name="not_negative"
        ),
        CheckConstraint("valid_from <= valid_to", name="days"),
        Index(
            "uq_accommodation_standing",
            "candidate_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    extra_percent: Mapped[int] = mapped_column(default=0)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    break_minutes: Mapped[int] = mapped_column(default=0)
    is_large_text: Mapped[bool] = mapped_column(default=False)
    wants_own_room: Mapped[bool] = mapped_column(default=False)
    helper: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    granted_at: Mapped[datetime]
    granted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    candidate: Mapped[Candidate] = relationship()
