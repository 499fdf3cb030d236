"""What runs beside the handlers in each web process: journal, announcements, closing, heartbeat."""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import gevent
import structlog
from gevent.event import Event
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.announcements import AnnouncementReader, announce, forget_old
from exam_server.clock import utcnow
from exam_server.db import STORE_FAILS
from exam_server.delivery import closing, time_doubt
from exam_server.delivery.contacts import note_outage
from exam_server.delivery.entries import Close
from exam_server.delivery.giver import Giver
from exam_server.delivery.greeting import openings
from exam_server.delivery.held_lines import (
    DEAD_AFTER,
    beat_process,
    dead_processes,
    take_over,
)
from exam_server.delivery.lane import Lane
from exam_server.delivery.notices import TO_CONSOLES, step_s
from exam_server.delivery.transport import Seat, Transport
from exam_server.seating.models import Sitting

log = structlog.get_logger()

POLL_S = 0.2
CLOSE_EVERY_S = 1.0
BEAT_EVERY_S = 5.0
PROCESS_BEAT_EVERY_S = 2.0
CONTACTS_EVERY_S = 1.0
START_STEP = 50
START_AGAIN_S = 0.5
# Answers received in time may still queue at the process that holds the seat's line.
OTHERS_FIRST = timedelta(seconds=5)
# The page of a sitting made void closes its line itself when it has sent what it still held.
VOID_LINE_S = 30.0


