"""Which web process holds a seat's line: rows, so that the others and the next start know.

Only where there are several: one process alone keeps no such rows.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from exam_server.announcements import announce
from exam_server.db import Database
from exam_server.delivery.contacts import WATCHED, Loss, in_steps
from exam_server.delivery.models import ContactLoss, HeldLine, WebProcess
from exam_server.seating.models import Sitting

TO_PROCESSES = "process:all"
NOBODY = ""  # told by none of the processes: each of them takes it
# A process beats every two seconds; one that has not for so long was killed, or stands still.
DEAD_AFTER = timedelta(seconds=8)


@dataclass
class HeldLines:
    """Lines opened and closed in this process since they were last written."""

    process: str
    _opened: dict[int, datetime] = field(default_factory=dict)
    _closed: set[int] = field(default_factory=set)

    def opened(self, sitting_id: int, *, now: datetime) -> None:
        """Note a new line."""
        self._closed.discard(sitting_id)
        self._opened[sitting_id] = now

    def closed(self, sitting_id: int) -> None:
        """Note that the last line is gone."""
        self._opened.pop(sitting_id, None)
        self._closed.add(sitting_id)

    def write(self, database: Database) -> list[int]:
        """Write what was noted; return the sittings that have a newer line elsewhere.

        A process whose line is the older is told to close it: one line writes at a sitting.
        """
        opened, closed = self._opened, self._closed
        if not opened and not closed:
            return []
        self._opened, self._closed = {}, set()
        try:
            with database.writing() as db:
                return self._write(db, opened, closed)
        except BaseException:
            self._opened = opened | self._opened
            self._closed |= closed - self._opened.keys()
            raise

    def _write(self, db: Session, opened: dict[int, datetime], closed: set[int]) -> list[int]:
        for ids in in_steps(closed):
            mine = (HeldLine.sitting_id.in_(ids), HeldLine.process == self.process)
            db.execute(delete(HeldLine).where(*mine))
        known = lines_elsewhere(db, opened, self.process)
        older = [each for each, since in known.items() if since > opened[each]]
        rows = [
            {"sitting_id": each, "process": self.process, "since": since}
            for each, since in sorted(opened.items())
            if each not in older
        ]
        if rows:
            db.execute(_upsert(db), rows)
        for each in known.keys() - older:
            announce(db, "line_opened", {"process": self.process}, to=f"line:{each}")
        return older


def lines_elsewhere(db: Session, sitting_ids: Iterable[int], process: str) -> dict[int, datetime]:
    """Return since when sittings have a line at another process than this."""
    found: dict[int, datetime] = {}
    for ids in in_steps(sitting_ids):
        chosen = select(HeldLine.sitting_id, HeldLine.since).where(
            HeldLine.sitting_id.in_(ids), HeldLine.process != process
        )
        found.update({row.sitting_id: row.since for row in db.execute(chosen)})
    return found


def beat_process(db: Session, name: str, *, now: datetime) -> bool:
    """Store that a process is alive; say whether it was known: if not, it was taken for dead."""
    row = db.get(WebProcess, name)
    if row is None:
        db.add(WebProcess(name=name, beat_at=now))
        return False
    row.beat_at = now
    return True


def dead_processes(db: Session, *, now: datetime) -> list[str]:
    """Return the processes that have not beaten for long."""
    chosen = select(WebProcess.name).where(WebProcess.beat_at < now - DEAD_AFTER)
    return list(db.scalars(chosen.order_by(WebProcess.name)))


def take_over(db: Session, name: str) -> None:
    """Note the losses of a process that has ended and forget its lines; tell every console.

    A seat that has found another process meanwhile is not among them.
    """
    process = db.get(WebProcess, name, with_for_update=True)
    if process is None:
        return
    chosen = (
        select(HeldLine.sitting_id, Sitting.room_run_id, Sitting.status)
        .join(Sitting, HeldLine.sitting_id == Sitting.id)
        .where(HeldLine.process == name)
        .order_by(HeldLine.sitting_id)
        .with_for_update(of=HeldLine)  # in the order in which others write them
    )
    lines = db.execute(chosen).all()
    lasting = set(
        db.scalars(select(ContactLoss.sitting_id).where(ContactLoss.regained_at.is_(None)))
    )
    rows = [
        asdict(Loss(line.sitting_id, process.beat_at))
        for line in lines
        if line.status in WATCHED and line.sitting_id not in lasting
    ]
    if rows:
        db.execute(insert(ContactLoss), rows)
    db.execute(delete(HeldLine).where(HeldLine.process == name))
    db.delete(process)
    by_room: dict[int, set[int]] = {}
    for line in lines:
        by_room.setdefault(line.room_run_id, set()).add(line.sitting_id)
    touched = [[room, sorted(ids)] for room, ids in sorted(by_room.items())]
    if touched:
        announce(db, "seats_touched", {"process": NOBODY, "seats": touched}, to=TO_PROCESSES)


def _upsert(db: Session) -> Any:
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(HeldLine)
    new = {"process": statement.excluded.process, "since": statement.excluded.since}
    return statement.on_conflict_do_update(index_elements=["sitting_id"], set_=new)
