"""``rehearsal run``: a server, a store, a play and its findings put together."""

import asyncio
import os
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.clock import rfc3339, utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.closing import IS_OPEN
from exam_server.delivery.models import WebProcess
from exam_server.delivery.rehearsal_load.addresses import address_of, is_trusted
from exam_server.delivery.rehearsal_load.capacity import Measured, capacity_of
from exam_server.delivery.rehearsal_load.findings import Findings
from exam_server.delivery.rehearsal_load.leftovers import own_folder, remove_leftovers
from exam_server.delivery.rehearsal_load.own_store import own_store
from exam_server.delivery.rehearsal_load.play import INTERVAL_S, Play, Stage
from exam_server.delivery.rehearsal_load.processes import (
    Meter,
    OwnServer,
    listening_workers,
    wait_ready,
)
from exam_server.delivery.rehearsal_removal import remove_rehearsal
from exam_server.errors import ConflictError
from exam_server.https.keeping import FOLDER as HTTPS
from exam_server.https.keeping import ROOT
from exam_server.seating.models import ExamSession, RoomRun

ANSWER_LIMIT_S = 10


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    seats: int
    items: int
    minutes: float
    workers: int = 1
    url: str = ""
    may_kill: bool = False
    say: Callable[[str], None] = lambda _step: None


def rehearse(settings: Settings, database: Database, plan: Plan) -> Findings:
    """Play a rehearsal.

    Without an address it runs a server of its own over a store of its own, removed at the end.
    Raises ConflictError: ``exam_is_live``, ``server_not_there``, ``server_not_trusted``.
    """
    with database.reading() as db:
        refuse_beside_an_exam(db)
    if remove_leftovers(settings, database):
        plan.say("leftovers")
    allow_files(plan.seats)
    if plan.url:
        with own_folder(settings) as folder:
            return asyncio.run(_at_a_server(settings, database, plan, folder))
    with own_store(settings) as own:
        return asyncio.run(_at_an_own_server(own.settings, own.environment(), plan))


def refuse_beside_an_exam(db: Session) -> None:
    """Refuse while candidates sit: raises ConflictError: ``exam_is_live``."""
    chosen = (
        select(RoomRun.id)
        .join(ExamSession, RoomRun.exam_session_id == ExamSession.id)
        .join(Batch, ExamSession.batch_id == Batch.id)
        .where(*IS_OPEN, Batch.is_rehearsal.is_(False))
    )
    if db.scalar(chosen.limit(1)) is not None:
        raise ConflictError("exam_is_live")


def allow_files(seats: int) -> None:
    """Allow this process one open file a seat, as far as the system grants it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, seats + 1000)), hard))


async def _at_a_server(
    settings: Settings, database: Database, plan: Plan, folder: Path
) -> Findings:
    address = address_of(plan.url, settings.var / HTTPS / f"{ROOT}.crt")
    if not await is_trusted(address):
        raise ConflictError("server_not_trusted", url=plan.url)
    try:
        await wait_ready([address], limit_s=ANSWER_LIMIT_S)
    except TimeoutError:
        raise ConflictError("server_not_there", url=plan.url) from None
    ports = [address.port, settings.port, *ports_of_processes(database)]

    def workers() -> list[int]:
        return listening_workers(ports)

    may_kill = plan.may_kill
    stage = Stage(
        addresses=[address],
        database=database,
        secret=settings.secret,
        meter=Meter(workers()),
        victims=workers if may_kill else list,
        say=plan.say,
        folder=folder,
    )
    try:
        return await _play(stage, plan, is_own=False)
    finally:
        for uid in stage.made:
            remove_rehearsal(database, uid)


def ports_of_processes(database: Database) -> list[int]:
    """Return the ports of several web processes, which a proxy may stand in front of."""
    with database.reading() as db:
        names = db.scalars(select(WebProcess.name)).all()
    return [int(name.rpartition(" ")[2]) for name in names if name.rpartition(" ")[2].isdigit()]


async def _at_an_own_server(
    settings: Settings, environment: dict[str, str], plan: Plan
) -> Findings:
    database = Database(settings.url, keyring=settings.keyring)
    try:
        async with _running(environment, plan.workers, settings.var / "server.log") as server:
            stage = Stage(
                addresses=server.addresses,
                database=database,
                secret=settings.secret,
                meter=Meter(server.web_pids()),
                victims=server.web_pids,
                say=plan.say,
            )
            return await _play(stage, plan, is_own=True)
    finally:
        database.close()


@asynccontextmanager
async def _running(
    environment: dict[str, str], workers: int, log: Path
) -> AsyncIterator[OwnServer]:
    server = OwnServer({**os.environ, **environment}, workers=workers, log=log)
    try:
        await server.start()
        yield server
    except TimeoutError:
        raise ConflictError("server_not_there", url=server.addresses[0].netloc) from None
    finally:
        server.stop()


async def _play(stage: Stage, plan: Plan, *, is_own: bool) -> Findings:
    cores = len(os.sched_getaffinity(0))
    findings = Findings(
        seats=plan.seats,
        items=plan.items,
        workers=max(1, len(stage.meter.pids)),
        store="SQLite" if stage.database.is_sqlite else "PostgreSQL",
        cores=cores,
        is_own_server=is_own,
        at=rfc3339(utcnow()),
    )
    findings.files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    findings.free_memory = free_memory()
    await Play(stage, findings, work_s=plan.minutes * 60 / 2).run()
    findings.capacity = capacity_of(measured(findings))
    return findings


def measured(findings: Findings) -> Measured:
    """Return what the extrapolation needs of findings."""
    steps = {step.name: step for step in findings.steps}
    cpu = steps["more_work"].cpu_us_per_answer
    return Measured(
        seats=findings.seats,
        workers=min(findings.workers, findings.cores),
        interval_s=INTERVAL_S,
        first_s=findings.first_readable_s,
        last_s=steps["start"].seconds,
        cpu_s_per_answer=cpu / 1e6 if cpu else None,
        seat_bytes=findings.seat_bytes,
        free_bytes=findings.free_memory,
        files=findings.files,
    )


def free_memory() -> int | None:
    """Return the bytes this machine could still give, where the system tells."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [line.split() for line in lines if line.startswith("MemAvailable:")]
    return int(found[0][1]) * 1024 if found else None
