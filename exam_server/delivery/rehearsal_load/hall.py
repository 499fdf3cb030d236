"""A hall of seats: all sign in, all start, all answer, all hand in."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from exam_server.delivery.rehearsal_load.addresses import Address
from exam_server.delivery.rehearsal_load.lines import LineLostError
from exam_server.delivery.rehearsal_load.seats import LoadSeat
from exam_server.delivery.rehearsing import RehearsalTicket

AT_THE_DOOR = 40
TRIES = 20
RETRY_S = 0.5


@dataclass
class Hall:
    """Seats spread over the web processes by room, as the proxy before them would."""

    seats: list[LoadSeat]
    rng: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - pacing

    async def come_in(self) -> float:
        """Let every seat sign in, open its line and fetch its paper; return the seconds."""
        began = time.perf_counter()
        door = asyncio.Semaphore(AT_THE_DOOR)
        await asyncio.gather(*(_enter(seat, door) for seat in self.seats))
        return time.perf_counter() - began

    async def all_readable(self, limit_s: float) -> int:
        """Wait until every seat has its key; return how many have."""
        waits = [asyncio.create_task(seat.has_key.wait()) for seat in self.seats]
        await asyncio.wait(waits, timeout=limit_s)
        for each in waits:
            each.cancel()
        return sum(seat.has_key.is_set() for seat in self.seats)

    async def answer_paced(self, per_second: float, seconds: float) -> None:
        """Let seats answer in turns at a rate of the hall together."""
        order = self.rng.sample(self.seats, len(self.seats))
        began = time.perf_counter()
        sent = 0
        while (now := time.perf_counter() - began) < seconds:
            due = min(int(now * per_second) + 1, int(seconds * per_second))
            while sent < due:
                order[sent % len(order)].answer()
                sent += 1
            await asyncio.sleep(0.002)

    async def answer_flat_out(self, seconds: float) -> None:
        """Let every seat send its next answer as soon as the last one is acknowledged."""
        end = time.perf_counter() + seconds
        for seat in self.seats:
            _answer_on(seat, end)
        await asyncio.sleep(seconds)

    async def settled(self, limit_s: float) -> int:
        """Wait until nothing waits for acknowledgement; return how many answers still do."""
        waits = [asyncio.create_task(seat.is_settled.wait()) for seat in self.seats]
        await asyncio.wait(waits, timeout=limit_s)
        for each in waits:
            each.cancel()
        return sum(len(seat.outbox) for seat in self.seats)

    async def answer_within(self, seconds: float) -> None:
        """Let every seat send one answer at some moment of a stretch: the rush before the bell."""

        async def answer(seat: LoadSeat) -> None:
            await asyncio.sleep(self.rng.uniform(0, seconds))
            seat.answer()

        await asyncio.gather(*(answer(seat) for seat in self.seats))

    async def hand_in(self) -> float:
        """Let every seat hand in at once; return the seconds until the last receipt."""
        began = time.perf_counter()
        await asyncio.gather(*(seat.hand_in() for seat in self.seats))
        return time.perf_counter() - began

    async def leave(self) -> None:
        """Close every line."""
        for seat in self.seats:
            await seat.leave()
        await asyncio.sleep(0)

    def acknowledged(self) -> int:
        """Return how many answers have been acknowledged."""
        return sum(len(seat.acked) for seat in self.seats)

    def take_latencies(self) -> list[float]:
        """Return the seconds from sending to acknowledgement since the last call, sorted."""
        found: list[float] = []
        for seat in self.seats:
            found += seat.latencies
            seat.latencies = []
        return sorted(found)


def hall_of(addresses: list[Address], tickets: Iterable[RehearsalTicket], *, n_items: int) -> Hall:
    """Return the hall of a rehearsal; all seats of a room use one web process."""
    rooms: dict[str, Address] = {}
    seats = []
    for each in tickets:
        address = rooms.setdefault(each.room, addresses[len(rooms) % len(addresses)])
        seats.append(LoadSeat(address, each.ticket, each.code, n_items))
    return Hall(seats)


def percentile(values: list[float], share: float) -> float:
    """Return a percentile of sorted values by nearest rank; 0 for none.

    Examples
    --------
    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    if not values:
        return 0.0
    return values[max(0, min(len(values), -int(-len(values) * share // 1)) - 1)]


async def _enter(seat: LoadSeat, door: asyncio.Semaphore) -> None:
    async with door:
        for step in (seat.sign_in, seat.connect, seat.fetch_form):
            await patiently(step)


async def patiently(step: Callable[[], Awaitable[None]]) -> None:
    """Try again what a busy server did not take; raises LineLostError at last."""
    for attempt in range(TRIES):
        try:
            await step()
        except (OSError, LineLostError, ValueError) as error:
            if attempt == TRIES - 1:
                raise LineLostError(str(error)) from error
            await asyncio.sleep(RETRY_S)
        else:
            return


def _answer_on(seat: LoadSeat, end: float) -> None:
    def next_one() -> None:
        if time.perf_counter() < end:
            seat.answer(next_one)

    seat.answer(next_one)
