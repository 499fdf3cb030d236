"""Every line of a hall cut at once, then each somewhere in a frame: all come back, nothing is lost.

The program's own seats are used: thousands fit into one process. Printed are tries, what was
acknowledged and lost, how long all needed to be back, what a returned line takes of the processor
and how long the server was silent meanwhile.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.rehearsal_load.addresses import Address, request
from exam_server.delivery.rehearsal_load.findings import compare
from exam_server.delivery.rehearsal_load.hall import Hall
from exam_server.delivery.rehearsal_load.play import Stage
from exam_server.delivery.rehearsal_load.processes import Meter, listening_workers
from exam_server.delivery.rehearsal_load.seats import LoadSeat
from tests.apart import apart
from tests.live_server import LiveServer
from tests.relay import Relay

pytestmark = pytest.mark.slow

LIMIT_S = 240.0
IN_A_MESSAGE = 3
# A line that leaves and comes back; looking through all others for each took many times that.
MOST_CPU_S = 0.06


@dataclass
class Storm:
    """A hall behind a relay, its seats answering all the time."""

    stage: Stage
    relay: Relay
    hall: Hall
    tries: int = 0
    is_over: bool = False

    async def work(self) -> None:
        """Have seats send answers in turn, some at once, whether their line stands or not."""
        while not self.is_over:
            for seat in self.hall.rng.sample(self.hall.seats, max(1, len(self.hall.seats) // 50)):
                if len(seat.outbox) < 100 - IN_A_MESSAGE:
                    seat.send([seat.note_answer() for _ in range(IN_A_MESSAGE)])
                    self.tries += IN_A_MESSAGE
            await asyncio.sleep(0.02)

    async def returns(self, times: int) -> float:
        """Wait until every seat has come back so many times; return the seconds."""
        began = time.perf_counter()
        async with asyncio.timeout(LIMIT_S):
            while not all(is_back(seat, times) for seat in self.hall.seats):  # noqa: ASYNC110 - the seats act by themselves
                await asyncio.sleep(0.01)
        return time.perf_counter() - began

    async def goes_on(self, more: int) -> None:
        """Wait until every seat has so many more answers acknowledged than now."""
        wanted = [(seat, len(seat.acked) + more) for seat in self.hall.seats]
        async with asyncio.timeout(LIMIT_S):
            while any(len(seat.acked) < count for seat, count in wanted):  # noqa: ASYNC110 - the seats act by themselves
                await asyncio.sleep(0.01)

    def cut_each_in_a_frame(self) -> None:
        """Let every line break after some bytes, towards the server or from it."""
        for pair in self.relay.pairs:
            towards = random.choice((pair.near, pair.far))  # noqa: S311 - any will do
            pair.left[towards] = random.randint(1, 400)  # noqa: S311 - any will do


def is_back(seat: LoadSeat, times: int) -> bool:
    return seat.reconnections >= times and seat.line is not None and seat.line.is_open


async def longest_silence(address: Address, until: Callable[[], bool]) -> float:
    """Return how long the server took at most to say that it is there."""
    longest = 0.0
    while not until():
        asked = time.perf_counter()
        await request(address, "GET", "/healthz", headers={})
        longest = max(longest, time.perf_counter() - asked)
        await asyncio.sleep(0.02)
    return longest


async def all_at_once_then_each(storm: Storm, server: Address) -> None:
    seats, meter = storm.hall.seats, storm.stage.meter
    await storm.goes_on(IN_A_MESSAGE)
    cpu = meter.cpu_s()
    silence = asyncio.create_task(
        longest_silence(server, lambda: all(is_back(seat, 1) for seat in seats))
    )
    assert storm.relay.cut_all() >= len(seats)
    seconds = await storm.returns(1)
    cpu = (meter.cpu_s() - cpu) / len(seats)
    print(  # noqa: T201 - the figures are what this is for
        f"{len(seats)} lines cut at once: all back after {seconds:.2f} s, "
        f"{cpu * 1000:.1f} ms of the processor each with the work beside it, "
        f"server silent for {await silence:.2f} s at most"
    )
    assert cpu < MOST_CPU_S
    await storm.goes_on(IN_A_MESSAGE)

    storm.cut_each_in_a_frame()
    await storm.returns(2)
    assert storm.relay.cuts >= len(seats)
    await storm.goes_on(IN_A_MESSAGE)


async def play(
    shared_server: LiveServer, seats: int, faults: Callable[[Storm, Address], Awaitable[None]]
) -> None:
    settings = Settings(var=shared_server.var)
    database, relay = Database(settings.url, keyring=settings.keyring), Relay(shared_server.port)
    at_server = Address("127.0.0.1", shared_server.port)
    meter = Meter(listening_workers([shared_server.port]))
    stage = Stage(
        [await relay.open()], database, settings.secret, meter, victims=list, say=lambda _: None
    )
    uid, hall = stage.create(seats=seats, items=20, minutes=60)
    await hall.come_in()
    stage.start(uid, now=utcnow())
    assert await hall.all_readable(LIMIT_S) == seats
    storm = Storm(stage, relay, hall)
    work = asyncio.create_task(storm.work())
    await faults(storm, at_server)
    storm.is_over = True
    await work
    waiting = await hall.settled(LIMIT_S)
    await hall.leave()
    await relay.close()
    acknowledged, lost = hall.acknowledged(), compare(hall.seats, stage.stored(uid))
    database.close()
    print(f"tries {storm.tries}, acknowledged {acknowledged}, lost {lost}")  # noqa: T201 - the figures are what this is for
    assert (waiting, lost) == (0, 0)
    assert acknowledged == storm.tries


@pytest.mark.parametrize("seats", [30, pytest.param(1000, marks=pytest.mark.long)])
def test_lines_cut_at_once_and_within_frames_come_back_and_lose_nothing(
    shared_server: LiveServer, seats: int
) -> None:
    before = len(shared_server.log())
    apart(lambda: asyncio.run(play(shared_server, seats, all_at_once_then_each)))
    assert "Traceback" not in shared_server.log()[before:]
