"""Incidents, attendance, what proctors have put aside, and sittings asked to be made void."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from exam_server.db import Base, Outside


class Incident(Outside, Base):
    """Something that happened in a room or at a seat, noted by a proctor.

    One noted in error is withdrawn by who noted it: it leaves the record, not the store.
    """

    __tablename__ = "incident"

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    room_run_id: Mapped[int] = mapped_column(ForeignKey("room_run.id"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"))
    category: Mapped[str] = mapped_column(String(16))
    note: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class Attendance(Base):
    """What a proctor has seen of a candidate in person: here, or face and document compared."""

    __tablename__ = "attendance"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SeenNeed(Base):
    """A need of a seat that a proctor has put aside, until it happens anew or for a while.

    What was put aside before stands beside it, so that the newest can be taken back.
    """

    __tablename__ = "seen_need"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    need: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    before_at: Mapped[datetime | None]
    before_until: Mapped[datetime | None]


class VoidRequest(Outside, Base):
    """A sitting asked to be made void by one person, for another to decide.

    ``outcome``: void, refused or withdrawn; none while it waits.
    """

    __tablename__ = "void_request"
    __table_args__ = (
        CheckConstraint("outcome IN ('void', 'refused', 'withdrawn')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("outcome = 'withdrawn' OR decided_by <> asked_by", name="two_persons"),
        Index(
            "uq_void_request_open",
            "sitting_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    category: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_because: Mapped[str | None]
