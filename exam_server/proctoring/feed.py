"""The feed of consoles: what changed in a room, merged, at most four times a second."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import gevent
import structlog
from socketio import Server
from sqlalchemy import select

from exam_server.clock import rfc3339, utcnow
from exam_server.delivery.lane import Lane
from exam_server.proctoring.seats import room_snapshot, seats_told
from exam_server.seating.models import RoomRun, Sitting

log = structlog.get_logger()

NAMESPACE = "/proctoring"
TICK_S = 0.25


@dataclass
class Feed:
    """Consoles by room; each room's changes carry a number so that a gap is seen."""

    lane: Lane
    server: Server
    numbers: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    told_uids: set[str] = field(default_factory=set)
    changed_rooms: set[int] = field(default_factory=set)
    is_stopping: bool = False

    def start(self) -> None:
        """Begin telling consoles."""
        gevent.spawn(self._run)

    def stop(self) -> None:
        """Stop telling."""
        self.is_stopping = True

    def hear(self, name: str, to: str, payload: dict[str, Any]) -> None:
        """Note what an announcement changes for consoles."""
        kind, _, address = to.partition(":")
        if kind == "sitting":
            self.told_uids.add(address)
        elif kind == "room":
            self.changed_rooms.add(payload["room_run"])
        elif kind == "person" and name in {"signed_out", "duty_ended"}:
            self._drop(address)

    def join(self, sid: str, person_id: int, room_run_id: int) -> int:
        """Let a console watch a room; return the room's number so far."""
        self.server.enter_room(sid, watchers(room_run_id), namespace=NAMESPACE)
        self.server.enter_room(sid, f"person:{person_id}", namespace=NAMESPACE)
        return self.numbers[room_run_id]

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
        changed = self.lane.facts.take_changed()
        uids, self.told_uids = self.told_uids, set()
        rooms, self.changed_rooms = self.changed_rooms, set()
        if not (changed or uids or rooms):
            return
        with self.lane.database.reading() as db:
            named = select(Sitting.room_run_id, Sitting.id).where(Sitting.uid.in_(uids))
            for room_run_id, sitting_id in db.execute(named) if uids else ():
                changed.setdefault(room_run_id, set()).add(sitting_id)
            for room_run_id in rooms:
                snapshot = room_snapshot(
                    db, self.lane.facts, db.get_one(RoomRun, room_run_id), now=utcnow()
                )
                self._tell(room_run_id, "room_changed", snapshot)
            for room_run_id, sitting_ids in changed.items():
                if room_run_id not in rooms and self._is_watched(room_run_id):
                    told = seats_told(db, self.lane.facts, sitting_ids, now=utcnow())
                    self._tell(room_run_id, "seats_changed", {"changed": told})

    def _is_watched(self, room_run_id: int) -> bool:
        members = self.server.manager.get_participants(NAMESPACE, watchers(room_run_id))
        return next(iter(members), None) is not None

    def _tell(self, room_run_id: int, name: str, message: dict[str, Any]) -> None:
        self.numbers[room_run_id] += 1
        numbered = {**message, "number": self.numbers[room_run_id], "now": rfc3339(utcnow())}
        self.server.emit(name, numbered, to=watchers(room_run_id), namespace=NAMESPACE)


def watchers(room_run_id: int) -> str:
    """Return the Socket.IO room of those who watch a room."""
    return f"watchers:{room_run_id}"
