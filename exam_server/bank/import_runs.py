"""Imports taken in short transactions, so that the one write lock of SQLite is never held long.

Staging can be called off; publishing is always finished: by this process, or by the job process
when it starts again, or by the next import into the same bank.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from time import perf_counter, sleep
from typing import Any, TypeVar

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam_server.bank.import_pieces import (
    ChangedMeanwhileError,
    Piece,
    Run,
    prepare,
    run_of,
    write,
)
from exam_server.bank.import_points import Path, add_facts, add_points, pieces
from exam_server.bank.import_reports import check_refusals
from exam_server.bank.importing import (
    Importing,
    begin,
    discard,
    finish,
    pictures_of,
    stage,
    stage_pictures,
    staged_values,
    start_publishing,
)
from exam_server.bank.models import Blueprint, ItemImport
from exam_server.clock import utcnow
from exam_server.db import Database
from exam_server.jobs import CancelledError, Job
from itembank.interchange.report import Parsed, PictureFile

log = structlog.get_logger()
Progress = Callable[[int, int], None]
T = TypeVar("T")

AIM_S = 0.02  # of one transaction; 0.05 is the most
FIRST, FEWEST, MOST = 20, 5, 400
POINTS = 50
PICTURE_BYTES = 1024 * 1024
TRIES = 3
STALE = timedelta(minutes=2)


@dataclass
class Pace:
    """How many rows the next transaction takes, by what the last one took."""

    size: int = FIRST

    def took(self, seconds: float) -> None:
        """Learn from a transaction."""
        if seconds > AIM_S:
            self.size = max(FEWEST, int(self.size * AIM_S / seconds))
        elif seconds < AIM_S / 2:
            self.size = min(MOST, self.size * 3 // 2)


def quiet(_done: int, _total: int) -> None:
    """Tell nobody how far the work is."""


def run_import(
    database: Database,
    blueprint_id: int,
    parsed: Parsed,
    importing: Importing,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Import what was read; return the report. All of it is taken, or nothing.

    Raises InvalidInputError: ``rows_refused``; ConflictError: ``import_running``; whatever
    ``progress`` raises before publishing begins.
    """
    check_refusals(parsed, importing.accepted)
    _finish_stale(database, blueprint_id)
    with database.writing() as db:
        run_id = begin(db, db.get_one(Blueprint, blueprint_id), parsed, importing).id
    gc.freeze()  # else a collection walks all that was read, and may do so under the write lock
    try:
        return _staged_and_published(database, run_id, parsed, progress)
    finally:
        gc.unfreeze()


def _staged_and_published(
    database: Database, run_id: int, parsed: Parsed, progress: Progress
) -> dict[str, Any]:
    staged = len(parsed.items)
    try:
        _stage(database, run_id, parsed, lambda done: progress(done, 2 * staged))
        with database.writing() as db:
            start_publishing(db, db.get_one(ItemImport, run_id), now=utcnow())
    except BaseException:
        _discard(database, run_id)
        raise

    def tell(done: int) -> None:
        with suppress(CancelledError):  # too late to call it off
            progress(staged + done, 2 * staged)

    return _publish(database, run_id, tell)


def finish_imports(database: Database) -> None:
    """Finish what a process that died had begun to publish; throw away what it had staged."""
    with database.reading() as db:
        chosen = select(ItemImport).where(ItemImport.open_for.is_not(None))
        runs = list(db.scalars(chosen))
    for run in runs:
        if run.job_id is not None or _is_stale(run):
            _finish_one(database, run)


def _finish_stale(database: Database, blueprint_id: int) -> None:
    with database.reading() as db:
        run = db.scalar(select(ItemImport).where(ItemImport.open_for == blueprint_id))
    if run is not None and _is_stale(run):
        _finish_one(database, run)


def _is_stale(run: ItemImport) -> bool:
    return utcnow() - run.touched_at > STALE


def _finish_one(database: Database, run: ItemImport) -> None:
    log.warning("import taken up again", item_import=run.uid, status=run.status)
    if run.status == "staging":
        _discard(database, run.id)
        return
    report = _publish(database, run.id, lambda _done: None)
    if run.job_id is None:
        return
    done = {"status": "done", "error_code": None, "result": {**report, "is_dry_run": False}}
    with database.writing() as db:
        db.execute(update(Job).where(Job.id == run.job_id).values(finished_at=utcnow(), **done))


