"""What gives items beside the handlers in each web process: one after the other, off the journal.

Confirmations wake it; what another process left half done it finds by looking once a second.
"""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import gevent
import structlog
from gevent.event import Event

from exam_server.clock import utcnow
from exam_server.delivery.giving import adaptive_told, due_sittings, give_next
from exam_server.seating.models import Sitting

if TYPE_CHECKING:
    from exam_server.delivery.lane import Lane
    from exam_server.delivery.transport import Transport

log = structlog.get_logger()
LOOK_EVERY_S = 1.0


@dataclass
class Due:
    """Sittings of this process that wait for an item."""

    sitting_ids: dict[int, None] = field(default_factory=dict)  # in their order, each once
    wake: Event = field(default_factory=Event)

    def add(self, sitting_ids: Iterable[int]) -> None:
        """Note sittings that wait."""
        self.sitting_ids |= dict.fromkeys(sitting_ids)
        self.wake.set()

    def take(self) -> list[int]:
        """Return who waits, and begin anew."""
        taken, self.sitting_ids = list(self.sitting_ids), {}
        self.wake.clear()
        return taken


@dataclass
class Giver:
    """Chooses, stores and sends items."""

    lane: Lane
    transport: Transport
    is_stopping: bool = False

    def run(self) -> None:
        """Give items until told to stop."""
        while not self.is_stopping:
            self.lane.due.wake.wait(LOOK_EVERY_S)
            try:
                waiting = self.lane.due.take() or self._left_over()
            except Exception:
                log.exception("sittings that wait for an item could not be read; trying again")
                gevent.sleep(LOOK_EVERY_S)
                continue
            for sitting_id in waiting:
                self._give(sitting_id)
                gevent.sleep(0)

    def stop(self) -> None:
        """Let ``run`` end; what still waits is given by whoever comes back first."""
        self.is_stopping = True
        self.lane.due.wake.set()

    def tell(self, sitting_id: int) -> None:
        """Send the lines of a sitting here the item that is open now."""
        lines = self.transport.lines_of(sitting_id)
        if not lines:
            return
        with self.lane.database.reading() as db:
            sitting = db.get_one(Sitting, sitting_id)
            told = adaptive_told(db, sitting, sitting.exam_session)
            room_run_id = sitting.room_run_id
        self.lane.facts.touch(room_run_id, [sitting_id])
        for sid in lines:
            if told is not None:
                self.transport.tell_line(sid, "item_given", told)

    def _left_over(self) -> list[int]:
        with self.lane.database.reading() as db:
            return due_sittings(db)

    def _give(self, sitting_id: int) -> None:
        try:
            give_next(self.lane.database, sitting_id, now=utcnow())
        except Exception:  # the next look finds it again; nobody else waits for this one
            log.exception("an item could not be given", sitting=sitting_id)
