"""The answer journal: one greenlet per web process writes what all its seats send.

It gathers what arrived within a few milliseconds and writes it in one transaction; every
acknowledgement follows the commit. Inside the transaction each sitting's lease, state and clock
are read from the rows: memory is never authority. Hand-ins and closings pass through the same
queue, so they stand behind everything that was received before them.
"""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import gevent
import structlog
from gevent.event import AsyncResult
from gevent.queue import Full, Queue
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from exam_server.db import Database
from exam_server.delivery import journal_writing
from exam_server.delivery.journal_writing import Batch, Writes

log = structlog.get_logger()

GATHER_S = 0.004
LARGEST_BATCH = 256
LONGEST_QUEUE = 20_000
# The store itself, not an entry: writing the entries one by one would only wait as many times.
STORE_FAILS = (OperationalError, InterfaceError, NoConnection)


class Entry(Writes, Protocol):
    """One thing to write: it does its part in the batch's transaction and returns the reply."""

    def write(self, batch: Batch) -> dict[str, Any]:
        """Do the part; what it returns is sent after the commit."""


@dataclass
class Waiting:
    """An entry in the queue and who waits for its reply."""

    entry: Entry
    reply: AsyncResult[dict[str, Any]] = field(default_factory=AsyncResult)


@dataclass
class Journal:
    """The queue and its writer."""

    database: Database
    after_commit: Callable[[Batch], None]
    queue: Queue[Waiting] = field(default_factory=lambda: Queue(LONGEST_QUEUE))
    is_stopping: bool = False

    def ask(self, entry: Entry) -> dict[str, Any]:
        """Queue an entry and wait for its reply; a full queue refuses at once."""
        waiting = Waiting(entry)
        try:
            self.queue.put_nowait(waiting)
        except Full:
            return {"ok": False, "code": "server_busy"}
        return waiting.reply.get() or {"ok": False, "code": "store_unavailable"}

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
        gevent.sleep(GATHER_S)
        batch = [first]
        while len(batch) < LARGEST_BATCH and not self.queue.empty():
            batch.append(self.queue.get_nowait())
        return batch

    def _write(self, waiting: list[Waiting]) -> None:
        try:
            replies = self._write_together([each.entry for each in waiting])
        except STORE_FAILS:
            log.exception("the store fails; nothing of the batch is acknowledged", n=len(waiting))
            replies = [{"ok": False, "code": "store_unavailable"}] * len(waiting)
        except Exception:
            if len(waiting) > 1:
                log.exception("journal batch failed; writing its entries one by one")
                for each in waiting:
                    self._write([each])
                return
            log.exception("journal entry failed", sitting=waiting[0].entry.sitting_id)
            replies = [{"ok": False, "code": "store_unavailable"}]
        for each, reply in zip(waiting, replies, strict=True):
            each.reply.set(reply)

    def _write_together(self, entries: list[Entry]) -> list[dict[str, Any]]:
        with self.database.writing() as db:
            batch = journal_writing.open_batch(db, entries)
            replies = [entry.write(batch) for entry in entries]
            batch.flush()
        self.after_commit(batch)
        return replies