def _stage(database: Database, run_id: int, parsed: Parsed, tell: Callable[[int], None]) -> None:
    pictures = pictures_of(parsed)
    for names in _by_weight({name: len(each.body) for name, each in pictures.items()}):
        few = {name: pictures[name] for name in names}
        _step(database, partial(_stage_pictures, run_id, few))
    pace, drafts, done = Pace(), iter(parsed.items), 0
    while values := [staged_values(draft) for draft in islice(drafts, pace.size)]:
        tell(done)
        _step(database, partial(_stage_values, run_id, values), pace)
        done += len(values)


def _stage_pictures(run_id: int, few: Mapping[str, PictureFile], db: Session) -> None:
    stage_pictures(db, db.get_one(ItemImport, run_id), few)


def _stage_values(run_id: int, values: Sequence[dict[str, Any]], db: Session) -> None:
    stage(db, run_id, values)
    touched = update(ItemImport).where(ItemImport.id == run_id).values(touched_at=utcnow())
    db.execute(touched)


def _publish(database: Database, run_id: int, tell: Callable[[int], None]) -> dict[str, Any]:
    with database.reading() as db:
        opened = db.get_one(ItemImport, run_id)
        run, facts, report = run_of(opened), opened.facts, opened.report
    for part in pieces(facts, POINTS):
        _step(database, partial(_add_facts, run, facts, part))
    pace, done, taken = Pace(), 0, -1
    while taken:
        taken, report = _publish_piece(database, run, report, pace)
        done += taken
        tell(done)
    with database.writing() as db:
        return finish(db, db.get_one(ItemImport, run_id))


def _publish_piece(
    database: Database, run: Run, report: dict[str, Any], pace: Pace
) -> tuple[int, dict[str, Any]]:
    """Publish the next items; prepared anew when somebody has changed one of them meanwhile."""
    for left in reversed(range(TRIES)):
        with database.reading() as db:
            piece = prepare(db, run, pace.size)
        if piece.missing:
            for start in range(0, len(piece.missing), POINTS):
                few = piece.missing[start : start + POINTS]
                _step(database, partial(_add_points, run, few))
            with database.reading() as db:
                piece = prepare(db, run, pace.size)
        if not piece.n:
            return 0, report
        try:
            return piece.n, _step(database, partial(_write, run, piece, report), pace)
        except (IntegrityError, ChangedMeanwhileError):
            if not left:
                raise
    msg = "a piece is tried at least once"
    raise AssertionError(msg)


def _add_facts(run: Run, facts: Mapping[str, Any], part: slice, db: Session) -> None:
    add_facts(db, run.blueprint_id, facts, part)


def _add_points(run: Run, paths: Sequence[Path], db: Session) -> None:
    add_points(db, run.blueprint_id, paths)


def _write(run: Run, piece: Piece, report: dict[str, Any], db: Session) -> dict[str, Any]:
    return write(db, run, piece, report, now=utcnow())


def _discard(database: Database, run_id: int) -> None:
    pace = Pace()
    while _step(database, partial(_discard_some, run_id, 10 * pace.size), pace):
        pass


def _discard_some(run_id: int, limit: int, db: Session) -> int:
    return discard(db, db.get_one(ItemImport, run_id), limit)


def _step(database: Database, act: Callable[[Session], T], pace: Pace | None = None) -> T:
    """Take one step in its own transaction, then let others have the lock."""
    with database.writing() as db:
        begun = perf_counter()
        result = act(db)
    took = perf_counter() - begun
    if pace is not None:
        pace.took(took)
    if database.is_sqlite:
        # Whoever waits for the lock asks again in steps of up to some 20 ms, and nobody queues:
        # without a pause an import would keep a live room out for seconds.
        sleep(max(AIM_S, took))
    return result


def _by_weight(sizes: dict[str, int]) -> Iterator[Sequence[str]]:
    """Give names in groups of about a megabyte."""
    group: list[str] = []
    weight = 0
    for name, size in sizes.items():
        if group and weight + size > PICTURE_BYTES:
            yield group
            group, weight = [], 0
        group.append(name)
        weight += size
    if group:
        yield group
