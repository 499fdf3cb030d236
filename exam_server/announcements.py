"""Live messages as rows: whatever changes a fact, in any process, reaches every web process.

A service writes an announcement in its own transaction. Every web process reads new rows (its
own at once after the commit, those of other processes within the poll's 200 ms) and tells the
sockets it holds. A message lost on the way costs a refresh, never a fact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from exam_server.clock import utcnow
from exam_server.db import Base, Database

KEPT_FOR = timedelta(minutes=10)
WINDOW = 500


class Announcement(Base):
    """One live message: its name, to whom (``sitting:<uid>``, ``room:<uid>``), its facts."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    name: Mapped[str]
    to: Mapped[str]
    payload: Mapped[dict[str, Any]]


def announce(db: Session, name: str, payload: dict[str, Any], *, to: str) -> None:
    """Have a live message sent after this transaction has committed."""
    db.add(Announcement(at=utcnow(), name=name, to=to, payload=payload))
    db.info["announced"] = True


Listener = Callable[[str, str, dict[str, Any]], None]


@dataclass
class AnnouncementReader:
    """Hands each new announcement (name, to, payload) to the listeners, once.

    PostgreSQL may commit a lower id after a higher one has been read, so a window behind the
    newest id is read again and what was delivered is remembered.
    """

    database: Database
    listeners: list[Listener] = field(default_factory=list)
    _delivered: set[int] = field(default_factory=set)

    def start(self) -> None:
        """Begin behind the newest row: what happened before, seats learn by fetching state."""
        with self.database.reading() as db:
            self._delivered = set(self._window(db))

    def read(self) -> int:
        """Deliver what is new; return how many there were."""
        with self.database.reading() as db:
            fresh = [each for each in self._window(db) if each not in self._delivered]
            rows = _rows(db, fresh) if fresh else ()
        newest = max(fresh, default=0)
        self._delivered.update(fresh)
        if len(self._delivered) > 4 * WINDOW:
            self._delivered = {i for i in self._delivered if i > newest - 2 * WINDOW}
        for row in rows:
            for listener in self.listeners:
                listener(row.name, row.to, row.payload)
        return len(fresh)

    def _window(self, db: Session) -> Sequence[int]:
        """Return the numbers to look at; most polls find nothing new and read no message."""
        newest = max(self._delivered, default=0)
        return db.scalars(select(Announcement.id).where(Announcement.id > newest - WINDOW)).all()


def _rows(db: Session, ids: Sequence[int]) -> list[Row[tuple[int, str, str, dict[str, Any]]]]:
    columns = (Announcement.id, Announcement.name, Announcement.to, Announcement.payload)
    chosen = select(*columns).where(Announcement.id >= min(ids)).order_by(Announcement.id)
    wanted = set(ids)
    return [row for row in db.execute(chosen) if row.id in wanted]


def forget_old(db: Session, now: datetime) -> None:
    """Delete announcements nobody can be waiting for any more.

    The newest stays whatever its age: SQLite gives the number of a deleted newest row out again,
    and readers would take the next announcement for one they have delivered.
    """
    newest = select(func.max(Announcement.id)).scalar_subquery()
    is_old = Announcement.at < now - KEPT_FOR
    db.execute(delete(Announcement).where(is_old, Announcement.id < newest))
