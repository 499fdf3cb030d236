"""The second computation of a large batch beside its first marking, and live answers beside both.

    .venv/bin/python -m benchmarks.second [--sittings 1000 5000] [--items 100]

Papers of items of every type that a machine marks, a fifth of the answers right. Marking and second
computation run as jobs, each in a fresh process, so that its memory is its own. Meanwhile an answer
is stored every 20 ms, as a live room does, each in a durable transaction: how long it takes is told
with nothing else at work and beside each job.
"""

import argparse
import multiprocessing
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, TypeVar

import numpy as np
from sqlalchemy import insert, inspect, select, update
from sqlalchemy.orm import Session

import exam_server.tables  # noqa: F401 - every table there is
from exam_server.batches.models import Batch
from exam_server.config import Settings
from exam_server.db import Base, Database, new_uid
from exam_server.delivery.messages import ENCODED
from exam_server.delivery.models import AnswerEvent
from exam_server.delivery.receipts import add_receipt
from exam_server.forms.custody import Held, form_items, seal_items
from exam_server.jobs import Job, error_of, run_next_job
from exam_server.keyring import Keyring
from exam_server.marking.models import MarkingRun
from exam_server.results.markings import MARK, ask_for_marking
from exam_server.results.models import SecondComputation
from exam_server.results.releasing import COMPUTE_AGAIN, ask_for_second
from exam_server.results.service import decide_batch
from exam_server.seating.models import Sitting
from exam_server.working import JobFunctions
from tests.answered import MAKERS, answer_to
from tests.factories import (
    NOW,
    items_of,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_person,
    make_rule_set,
    make_sitting,
)

T = TypeVar("T")
KEYS: Final = Keyring(lambda: [b"the secret of a store that is measured"])
PERSONS: Final = ("short_answer", "essay")
KINDS: Final = {"marking": MARK, "second": COMPUTE_AGAIN}
PAUSE_S: Final = 0.02
QUIET_S: Final = 10
AT_ONCE: Final = 20_000


def made_batch(url: str, n_sittings: int, n_items: int) -> None:
    """Add a batch whose papers are handed in with receipts, and one whose sitting is live."""
    database = Database(url, keyring=KEYS)
    Base.metadata.create_all(database.engine)
    rng = Random(1)  # noqa: S311 - the same papers in every run
    with database.writing() as db:
        organization = make_organization(db)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=n_items)
        form, kinds = run.forms[0], [each for each in MAKERS if each not in PERSONS]
        for place, item in enumerate(items_of(form)):
            version, kind = item.item_version, kinds[place % len(kinds)]
            version.type, (version.content, version.key) = kind, machine_item(kind, rng)
        held = [Held(each.position, each.item_version.id, 1, Decimal(1)) for each in items_of(form)]
        seal_items(db, form, held)
        batch = make_batch(db, organization, rule_set=make_rule_set(db, organization))
        exam_session = make_exam_session(db, batch, assembly_run=run)
        exam_session.rooms[0].closed_at = NOW
        first = make_sitting(db, exam_session, form=form, status="handed_in", started_at=NOW)
        db.flush()
        sittings = [first.id, *copies(db, first, n_sittings - 1)]
        asked = [each.asked for each in form_items(db, form)]
        rows = (
            event(sitting, place, ENCODED(answer_to(*item, rng)))
            for sitting in sittings
            for place, item in enumerate(asked, start=1)
        )
        while portion := [row for _, row in zip(range(AT_ONCE), rows, strict=False)]:
            db.execute(insert(AnswerEvent), portion)
        for sitting in db.scalars(select(Sitting).order_by(Sitting.id)):
            add_receipt(db, sitting, reason="hand_in", now=NOW)
        elsewhere = make_batch(db, organization, rule_set=batch.rule_set, code="live")
        make_sitting(db, make_exam_session(db, elsewhere, name="live"), status="running")
    database.close()


