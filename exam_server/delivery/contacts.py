"""Losses of contact, kept as rows: noted in memory by the lines, written apart from them."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from exam_server.db import Database
from exam_server.delivery.closing import LONGEST_SILENCE, THE_BEAT
from exam_server.delivery.models import ContactLoss, HeldLine, ServerBeat, ServerOutage
from exam_server.seating.models import Sitting
from proctor.sitting_states import LIVE

# A reload or a second tab breaks the line for a moment; that is no loss.
SHORTEST_LOSS = timedelta(seconds=3)
# Another process may write a loss after this one has seen the seat again: look twice.
LOOK_AGAIN_AFTER = timedelta(seconds=6)
WATCHED = ("ready", "held", *sorted(LIVE))
STEP = 500


@dataclass(frozen=True)
class Loss:
    """A stretch without contact; ``regained_at`` is ``None`` while it lasts."""

    sitting_id: int
    lost_at: datetime
    regained_at: datetime | None = None


@dataclass
class Contacts:
    """What the lines of this process have noted and no row holds yet."""

    process: str = ""  # its name, where there are others
    _lost: dict[int, datetime] = field(default_factory=dict)
    _ended: list[Loss] = field(default_factory=list)
    _regained: dict[int, datetime] = field(default_factory=dict)

    def lost(self, sitting_id: int, *, now: datetime) -> None:
        """Note that a seat's last line is gone."""
        self._regained.pop(sitting_id, None)
        self._lost[sitting_id] = now

    def regained(self, sitting_id: int, *, now: datetime) -> None:
        """Note that a seat has a line again."""
        self._regained[sitting_id] = now
        lost_at = self._lost.pop(sitting_id, None)
        if lost_at is not None and now - lost_at >= SHORTEST_LOSS:
            self._ended.append(Loss(sitting_id, lost_at, now))

    def write(self, database: Database, *, now: datetime) -> None:
        """Write the losses that have lasted, and close those that have ended."""
        losses, regained = self._take(now), dict(self._regained)
        try:
            write_losses(database, losses, regained, process=self.process)
        except BaseException:
            self._ended += losses
            raise
        for each, at in regained.items():
            if self._regained.get(each) == at and now - at >= LOOK_AGAIN_AFTER:
                del self._regained[each]

    def _take(self, now: datetime) -> list[Loss]:
        """Return what is to be written and forget it here."""
        ended, self._ended = self._ended, []
        lasting = [each for each, at in self._lost.items() if now - at >= SHORTEST_LOSS]
        return [*ended, *(Loss(each, self._lost.pop(each)) for each in lasting)]


def write_losses(
    database: Database,
    losses: Sequence[Loss],
    regained: Mapping[int, datetime],
    *,
    process: str = "",
) -> None:
    """Store losses of sittings at work; close the open ones of seats that are there again.

    A seat whose line is at another process has lost nothing here.
    """
    if not losses and not regained:
        return
    with database.reading() as db:
        watched = _watched(db, {loss.sitting_id for loss in losses}, process)
        ended = _open_losses(db, regained)
    in_order = sorted(losses, key=lambda loss: loss.sitting_id)
    rows = [asdict(loss) for loss in in_order if loss.sitting_id in watched]
    if not rows and not ended:
        return
    with database.writing() as db:
        if rows:
            db.execute(insert(ContactLoss), rows)
        if ended:
            db.execute(update(ContactLoss), ended)


def note_outage(db: Session, *, now: datetime) -> int:
    """Note for every seat at work that no server was there since the last heartbeat."""
    last = db.get(ServerBeat, THE_BEAT)
    if last is None or now - last.at < SHORTEST_LOSS:
        return 0
    if now - last.at > LONGEST_SILENCE:
        db.add(ServerOutage(began_at=last.at, ended_at=now))
    lasting = select(ContactLoss.sitting_id).where(ContactLoss.regained_at.is_(None))
    chosen = select(Sitting.id).where(Sitting.status.in_(WATCHED), Sitting.id.not_in(lasting))
    rows = [asdict(Loss(each, last.at)) for each in db.scalars(chosen.order_by(Sitting.id))]
    if rows:
        db.execute(insert(ContactLoss), rows)
    return len(rows)


def _watched(db: Session, sitting_ids: Iterable[int], process: str) -> set[int]:
    """Return those whose loss matters: not before they are ready, not when they are over."""
    elsewhere = select(HeldLine.sitting_id).where(HeldLine.process != process)
    found: set[int] = set()
    for ids in in_steps(sitting_ids):
        chosen = select(Sitting.id).where(Sitting.id.in_(ids), Sitting.status.in_(WATCHED))
        found.update(db.scalars(chosen.where(Sitting.id.not_in(elsewhere))))
    return found


def _open_losses(db: Session, regained: Mapping[int, datetime]) -> list[dict[str, Any]]:
    """Return the lasting losses of seats that are there again, with their ends."""
    found: list[dict[str, Any]] = []
    for ids in in_steps(regained):
        chosen = select(ContactLoss.id, ContactLoss.sitting_id, ContactLoss.lost_at).where(
            ContactLoss.sitting_id.in_(ids), ContactLoss.regained_at.is_(None)
        )
        found += [
            {"id": row.id, "regained_at": regained[row.sitting_id]}
            for row in db.execute(chosen)
            if row.lost_at < regained[row.sitting_id]
        ]
    return sorted(found, key=itemgetter("id"))


def in_steps(ids: Iterable[int]) -> Iterator[list[int]]:
    """Cut ids into lists short enough for one statement."""
    waiting = iter(ids)
    while step := list(itertools.islice(waiting, STEP)):
        yield step
