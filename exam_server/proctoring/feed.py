"""The feed of consoles: what changed in a room, merged, at most four times a second."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import gevent
import structlog
from socketio import Server
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.clock import rfc3339, utcnow
from exam_server.delivery.lane import Lane
from exam_server.delivery.notices import TO_CONSOLES
from exam_server.proctoring.seats import (
    place_told,
    progress_told,
    room_snapshot,
    seats_by_room,
)
from exam_server.proctoring.sharing import Sharing, Touched
from exam_server.seating.models import RoomRun, Sitting

log = structlog.get_logger()

NAMESPACE = "/proctoring"
TICK_S = 0.25
Answering = dict[int, dict[int, str]]  # uids of sittings by id, by room run


@dataclass
class Feed:
    """Consoles by room; each room's changes carry a number so that a gap is seen."""

    lane: Lane
    server: Server
    numbers: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    told_uids: set[str] = field(default_factory=set)
    changed_rooms: set[int] = field(default_factory=set)
    sharing: Sharing | None = None  # where there are other web processes
    is_stopping: bool = False

    def __post_init__(self) -> None:
        """Share rooms with other web processes, if there are any."""
        if self.lane.settings.workers > 1:
            self.sharing = Sharing(self.lane, lambda room: self._is_watched(watchers(room)))

    def start(self) -> None:
        """Begin telling consoles."""
        gevent.spawn(self._run)

    def stop(self) -> None:
        """Stop telling."""
        self.is_stopping = True

    def hear(self, name: str, to: str, payload: dict[str, Any]) -> None:
        """Note what an announcement changes for consoles."""
        kind, _, address = to.partition(":")
        if kind in {"sitting", "seat"}:
            self.told_uids.add(address)
        elif kind == "room":
            self.changed_rooms.add(payload["room_run"])
        elif kind == "process" and self.sharing is not None:
            self.sharing.hear(name, payload)
        elif to == TO_CONSOLES:
            self.changed_rooms.update(self.numbers)
        elif kind == "person" and name in {"signed_out", "duty_ended"}:
            self._drop(address)

    def join(self, sid: str, person_id: int, room_run_id: int) -> int:
        """Let a console watch a room; return the room's number so far."""
        self._enter(sid, person_id, watchers(room_run_id))
        if self.sharing is not None:
            self.sharing.watch(room_run_id)
        return self.numbers[room_run_id]

    def join_wall(self, sid: str, person_id: int, room_run_id: int) -> None:
        """Let a wall show a room's clock."""
        self._enter(sid, person_id, wall(room_run_id))

    def _enter(self, sid: str, person_id: int, group: str) -> None:
        """Join a group; a sign-out of the person closes the line."""
        self.server.enter_room(sid, group, namespace=NAMESPACE)
        self.server.enter_room(sid, f"person:{person_id}", namespace=NAMESPACE)

    def _drop(self, person_id: str) -> None:
        members = self.server.manager.get_participants(NAMESPACE, f"person:{person_id}")
        for sid, _ in list(members):
            self.server.disconnect(sid, namespace=NAMESPACE)

    def _run(self) -> None:
        while not self.is_stopping:
            gevent.sleep(TICK_S)
            try:
                self.tick()
            except Exception:
                log.exception("consoles could not be told; trying again")

    def tick(self) -> None:
        """Tell every watched room what changed since the last tick."""
        changed, answering = self._take_changed()
        uids, self.told_uids = self.told_uids, set()
        rooms, self.changed_rooms = self.changed_rooms, set()
        if not (changed or answering or uids or rooms):
            return
        try:
            self._tell_all(changed, answering, uids, rooms)
        except Exception:
            self._keep(changed, answering)
            self.told_uids |= uids
            self.changed_rooms |= rooms
            raise

    def _take_changed(self) -> tuple[Touched, Answering]:
        """Return what changed here and, as others tell, elsewhere; tell them what changed here.

        Apart from it where only answers have come: nearly always, and nothing need be read then.
        """
        changed, answering = self.lane.facts.take_changed(), self.lane.facts.take_answering()
        if self.sharing is None:
            return changed, answering
        try:
            self.sharing.tell(together(changed, answering))
        except Exception:
            self._keep(changed, answering)
            raise
        for room_run_id, sitting_ids in self.sharing.take_heard().items():
            changed.setdefault(room_run_id, set()).update(sitting_ids)
        return changed, answering

    def _keep(self, changed: Touched, answering: Answering) -> None:
        """Tell it with the next tick."""
        for room_run_id, sitting_ids in changed.items():
            self.lane.facts.touch(room_run_id, sitting_ids)
        for room_run_id, sittings in answering.items():
            self.lane.facts.touch_answers(room_run_id, sittings)

    def _tell_all(
        self, changed: Touched, answering: Answering, uids: set[str], rooms: set[int]
    ) -> None:
        with self.lane.database.reading() as db:
            named = select(Sitting.room_run_id, Sitting.id).where(Sitting.uid.in_(uids))
            for room_run_id, sitting_id in db.execute(named) if uids else ():
                changed.setdefault(room_run_id, set()).add(sitting_id)
            for room_run_id in rooms:
                self._tell_room(db, room_run_id)
            self._tell_seats(db, changed, answering)

    def _tell_room(self, db: Session, room_run_id: int) -> None:
        """Tell consoles everything of a room anew, and its wall what a wall shows."""
        room_run = db.get_one(RoomRun, room_run_id)
        if self._is_watched(watchers(room_run_id)):
            snapshot = room_snapshot(db, self.lane.facts, room_run, now=utcnow())
            self._tell(room_run_id, "room_changed", snapshot)
        if self._is_watched(wall(room_run_id)):
            told = place_told(db, room_run, now=utcnow())
            self.server.emit("wall_changed", told, to=wall(room_run_id), namespace=NAMESPACE)

    def _tell_seats(self, db: Session, changed: Touched, answering: Answering) -> None:
        """Tell consoles of changed seats; all rooms are read together."""
        told: dict[int, list[dict[str, Any]]] = defaultdict(list)
        ids = {each for room, ids in changed.items() if self._has_console(room) for each in ids}
        if ids:
            told.update(seats_by_room(db, self.lane.facts, ids, now=utcnow()))
        for room_run_id, sittings in answering.items():
            if self._has_console(room_run_id):
                only = {each: uid for each, uid in sittings.items() if each not in ids}
                told[room_run_id] += progress_told(db, self.lane.facts, only)
        for room_run_id, seats in told.items():
            if seats:
                self._tell(room_run_id, "seats_changed", {"changed": seats})

    def _has_console(self, room_run_id: int) -> bool:
        return self._is_watched(watchers(room_run_id))

    def _is_watched(self, group: str) -> bool:
        members = self.server.manager.get_participants(NAMESPACE, group)
        return next(iter(members), None) is not None

    def _tell(self, room_run_id: int, name: str, message: dict[str, Any]) -> None:
        self.numbers[room_run_id] += 1
        numbered = {**message, "number": self.numbers[room_run_id], "now": rfc3339(utcnow())}
        self.server.emit(name, numbered, to=watchers(room_run_id), namespace=NAMESPACE)


def together(changed: Touched, answering: Answering) -> Touched:
    """Return all that has changed, whatever it is."""
    return {
        room: {*changed.get(room, ()), *answering.get(room, ())} for room in {*changed, *answering}
    }


def watchers(room_run_id: int) -> str:
    """Return the Socket.IO room of those who watch a room."""
    return f"watchers:{room_run_id}"


def wall(room_run_id: int) -> str:
    """Return the Socket.IO room of the walls that show a room's clock."""
    return f"wall:{room_run_id}"