def machine_item(kind: str, rng: Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an item that needs no person."""
    while True:
        content, key = MAKERS[kind](rng)
        if not any(part["type"] in PERSONS for part in content.get("parts", [])):
            return content, key


def copies(db: Session, first: Sitting, count: int) -> list[int]:
    """Add sittings like the first, each with a seat, a candidate and a registration of its own."""
    numbers = range(1000, 1000 + count)
    seats = added(db, first.seat, [{"number": n, "row": n, "column": 1} for n in numbers])
    registration = first.registration
    people = added(db, registration.candidate, [{"id_number": f"B{n:012}"} for n in numbers])
    owners = added(
        db,
        registration,
        [
            {"candidate_id": who, "ticket": f"B{n:08}"}
            for who, n in zip(people, numbers, strict=True)
        ],
    )
    places = zip(seats, owners, strict=True)
    return added(db, first, [{"seat_id": seat, "registration_id": who} for seat, who in places])


def added(db: Session, like: Base, rows: list[dict[str, Any]]) -> list[int]:
    """Add rows like one that is there, but for what each says; return their numbers."""
    facts = {each.key: getattr(like, each.key) for each in inspect(type(like)).column_attrs}
    del facts["id"]
    fresh = [{"uid": new_uid()} if "uid" in facts else {} for _ in rows]
    made = insert(type(like)).returning(type(like).id, sort_by_parameter_order=True)
    values = [{**facts, **own, **said} for own, said in zip(fresh, rows, strict=True)]
    return list(db.scalars(made, values)) if values else []


def event(sitting_id: int, number: int, answer: str) -> dict[str, Any]:
    """Return an answer as it stands in the store."""
    return {
        "sitting_id": sitting_id,
        "seq": number,
        "kind": "answer",
        "position": number,
        "answer": answer,
        "at": "2026-06-01T01:00:00.000Z",
        "received_at": NOW,
        "lease_number": 1,
    }


def ask(url: str, kind: str) -> None:
    """Ask for the marking of the batch, or for its decision and second computation."""
    database = Database(url, keyring=KEYS)
    with database.writing() as db:
        # what the marking has asked for besides is not measured here
        db.execute(update(Job).where(Job.status == "queued").values(status="cancelled"))
        batch = db.scalars(select(Batch).order_by(Batch.id)).first()
        assert batch is not None
        if kind == "marking":
            person = make_person(db, "exam_officer")
            ask_for_marking(db, batch, by=person.id, title="marking")
        else:
            run = decide_batch(db, batch, by=None, now=NOW)
            ask_for_second(db, batch, run, by=None, title="second")
    database.close()


def work(url: str, kind: str, told: Any) -> None:
    """Do the one job that waits; tell its seconds by the wall and by the processor, and memory."""
    database = Database(url, keyring=KEYS)
    functions = JobFunctions()
    before = memory_mb()
    began, processor = time.monotonic(), time.process_time()
    assert run_next_job(database, Settings(), functions, may_run_heavy=lambda _: True)
    seconds = time.monotonic() - began, time.process_time() - processor
    with database.reading() as db:
        job = db.scalars(select(Job).where(Job.kind == KINDS[kind])).one()
        assert job.status == "done", error_of(db, job)
        if kind == "second":
            found = db.scalars(select(SecondComputation)).one()
            assert found.state == "equal", found.figures
            assert found.figures["not_again"] == {}, found.figures
        else:
            assert db.scalars(select(MarkingRun)).one().published_at
    told.put((*seconds, before, memory_mb()))


def memory_mb() -> float:
    """Return the most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Room:
    """A live room: one answer after another, each in a durable transaction of its own."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, keyring=KEYS)
        with self._database.reading() as db:
            self._sitting = db.scalars(select(Sitting.id).where(Sitting.status == "running")).one()
        self._number = 0

    def beside(self, act: Callable[[], T]) -> tuple[list[float], T]:
        """Return how many ms each answer took while something else was done, and that one's end."""
        waits: list[float] = []
        over = threading.Event()

        def answer() -> None:
            while not over.wait(PAUSE_S):
                self._number += 1
                began = time.monotonic()
                with self._database.writing() as db:
                    db.execute(insert(AnswerEvent), [event(self._sitting, self._number, '"A"')])
                waits.append(1000 * (time.monotonic() - began))

        writer = threading.Thread(target=answer)
        writer.start()
        try:
            return waits, act()
        finally:
            over.set()
            writer.join()


def in_its_own_process(url: str, kind: str) -> tuple[float, float, float, float]:
    """Return the figures of one job."""
    fresh = multiprocessing.get_context("spawn")
    told = fresh.SimpleQueue()
    process = fresh.Process(target=work, args=(url, kind, told))
    process.start()
    process.join()
    assert not process.exitcode, f"the {kind} has failed"
    figures: tuple[float, float, float, float] = told.get()
    return figures


def measure(n_sittings: int, n_items: int) -> None:
    """Measure one size and print it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'exam.sqlite'}"
        made_batch(url, n_sittings, n_items)
        print(f"{n_sittings} sittings x {n_items} items")
        room = Room(url)
        print(f"  answers alone: {spread(room.beside(partial(time.sleep, QUIET_S))[0])}")
        took: dict[str, float] = {}
        for kind in ("marking", "second"):
            ask(url, kind)
            waits, figures = room.beside(partial(in_its_own_process, url, kind))
            wall, took[kind], before, most = figures
            print(
                f"  {kind}: {wall:.1f} s, {took[kind]:.1f} s of processor, "
                f"{before:.0f} -> {most:.0f} MB; answers beside it: {spread(waits)}"
            )
        print(f"  second / first, processor: {took['second'] / took['marking']:.2f}")


def spread(waits: list[float]) -> str:
    """Return how long answers took."""
    half, most = np.percentile(waits, [50, 99])
    return f"p50 {half:.1f} ms, p99 {most:.1f} ms, worst {max(waits):.0f} ms ({len(waits)})"


def main() -> None:
    """Measure and print every size."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sittings", type=int, nargs="+", default=[1000, 5000])
    asked.add_argument("--items", type=int, default=100)
    given = asked.parse_args()
    for n_sittings in given.sittings:
        measure(n_sittings, given.items)


if __name__ == "__main__":
    main()
