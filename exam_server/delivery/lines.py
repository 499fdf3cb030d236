"""From where and with which browser seats open their lines; a change is a fact, no verdict.

Noted in memory as lines open, written apart from them: a full hall's sign-in waits for nothing.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.db import Database
from exam_server.delivery.models import SeatLine, SeatSignal
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from proctor.signals import kinds_gathered

STEP = 500
LONGEST_AGENT = 300


@dataclass(frozen=True)
class Opened:
    """A line as it was opened; ``is_second``: another of the same lease stood."""

    sitting_id: int
    room_run_id: int
    address: str
    agent: str
    at: datetime
    is_second: bool = False


@dataclass
class Lines:
    """Openings of this process that no row holds yet."""

    _opened: list[Opened] = field(default_factory=list)

    def opened(self, line: Opened) -> None:
        """Note an opened line."""
        self._opened.append(line)

    def write(self, database: Database) -> list[Opened]:
        """Store where lines come from and what has changed; return those with news."""
        opened, self._opened = self._opened, []
        try:
            return [each for step in _steps(opened) for each in write_opened(database, step)]
        except BaseException:
            self._opened = opened + self._opened
            raise


def write_opened(database: Database, opened: Sequence[Opened]) -> list[Opened]:
    """Compare openings with what is stored and store what is new."""
    ids = {line.sitting_id for line in opened}
    with database.reading() as db:
        rows = db.scalars(select(SeatLine).where(SeatLine.sitting_id.in_(ids)))
        known = {row.sitting_id: (row.address, row.agent) for row in rows}
        gathered = _gathered(db, ids)
    before = dict(known)
    signals = [
        signal
        for line in opened
        for signal in _signals(line, known)
        if signal["kind"] in gathered.get(line.sitting_id, ())
    ]
    fresh = [_row(each, known[each]) for each in known if each not in before]
    changed = [_row(each, known[each]) for each in before if known[each] != before[each]]
    if signals or fresh or changed:
        with database.writing() as db:
            for table, rows_ in ((SeatLine, fresh), (SeatSignal, signals)):
                if rows_:
                    db.execute(insert(table), rows_)
            if changed:
                db.execute(update(SeatLine), changed)
    with_news = {signal["sitting_id"] for signal in signals}
    return [line for line in opened if line.sitting_id in with_news]


def _signals(line: Opened, known: dict[int, tuple[str, str]]) -> Iterator[dict[str, object]]:
    """Give what an opening tells beside the one before, which it then replaces."""
    address, agent = known.get(line.sitting_id, (line.address, line.agent))
    known[line.sitting_id] = (line.address, line.agent)
    about = {"sitting_id": line.sitting_id, "at": line.at}
    if address != line.address:
        yield {
            **about,
            "kind": "address_changed",
            "detail": {"before": address, "now": line.address},
        }
    if agent != line.agent:
        yield {**about, "kind": "agent_changed", "detail": {"before": agent, "now": line.agent}}
    if line.is_second:
        yield {**about, "kind": "line_replaced", "detail": {}}


def _row(sitting_id: int, line: tuple[str, str]) -> dict[str, object]:
    return {"sitting_id": sitting_id, "address": line[0], "agent": line[1]}


def _gathered(db: Session, sitting_ids: set[int]) -> dict[int, frozenset[str]]:
    """Return which kinds of facts are stored, by sitting."""
    chosen = (
        select(Sitting.id, RuleSet.signals)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .join(Batch, ExamSession.batch_id == Batch.id)
        .join(RuleSet, Batch.rule_set_id == RuleSet.id)
        .where(Sitting.id.in_(sitting_ids))
    )
    return {row.id: kinds_gathered(row.signals) for row in db.execute(chosen)}


def _steps(opened: Sequence[Opened]) -> Iterator[list[Opened]]:
    """Cut openings into lists short enough for one statement."""
    waiting = iter(opened)
    while step := list(itertools.islice(waiting, STEP)):
        yield step
