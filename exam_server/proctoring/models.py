"""Incidents of an exam session."""

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
