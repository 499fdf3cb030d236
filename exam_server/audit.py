"""The audit record: who did what to which object, written with the change itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from exam_server.clock import utcnow
from exam_server.db import Base


class AuditEntry(Base):
    """One act; rows are only ever added."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    act: Mapped[str]
    object: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]


def record(
    db: Session, act: str, *, by: int | None, of: str, detail: dict[str, Any] | None = None
) -> None:
    """Add an entry: the act, the person's id (``None``: the server), the object as ``kind:id``."""
    db.add(AuditEntry(at=utcnow(), person_id=by, act=act, object=of, detail=detail or {}))
