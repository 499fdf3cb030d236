"""Socket.IO's rooms with an index by line: a line that leaves costs its own rooms only.

The library looks through every room of the namespace for each line that leaves, and every line
is a room of its own: thousands leaving at once would stop the process for seconds.
"""

from collections import defaultdict
from typing import Any

from socketio import Manager


class LineRooms(Manager):  # type: ignore[misc] # the library ships no types
    """The library's own manager; it finds a line's rooms without looking through all of them."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms_of: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        """Enter a room and note it."""
        super().basic_enter_room(sid, namespace, room, eio_sid)
        self._rooms_of[namespace, sid].add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Leave a room and forget it."""
        super().basic_leave_room(sid, namespace, room)
        rooms = self._rooms_of.get((namespace, sid))
        if rooms is not None:
            rooms.discard(room)
            if not rooms:
                del self._rooms_of[namespace, sid]

    def basic_disconnect(self, sid: str, namespace: str, **_kwargs: Any) -> None:
        """Leave every room of a line."""
        if namespace not in self.rooms:
            return
        for room in list(self._rooms_of.get((namespace, sid), ())):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            self._forget(pending, sid, namespace)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        """Return the rooms a line is in."""
        rooms = self._rooms_of.get((namespace, sid), ())
        return [room for room in rooms if room is not None]

    @staticmethod
    def _forget(pending: dict[str, list[str]], sid: str, namespace: str) -> None:
        """Take a line off a list of those that come or go."""
        waiting = pending.get(namespace)
        if waiting is not None and sid in waiting:
            waiting.remove(sid)
            if not waiting:
                del pending[namespace]
