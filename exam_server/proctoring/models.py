"""Incidents, attendance and what proctors have put aside."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from exam_server.db import Base, Outside


class Incident(Outside, Base):
    """Something that happened in a room or at a seat, noted by a proctor."""

    __tablename__ = "incident"

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    room_run_id: Mapped[int] = mapped_column(ForeignKey("room_run.id"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"))
    category: Mapped[str] = mapped_column(String(16))
    note: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Attendance(Base):
    """What a proctor has seen of a candidate in person: here, or face and document compared."""

    __tablename__ = "attendance"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SeenNeed(Base):
    """A need of a seat that a proctor has put aside, until it happens anew or for a while."""

    __tablename__ = "seen_need"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    need: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
