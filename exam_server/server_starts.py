"""Starts of the server, each with its version: what ran when an exam session went live."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from exam_server.db import Base
from exam_server.versions import ServerVersion


class ServerStart(Base):
    """One start by ``exam-server run``; rows are only ever added.

    ``reason`` is set where another version was started although an exam session was live.
    """

    __tablename__ = "server_start"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    package: Mapped[str] = mapped_column(String(32))
    program: Mapped[str] = mapped_column(String(64))
    front_end: Mapped[str] = mapped_column(String(64))
    schema: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(default="")

    @property
    def version(self) -> ServerVersion:
        """Return the version that was started."""
        return ServerVersion(self.package, self.program, self.front_end, self.schema)


def newest_start(db: Session) -> ServerStart | None:
    """Return the newest start."""
    return db.scalar(select(ServerStart).order_by(ServerStart.id.desc()).limit(1))


def note_start(db: Session, started: ServerVersion, *, reason: str = "", now: datetime) -> None:
    """Note a start and its version."""
    db.add(ServerStart(at=now, reason=reason, **started.as_dict()))
    db.flush()
