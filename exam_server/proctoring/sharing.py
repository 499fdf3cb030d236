"""Rooms whose consoles and seats are at several web processes: what each tells the others.

A proxy keeps a room in one process, so this concerns what is left over: a seat or a console that
came while its process was away. Each process names the rooms its consoles watch; the others tell
it which seats of these have changed, merged a tick, as an announcement.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from exam_server.announcements import announce
from exam_server.delivery.held_lines import TO_PROCESSES
from exam_server.delivery.lane import Lane

NAMED_EVERY_S = 10.0
FORGOTTEN_AFTER_S = 25.0
Touched = dict[int, set[int]]


@dataclass
class Sharing:
    """What consoles elsewhere watch, and what was heard for consoles here."""

    lane: Lane
    is_watched: Callable[[int], bool]
    watched_here: set[int] = field(default_factory=set)
    elsewhere: dict[str, tuple[frozenset[int], float]] = field(default_factory=dict)
    heard: Touched = field(default_factory=dict)
    named_at: float = 0.0

    def watch(self, room_run_id: int) -> None:
        """Note that a console here watches a room; the others are told with the next tick."""
        if room_run_id not in self.watched_here:
            self.watched_here.add(room_run_id)
            self.named_at = 0.0

    def hear(self, name: str, payload: dict[str, Any]) -> None:
        """Take what another process tells."""
        if payload["process"] == self.lane.settings.process:
            return
        if name == "rooms_watched":
            self._take_watched(payload["process"], frozenset(payload["rooms"]))
        elif name == "seats_touched":
            for room_run_id, sitting_ids in payload["seats"]:
                self.heard.setdefault(room_run_id, set()).update(sitting_ids)

    def _take_watched(self, process: str, rooms: frozenset[int]) -> None:
        before, _ = self.elsewhere.get(process, (frozenset[int](), 0.0))
        self.elsewhere[process] = (rooms, time.monotonic())
        # What changed before we knew that somebody watches is told once.
        for room_run_id in rooms - before:
            self.lane.facts.touch(room_run_id, self.lane.facts.here_in(room_run_id))

    def take_heard(self) -> Touched:
        """Return what others told since the last tick and begin anew."""
        heard, self.heard = self.heard, {}
        return heard

    def tell(self, changed: Touched) -> None:
        """Tell the others which rooms are watched here, now and then, and what changed here."""
        now = time.monotonic()
        wanted = {
            room
            for rooms, at in self.elsewhere.values()
            if now - at < FORGOTTEN_AFTER_S
            for room in rooms
        }
        touched = [[room, sorted(ids)] for room, ids in changed.items() if room in wanted and ids]
        is_due = bool(self.watched_here) and now - self.named_at >= NAMED_EVERY_S
        if not touched and not is_due:
            return
        process = self.lane.settings.process
        with self.lane.database.writing() as db:
            if is_due:
                self.watched_here = {each for each in self.watched_here if self.is_watched(each)}
                rooms = {"process": process, "rooms": sorted(self.watched_here)}
                announce(db, "rooms_watched", rooms, to=TO_PROCESSES)
            if touched:
                seats = {"process": process, "seats": touched}
                announce(db, "seats_touched", seats, to=TO_PROCESSES)
        if is_due:
            self.named_at = now
