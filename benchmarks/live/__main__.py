"""The live path on this machine, in one run of about four minutes.

Run from the project's root: ``.venv/bin/python -m benchmarks.live [SECTION …] [--seats N]``
(``--hall-seats N`` for the large hall).
Sections: ``saves`` (CPU an acknowledgement against a bare echo and against a commit for every
answer), ``postgres`` (the same on PostgreSQL), ``storms`` (start, hand-in, bell), ``hall`` (5,000
seats with their consoles on two processes). CPU an acknowledgement holds on a busy machine, times
do not: the load average stands beside them. The load's own CPU is never the server's.
"""

import argparse
import asyncio
import os
import resource
import time

from benchmarks.live.closed_loop import HEAD, Loop, echo, saves
from benchmarks.live.large_hall import large_hall
from benchmarks.live.servers import durable_postgres
from benchmarks.live.storms import storms

SECTIONS = ("saves", "postgres", "storms", "hall")
ONE_BY_ONE = "benchmarks.live.one_by_one:app"
LOOP_S = 6.0


async def compared(seats: int, *, store: str, url: str = "") -> None:
    """Print durable saves beside the echo and beside a commit for every answer."""
    print(f"\n{store}, {seats} seats, closed loop, one process\n{HEAD}")
    bare = shown(await echo(seats, LOOP_S))
    ours = shown(await saves("durable saves", seats, LOOP_S, url=url))
    single = shown(await saves("a commit for every answer", seats, LOOP_S, url=url, app=ONE_BY_ONE))
    print(
        f"CPU {ours.cpu_us / bare.cpu_us:.2f} × the echo's; a commit for every answer takes "
        f"{single.cpu_us / ours.cpu_us:.1f} × the CPU and gives 1/{ours.per_s / single.per_s:.1f} "
        "of the answers"
    )


def shown(measured: Loop) -> Loop:
    """Print a line and give it back."""
    print(measured.line(), flush=True)
    return measured


async def run(sections: list[str], seats: int, hall_seats: int) -> None:
    """Run the sections asked for."""
    if "saves" in sections:
        await compared(seats, store="SQLite, synchronous=FULL")
    if "postgres" in sections:
        with durable_postgres() as url:
            await compared(seats, store="PostgreSQL, fsync on", url=url)
    if "storms" in sections:
        print("\nSQLite, one process")
        await storms(seats, 3)
    if "hall" in sections:
        await large_hall(hall_seats)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--seats", type=int, default=300)
    parser.add_argument("--hall-seats", type=int, default=5000)
    asked = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    began = time.perf_counter()
    print(f"{os.cpu_count()} cores, load average before {os.getloadavg()[0]:.1f}")
    asyncio.run(run(asked.sections or list(SECTIONS), asked.seats, asked.hall_seats))
    seconds = time.perf_counter() - began
    print(f"\n{seconds:.0f} s, load average after {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
