"""Websockets under the Socket.IO server: read and written directly, whole, with one greenlet.

Engine.IO's own way costs a seat three greenlets, two queues and a pure-Python protocol machine,
and its websocket library ignores it when the system takes a part of what is sent. Here a line's
greenlet reads, and whoever sends writes at once what the system takes; the rest waits in order.
Everything above the websocket (rooms, namespaces, polling, pings) stays Socket.IO's.
"""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

import base64
import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import gevent
import structlog
from engineio.packet import CLOSE as ENGINE_CLOSE
from engineio.packet import MESSAGE, NOOP, PING, PONG, UPGRADE, Packet
from engineio.socket import Socket
from socketio import Server

from exam_server import websocket_frames as frames
from exam_server.websocket_frames import FrameError, FrameReader

log = structlog.get_logger()

ACCEPT_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
READ_BYTES = 16 * 1024
LARGEST_BACKLOG = 4 * 1024 * 1024
CLOSE_LIMIT_S = 5.0
LOOKS = 4  # at every line while a ping may wait for its answer
LOOK_STEP = 200
# Hears every message first: (Engine.IO id, text without its type) -> whether it has dealt with it.
Ear = Callable[[str, str], bool]


class Websocket:
    """One connection: whole messages out, in order, from any greenlet or the hub itself."""

    def __init__(self, connection: Any, largest: int) -> None:
        self.connection = connection
        self._plain = None if hasattr(connection, "getpeercert") else connection._sock  # noqa: SLF001 - the socket under gevent's, which never waits
        self._reader = FrameReader(largest, from_client=True)
        self._backlog: deque[bytes] = deque()
        self._backlog_size = 0
        self._is_closing = False

    def messages(self) -> Iterator[str | bytes]:
        """Yield what comes until the line ends."""
        try:
            while data := self.connection.recv(READ_BYTES):
                for kind, body in self._reader.read(data):
                    if kind == frames.CLOSE:
                        return
                    if kind == frames.PING:
                        self.write(frames.frame(body, frames.PONG))
                    elif kind != frames.PONG:
                        yield body.decode() if kind == frames.TEXT else body
        except (FrameError, UnicodeDecodeError) as error:
            self.close(error.code if isinstance(error, FrameError) else frames.BAD_TEXT)
        except OSError:
            return

    def write(self, data: bytes) -> None:
        """Send whole frames: at once as far as the system takes them, the rest in order."""
        if self._is_closing:
            return
        if not self._backlog and self._plain is not None:
            try:
                sent = self._plain.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._drop()
                return
            if sent == len(data):
                return
            data = data[sent:]
        self._wait_with(data)

    def close(self, code: int = 1000) -> None:
        """Say goodbye after what waits, and end."""
        if self._is_closing:
            return
        self.write(frames.frame(code.to_bytes(2, "big"), frames.CLOSE))
        self._is_closing = True
        if not self._backlog:
            self._drop()
        else:
            gevent.spawn_later(CLOSE_LIMIT_S, self._drop)

    def _wait_with(self, data: bytes) -> None:
        self._backlog.append(data)
        self._backlog_size += len(data)
        if self._backlog_size > LARGEST_BACKLOG:
            log.warning("a line takes nothing; closing it", waiting=self._backlog_size)
            self._drop()
        elif len(self._backlog) == 1:
            gevent.spawn(self._drain)

    def _drain(self) -> None:
        try:
            while self._backlog:
                self.connection.sendall(self._backlog[0])
                if self._backlog:  # dropped meanwhile
                    self._backlog_size -= len(self._backlog.popleft())
        except OSError:
            self._drop()
        if self._is_closing:
            self._drop()

    def _drop(self) -> None:
        """End the connection: its reader sees the end."""
        self._is_closing = True
        self._backlog.clear()
        try:
            self.connection.shutdown(2)
        except OSError:
            return


class DirectSocket(Socket):  # type: ignore[misc] # Engine.IO ships no types
    """Engine.IO's end of a line once it is a websocket: nothing is queued."""

    websocket: Websocket
    ping_timer: Any
    closed: bool
    closing: bool
    last_ping: float | None

    def send(self, packet: Packet) -> None:
        """Send a packet; a line that no longer answers pings is closed instead."""
        if not self.check_ping_timeout():
            return
        encoded = packet.encode()
        if isinstance(encoded, str):
            self.websocket.write(frames.frame(encoded.encode()))
        else:
            self.websocket.write(frames.frame(bytes(encoded), frames.BINARY))

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: FBT001, FBT002 - Engine.IO's own signature
        """End the line; nothing is ever waited for."""
        del wait
        if self.closed or self.closing:
            return
        self.closing = True
        self.server._trigger_event(  # noqa: SLF001 - as Engine.IO's own sockets do
            "disconnect", self.sid, reason or self.server.reason.SERVER_DISCONNECT, run_async=False
        )
        if not abort:
            self.send(Packet(ENGINE_CLOSE))
        self.closed = True
        self._stop_timer()
        self.websocket.close()

    def schedule_ping(self) -> None:
        """Have the next ping sent by a timer of the hub: no greenlet waits for it."""
        if self.last_ping:
            self.last_ping = None
            self.ping_timer = gevent.get_hub().loop.timer(self.server.ping_interval)
            self.ping_timer.start(self._ping)

    def _stop_timer(self) -> None:
        if self.ping_timer is not None:
            self.ping_timer.stop()
            self.ping_timer.close()
            self.ping_timer = None

    def _ping(self) -> None:
        self._stop_timer()
        if not self.closing and not self.closed:
            self.last_ping = time.time()  # noqa: TID251 - Engine.IO compares it with the same
            self.send(Packet(PING))


