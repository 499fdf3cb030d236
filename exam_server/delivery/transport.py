"""The line to the seats: namespace ``/sitting`` on the underlying Socket.IO server.

Handlers run without a Flask context. Each is a function ``(lane, seat, data)`` that returns a
reply, or an entry for the journal, whose reply follows the commit. The transport finds the seat of
a line, answers always, and turns refusals into replies. Another transport needs to replace this
module only.
"""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import gevent
import structlog
from engineio.exceptions import EngineIOError
from engineio.packet import MESSAGE, Packet
from flask import Flask
from gevent.queue import Queue
from socketio import Server
from socketio.exceptions import ConnectionRefusedError as Refused

from exam_server.clock import utcnow
from exam_server.delivery.journal import Entry
from exam_server.delivery.lane import Lane
from exam_server.delivery.lines import LONGEST_AGENT, Opened
from exam_server.errors import RefusedError
from exam_server.web import our_fault, refusal

log = structlog.get_logger()

NAMESPACE = "/sitting"
EVENT_START = f"2{NAMESPACE},"
LONGEST_NUMBER = 12
TO_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
Emit = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Seat:
    """Whose line it is: the sitting, the lease its token proved, the length of its form.

    Under an ended lease a line stays open for handing over late work and hears nothing more.
    """

    sitting_id: int
    sitting_uid: str
    room_run_id: int
    lease_number: int
    n_positions: int
    has_lease: bool = True


SeatHandler = Callable[[Lane, Seat, Any], dict[str, Any] | Entry]
Reply = Callable[[dict[str, Any]], None]
Identify = Callable[[str], Seat]
Greet = Callable[[Seat], list[Emit]]


