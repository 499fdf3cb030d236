"""How long an import holds SQLite's one write lock, and what another process's writer waits.

    .venv/bin/python benchmarks/imports.py [ROWS]

A workbook of ROWS made-up items is read and imported (all new, all changed, all the same) while
another process writes one small row every few milliseconds, as the journal of a live room does.
"""

import json
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from sqlalchemy import event

from exam_server.bank.import_runs import run_import
from exam_server.bank.importing import Importing
from exam_server.bank.models import Blueprint
from exam_server.bank.uploads import read_files
from exam_server.bank.workbooks import Sheet, workbook
from exam_server.clock import utcnow
from exam_server.db import Database
from exam_server.migrating import upgrade
from exam_server.programmes.models import Organization
from itembank.interchange.report import Parsed

PAUSE_S = 0.005
MOST_MS = 50


def pool(n: int, edition: int) -> Parsed:
    """Return so many items of about the size of real ones, read from a workbook."""
    text = "一段约有实际试题长度的题干文字，" * 4
    head = (
        "认定点代码",
        "题型代码",
        "试题(题干)",
        "选项A",
        "选项B",
        "选项C",
        "选项D",
        "正确答案",
        "ID",
    )
    rows = [
        (
            f"A-{number // 100:03}",
            "B",
            f"{text}{number}，{edition}",
            f"选项一 {number}",
            "选项二",
            "选项三",
            "选项四",
            "A",
            f"B-{number}",
        )
        for number in range(n)
    ]
    body = workbook([Sheet("试题", head, rows)])
    begun = time.perf_counter()
    parsed = read_files({"made_up.xlsx": body})
    print(f"{len(body) // 1024} KiB of XLSX read in {time.perf_counter() - begun:.1f} s")
    return parsed


class Holds:
    """Measures from ``BEGIN IMMEDIATE`` until the connection is given back after the commit."""

    def __init__(self, database: Database) -> None:
        self.seconds: list[float] = []
        self.cpu_seconds: list[float] = []
        self.begun: tuple[float, float] | None = None
        event.listen(database.engine, "begin", self.begin)
        event.listen(database.engine, "checkin", self.end)

    def begin(self, connection: Any) -> None:
        """Note the start; this listener comes after the one that takes the lock."""
        if connection.get_execution_options().get("writes"):
            self.begun = time.perf_counter(), time.thread_time()

    def end(self, *_: object) -> None:
        """Note the end."""
        if self.begun is not None:
            self.seconds.append(time.perf_counter() - self.begun[0])
            self.cpu_seconds.append(time.thread_time() - self.begun[1])
            self.begun = None


def write_often(path: str, stop: Event, out: Any) -> None:
    """Write one row again and again, noting how long each had to wait for the lock."""
    store = sqlite3.connect(path, timeout=10, isolation_level=None)
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE IF NOT EXISTS small (number INTEGER)")
    waits = []
    while not stop.is_set():
        begun = time.perf_counter()
        store.execute("BEGIN IMMEDIATE")
        waits.append(time.perf_counter() - begun)
        store.execute("INSERT INTO small VALUES (1)")
        store.execute("COMMIT")
        time.sleep(PAUSE_S)
    store.close()
    out.send(waits)


def told(name: str, seconds: list[float]) -> str:
    """Return a line of figures in milliseconds."""
    ranked = sorted(value * 1000 for value in seconds)
    shares = {"p50": 0.5, "p99": 0.99, "most": 1.0}
    places = {
        name: min(len(ranked) - 1, int(share * len(ranked))) for name, share in shares.items()
    }
    figures = json.dumps({name: round(ranked[place], 1) for name, place in places.items()})
    over = sum(value > MOST_MS for value in ranked)
    return f"  {name}, ms: n = {len(ranked)}, {figures}, over {MOST_MS} ms: {over}"


def empty_bank(database: Database) -> int:
    """Make a bank; return its number."""
    with database.writing() as db:
        owner = Organization(code="O", name="O", kind="school")
        db.add(owner)
        db.flush()
        blueprint = Blueprint(organization_id=owner.id, title="B", created_at=utcnow())
        db.add(blueprint)
        db.flush()
        return blueprint.id


def main(n: int) -> None:
    """Import three times and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.sqlite"
        upgrade(f"sqlite:///{path}")
        database = Database(f"sqlite:///{path}")
        blueprint_id = empty_bank(database)
        holds = Holds(database)
        for edition, name in ((1, "new"), (2, "changed"), (2, "unchanged")):
            parsed, stop = pool(n, edition), multiprocessing.Event()
            mine, theirs = multiprocessing.Pipe()
            writer = multiprocessing.Process(target=write_often, args=(str(path), stop, theirs))
            writer.start()
            holds.seconds.clear()
            holds.cpu_seconds.clear()
            begun = time.perf_counter()
            report = run_import(database, blueprint_id, parsed, Importing(None, utcnow()))
            seconds = time.perf_counter() - begun
            stop.set()
            print(f"{n} {name}: {seconds:.1f} s, {report['counts']}")
            print(told("lock held by the import", holds.seconds))
            print(told("processor time of that", holds.cpu_seconds))
            print(told("lock waited for by the other", mine.recv()))
            writer.join()
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
