"""The answer journal against one commit per answer, on the same store in the same run.

Run: ``.venv/bin/python benchmarks/live.py [--answers N]``. The ratio is the claim; the absolute
figures depend on the machine and its noise.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from exam_server.clock import rfc3339
from exam_server.db import Database
from exam_server.delivery.entries import SaveAnswers
from exam_server.delivery.journal_writing import open_batch
from exam_server.delivery.messages import Parsed, parse_events
from exam_server.migrating import upgrade
from tests.factories import NOW, make_batch, make_exam_session, make_organization, make_sitting

SEATS = 30
BATCHES = (8, 32)


def add_seats(database: Database) -> list[int]:
    """Add a running room of thirty seats; return the sittings' ids."""
    with database.writing() as db:
        exam_session = make_exam_session(db, make_batch(db, make_organization(db)))
        exam_session.rooms[0].started_at = NOW
        return [
            make_sitting(db, exam_session, status="running", lease_number=1).id
            for _ in range(SEATS)
        ]


def entry(sitting_id: int, seq: int) -> SaveAnswers:
    """Return one saved answer of a seat."""
    event = {"seq": seq, "position": seq % 50 + 1, "answer": "A", "at": rfc3339(NOW)}
    parsed = parse_events({"events": [event]}, 50)
    assert isinstance(parsed, Parsed)
    return SaveAnswers(sitting_id, 1, parsed, NOW + timedelta(minutes=1))


def write(database: Database, entries: list[SaveAnswers]) -> None:
    """Write a batch as the journal does: one transaction."""
    with database.writing() as db:
        batch = open_batch(db, entries)
        replies = [each.write(batch) for each in entries]
        batch.flush()
    assert all(reply["ok"] for reply in replies)


def measured(run: Callable[[], None], answers: int) -> tuple[float, float]:
    """Return answers a second and CPU microseconds an answer."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return answers / wall, cpu / answers * 1e6


def in_batches(database: Database, entries: list[SaveAnswers], size: int) -> None:
    """Write entries in groups of a size."""
    for first in range(0, len(entries), size):
        write(database, entries[first : first + size])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=1500)
    answers = parser.parse_args().answers
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'exam.sqlite'}"
        upgrade(url)
        database = Database(url)
        base = None
        for size in (1, *BATCHES):
            seats = add_seats(database)
            entries = [entry(seats[n % SEATS], n // SEATS + 1) for n in range(answers)]
            rate, cpu = measured(lambda e=entries, s=size: in_batches(database, e, s), answers)
            base = base or (rate, cpu)
            print(
                f"{size:3} answers a commit: {rate:7.0f} answers/s, {cpu:5.0f} µs CPU an answer, "
                f"{rate / base[0]:4.1f} × the rate, {base[1] / cpu:4.1f} × less CPU"
            )
        database.close()


if __name__ == "__main__":
    main()
