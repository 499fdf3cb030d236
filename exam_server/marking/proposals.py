"""A change of what counts after an exam: asked for by one person, decided by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column


class Proposal:
    """Mixin: a row that waits with a preview until another person decides.

    ``outcome``: approved, refused, withdrawn or expired (what it was looked at with no longer
    holds); none while it waits.
    """

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # What it would do, and a hash of the marks that this was computed from.
    preview: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    basis: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_because: Mapped[str | None]
    applied_at: Mapped[datetime | None]  # the batch has been marked or decided by it


def proposal_rules(table: str, of: str) -> tuple[CheckConstraint | Index, ...]:
    """Return what must hold of the proposals in a table: two persons, one open one per ``of``."""
    is_open = text("outcome IS NULL")
    return (
        CheckConstraint(
            "outcome IN ('approved', 'refused', 'withdrawn', 'expired')", name="outcome"
        ),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint(
            "outcome NOT IN ('approved', 'refused') OR decided_by <> asked_by", name="two_persons"
        ),
        Index(
            f"uq_{table}_open",
            *("batch_id", of),
            unique=True,
            sqlite_where=is_open,
            postgresql_where=is_open,
        ),
    )
