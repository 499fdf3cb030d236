"""What became of blueprints: versions that were declared, and changes that can be undone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from exam_server.db import Base, Outside


class BlueprintVersion(Outside, Base):
    """A blueprint as an officer declared it; never edited."""

    __tablename__ = "blueprint_version"
    __table_args__ = (UniqueConstraint("blueprint_id", "number"),)

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    number: Mapped[int]
    in_force_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # blueprint_versions.as_plain
    digest: Mapped[str] = mapped_column(String(64))
    n_points: Mapped[int]
    declared_at: Mapped[datetime]
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class BlueprintChange(Outside, Base):
    """One change of a blueprint's rows, with what was before it, so that it can be undone."""

    __tablename__ = "blueprint_change"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
        Index("ix_blueprint_change_bank", "blueprint_id", "id"),
    )

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    kind: Mapped[str] = mapped_column(String(16))
    detail: Mapped[dict[str, Any]]
    # {"areas": [[before, after]], "points": […], "items": […], "places": […]}, see ``recording``
    rows: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    done_at: Mapped[datetime]
    done_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