class Driver:
    """What Engine.IO calls to turn a request into a websocket."""

    def __init__(self, handler: Any, server: Any, *, ears: list[Ear]) -> None:
        self.socket: DirectSocket = handler.__self__
        self.server = server
        self.ears = ears

    def __call__(self, environ: dict[str, Any], _start_response: Any) -> Any:
        """Live as long as the line does."""
        connection = environ["gunicorn.socket"]
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
        if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            return self.server._bad_request("No websocket request.")  # noqa: SLF001 - as its own
        connection.sendall(answer_to(key))
        websocket = Websocket(connection, self.server.max_http_buffer_size)
        try:
            messages = websocket.messages()
            if self.socket.connected and not self._upgrade(websocket, messages):
                raise StopIteration  # gunicorn's way of giving a connection away
            self._go_direct(websocket)
            for message in messages:
                if not self._take(message):
                    break
        finally:
            self._leave(websocket)
        raise StopIteration

    def _upgrade(self, websocket: Websocket, messages: Any) -> bool:
        """Probe, as a client does that polled first; say whether it has changed over."""
        socket = self.socket
        socket.upgrading = True
        if next(messages, "") != f"{PING}probe":
            socket.upgrading = False
            return False
        websocket.write(frames.frame(f"{PONG}probe".encode()))
        socket.queue.put(Packet(NOOP))  # ends the poll that waits
        if next(messages, "") != f"{UPGRADE}":
            socket.upgrading = False
            return False
        return True

    def _go_direct(self, websocket: Websocket) -> None:
        """Send what has waited for the line; from here on nothing waits."""
        socket = self.socket
        socket.connected = socket.upgraded = True
        socket.upgrading = False
        socket.__class__ = DirectSocket
        socket.websocket, socket.ping_timer = websocket, None
        while not socket.queue.empty():
            packet = socket.queue.get(block=False)
            socket.queue.task_done()
            if packet is not None:
                socket.send(packet)

    def _take(self, message: str | bytes) -> bool:
        """Deal with a message; say whether the line goes on."""
        if not isinstance(message, str) or not message:
            return False  # nothing of ours is binary
        if message[0] == f"{MESSAGE}":
            text = message[1:]
            if not any(ear(self.socket.sid, text) for ear in self.ears):
                self.server._trigger_event("message", self.socket.sid, text, run_async=False)  # noqa: SLF001 - as its own sockets do
        elif message[0] == f"{PONG}":
            self.socket.schedule_ping()
        elif message[0] == f"{ENGINE_CLOSE}":
            return False
        return not self.socket.closed

    def _leave(self, websocket: Websocket) -> None:
        if isinstance(self.socket, DirectSocket):
            self.socket.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        websocket.close()


def answer_to(key: str) -> bytes:
    """Return the answer that makes a request a websocket."""
    digest = hashlib.sha1(key.encode() + ACCEPT_KEY, usedforsecurity=False).digest()
    lines = (
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def watch_lines(engine: Any) -> None:
    """Close the lines that answer no ping and forget those that are closed, until told to stop.

    Engine.IO looks at one line after the other and sleeps between any two: with thousands that
    waking up costs more than their answers.
    """
    engine.service_task_event = engine.create_event()
    while not engine.service_task_event.wait(timeout=engine.ping_timeout / LOOKS):
        lines = list(engine.sockets.items())
        for first in range(0, len(lines), LOOK_STEP):
            for sid, line in lines[first : first + LOOK_STEP]:
                _look_at(engine, sid, line)
            gevent.sleep(0)


def _look_at(engine: Any, sid: str, line: Socket) -> None:
    if line.closed:
        engine.sockets.pop(sid, None)
    elif not line.closing:
        try:
            line.check_ping_timeout()
        except Exception:
            log.exception("a silent line could not be closed")


def install_websockets(server: Server) -> list[Ear]:
    """Let a Socket.IO server's websockets be ours; return the list of who hears first."""
    ears: list[Ear] = []
    engine = server.eio
    engine._service_task = partial(watch_lines, engine)  # noqa: SLF001 - started with the first line
    engine._async = {**engine._async, "websocket": partial(Driver, ears=ears)}  # noqa: SLF001 - the one place where drivers are named
    return ears
