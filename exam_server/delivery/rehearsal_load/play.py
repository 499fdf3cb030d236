"""The rehearsal as it is played: doors, start, work, a killed process, hand-in, the bell."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from exam_server.clock import parse_rfc3339, utcnow
from exam_server.db import Database
from exam_server.delivery import rehearsing
from exam_server.delivery.rehearsal_load.addresses import Address
from exam_server.delivery.rehearsal_load.findings import Findings, Step, compare
from exam_server.delivery.rehearsal_load.hall import Hall, hall_of, percentile
from exam_server.delivery.rehearsal_load.leftovers import note_made
from exam_server.delivery.rehearsal_load.processes import Meter, kill

INTERVAL_S = 30.0
FASTER = 4
FLAT_OUT_S = 5.0
READABLE_LIMIT_S = 60.0
SETTLE_LIMIT_S = 60.0
CLOSE_LIMIT_S = 40.0
BELL_MINUTES = 1
BELL_IN_S = 12.0
RUSH_S = 2.0
CHECKED_PAPERS = 10
SLOWEST_S = 0.1


@dataclass
class Stage:
    """Where a rehearsal is played: a server, the store behind it, and whom it may kill."""

    addresses: list[Address]
    database: Database
    secret: bytes
    meter: Meter
    victims: Callable[[], list[int]]
    say: Callable[[str], None]
    made: list[str] = field(default_factory=list)
    folder: Path | None = None  # of a rehearsal in the office's own store

    def create(self, *, seats: int, items: int, minutes: int) -> tuple[str, Hall]:
        """Make a rehearsal; return its id and its hall."""
        with self.database.writing() as db:
            exam_session, tickets = rehearsing.create_rehearsal(
                db, seats=seats, items=items, minutes=minutes, secret=self.secret, now=utcnow()
            )
            uid = exam_session.uid
            if self.folder is not None:
                note_made(self.folder, uid)
        self.made.append(uid)
        return uid, hall_of(self.addresses, tickets, n_items=items)

    def start(self, uid: str, *, now: datetime) -> None:
        """Give the start signal."""
        with self.database.writing() as db:
            rehearsing.start_rehearsal(db, uid, now=now)

    def stored(self, uid: str) -> list[dict[str, Any]]:
        """Return what the server holds."""
        with self.database.reading() as db:
            return rehearsing.stored_events(db, uid)


@dataclass
class Play:
    """One rehearsal and what it has found so far."""

    stage: Stage
    findings: Findings
    work_s: float
    uid: str = ""
    hall: Hall = field(default_factory=lambda: Hall([]))

    async def run(self) -> Findings:
        """Play everything in the order of an exam day."""
        spent = time.process_time()
        await self.exam_day()
        await self.bell()
        self.findings.load_cpu_s = time.process_time() - spent
        self.findings.load_average = os.getloadavg()[0]
        return self.findings

    async def exam_day(self) -> None:
        """One exam session from the doors to the last receipt."""
        made = self.findings
        self.uid, self.hall = self.stage.create(seats=made.seats, items=made.items, minutes=600)
        before = self.stage.meter.memory()
        await self.doors()
        self.stage.say("start")
        await self.start()
        async with self._measured("work"):
            await self.hall.answer_paced(made.seats / INTERVAL_S, self.work_s)
        async with self._measured("more_work"):
            await self.hall.answer_paced(made.seats / INTERVAL_S * FASTER, self.work_s)
        async with self._measured("flat_out"):
            await self.hall.answer_flat_out(FLAT_OUT_S)
        memory = self.stage.meter.memory()
        if memory:
            made.server_memory = memory
            made.seat_bytes = max(0, memory - before) // made.seats
        await self.killed()
        async with self._measured("hand_in") as step:
            await self.hall.hand_in()
            step.is_good = all(seat.receipt for seat in self.hall.seats)
        await self._compare()

    async def doors(self) -> None:
        """Let everybody in."""
        async with self._measured("doors") as step:
            await self.hall.come_in()
            step.is_good = all(seat.state["status"] == "ready" for seat in self.hall.seats)

    async def start(self, *, at: datetime | None = None) -> None:
        """Give the signal; every seat must be able to read its paper."""
        began = time.perf_counter()
        await asyncio.to_thread(self.stage.start, self.uid, now=at or utcnow())
        readable = await self.hall.all_readable(READABLE_LIMIT_S)
        times = [seat.key_at - began for seat in self.hall.seats if seat.key_at]
        self.findings.first_readable_s = min(times, default=READABLE_LIMIT_S)
        n_read = sum(seat.read_paper() > 0 for seat in self.hall.seats[:CHECKED_PAPERS])
        self.findings.steps.append(
            Step(
                "start",
                max(times, default=READABLE_LIMIT_S),
                seats=readable,
                is_good=readable == len(self.hall.seats)
                and n_read == min(CHECKED_PAPERS, len(self.hall.seats)),
            )
        )

    async def killed(self) -> None:
        """Kill a web process while people work; all must come back and lose nothing."""
        victims = self.stage.victims()
        if not victims:
            return
        async with self._measured("killed") as step:
            rate = self.findings.seats / INTERVAL_S * FASTER
            work = asyncio.create_task(self.hall.answer_paced(rate, 6.0))
            await asyncio.sleep(1.0)
            kill(victims[0])
            await work
            step.is_good = await self.hall.settled(SETTLE_LIMIT_S) == 0
        self.stage.meter.pids = self.stage.victims()

    async def bell(self) -> None:
        """Start a second session shortly before its end; all answer in its last two seconds."""
        made = self.findings
        self.uid, self.hall = self.stage.create(
            seats=made.seats, items=made.items, minutes=BELL_MINUTES
        )
        await self.hall.come_in()
        first_readable_s = made.first_readable_s
        await self.start(at=utcnow() - timedelta(minutes=BELL_MINUTES, seconds=-BELL_IN_S))
        made.steps.pop()  # the start was measured before
        made.first_readable_s = first_readable_s
        first = self.hall.seats[0]
        left = parse_rfc3339(first.state["ends_at"]) - parse_rfc3339(first.state["now"])
        end = first.key_at + left.total_seconds()
        await asyncio.sleep(max(0.0, end - RUSH_S - time.perf_counter()))
        async with self._measured("bell") as step:
            await self.hall.answer_within(RUSH_S - SLOWEST_S)
            waits = [seat.is_closed.wait() for seat in self.hall.seats]
            await _within(asyncio.gather(*waits), CLOSE_LIMIT_S)
            counts = [(seat.receipt or {}).get("count") for seat in self.hall.seats]
            step.seats = sum(count == 1 for count in counts)
            step.is_good = step.seats == made.seats
        await self._compare()

    @asynccontextmanager
    async def _measured(self, name: str) -> AsyncIterator[Step]:
        """Measure a step; what is still on its way is waited for."""
        self.stage.say(name)
        self.hall.take_latencies()
        acked, cpu = self.hall.acknowledged(), self.stage.meter.cpu_s()
        began = time.perf_counter()
        step = Step(name, 0.0, seats=self.findings.seats)
        yield step
        step.seconds = time.perf_counter() - began
        await self.hall.settled(SETTLE_LIMIT_S)
        step.acknowledged = self.hall.acknowledged() - acked
        spent = self.stage.meter.cpu_s() - cpu
        latencies = self.hall.take_latencies()
        if latencies:
            step.p50_ms = percentile(latencies, 0.5) * 1000
            step.p99_ms = percentile(latencies, 0.99) * 1000
        if step.acknowledged and spent > 0:
            step.cpu_us_per_answer = spent / step.acknowledged * 1e6
        self.findings.steps.append(step)

    async def _compare(self) -> None:
        """Leave, and hold what was acknowledged against what is stored."""
        made, seats = self.findings, self.hall.seats
        await self.hall.leave()
        stored = await asyncio.to_thread(self.stage.stored, self.uid)
        made.acknowledged += self.hall.acknowledged()
        made.stored += len(stored)
        made.lost += compare(seats, stored)
        made.reconnections += sum(seat.reconnections for seat in seats)
        for seat in seats:
            for code in seat.refused:
                made.refused[code] = made.refused.get(code, 0) + 1


async def _within(work: Awaitable[Any], seconds: float) -> None:
    """Wait for work at most so long."""
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        return
