"""Every seat sends its next answer as soon as the last is acknowledged: what each answer costs."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta

from benchmarks.live.servers import echo_server, stage, workers_of
from exam_server.clock import utcnow
from exam_server.delivery.rehearsal_load.findings import compare
from exam_server.delivery.rehearsal_load.hall import Hall, hall_of, percentile
from exam_server.delivery.rehearsal_load.processes import Meter
from exam_server.delivery.rehearsing import RehearsalTicket

WARM_S = 1.0


@dataclass(frozen=True)
class Loop:
    """One closed loop."""

    what: str
    per_s: float
    cpu_us: float
    load_us: float
    p50_ms: float
    p99_ms: float
    lost: int = 0

    def line(self) -> str:
        """Return it as a line of the report."""
        return (
            f"{self.what:<34}{self.per_s:>9.0f}{self.cpu_us:>10.0f}{self.load_us:>9.0f}"
            f"{self.p50_ms:>9.1f}{self.p99_ms:>9.1f}{self.lost:>6}"
        )


HEAD = f"{'':<34}{'acks/s':>9}{'µs CPU':>10}{'(load)':>9}{'p50 ms':>9}{'p99 ms':>9}{'lost':>6}"


async def loop(what: str, hall: Hall, meter: Meter, seconds: float) -> Loop:
    """Run a closed loop over a hall that is connected."""
    await hall.answer_flat_out(WARM_S)
    await hall.settled(30)
    hall.take_latencies()
    acked, cpu, own, wall = hall.acknowledged(), meter.cpu_s(), cpu_now(), time.perf_counter()
    await hall.answer_flat_out(seconds)
    await hall.settled(60)
    wall, own, cpu = time.perf_counter() - wall, cpu_now() - own, meter.cpu_s() - cpu
    count, waits = hall.acknowledged() - acked, hall.take_latencies()
    return Loop(
        what,
        count / wall,
        cpu / count * 1e6,
        own / count * 1e6,
        percentile(waits, 0.5) * 1000,
        percentile(waits, 0.99) * 1000,
    )


def cpu_now() -> float:
    """Return the CPU seconds of this program: the load itself."""
    return time.process_time()


async def echo(seats: int, seconds: float) -> Loop:
    """Measure the bare echo of the stock stack."""
    async with echo_server() as server:
        tickets = [RehearsalTicket(f"T{n}", "code", "room", n) for n in range(seats)]
        hall = hall_of(server.addresses, tickets, n_items=40)
        await asyncio.gather(*(seat.connect() for seat in hall.seats))
        measured = await loop(
            "echo, stock stack, no store", hall, Meter(workers_of(server)), seconds
        )
        await hall.leave()
        return measured


async def saves(what: str, seats: int, seconds: float, *, url: str = "", app: str = "") -> Loop:
    """Measure durable saves; every acknowledgement is held against the store afterwards."""
    async with stage(url, app=app) as at:
        uid, hall = at.create(seats=seats, items=40, minutes=600)
        await hall.come_in()
        at.start(uid, now=utcnow() - timedelta(seconds=1))
        await hall.all_readable(60)
        measured = await loop(what, hall, at.meter, seconds)
        await hall.leave()
        lost = compare(hall.seats, at.stored(uid))
        return Loop(**{**vars(measured), "lost": lost})
