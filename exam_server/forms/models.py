"""Paper structures, assembly runs, test forms, and the sealed bodies that travel to seats."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.bank.models import Blueprint
from exam_server.db import Base, Outside


class PaperStructure(Outside, Base):
    """What a form must look like: sections, counts per type and area, marks, bands."""

    __tablename__ = "paper_structure"

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    title: Mapped[str]
    minutes: Mapped[int]
    demand: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    blueprint: Mapped[Blueprint] = relationship()


class AssemblyRun(Outside, Base):
    """One run of the assembler: its demand, seed, the bank it saw and what came of it."""

    __tablename__ = "assembly_run"

    paper_structure_id: Mapped[int] = mapped_column(ForeignKey("paper_structure.id"))
    # "solved" by the assembler, or "fixed": sets (套题) that people compose, see ``FixedSet``
    mode: Mapped[str] = mapped_column(String(8), default="solved", server_default="solved")
    n_forms: Mapped[int]
    # The seed, under the server secret: with it and the bank the forms could be made again.
    sealed_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[str | None] = mapped_column(String(16))
    bank_sha256: Mapped[str | None] = mapped_column(String(64))
    # Made again from another run: its seed, and the papers that were released before it.
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("assembly_run.id"))
    # Forms of their own for the candidates of one exam session, drawn from another run's forms;
    # what each draw was made from stands sealed.
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("assembly_run.id"))
    sealed_draws: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    result: Mapped[dict[str, Any] | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    paper_structure: Mapped[PaperStructure] = relationship()
    forms: Mapped[list["Form"]] = relationship(back_populates="run", order_by="Form.code")
    repeats: Mapped["AssemblyRun | None"] = relationship(
        remote_side="AssemblyRun.id", foreign_keys=[repeats_id]
    )
    pool: Mapped["AssemblyRun | None"] = relationship(
        remote_side="AssemblyRun.id", foreign_keys=[pool_id]
    )

    @property
    def is_fixed(self) -> bool:
        """Say whether its forms are sets that people compose."""
        return self.mode == "fixed"

    @property
    def papers_before(self) -> datetime:
        """Return until when a release counts as an earlier paper: as in the run it comes from."""
        before = self.repeats or self.pool
        return before.papers_before if before else self.created_at


class Form(Outside, Base):
    """A test form (试卷): frozen once it is released.

    Which items it holds is sealed; ``exam_server.forms.custody`` alone reads and writes that.
    """

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("assembly_run_id", "code"),)

    assembly_run_id: Mapped[int] = mapped_column(ForeignKey("assembly_run.id"))
    code: Mapped[str] = mapped_column(String(8))

    n_items: Mapped[int]
    longest: Mapped[int | None]  # of a form that grows at the seat: how many items it may get
    sealed_items: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    key_id: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)  # rises with each change by hand
    opened_at: Mapped[datetime | None]  # from then on its items stand as rows too

    run: Mapped[AssemblyRun] = relationship(back_populates="forms")

    @hybrid_property
    def longest_or_whole(self) -> int:
        """Return how many positions a form has, or may get while it grows."""
        return self.n_items if self.longest is None else self.longest

    @longest_or_whole.inplace.expression
    @classmethod
    def _longest_or_whole(cls) -> ColumnElement[int]:
        return func.coalesce(cls.longest, cls.n_items)


class FixedSet(Base):
    """What a form of a fixed run has beside its items: frozen or not, deviations, blocked or not.

    ``sealed_deviation`` holds the demands that were not met when it was frozen, and why. Two
    people block a set; from the asking on it is not given out.
    """

    __tablename__ = "fixed_set"
    __table_args__ = (
        CheckConstraint(
            "blocked_at IS NULL OR (block_asked_at IS NOT NULL AND blocked_by <> block_asked_by)",
            name="two_people",
        ),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    frozen_at: Mapped[datetime | None]
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    n_unmet: Mapped[int] = mapped_column(default=0)
    sealed_deviation: Mapped[bytes | None] = mapped_column(LargeBinary)
    block_asked_at: Mapped[datetime | None]
    block_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    block_reason: Mapped[str] = mapped_column(default="")
    blocked_at: Mapped[datetime | None]
    blocked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    form: Mapped[Form] = relationship()

    @property
    def is_ready(self) -> bool:
        """Say whether an exam session may have it."""
        return self.frozen_at is not None and self.block_asked_at is None


class FormVersion(Base):
    """A version of a form that was changed by hand, the first one too: its list and who made it.

    ``sealed_change`` says what was changed and why, and to which version undoing it leads.
    """

    __tablename__ = "form_version"

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sealed_items: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sealed_change: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class FormItem(Base):
    """An item version at its canonical position (from 1) in a form that is over, with its mark."""

    __tablename__ = "form_item"
    __table_args__ = (UniqueConstraint("form_id", "item_version_id"),)

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    section: Mapped[int]
    mark: Mapped[Decimal]
    drawn: Mapped[dict[str, Any] | None]  # values drawn for this form, by part and name
    is_pilot: Mapped[bool] = mapped_column(default=False, server_default=false())


class SealedForm(Base):
    """The encrypted body of a form for one exam session, and its key under the server secret."""

    __tablename__ = "sealed_form"

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    # None where the body was sealed before the release: then it stands as a ``PreparedForm``.
    body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    # A hint: a seat makes ready to show formulas while the candidate waits.
    has_formulas: Mapped[bool] = mapped_column(default=False)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # wiped some time after closing
    key_id: Mapped[str] = mapped_column(String(16))
    released_at: Mapped[datetime]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    form: Mapped[Form] = relationship()


class PracticeBank(Base):
    """A bank whose items may be practised: for good, and no paper is made of it any more."""

    __tablename__ = "practice_bank"

    blueprint_id: Mapped[int] = mapped_column(
        ForeignKey("blueprint.id"), primary_key=True, autoincrement=False
    )
    since: Mapped[datetime]
    reason: Mapped[str]
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class PreparedForm(Base):
    """The body of a candidate's own form, sealed before the release: thousands take a while.

    No seat gets it until a release has made it a ``SealedForm``.
    """

    __tablename__ = "prepared_form"

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    has_formulas: Mapped[bool]
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16))
