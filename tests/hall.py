"""A hall of seats that work on through faults, as their pages do, and the count at the end."""

import csv
import json
import random
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import requests
from socketio.exceptions import SocketIOError

from tests.live_server import LiveServer
from tests.seats import LIMIT_S, SeatClient

# What a fault looks like from a seat: refused, cut, or no answer.
CUT = (SocketIOError, requests.RequestException, OSError, AssertionError)
MOST_KEPT = 60
LASTING_S = 4 * LIMIT_S  # a seat may have waited for a reply before it comes back


@dataclass(frozen=True)
class Tally:
    """What a hall has tried, what was acknowledged to it, and what of that is not stored."""

    tries: int
    acknowledged: int
    lost: int
    returns: int

    def __str__(self) -> str:
        """Return the figures as a line."""
        return (
            f"tries {self.tries}, acknowledged {self.acknowledged}, lost {self.lost}, "
            f"lines opened again {self.returns}"
        )


@dataclass
class Hall:
    """Seats of one rehearsal at a server, answering all the time."""

    server: LiveServer
    folder: Path
    bases: Sequence[str]
    n_seats: int
    authority: str | None = None
    n_items: int = 20
    answers: Sequence[str] = "ABCD"
    uid: str = ""
    seats: list[SeatClient] = field(default_factory=list)
    tries: int = 0
    returns: int = 0
    refusals: Counter[str] = field(default_factory=Counter)  # by ticket
    pause_s: float = 0.02
    is_over: threading.Event = field(default_factory=threading.Event)
    progress: threading.Condition = field(default_factory=threading.Condition)
    _running: list[Future[None]] = field(default_factory=list)
    _pool: ThreadPoolExecutor | None = None

    def open(self, minutes: int = 60) -> "Hall":
        """Create the rehearsal, seat everybody and start."""
        tickets = self.folder / "tickets.csv"
        self.uid = self.server.command(
            *("rehearsal", "create", "--seats", str(self.n_seats), "--items", str(self.n_items)),
            *("--minutes", str(minutes), "--out", str(tickets)),
        ).splitlines()[-1]
        with tickets.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.seats = [
            SeatClient(self._base(each), row["ticket"], row["code"], authority=self.authority)
            for each, row in enumerate(rows)
        ]
        self._pool = ThreadPoolExecutor(self.n_seats)
        list(self._pool.map(self._comes_in, self.seats))
        self.server.command("rehearsal", "start", self.uid)
        list(self._pool.map(SeatClient.gets_key, self.seats))
        return self

    def _comes_in(self, seat: SeatClient) -> None:
        """Sign in and open the line; one that is not taken up is opened anew, as pages do."""
        seat.sign_in()
        try:
            seat.connect()
        except CUT:
            try:
                seat.connect()
            except CUT as error:
                raise AssertionError(self.server.log()[-4000:]) from error

    def _base(self, number: int) -> str:
        return self.bases[number % len(self.bases)]

    def work(self) -> "Hall":
        """Let every seat answer until ``finish``."""
        assert self._pool is not None
        self._running = [self._pool.submit(self._work, seat) for seat in self.seats]
        return self

    def _work(self, seat: SeatClient) -> None:
        turn = 0
        while not self.is_over.is_set():
            if len(seat.outbox) < MOST_KEPT:
                turn += 1
                seat.note(turn % self.n_items + 1, self.answers[turn % len(self.answers)])
            self.tries += 1
            try:
                reply = seat.send()
            except CUT:
                self._return(seat)
                continue
            assert reply["ok"] or reply["code"] in {"store_unavailable", "server_busy"}, reply
            with self.progress:
                self.refusals[seat.ticket] += not reply["ok"]
                self.progress.notify_all()
            self.is_over.wait(self.pause_s if reply["ok"] else 0.2)

    def _return(self, seat: SeatClient) -> None:
        """Open the line again, at the next process when the first does not answer."""
        turn = self.seats.index(seat)
        while not self.is_over.is_set():
            with suppress(*CUT):
                seat.cut()
            seat.base, seat.live_url = self._base(turn), ""
            turn += 1
            try:
                if seat.sign_in()["ok"]:
                    seat.connect()
                    self.returns += 1
                    return
            except CUT:
                pass
            self.is_over.wait(random.uniform(0.1, 0.5))  # noqa: S311 - so that not all come at once

    def close(self) -> None:
        """Let the seats end, whatever they were at."""
        self.is_over.set()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        """Return the hall; leaving it ends its seats."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """End the seats."""
        self.close()

    def acked(self) -> int:
        """Return how many events have been acknowledged so far."""
        return sum(len(seat.acked) for seat in self.seats)

    def goes_on(self, more: int, limit_s: float = LASTING_S) -> None:
        """Wait until every seat has ``more`` acknowledgements than now: the fault is over."""
        wanted = {seat.ticket: len(seat.acked) + more for seat in self.seats}
        with self.progress:
            came = self.progress.wait_for(
                lambda: all(len(seat.acked) >= wanted[seat.ticket] for seat in self.seats), limit_s
            )
        behind = [seat.ticket for seat in self.seats if len(seat.acked) < wanted[seat.ticket]]
        assert came, (behind, self.server.log()[-4000:])

    def waits_for_refusals(self, limit_s: float = LASTING_S) -> None:
        """Wait until every seat has been told twice more that nothing is stored.

        The first may be old news; after the second no seat has an older reply to take note of.
        """
        wanted = {seat.ticket: self.refusals[seat.ticket] + 2 for seat in self.seats}
        with self.progress:
            assert self.progress.wait_for(
                lambda: all(self.refusals[each] >= count for each, count in wanted.items()), limit_s
            )

    def finish(self) -> Tally:
        """Stop, send the rest, compare what was acknowledged with what is stored."""
        self.is_over.set()
        for each in self._running:
            each.result(LASTING_S)
        self.is_over.clear()
        assert self._pool is not None
        list(self._pool.map(self._send_rest, self.seats))
        stored = self.stored()
        lost = [
            (seat.ticket, seq)
            for seat in self.seats
            for seq, event in seat.acked.items()
            if stored.get((seat.ticket, seq)) != (event["position"], event["answer"])
        ]
        assert all(not seat.outbox for seat in self.seats)
        return Tally(self.tries, self.acked(), len(lost), self.returns)

    def _send_rest(self, seat: SeatClient) -> None:
        for _ in range(20):
            try:
                if seat.line is not None and seat.line.connected and seat.send()["ok"]:
                    break
            except CUT:
                pass
            self._return(seat)
        seat.cut()

    def stored(self) -> dict[tuple[str, int], tuple[int, str]]:
        """Return every stored event as the server gives it out."""
        out = self.folder / "answers.csv"
        self.server.command("rehearsal", "answers", self.uid, "--out", str(out))
        with out.open(encoding="utf-8") as file:
            return {
                (row["ticket"], int(row["seq"])): (int(row["position"]), json.loads(row["answer"]))
                for row in csv.DictReader(file)
            }
