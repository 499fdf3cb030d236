"""A live line as a program: Engine.IO and Socket.IO spoken directly, light enough for thousands."""

import asyncio
import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from exam_server.delivery.rehearsal_load.addresses import Address
from exam_server.websocket_frames import CLOSE, PING, PONG, FrameReader, frame

HEAD_END = b"\r\n\r\n"
LARGEST_MESSAGE = 16 * 1024 * 1024
Reply = Callable[[Any], None]


class LineLostError(Exception):
    """The line is gone, or was refused; what it says is the server's code."""


@dataclass(eq=False)
class Line(asyncio.Protocol):
    """One websocket on one namespace; events go to ``hear``, replies to who asked."""

    address: Address
    namespace: str
    auth: dict[str, Any]
    hear: Callable[[str, Any], None]
    headers: dict[str, str] = field(default_factory=dict)
    is_open: bool = False

    def __post_init__(self) -> None:
        """Prepare what every message needs."""
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self._asked: dict[int, Reply] = {}
        self._next_id = 0
        self._frames = FrameReader(LARGEST_MESSAGE, from_client=False)
        self._head = b""
        self._is_upgraded = False
        self._event_start = f"42{self.namespace},"
        self._ack_start = f"43{self.namespace},"

    async def open(self) -> "Line":
        """Connect; raises LineLostError with the server's code when refused."""
        loop = asyncio.get_running_loop()
        at = self.address
        await loop.create_connection(lambda: self, at.host, at.port, ssl=at.tls)
        await self.opened
        return self

    def close(self) -> None:
        """Leave."""
        if self.is_open or not self.lost.done():
            self._transport.close()

    def send(self, name: str, data: Any, reply: Reply) -> None:
        """Send a message; ``reply`` gets the answer, or ``None`` when the line is lost first."""
        if not self.is_open:
            reply(None)
            return
        number = self._next_id = self._next_id + 1
        self._asked[number] = reply
        body = json.dumps([name, data], separators=(",", ":"), ensure_ascii=False)
        self._write(f"{self._event_start}{number}{body}")

    async def ask(self, name: str, data: Any = None) -> dict[str, Any]:
        """Send a message and return the reply; raises LineLostError."""
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def take(reply: Any) -> None:
            if not answered.done():
                answered.set_result(reply)

        self.send(name, data, take)
        reply = await answered
        if reply is None:
            raise LineLostError("line_lost")
        return cast("dict[str, Any]", reply)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(handshake(self.address.netloc, self.address.live_path, self.headers))

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell everyone who waits."""
        self.is_open = False
        self._refuse("line_lost")
        if not self.lost.done():
            self.lost.set_result(None)
        asked, self._asked = self._asked, {}
        for reply in asked.values():
            reply(None)

    def data_received(self, data: bytes) -> None:
        """Read the upgrade's answer first, frames afterwards."""
        if not self._is_upgraded:
            self._head += data
            head, found, data = self._head.partition(HEAD_END)
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self._refuse("no_upgrade")
                self._transport.close()
                return
            self._is_upgraded = True
        for kind, body in self._frames.read(data):
            if kind == CLOSE:
                self._transport.close()
            elif kind == PING:
                self._transport.write(frame(body, PONG, is_client=True))
            elif body:
                self._take(body.decode())

    def _write(self, packet: str) -> None:
        self._transport.write(frame(packet.encode(), is_client=True))

    def _take(self, packet: str) -> None:
        if packet.startswith(self._ack_start):
            self._answer(packet, len(self._ack_start))
        elif packet.startswith(self._event_start):
            name, *rest = json.loads(packet[len(self._event_start) :])
            self.hear(name, rest[0] if rest else None)
        elif packet == "2":
            self._write("3")
        else:
            self._take_rare(packet)

    def _take_rare(self, packet: str) -> None:
        kind, data = packet[:2], packet[len(self._event_start) :]
        if packet.startswith("0"):
            self._write(f"40{self.namespace},{json.dumps(self.auth)}")
        elif kind == "40":
            self.is_open = True
            if not self.opened.done():
                self.opened.set_result(None)
        elif kind in {"41", "44"}:
            self._refuse(json.loads(data).get("message", "refused") if data else "line_lost")
            self._transport.close()

    def _answer(self, packet: str, at: int) -> None:
        body = packet.index("[", at)
        reply = self._asked.pop(int(packet[at:body]), None)
        if reply is not None:
            values = json.loads(packet[body:])
            reply(values[0] if values else {})

    def _refuse(self, code: str) -> None:
        if not self.opened.done():
            self.opened.set_exception(LineLostError(code))


def handshake(host: str, path: str, headers: dict[str, str]) -> bytes:
    """Return the request that turns a connection into a websocket."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
