"""The answer journal: one greenlet per web process writes what all its seats send.

It gathers what arrived within a few milliseconds and writes it in one transaction; every
acknowledgement follows the commit. With much waiting already it does not wait for more. Inside the
transaction each sitting's lease, state and clock are read from the rows: memory is never authority.
Hand-ins and closings pass through the same queue, so they stand behind everything that was received
before them.
"""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import gevent
import structlog
from gevent.event import AsyncResult
from gevent.queue import Full, Queue

from exam_server.clock import utcnow
from exam_server.db import STORE_FAILS, Database, StoreSilentError
from exam_server.delivery import journal_writing
from exam_server.delivery.figures import Figures
from exam_server.delivery.journal_facts import Known
from exam_server.delivery.journal_writing import Batch, Writes

log = structlog.get_logger()

GATHER_S = 0.008
# At a calm pace a batch is nearly all fixed cost: waiting a little longer halves it.
CALM_GATHER_S = 0.02
CALM_BATCH = 4
LARGEST_BATCH = 256
ENOUGH = 64  # so many waiting are worth a commit of their own at once
LONGEST_QUEUE = 20_000
# Less than a seat waits for its reply: it hears that nothing is stored, and sends again.
STORE_LIMIT_S = 4.0


class Entry(Writes, Protocol):
    """One thing to write: it does its part in the batch's transaction and returns the reply."""

    def write(self, batch: Batch) -> dict[str, Any]:
        """Do the part; what it returns is sent after the commit."""


Reply = Callable[[dict[str, Any]], None]
BUSY: dict[str, Any] = {"ok": False, "code": "server_busy"}
UNAVAILABLE: dict[str, Any] = {"ok": False, "code": "store_unavailable"}


class Waiting(NamedTuple):
    """An entry in the queue and who gets its reply."""

    entry: Entry
    reply: Reply


@dataclass
class Journal:
    """The queue and its writer."""

    database: Database
    after_commit: Callable[[Batch], None]
    queue: Queue[Waiting] = field(default_factory=lambda: Queue(LONGEST_QUEUE))
    is_stopping: bool = False
    last_size: int = 0
    known: dict[int, Known] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)

    def put(self, entry: Entry, reply: Reply) -> None:
        """Queue an entry; ``reply`` is called after the commit, and must not wait.

        A full queue refuses at once.
        """
        try:
            self.queue.put_nowait(Waiting(entry, reply))
        except Full:
            reply(BUSY)

    def ask(self, entry: Entry) -> dict[str, Any]:
        """Queue an entry and wait for its reply."""
        answered: AsyncResult[dict[str, Any]] = AsyncResult()
        self.put(entry, answered.set)
        return answered.get() or UNAVAILABLE

    def run(self) -> None:
        """Write until told to stop and nothing is left."""
        while not (self.is_stopping and self.queue.empty()):
            batch = self._gather()
            if batch:
                self._write(batch)

    def stop(self) -> None:
        """Let ``run`` end after what is queued has been written."""
        self.is_stopping = True

    def _gather(self) -> list[Waiting]:
        try:
            first = self.queue.get(timeout=0.2)
        except gevent.queue.Empty:
            return []
        if self.queue.qsize() < ENOUGH:
            gevent.sleep(CALM_GATHER_S if self.last_size <= CALM_BATCH else GATHER_S)
        batch = [first]
        while len(batch) < LARGEST_BATCH and not self.queue.empty():
            batch.append(self.queue.get_nowait())
        self.last_size = len(batch)
        return batch

    def _write(self, waiting: list[Waiting]) -> None:
        began, is_stored = time.perf_counter(), False
        try:
            replies = self._write_together([each.entry for each in waiting])
            is_stored = True
        except STORE_FAILS as failed:  # one by one, the entries would only wait as many times
            log.exception("the store fails; nothing of the batch is acknowledged", n=len(waiting))
            replies = [UNAVAILABLE] * len(waiting)
            if isinstance(failed, StoreSilentError):
                self._refuse_queued()
        except Exception:
            if len(waiting) > 1:
                log.exception("journal batch failed; writing its entries one by one")
                for each in waiting:
                    self._write([each])
                return
            log.exception("journal entry failed", sitting=waiting[0].entry.sitting_id)
            replies = [UNAVAILABLE]
        store_s = time.perf_counter() - began
        for each, reply in zip(waiting, replies, strict=True):
            _answer(each, reply)
        if is_stored:
            received = (at for each in waiting if (at := getattr(each.entry, "received_at", None)))
            self.figures.stored(received, now=utcnow(), store_s=store_s)
        else:
            self.figures.store_failures += 1

    def _refuse_queued(self) -> None:
        """Answer what has queued behind a silent store: it would wait as long once more."""
        while not self.queue.empty():
            _answer(self.queue.get_nowait(), UNAVAILABLE)

    def _write_together(self, entries: list[Entry]) -> list[dict[str, Any]]:
        with self.database.writing(within_s=STORE_LIMIT_S) as db:
            batch = journal_writing.open_batch(db, entries, self.known)
            replies = [entry.write(batch) for entry in entries]
            batch.flush()
        self.after_commit(batch)
        return replies


def _answer(waiting: Waiting, reply: dict[str, Any]) -> None:
    """Give a reply; a line that broke meanwhile keeps no other from its own."""
    try:
        waiting.reply(reply)
    except Exception:
        log.exception("a reply could not be given", sitting=waiting.entry.sitting_id)
