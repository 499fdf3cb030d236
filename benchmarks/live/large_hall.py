"""A large hall: 5,000 seats at one answer in thirty seconds, a console in every room."""

import asyncio
import os
import re
import time
from collections import Counter
from typing import Any

import requests
from sqlalchemy import select, update

from benchmarks.live.servers import durable_postgres, stage
from exam_server.batches.models import Registration
from exam_server.clock import utcnow
from exam_server.delivery.leases import digest
from exam_server.delivery.rehearsal_load.addresses import Address
from exam_server.delivery.rehearsal_load.findings import compare
from exam_server.delivery.rehearsal_load.hall import Hall, patiently, percentile
from exam_server.delivery.rehearsal_load.lines import Line
from exam_server.delivery.rehearsal_load.play import INTERVAL_S, Stage
from exam_server.delivery.rehearsing import rehearsal
from exam_server.demo.programme import PASSWORD
from exam_server.seating.models import Sitting
from tests.console_rooms import put_on_duty

WORKERS = 2
MEASURED_S = 25.0
CONNECTING = 100
READABLE_LIMIT_S = 180.0  # a busy machine is no fault of the server


async def large_hall(seats: int) -> None:
    """Connect everybody, let them work, print what an answer waits and what it takes."""
    with durable_postgres() as url:
        async with stage(url, workers=WORKERS) as at:
            before = at.meter.memory()
            uid, hall = at.create(seats=seats, items=40, minutes=600)
            sign_in_directly(at, uid, hall)
            print(f"\nPostgreSQL, fsync on, {WORKERS} processes, {seats} seats with their consoles")
            await lines_opened(at, hall)
            told: Counter[str] = Counter()
            consoles = await open_consoles(at, uid, told)
            await asyncio.to_thread(at.start, uid, now=utcnow())
            began = time.perf_counter()
            readable = await hall.all_readable(READABLE_LIMIT_S)
            assert readable == seats, f"{readable} of {seats} papers could be read"
            print(f"start: {time.perf_counter() - began:.1f} s to the last readable paper")
            await asyncio.sleep(5)
            await measured(at, hall, told)
            for console in consoles:
                console.close()
            await hall.leave()
            await asyncio.sleep(1)
            print(f"memory {(at.meter.memory() - before) / seats / 1000:.0f} KB a seat at the end")
            print(f"lost {compare(hall.seats, at.stored(uid))} of {hall.acknowledged()}")


async def measured(at: Stage, hall: Hall, told: Counter[str]) -> None:
    """Let everybody work for a while and print it."""
    hall.take_latencies()
    told.clear()
    cpu, acked, own = at.meter.cpu_s(), hall.acknowledged(), time.process_time()
    began = time.perf_counter()
    await hall.answer_paced(len(hall.seats) / INTERVAL_S, MEASURED_S)
    await hall.settled(30)
    wall = time.perf_counter() - began
    waits, count = hall.take_latencies(), hall.acknowledged() - acked
    spent = at.meter.cpu_s() - cpu
    print(
        f"{count / wall:.0f} saves/s, p50 {percentile(waits, 0.5) * 1000:.1f} ms, "
        f"p99 {percentile(waits, 0.99) * 1000:.1f} ms; {spent / wall * 100:.0f} % of one core, "
        f"{spent / count * 1e6:.0f} µs an answer with everything beside it; "
        f"memory {at.meter.memory() / 1e6:.0f} MB; consoles heard {told['seats_changed']}; "
        f"load {100 * (time.process_time() - own) / wall:.0f} % of one core, "
        f"load average {os.getloadavg()[0]:.1f}"
    )


def sign_in_directly(at: Stage, uid: str, hall: Hall) -> None:
    """Give every seat its lease in the store: sign-in is not what is measured here."""
    with at.database.writing() as db:
        chosen = select(Registration.ticket, Sitting.id).join(
            Sitting, Sitting.registration_id == Registration.id
        )
        ids = dict(db.execute(chosen.where(Sitting.exam_session_id == rehearsal(db, uid).id)).all())
        rows = []
        for seat in hall.seats:
            seat.token = f"token of {seat.ticket}"
            lease = {"device_hash": digest(seat.ticket), "token_hash": digest(seat.token)}
            rows.append({"id": ids[seat.ticket], "status": "ready", "lease_number": 1, **lease})
        db.execute(update(Sitting), rows)


async def lines_opened(at: Stage, hall: Hall) -> None:
    """Open every line and print how fast and what each takes."""
    cpu, own, began = at.meter.cpu_s(), time.process_time(), time.perf_counter()
    await connected(hall)
    wall, seats = time.perf_counter() - began, len(hall.seats)
    print(
        f"{seats / wall:.0f} lines opened a second, "
        f"{(at.meter.cpu_s() - cpu) / seats * 1000:.1f} ms of the processor each; "
        f"load {100 * (time.process_time() - own) / wall:.0f} % of one core, "
        f"load average {os.getloadavg()[0]:.1f}"
    )


async def connected(hall: Hall) -> None:
    """Open every line."""
    door = asyncio.Semaphore(CONNECTING)

    async def come(seat: Any) -> None:
        async with door:
            await patiently(seat.connect)

    await asyncio.gather(*(come(seat) for seat in hall.seats))


async def open_consoles(at: Stage, uid: str, told: Counter[str]) -> list[Line]:
    """Open a console for every room, where the seats of the room are."""
    with at.database.writing() as db:
        exam_session = rehearsal(db, uid)
        _, chief = put_on_duty(db, exam_session)
        rooms = [run.room.uid for run in exam_session.rooms]
    cookie = await asyncio.to_thread(signed_in, at.addresses[0], chief)
    consoles = []
    for number, room in enumerate(rooms):
        address = at.addresses[number % len(at.addresses)]
        line = Line(address, "/proctoring", {}, lambda name, _data: told.update([name]), cookie)
        await line.open()
        reply = await line.ask("join_room", {"exam_session": uid, "room": room})
        assert reply["ok"], reply
        consoles.append(line)
    return consoles


def signed_in(address: Address, username: str) -> dict[str, str]:
    """Sign a person in; return the header that says so."""
    http = requests.Session()
    page = http.get(f"http://{address.netloc}/sign-in", timeout=30).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "username": username, "password": PASSWORD}
    http.post(f"http://{address.netloc}/sign-in", data=sent, timeout=30)
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in http.cookies.items())}