@dataclass
class Life:
    """The greenlets of a web process."""

    lane: Lane
    transport: Transport
    reader: AnnouncementReader = field(init=False)
    wake: Event = field(default_factory=Event)
    greenlets: list[gevent.Greenlet[..., Any]] = field(default_factory=list)
    is_stopping: bool = False
    beat_at: datetime | None = None
    judges_from: datetime | None = None
    told_step_s: int = 0
    started: list[int] = field(default_factory=list)  # room runs whose lines are to be told
    is_telling: bool = False
    giver: Giver = field(init=False)

    def __post_init__(self) -> None:
        """Listen to announcements; commits of this process wake the reader."""
        self.reader = AnnouncementReader(self.lane.database, [self.hear])
        self.giver = Giver(self.lane, self.transport)
        self.lane.database.after_announcing.append(self.wake.set)

    def start(self) -> None:
        """Start everything; sittings whose end fell into an outage are held first."""
        with self.lane.database.writing() as db:
            if time_doubt.look(db, now=utcnow()):
                log.error("the wall clock stands before what is stored; confirm the time")
            note_outage(db, now=utcnow())
            self._live_on(db, now=utcnow())
            if self.is_one_of_several:
                # a process of this name that was killed has told nobody of the lines it lost
                take_over(db, self.lane.settings.process)
                beat_process(db, self.lane.settings.process, now=utcnow())
        self.reader.start()
        self.greenlets = [
            gevent.spawn(self.lane.journal.run),
            gevent.spawn(self.giver.run),
            gevent.spawn(self._listen),
            gevent.spawn(self._repeat, CLOSE_EVERY_S, self._close),
            gevent.spawn(self._repeat, BEAT_EVERY_S, self._beat),
            gevent.spawn(self._repeat, CONTACTS_EVERY_S, self._write_contacts),
        ]
        if self.is_one_of_several:
            self.greenlets.append(
                gevent.spawn(self._repeat, PROCESS_BEAT_EVERY_S, self._beat_process)
            )

    @property
    def is_one_of_several(self) -> bool:
        """Say whether other web processes may hold seats of the same rooms."""
        return self.lane.facts.held is not None

    def stop(self) -> None:
        """Write what is queued and end."""
        self.is_stopping = True
        self.lane.journal.stop()
        self.giver.stop()
        self.wake.set()
        gevent.joinall(self.greenlets, timeout=10)
        if self.is_one_of_several:
            with self.lane.database.writing() as db:
                beat_process(db, self.lane.settings.process, now=utcnow())
                take_over(db, self.lane.settings.process)

    def hear(self, name: str, to: str, payload: dict[str, Any]) -> None:
        """Tell the lines of this process what was announced."""
        kind, _, address = to.partition(":")
        if name == "item_chosen":
            gevent.spawn(self.giver.tell, payload["sitting"])
        elif kind == "sitting":
            self.transport.tell(address, name, payload)
            if name == "lease_ended":
                self.transport.end_other_leases(address, payload["lease_number"])
            elif name == "sitting_closed" and payload["reason"] == "void":
                gevent.spawn_later(VOID_LINE_S, self.transport.hang_up, address)
        elif name == "line_opened" and payload["process"] != self.lane.settings.process:
            self.transport.close_lines(int(address))
        elif name == "room_started":
            self.started.append(payload["room_run"])
            if not self.is_telling:
                self.is_telling = True
                gevent.spawn(self._tell_starts)

    def _tell_starts(self) -> None:
        """Tell one step of lines after the other, however many rooms have started at once.

        Each room by itself would want a connection of its own: more than there are in a large
        hall, and who waits for one too long would never be told.
        """
        try:
            while self.started and not self.is_stopping:
                rooms, self.started = self.started, []
                lines = [line for room in rooms for line in self.transport.lines_of_room(room)]
                for first in range(0, len(lines), START_STEP):
                    self._until_told(lines[first : first + START_STEP])
        finally:
            self.is_telling = False

    def _until_told(self, lines: list[tuple[str, Seat]]) -> None:
        """Tell lines of the start as soon as the store is there; one keeps no other from it."""
        while not self.is_stopping:
            try:
                self.tell_start(lines)
            except STORE_FAILS:
                log.exception("a start could not be told; trying again")
                gevent.sleep(START_AGAIN_S)
                continue
            except Exception:
                log.exception("a start could not be told", lines=len(lines))
                for each in lines if len(lines) > 1 else ():
                    self._until_told([each])
            gevent.sleep(0)
            return

    def tell_start(self, lines: list[tuple[str, Seat]]) -> None:
        """Give lines of started rooms their state and key."""
        with self.lane.database.reading() as db:
            ids = {seat.sitting_id for _, seat in lines}
            sittings = db.scalars(select(Sitting).where(Sitting.id.in_(ids))).all()
            told = openings(self.lane, db, sittings)
        for sid, seat in lines:
            for name, message in told[seat.sitting_id]:
                self.transport.tell_line(sid, name, message)

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
                self.lane.announced_read_at = utcnow()
            except Exception:
                log.exception("announcements could not be read; trying again")
            self.wake.wait(POLL_S)

    def _close(self) -> None:
        with self.lane.database.reading() as db:
            now = utcnow()
            if time_doubt.is_doubted(db):
                return
            is_back = closing.was_away(db, now=now)
            due = [] if is_back else self._due(db, now=now)
            rooms = [] if is_back else closing.rooms_to_close(db, now=now)
        if is_back:
            self._beat()
            return
        replies = [
            gevent.spawn(self.lane.journal.ask, Close(each, "time_over", now)) for each in due
        ]
        gevent.joinall(replies)
        if rooms:
            with self.lane.database.writing() as db:
                closing.close_rooms(db, rooms, now=now)

    def _due(self, db: Session, *, now: datetime) -> list[int]:
        """Return the sittings to close here: first by the process that holds the seat's line."""
        if not self.is_one_of_several:
            return closing.due_sittings(db, now=now)
        facts = self.lane.facts
        ours = {each for each in closing.due_sittings(db, now=now) if facts.is_here(each)}
        return sorted(ours | set(closing.due_sittings(db, now=now - OTHERS_FIRST)))

    def _beat(self) -> None:
        now, step = utcnow(), step_s()
        if step:
            log.error("the wall clock was changed", seconds=step)
        with self.lane.database.writing() as db:
            self._live_on(db, now=now)
            if step != self.told_step_s:
                announce(db, "time_looked_at", {}, to=TO_CONSOLES)
            forget_old(db, now)
        self.told_step_s = step

    def _beat_process(self) -> None:
        """Store that this process is alive, and take over from those that are not.

        Who could not store it for a while does not judge the others: the store was away for all.
        """
        now, name = utcnow(), self.lane.settings.process
        if self.beat_at is None or now - self.beat_at > DEAD_AFTER:
            self.judges_from = now + DEAD_AFTER
        with self.lane.database.writing() as db:
            was_known = beat_process(db, name, now=now)
            dead = dead_processes(db, now=now) if self._judges(now) else []
            for each in dead:
                take_over(db, each)
        self.beat_at = now
        if dead:
            log.error("web processes are taken for dead", names=dead)
        if not was_known:
            log.warning("this process was taken for dead; its lines are noted anew")
            self.lane.facts.hold_again(now=now)

    def _judges(self, now: datetime) -> bool:
        return self.judges_from is not None and now >= self.judges_from

    def _live_on(self, db: Session, *, now: datetime) -> None:
        if time_doubt.is_doubted(db):
            held = time_doubt.hold_all(db, now=now)
        else:
            held = closing.live_on(db, now=now)
        if held:
            log.warning("sittings are held", count=held)

    def _write_contacts(self) -> None:
        held = self.lane.facts.held
        if held is not None:
            for sitting_id in held.write(self.lane.database):
                self.transport.close_lines(sitting_id)
        self.lane.facts.contacts.write(self.lane.database, now=utcnow())
        for line in self.lane.facts.lines.write(self.lane.database):
            self.lane.facts.touch(line.room_run_id, [line.sitting_id])
