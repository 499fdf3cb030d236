"""A console as a program: signs in by the pages, watches a room, acts."""

import queue
import re
from dataclasses import dataclass, field
from typing import Any

import requests
import socketio

from exam_server.demo.programme import PASSWORD

LIMIT_S = 120.0  # a process that was killed may take long to stand again on a busy machine


@dataclass
class ConsoleClient:
    """One proctor's console at one web process."""

    base: str
    username: str
    address: dict[str, str]
    number: int = 0
    seats: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: "queue.Queue[list[dict[str, Any]]]" = field(default_factory=queue.Queue)
    rooms: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)
    line: socketio.Client = field(default_factory=lambda: socketio.Client(reconnection=False))

    def join(self) -> "ConsoleClient":
        """Sign in, open the line and take the snapshot."""
        self.line.on("seats_changed", self._hear, namespace="/proctoring")
        self.line.on("room_changed", self.rooms.put, namespace="/proctoring")
        self.line.connect(
            self.base,
            namespaces=["/proctoring"],
            headers={"Cookie": self._cookie()},
            transports=["websocket"],
            wait_timeout=LIMIT_S,
        )
        self._take(self.ask("join_room")["snapshot"]["seats"])
        return self

    def _cookie(self) -> str:
        http = requests.Session()
        page = http.get(f"{self.base}/sign-in", timeout=LIMIT_S).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        sent = {"csrf_token": token[1], "username": self.username, "password": PASSWORD}
        http.post(f"{self.base}/sign-in", data=sent, timeout=LIMIT_S)
        return "; ".join(f"{name}={value}" for name, value in http.cookies.items())

    def _hear(self, data: dict[str, Any]) -> None:
        self.told.put(data["changed"])

    def _take(self, seats: list[dict[str, Any]]) -> None:
        """Keep what is told of seats; of one known by now it may be a part."""
        tickets = {seat["sitting"]: ticket for ticket, seat in self.seats.items()}
        for seat in seats:
            ticket = seat.get("ticket") or tickets[seat["sitting"]]
            self.seats[ticket] = {**self.seats.get(ticket, {}), **seat}

    def ask(self, name: str, **data: Any) -> dict[str, Any]:
        """Send a message about the room; return the reply, which must not be a refusal."""
        sent = {**self.address, **data}
        reply: dict[str, Any] = self.line.call(name, sent, namespace="/proctoring", timeout=LIMIT_S)
        assert reply["ok"], reply
        return reply

    def sees(self, ticket: str, **facts: Any) -> dict[str, Any]:
        """Wait until a seat is shown with these facts; return all that is shown of it."""
        while any(self.seats[ticket][name] != value for name, value in facts.items()):
            self._take(self.told.get(timeout=LIMIT_S))
        return self.seats[ticket]

    def hears_of_room(self) -> dict[str, Any]:
        """Return the next whole snapshot that the room's change has brought."""
        return self.rooms.get(timeout=LIMIT_S)

    def leave(self) -> None:
        """Close the line."""
        self.line.disconnect()
