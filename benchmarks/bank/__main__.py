"""A bank of 100,000 made-up items: search, lists, near duplicates, supply, and pages.

    .venv/bin/python -m benchmarks.bank [--items N] [--store sqlite|postgresql|both] [--folder DIR]

The import of 20,000 rows beside a busy room is ``benchmarks/imports.py``.
"""

import argparse
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select, text

from benchmarks.bank.asked import measure
from benchmarks.bank.bulk_acts import measure_acts
from benchmarks.bank.pages import measure_pages
from benchmarks.bank.store import TITLE, add_exposure, add_figures, made_bank, memory_mb
from benchmarks.live.servers import durable_postgres
from exam_server.bank.models import Blueprint
from exam_server.db import Database
from exam_server.migrating import upgrade


def run(url: str, n: int) -> None:
    """Fill a store and measure."""
    upgrade(url)
    database = Database(url)
    begun = time.perf_counter()
    with database.reading() as db:
        bank_id = db.scalar(select(Blueprint.id).where(Blueprint.title == TITLE))
    if bank_id is None:
        bank_id = made_bank(database, n)
    add_exposure(database, bank_id)
    add_figures(database, bank_id)
    with database.writing() as db:
        db.execute(text("ANALYZE"))
    seconds = time.perf_counter() - begun
    kind = database.engine.dialect.name
    load = os.getloadavg()[0]
    print(f"{kind}: {n} items made in {seconds:.0f} s; load average {load:.1f}")
    measure(database, bank_id)
    measure_pages(database, bank_id)
    measure_acts(database, bank_id)
    print(f"  most memory of this process: {memory_mb():.0f} MB")
    database.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--store", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--folder", type=Path, help="keeps the SQLite store, to measure it again")
    asked = parser.parse_args()
    with ExitStack() as stack:
        if asked.store != "postgresql":
            folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "bank.sqlite"
            run(f"sqlite:///{path}", asked.items)
            print(f"  file: {path.stat().st_size / 1e6:.0f} MB")
        if asked.store != "sqlite":
            run(stack.enter_context(durable_postgres()), asked.items)


if __name__ == "__main__":
    main()
