"""A seat as a program: signs in, answers, hands in, and keeps what is not acknowledged."""

import queue
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests
import socketio
from socketio.exceptions import DisconnectedError
from socketio.exceptions import TimeoutError as NoReplyError

from exam_server.clock import rfc3339, utcnow

LIMIT_S = 60.0  # a busy machine is no fault of the server; who is green waits for nothing


@dataclass
class SeatClient:
    """One candidate's computer."""

    base: str
    ticket: str
    code: str
    device: str = field(default_factory=lambda: uuid.uuid4().hex)
    authority: str | None = None  # file of the certificate authority of an https address
    token: str = ""
    live_url: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    acked: dict[int, dict[str, Any]] = field(default_factory=dict)
    outbox: dict[int, dict[str, Any]] = field(default_factory=dict)
    told: "queue.Queue[tuple[str, Any]]" = field(default_factory=queue.Queue)
    line: socketio.Client | None = None
    has_state: threading.Event = field(default_factory=threading.Event)
    has_key: threading.Event = field(default_factory=threading.Event)
    is_closed: threading.Event = field(default_factory=threading.Event)
    is_cut: threading.Event = field(default_factory=threading.Event)
    waiting: "list[queue.Queue[dict[str, Any] | None]]" = field(default_factory=list)

    def sign_in(self) -> dict[str, Any]:
        """Ask for a token; return the reply, refused or not."""
        sent = {"ticket": self.ticket, "code": self.code, "device": self.device}
        address = f"{self.base}/api/sittings/login"
        answer = requests.post(address, json=sent, timeout=LIMIT_S, verify=self.authority)
        reply: dict[str, Any] = answer.json()
        self.token = reply.get("token") or self.token
        self.live_url = reply.get("live_url") or self.live_url
        return reply

    def connect(self, **options: Any) -> "SeatClient":
        """Open the line and wait for the state."""
        self.has_state.clear()
        self._open({"transports": ["websocket"], **options})
        deadline = time.monotonic() + LIMIT_S
        while not self.has_state.wait(0.05):
            if self.is_cut.is_set():
                raise DisconnectedError
            assert time.monotonic() < deadline, "no state came"
        return self

    def _open(self, options: dict[str, Any]) -> None:
        http = requests.Session()
        http.verify = self.authority or True
        http.trust_env = False  # the environment may name other authorities
        self.line = socketio.Client(
            reconnection=False, websocket_extra_options={"timeout": LIMIT_S}, http_session=http
        )
        self.line.on("disconnect", self._cut_off(), namespace="/sitting")
        for name in ("sitting_state", "form_key", "clock_changed", "message_sent"):
            self.line.on(name, self._hear(name), namespace="/sitting")
        for name in ("item_given", "sitting_closed", "lease_ended", "line_replaced", "move_asked"):
            self.line.on(name, self._hear(name), namespace="/sitting")
        self.line.connect(
            self.live_url or self.base,
            namespaces=["/sitting"],
            auth={"token": self.token},
            wait_timeout=LIMIT_S / 2,  # a line that dies meanwhile is not told of
            **options,
        )

    def reconnect_under_ended_lease(self) -> None:
        """Open the line of a computer whose sitting has moved meanwhile: no state comes."""
        self._open({"transports": ["websocket"]})
        self.expect("lease_ended")

    def _hear(self, name: str) -> Any:
        def hear(data: Any = None) -> None:
            if name == "sitting_state":
                self.state = data
                self.has_state.set()
            elif name == "form_key":
                self.key = data["key"]
                self.has_key.set()
            elif name == "sitting_closed":
                self.is_closed.set()
            self.told.put((name, data))

        return hear

    def _cut_off(self) -> Any:
        """Let nobody wait for what cannot come any more over the line that is opened now."""
        self.is_cut, self.waiting = threading.Event(), []
        is_cut, waiting = self.is_cut, self.waiting

        def cut_off(*_reason: object) -> None:
            is_cut.set()
            for box in list(waiting):
                box.put(None)

        return cut_off

    def ask(self, name: str, data: Any = None) -> dict[str, Any]:
        """Send a message and return the reply; raise SocketIOError when none can come."""
        assert self.line is not None
        box: queue.Queue[dict[str, Any] | None] = queue.Queue()
        waiting = self.waiting
        waiting.append(box)
        try:
            self.line.emit(name, data, namespace="/sitting", callback=box.put)
            reply = box.get(timeout=LIMIT_S)
        except queue.Empty:
            raise NoReplyError from None
        finally:
            waiting.remove(box)
        if reply is None:
            raise DisconnectedError
        return reply

    def expect(self, name: str) -> Any:
        """Return the data of the next message of this name."""
        while True:
            heard, data = self.told.get(timeout=LIMIT_S)
            if heard == name:
                return data

    def gets_key(self) -> "SeatClient":
        """Wait for the key of the paper: the room has started."""
        assert self.has_key.wait(LIMIT_S), "no key came"
        return self

    def gets_closed(self) -> "SeatClient":
        """Wait until the sitting is told to be closed."""
        assert self.is_closed.wait(LIMIT_S), "nothing closed the sitting"
        return self

    def prepare(self) -> "SeatClient":
        """Confirm and promise, if that is still to be done."""
        if self.state["status"] == "assigned":
            assert self.ask("confirm_identity")["ok"]
            assert self.ask("accept_pledge")["ok"]
        return self

    def note(self, position: int, answer: Any, kind: str = "answer") -> dict[str, Any]:
        """Put a change into the outbox, as a page writes it to its store first."""
        seq = max([*self.acked, *self.outbox, 0]) + 1
        event = {"seq": seq, "kind": kind, "position": position, "answer": answer}
        self.outbox[seq] = {**event, "at": rfc3339(utcnow())}
        return self.outbox[seq]

    def send(self) -> dict[str, Any]:
        """Send the outbox; what is acknowledged leaves it."""
        reply = self.ask("save_answers", {"events": list(self.outbox.values())})
        for seq in [seq for seq in self.outbox if seq <= reply.get("acked_seq", 0)]:
            self.acked[seq] = self.outbox.pop(seq)
        return reply

    def answer(self, position: int, answer: Any) -> dict[str, Any]:
        """Answer a position and send it."""
        self.note(position, answer)
        return self.send()

    def hand_in(self) -> dict[str, Any]:
        """Hand in."""
        return self.ask("hand_in", {"last_seq": max([*self.acked, *self.outbox, 0])})

    def cut(self) -> None:
        """Cut the line."""
        if self.line is not None and self.line.connected:
            self.line.disconnect()
