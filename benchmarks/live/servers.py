"""Servers and stores for the measurements: all on this machine, all gone afterwards."""

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.rehearsal_load.own_store import own_store
from exam_server.delivery.rehearsal_load.play import Stage
from exam_server.delivery.rehearsal_load.processes import (
    Meter,
    OwnServer,
    children_of,
    free_ports,
)
from tests.services import postgres_server

SETTINGS = ("-c", "python:exam_server.gunicorn_settings")
BARE = ("-k", "gevent", "--worker-connections", "5000", "--log-level", "warning")


@contextmanager
def durable_postgres() -> Iterator[str]:
    """Give the address of a PostgreSQL that waits for the disk at every commit."""
    with postgres_server(is_durable=True) as url:
        yield url


@asynccontextmanager
async def stage(url: str = "", *, workers: int = 1, app: str = "") -> AsyncIterator[Stage]:
    """Run a server over a store of its own; ``app`` serves another than the product's."""
    with tempfile.TemporaryDirectory() as folder:
        office = Settings(var=Path(folder), database_url=url)
        with own_store(office) as own:
            server = OwnServer(
                {**os.environ, **own.environment()},
                workers=workers,
                log=own.settings.var / "server.log",
                port=free_ports(workers),
            )
            if app:
                server.command = gunicorn(server.port, app, SETTINGS)
            database = Database(own.settings.url, keyring=own.settings.keyring)
            try:
                await server.start()
                yield Stage(
                    addresses=server.addresses,
                    database=database,
                    secret=own.settings.secret,
                    meter=Meter(server.web_pids()),
                    victims=server.web_pids,
                    say=lambda _step: None,
                )
            finally:
                server.stop()
                database.close()


@asynccontextmanager
async def echo_server() -> AsyncIterator[OwnServer]:
    """Run the bare echo."""
    port = free_ports(1)
    server = OwnServer(
        os.environ, port=port, command=gunicorn(port, "benchmarks.live.echo:app", BARE)
    )
    try:
        await server.start()
        yield server
    finally:
        server.stop()


def workers_of(server: OwnServer) -> list[int]:
    """Return what a server's parent has started: the echo is not one of ours by its name."""
    return children_of(server.process.pid) if server.process else []


def gunicorn(port: int, app: str, settings: tuple[str, ...]) -> list[str]:
    """Return the command of one gunicorn."""
    where = ("--bind", f"127.0.0.1:{port}", "--no-control-socket")
    return [sys.executable, "-m", "gunicorn", *settings, *where, app]
