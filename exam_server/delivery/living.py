"""What runs beside the handlers in each web process: journal, announcements, closing, heartbeat."""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gevent
import structlog
from gevent.event import Event
from sqlalchemy import select

from exam_server.announcements import AnnouncementReader, forget_old
from exam_server.clock import utcnow
from exam_server.delivery import closing
from exam_server.delivery.contacts import note_outage
from exam_server.delivery.entries import Close
from exam_server.delivery.lane import Lane
from exam_server.delivery.sockets import openings
from exam_server.delivery.transport import Transport
from exam_server.seating.models import Sitting

log = structlog.get_logger()

POLL_S = 0.2
CLOSE_EVERY_S = 1.0
BEAT_EVERY_S = 5.0
CONTACTS_EVERY_S = 1.0
START_STEP = 50


@dataclass
class Life:
    """The greenlets of a web process."""

    lane: Lane
    transport: Transport
    reader: AnnouncementReader = field(init=False)
    wake: Event = field(default_factory=Event)
    greenlets: list[gevent.Greenlet[..., Any]] = field(default_factory=list)
    is_stopping: bool = False

    def __post_init__(self) -> None:
        """Listen to announcements; commits of this process wake the reader."""
        self.reader = AnnouncementReader(self.lane.database, [self.hear])
        self.lane.database.after_announcing.append(self.wake.set)

    def start(self) -> None:
        """Start everything; sittings whose end fell into an outage are held first."""
        with self.lane.database.writing() as db:
            held = closing.hold_after_outage(db, now=utcnow())
            note_outage(db, now=utcnow())
            closing.beat(db, now=utcnow())
        if held:
            log.warning("sittings held after an outage", count=held)
        self.reader.start()
        self.greenlets = [
            gevent.spawn(self.lane.journal.run),
            gevent.spawn(self._listen),
            gevent.spawn(self._repeat, CLOSE_EVERY_S, self._close),
            gevent.spawn(self._repeat, BEAT_EVERY_S, self._beat),
            gevent.spawn(self._repeat, CONTACTS_EVERY_S, self._write_contacts),
        ]

    def stop(self) -> None:
        """Write what is queued and end."""
        self.is_stopping = True
        self.lane.journal.stop()
        self.wake.set()
        gevent.joinall(self.greenlets, timeout=10)

    def hear(self, name: str, to: str, payload: dict[str, Any]) -> None:
        """Tell the lines of this process what was announced."""
        kind, _, address = to.partition(":")
        if kind == "sitting":
            self.transport.tell(address, name, payload)
            if name == "lease_ended":
                self.transport.end_other_leases(address, payload["lease_number"])
        elif name == "room_started":
            gevent.spawn(self.tell_start, payload["room_run"])

    def tell_start(self, room_run_id: int) -> None:
        """Give every line of a started room its state and key."""
        lines = self.transport.lines_of_room(room_run_id)
        for first in range(0, len(lines), START_STEP):
            step = lines[first : first + START_STEP]
            with self.lane.database.reading() as db:
                ids = {seat.sitting_id for _, seat in step}
                sittings = db.scalars(select(Sitting).where(Sitting.id.in_(ids))).all()
                told = openings(self.lane, db, sittings)
            for sid, seat in step:
                for name, message in told[seat.sitting_id]:
                    self.transport.tell_line(sid, name, message)
            gevent.sleep(0)

    def _repeat(self, seconds: float, step: Callable[[], None]) -> None:
        while not self.is_stopping:
            try:
                step()
            except Exception:
                log.exception("a background step failed; trying again", step=step.__name__)
                gevent.sleep(seconds)
            gevent.sleep(seconds)

    def _listen(self) -> None:
        while not self.is_stopping:
            self.wake.clear()
            try:
                self.reader.read()
            except Exception:
                log.exception("announcements could not be read; trying again")
            self.wake.wait(POLL_S)

    def _close(self) -> None:
        now = utcnow()
        with self.lane.database.reading() as db:
            due = closing.due_sittings(db, now=now)
        replies = [
            gevent.spawn(self.lane.journal.ask, Close(each, "time_over", now)) for each in due
        ]
        gevent.joinall(replies)
        with self.lane.database.reading() as db:
            rooms = closing.rooms_to_close(db, now=now)
        if rooms:
            with self.lane.database.writing() as db:
                closing.close_rooms(db, rooms, now=now)

    def _beat(self) -> None:
        now = utcnow()
        with self.lane.database.writing() as db:
            closing.beat(db, now=now)
            forget_old(db, now)

    def _write_contacts(self) -> None:
        self.lane.facts.contacts.write(self.lane.database, now=utcnow())
        for line in self.lane.facts.lines.write(self.lane.database):
            self.lane.facts.touch(line.room_run_id, [line.sitting_id])