@dataclass
class Transport:
    """Lines by sitting."""

    app: Flask
    server: Server
    lane: Lane
    identify: Identify
    greet: Greet
    seats: dict[str, Seat] = field(default_factory=dict)
    prompt: dict[str, SeatHandler] = field(default_factory=dict)
    _of_sitting: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _of_room: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def install(self, handlers: dict[str, SeatHandler], *, prompt: frozenset[str]) -> None:
        """Bind the connection's events and every message a seat may send.

        The ``prompt`` ones never wait: their messages are dealt with as they are read.
        """
        self.prompt = {name: handlers[name] for name in prompt}
        self.server.on("connect", self.open_line, namespace=NAMESPACE)
        self.server.on("disconnect", self.close_line, namespace=NAMESPACE)
        for name, handler in handlers.items():
            self.server.on(name, self._handler(handler), namespace=NAMESPACE)

    def tell(self, sitting_uid: str, name: str, message: dict[str, Any]) -> None:
        """Send a message to a sitting's line, if this process holds it."""
        self.server.emit(name, message, to=f"sitting:{sitting_uid}", namespace=NAMESPACE)

    def tell_line(self, sid: str, name: str, message: dict[str, Any]) -> None:
        """Send a message to one line."""
        self.server.emit(name, message, to=sid, namespace=NAMESPACE)

    def lines_of_room(self, room_run_id: int) -> list[tuple[str, Seat]]:
        """Return the lines of a room run in this process."""
        lines = [(sid, self.seats[sid]) for sid in self._of_room.get(room_run_id, ())]
        return [(sid, seat) for sid, seat in lines if seat.has_lease]

    def lines_of(self, sitting_id: int) -> list[str]:
        """Return the lines of a sitting in this process that may hear of it."""
        return [sid for sid in self._of_sitting.get(sitting_id, ()) if self.seats[sid].has_lease]

    def end_other_leases(self, sitting_uid: str, lease_number: int) -> None:
        """Let the lines of a sitting's older leases hear nothing more."""
        for sid, seat in list(self.seats.items()):
            if seat.sitting_uid == sitting_uid and seat.lease_number < lease_number:
                self._leave(sid, seat)
                self.seats[sid] = replace(seat, has_lease=False)

    def hang_up(self, sitting_uid: str) -> None:
        """Close every line of a sitting."""
        for sid, seat in list(self.seats.items()):
            if seat.sitting_uid == sitting_uid:
                self.server.disconnect(sid, namespace=NAMESPACE)

    def open_line(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Take a line up and greet it; raises Socket.IO's refusal with a code as its words."""
        if not is_same_origin(environ):
            raise Refused("foreign_origin")
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            seat = self.identify(token if isinstance(token, str) else "")
            self._register(sid, seat, environ)
            # Read after registering: a start in between is told by one of the two, never by none.
            greeting = self.greet(seat)
        except RefusedError as refused:
            raise Refused(refused.code) from None
        except Exception as error:
            log.exception("a line could not be opened; the seat tries again")
            self.close_line(sid)
            raise Refused("store_unavailable") from error
        for name, message in greeting:
            self.tell_line(sid, name, message)

    def _register(self, sid: str, seat: Seat, environ: dict[str, Any]) -> None:
        if seat.has_lease:
            is_second = self.close_lines(seat.sitting_id)
            self.server.enter_room(sid, f"sitting:{seat.sitting_uid}", namespace=NAMESPACE)
            self.lane.facts.connected(seat.sitting_id, sid, now=utcnow())
            line = opened_line(seat, environ, is_second=is_second)
            self.lane.facts.addresses[seat.sitting_id] = line.address
            self.lane.facts.lines.opened(line)
            self.lane.facts.touch(seat.room_run_id, [seat.sitting_id])
        self.seats[sid] = seat
        self._of_sitting[seat.sitting_id].add(sid)
        self._of_room[seat.room_run_id].add(sid)

    def close_lines(self, sitting_id: int) -> bool:
        """Make room for a newer line: a stale tab must not number events beside the new one."""
        others = [sid for sid in self._of_sitting.get(sitting_id, ()) if self.seats[sid].has_lease]
        for sid in others:
            self.tell_line(sid, "line_replaced", {})
            self.server.disconnect(sid, namespace=NAMESPACE)
        return bool(others)

    def close_line(self, sid: str, *_reason: Any) -> None:
        """Forget a line that has gone."""
        seat = self.seats.pop(sid, None)
        if seat is None:
            return
        for lines, key in ((self._of_sitting, seat.sitting_id), (self._of_room, seat.room_run_id)):
            lines[key].discard(sid)
            if not lines[key]:
                del lines[key]
        if seat.has_lease:
            self._leave(sid, seat)

    def _leave(self, sid: str, seat: Seat) -> None:
        self.server.leave_room(sid, f"sitting:{seat.sitting_uid}", namespace=NAMESPACE)
        self.lane.facts.disconnected(seat.sitting_id, sid, now=utcnow())
        self.lane.facts.touch(seat.room_run_id, [seat.sitting_id])

    def hear(self, line: str, text: str) -> bool:
        """Deal with a prompt message as it is read, if it is one; say whether it was.

        It needs no greenlet and no context of its own, and is answered after the commit.
        """
        if not text.startswith(EVENT_START):
            return False
        body = text.find("[", len(EVENT_START))
        number = text[len(EVENT_START) : body]
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
            return False
        try:
            name, data = json.loads(text[body:])
            handler = self.prompt[name]
        except (ValueError, TypeError, KeyError, RecursionError):
            return False
        sid = self.server.manager.sid_from_eio_sid(line, NAMESPACE)
        if sid is None:
            return False
        self._deal(handler, sid, data, partial(self._answer, line, number))
        return True

    def _answer(self, line: str, number: str, reply: dict[str, Any]) -> None:
        """Send a reply; one in words is made elsewhere, for the journal waits for nobody."""
        if not reply.get("ok") and "message" not in reply:
            gevent.spawn(lambda: self._answer(line, number, self._words(reply)))
            return
        socket = self.server.eio.sockets.get(line)
        if socket is None:
            return
        try:
            socket.send(Packet(MESSAGE, f"3{NAMESPACE},{number}[{TO_TEXT(reply)}]"))
        except EngineIOError:
            return  # the line has gone; the seat sends again

    def _handler(self, function: SeatHandler) -> Callable[..., dict[str, Any]]:
        def handle(sid: str, data: Any = None) -> dict[str, Any]:
            answered: Queue[dict[str, Any]] = Queue(1)
            self._deal(function, sid, data, answered.put)
            reply = answered.get()
            return reply if reply.get("ok") or "message" in reply else self._words(reply)

        return handle

    def _deal(self, function: SeatHandler, sid: str, data: Any, reply: Reply) -> None:
        """Have a message answered, now or by the journal."""
        seat = self.seats.get(sid)
        if seat is None:
            reply({"ok": False, "code": "bad_token"})
            return
        if seat.has_lease:
            self.lane.facts.heard(seat.sitting_id, now=utcnow())
        try:
            done = function(self.lane, seat, data)
        except RefusedError as refused:
            with self.app.test_request_context():
                reply(refusal(refused))
        except Exception as error:  # noqa: BLE001 - a live message is always answered
            with self.app.test_request_context():
                reply(refusal(our_fault(error)))
        else:
            if isinstance(done, dict):
                reply(done)
            else:
                self.lane.journal.put(done, reply)

    def _words(self, reply: dict[str, Any]) -> dict[str, Any]:
        detail = {key: value for key, value in reply.items() if key not in {"ok", "code"}}
        with self.app.test_request_context():
            return {**refusal(RefusedError(reply["code"], **detail)), **reply}


def opened_line(seat: Seat, environ: dict[str, Any], *, is_second: bool) -> Opened:
    """Return from where and with which browser a line was opened."""
    agent = str(environ.get("HTTP_USER_AGENT", ""))[:LONGEST_AGENT]
    address = str(environ.get("REMOTE_ADDR", ""))
    return Opened(seat.sitting_id, seat.room_run_id, address, agent, utcnow(), is_second)


def is_same_origin(environ: dict[str, Any]) -> bool:
    """Say whether a browser's page came from this host; programs send no Origin."""
    origin = environ.get("HTTP_ORIGIN")
    return origin is None or urlsplit(origin).netloc == environ.get("HTTP_HOST")
