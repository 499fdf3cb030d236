"""A candidate's computer as a program: keeps what is not acknowledged and sends it again."""

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from exam_server.clock import rfc3339, utcnow
from exam_server.delivery.rehearsal_load.addresses import Address, post_json, request
from exam_server.delivery.rehearsal_load.lines import Line, LineLostError
from exam_server.forms.sealing import unseal

NAMESPACE = "/sitting"
RETRY_S = 0.25
MOST_SENT = 100
OPTIONS = "ABCD"


@dataclass(eq=False)
class LoadSeat:
    """One seat; ``latencies`` are the seconds from sending to acknowledgement."""

    address: Address
    ticket: str
    code: str
    n_items: int
    token: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    key_at: float = 0.0
    body: bytes = b""
    line: Line | None = None
    outbox: dict[int, dict[str, Any]] = field(default_factory=dict)
    acked: dict[int, dict[str, Any]] = field(default_factory=dict)
    last_seq: int = 0
    refused: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    reconnections: int = 0
    closed: dict[str, Any] | None = None
    receipt: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Prepare what a waiting step watches."""
        self.has_key = asyncio.Event()
        self.is_closed = asyncio.Event()
        self.is_settled = asyncio.Event()
        self.is_settled.set()
        self._live = self.address
        self._keeper: asyncio.Task[None] | None = None

    async def sign_in(self) -> None:
        """Sign in with ticket and code, as often as the server is too busy to answer."""
        device = hashlib.sha256(self.ticket.encode()).hexdigest()
        message = {"ticket": self.ticket, "code": self.code, "device": device}
        reply = await post_json(self.address, "/api/sittings/login", message)
        if not reply.get("ok"):
            raise LineLostError(str(reply.get("code")))
        self.token = reply["token"]
        self._live = self.address.live(str(reply.get("live_url") or ""))

    async def connect(self) -> None:
        """Open the line; it is opened again whenever it is lost, until ``leave``."""
        await self._open()
        self._keeper = asyncio.create_task(self._keep_open())

    async def leave(self) -> None:
        """Close the line for good."""
        if self._keeper is not None:
            self._keeper.cancel()
        if self.line is not None:
            self.line.close()

    async def fetch_form(self) -> None:
        """Fetch the sealed paper while waiting; raises LineLostError when it is another."""
        headers = {"Authorization": f"Bearer {self.token}"}
        status, self.body = await request(
            self.address, "GET", "/api/sittings/form", headers=headers
        )
        digest = hashlib.sha256(self.body).hexdigest()
        if status != 200 or digest != self.state["form"]["sha256"]:  # noqa: PLR2004 - HTTP OK
            raise LineLostError("wrong_form")

    def read_paper(self) -> int:
        """Open the sealed paper with the key; return how many items it has."""
        key = base64.urlsafe_b64decode(self.key + "=" * (-len(self.key) % 4))
        form = self.state["form"]
        paper = unseal(self.body, key, exam_session=form["exam_session"], form=form["id"])
        return len(paper["items"])

    def note_answer(self) -> dict[str, Any]:
        """Put one change into the outbox."""
        self.last_seq += 1
        number = self.last_seq
        event = {
            "seq": number,
            "position": (number - 1) % self.n_items + 1,
            "answer": OPTIONS[number % len(OPTIONS)],
            "at": rfc3339(utcnow()),
        }
        self.outbox[number] = event
        self.is_settled.clear()
        return event

    def answer(self, then: Callable[[], None] | None = None) -> None:
        """Change an answer and send it; ``then`` runs after its acknowledgement."""
        self.send([self.note_answer()], then)

    def send(self, events: list[dict[str, Any]], then: Callable[[], None] | None = None) -> None:
        """Send events; what is acknowledged leaves the outbox."""
        line, sent_at = self.line, time.perf_counter()
        if line is None or not line.is_open:
            return

        def take(reply: dict[str, Any] | None) -> None:
            if reply is None:
                return
            if reply.get("ok"):
                self.latencies.append(time.perf_counter() - sent_at)
            else:
                self.refused.append(str(reply.get("code")))
            self._settle(reply.get("acked_seq", 0))
            if then is not None:
                then()

        line.send("save_answers", {"events": events}, take)

    def send_again(self) -> None:
        """Send everything that is not acknowledged."""
        waiting = list(self.outbox.values())
        for first in range(0, len(waiting), MOST_SENT):
            self.send(waiting[first : first + MOST_SENT])

    async def hand_in(self) -> None:
        """Hand in and keep the receipt; a lost line or a busy server is tried again."""
        while self.receipt is None:
            if self.line is not None and self.line.is_open:
                try:
                    reply = await self.line.ask("hand_in", {"last_seq": self.last_seq})
                except LineLostError:
                    reply = {}
                self.receipt = reply.get("receipt")
                if self.receipt is None:
                    self.refused.append(str(reply.get("code")))
                    self.send_again()
            if self.receipt is None:
                await asyncio.sleep(RETRY_S)

    def _settle(self, acked_seq: int) -> None:
        for seq in [seq for seq in self.outbox if seq <= acked_seq]:
            self.acked[seq] = self.outbox.pop(seq)
        if not self.outbox:
            self.is_settled.set()

    async def _open(self) -> None:
        line = Line(self._live, NAMESPACE, {"token": self.token}, self._hear)
        self._has_state = asyncio.Event()
        await line.open()
        await self._has_state.wait()
        self.line = line

    async def _keep_open(self) -> None:
        while True:
            assert self.line is not None  # noqa: S101 - opened before
            await self.line.lost
            self.reconnections += 1
            while True:
                try:
                    await self._open()
                    break
                except (OSError, LineLostError):
                    await asyncio.sleep(RETRY_S)
            self.send_again()

    def _hear(self, name: str, data: Any) -> None:
        if name == "sitting_state":
            self._take_state(data)
        elif name == "form_key":
            self.key, self.key_at = data["key"], time.perf_counter()
            self.has_key.set()
        elif name == "clock_changed":
            self._confirm_clock(data["clock_number"])
        elif name == "sitting_closed":
            self.closed = data
            self.receipt = self.receipt or data.get("receipt")
            self.is_closed.set()

    def _take_state(self, state: dict[str, Any]) -> None:
        is_new = state["clock_number"] != self.state.get("clock_number")
        self.state = state
        self._has_state.set()
        self._settle(state["acked_seq"])
        if is_new and state["status"] == "running":
            self._confirm_clock(state["clock_number"])

    def _confirm_clock(self, number: int) -> None:
        if self.line is not None:
            self.line.send("ack_clock", {"clock_number": number}, lambda _reply: None)
